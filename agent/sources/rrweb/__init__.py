"""Recordings of people in rrweb's format, as sessions."""
