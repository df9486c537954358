"""A shop of two pages, and a study of it whose only task can be done; tasks can be added."""

from __future__ import annotations

SHOP = {
    "/": "<title>Lamps</title><h1>Lamps</h1><a href='/red'>Red lamp</a>",
    "/red": "<h1>Red</h1>",
}
STUDY = """title = "Lamps"
site = "{site}"
policy = "scripted:{script}"
[population]
customers = 2
[[tasks]]
id = "lamp"
text = "Find the red lamp."
success = {{ url = "*/red" }}
"""
