"""Carrying out an action as a hand would: clicking, typing, choosing, and what is held back."""
