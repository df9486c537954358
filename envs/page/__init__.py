"""What a customer sees of a page: the scripts that run in it, and the observation made of it."""
