"""Chromium: finding, starting, sharing and replacing it."""
