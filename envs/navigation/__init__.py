"""Tabs, loading and settling, dialogs, screenshots, and recovery from a page that broke."""
