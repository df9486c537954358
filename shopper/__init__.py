"""Virtual customers that shop in a real browser: the public API and the command line."""
