"""Files of runs as they are shown: pages and pictures, each in a sandbox of its own.

A folder may come from anyone, so a page in it is shown but not believed. It has no origin, reaches
no network, and runs a script only if it is one of ours: the policy that the page names must be one
that our own templates make. Whatever else it holds is shown without its scripts.
"""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from eval.report.html import page_policy
from eval.report.run.page import STYLES
from shopper.app.guard import KEPT
from shopper.app.pages import Site

_PAGES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (STYLES, ("run.js",)),
    (("run.css", "study.css"), ("run.js", "replay.js")),
    (("bench.css", "ab.css"), ()),
    (("run.css", "bench.css"), ("run.js",)),
    (("bench.css",), ()),
    (("run.css", "study.css"), ()),
)
"""Styles and scripts of a run's page, a study's, a comparison's, a benchmark's, and of two runs and
two studies side by side."""
_NAMED = re.compile(rb'http-equiv="Content-Security-Policy" content="([^"]+)"')
_FRAMED = "sandbox allow-scripts; frame-ancestors 'self'; "
_BARE = (
    "sandbox; frame-ancestors 'self'; default-src 'none'; img-src 'self' data:; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
"""Of what no template of ours made: text and pictures."""


def routes(site: Site) -> list[Route]:
    def show(request: Request) -> Response:
        path = site.shelf.file(request.path_params["name"], request.path_params["inside"])
        return FileResponse(path, headers={"Content-Security-Policy": sandbox(path)})

    return [Route(KEPT + "{key}/{name}/{inside:path}", show)]


def address(site: Site, name: str, inside: str) -> str:
    """Where a file of a run is shown."""
    return f"{KEPT}{site.door.key}/{name}/{inside}"


def sandbox(path: Path) -> str:
    """What a file may do."""
    named = policy_in(path)
    return _FRAMED + named if named in our_policies() else _BARE


def policy_in(path: Path) -> str:
    """The policy that a page names for itself; '' where it is none of ours."""
    if path.suffix != ".html":
        return ""
    with path.open("rb") as file:
        found = _NAMED.search(file.read(2000))
    return html.unescape(found[1].decode("utf-8", "replace")) if found else ""


@cache
def our_policies() -> frozenset[str]:
    """Those of the pages that this version makes."""
    return frozenset(page_policy(*parts) for parts in _PAGES)
