"""Addresses that a recording tells of: of pages that change theirs by themselves, and searches in
them.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from agent.sources.rrweb.events import Data

TAGS = frozenset(
    {
        "$pageview", "$url_changed", "$current_url", "pageview", "page_view", "navigate",
        "navigation", "navigation.push", "url_changed", "url-changed", "url", "locationchange",
        "location_change", "route_change", "routechange", "rrweb/location@1",
    }
)  # fmt: skip
"""Custom events and plugins by which tools tell of another address."""
_KEYS = ("href", "url", "$current_url", "current_url", "to", "path")
SEARCH_KEYS = frozenset(
    {
        "q", "query", "search", "s", "k", "keyword", "keywords", "term", "text", "w", "kw", "ntt",
        "searchterm", "search_query", "search_term", "suche", "suchbegriff", "recherche", "busca",
        "buscar", "_nkw", "field-keywords", "wd", "phrase",
    }
)  # fmt: skip
"""Parameters of an address that hold what was searched for."""


def address_in(data: Data, before: str) -> str | None:
    """The address that a custom or plugin event tells of; `before` is where the window was."""
    tag = (data.tag or data.plugin).lower()
    payload = data.payload
    if tag == "breadcrumb" and isinstance(payload, dict):  # Sentry
        return _found(payload.get("data"), before) if _is_navigation(payload) else None
    if tag == "performancespan" and isinstance(payload, dict):
        if not str(payload.get("op", "")).startswith("navigation.push"):
            return None
        return _joined(payload.get("description"), before)
    if tag not in TAGS:
        return None
    return _joined(payload, before) if isinstance(payload, str) else _found(payload, before)


def masked_search(href: str, length: int) -> str | None:
    """What was searched for, by the address that followed, when only the length of the text is
    known; None when the address does not say. Any parameter of the right length of one that is
    called so counts; a search of another length is not this one."""
    try:
        told = parse_qsl(urlsplit(href).query)
    except ValueError:
        return None
    named = [value for key, value in told if key.lower() in SEARCH_KEYS and value]
    return next((value for value in named if len(value.strip()) == length), None)


def _is_navigation(payload: dict[str, Any]) -> bool:
    return payload.get("category") == "navigation"


def _found(payload: Any, before: str) -> str | None:
    if not isinstance(payload, dict):
        return None
    return next((_joined(payload[key], before) for key in _KEYS if payload.get(key)), None)


def _joined(href: Any, before: str) -> str | None:
    if not isinstance(href, str) or not href:
        return None
    try:
        joined = urljoin(before, href)
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None
