"""Traces of Playwright, as sessions."""
