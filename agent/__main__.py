"""``python -m agent`` is ``shopper``."""

from agent.cli import main

main()
