"""How far customers went down pages and how long they stayed on them, where they could scroll."""

from __future__ import annotations

from itertools import groupby
from statistics import median

import msgspec

from agent.sessions.session import Session


class PageView(msgspec.Struct, frozen=True):
    """One stay on a page. `depth` is the largest part of its height that the window had come past
    by scrolling, None where nobody scrolled; `seconds` run from the step that led there to the last
    one on it."""

    depth: float | None
    seconds: float


class Looking(msgspec.Struct, frozen=True):
    """Page views, on how many of them somebody scrolled, the median depth of these and the median
    of all stays in seconds."""

    views: int
    scrolled: int
    depth: float
    seconds: float


def page_views(session: Session) -> tuple[PageView, ...]:
    """The stays of one visit in order: steps one after the other at one address."""
    found, since = [], session.started_at
    for _, group in groupby(session.steps, key=lambda step: step.url):
        steps = list(group)
        until = steps[-1].timestamp
        depths = [s.viewport.depth for s in steps if s.viewport and s.viewport.depth is not None]
        seconds = max(0.0, (until - since).total_seconds())
        found.append(PageView(max(depths, default=None), seconds))
        since = until
    return tuple(found)


def looking(views: list[PageView]) -> Looking | None:
    """All stays together; None where nobody scrolled."""
    depths = [view.depth for view in views if view.depth is not None]
    if not depths:
        return None
    return Looking(len(views), len(depths), median(depths), median(v.seconds for v in views))
