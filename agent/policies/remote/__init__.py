"""Policies whose model runs behind an HTTP API."""
