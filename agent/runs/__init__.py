"""Runs: customers sent to a site, what is kept of it, and how it goes on after a stop."""
