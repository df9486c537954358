"""The app: a web server on this machine for people who do not live in a terminal.

Over the same calls and the same folders as the command line. What only the app needs, its records
of what it started, its log of that and what was thrown away, is in ``.shopper`` of the folder.
"""
