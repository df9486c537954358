"""Shopper as a server of the Model Context Protocol, with which assistants use tools.

Needs the extra ``mcp``: its modules are imported when a server is started.
"""
