"""Depth reached and time on page, from logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from agent.sessions.session import Session, Step
from envs.actions import Action, Click, Scroll, Terminate
from envs.observation import Viewport
from eval.looking import Looking, PageView, looking, page_views

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DOWN = Scroll(direction="down")


def visit(*steps: tuple[str, Action, float | None, int]) -> Session:
    """A visit of steps at an address, with the depth reached and the second they were taken."""
    return Session(
        session_id="s", user_id="u", site="x", started_at=NOW, source="live",
        steps=tuple(
            Step(
                index=k, timestamp=NOW + timedelta(seconds=at), url=url, context="", action=action,
                viewport=Viewport(width=10, height=10, depth=depth),
            )
            for k, (url, action, depth, at) in enumerate(steps)
        ),
    )  # fmt: skip


def test_a_view_is_as_deep_as_its_deepest_scroll_and_lasts_until_it_is_left() -> None:
    session = visit(
        ("/", DOWN, 0.4, 2), ("/", DOWN, 0.8, 5), ("/", Click("a"), None, 6),
        ("/a", Terminate(), None, 16),
    )  # fmt: skip
    assert page_views(session) == (PageView(0.8, 6.0), PageView(None, 10.0))
    assert looking(list(page_views(session))) == Looking(2, 1, 0.8, 8.0)


def test_where_nobody_scrolls_nothing_is_told() -> None:
    assert looking(list(page_views(visit(("/", Click("a"), None, 6))))) is None
    assert looking([]) is None
