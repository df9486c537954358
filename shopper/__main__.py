"""``python -m shopper`` is ``shopper``."""

from shopper.cli import main

main()
