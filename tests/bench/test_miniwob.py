"""A sample of MiniWoB++, played by name in a real browser; the whole is `python -m bench.miniwob`."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from bench.miniwob.reasons import NOT_POSSIBLE
from bench.miniwob.run import play_all
from bench.miniwob.served import tasks
from bench.miniwob.solvers import SOLVERS

pytestmark = pytest.mark.skipif(find_spec("miniwob") is None, reason="miniwob is not installed")

SAMPLE = (
    "click-checkboxes-soft",
    "click-menu-2",
    "click-scroll-list",
    "click-tab-2",
    "choose-date-medium",
    "email-inbox-star-reply",
    "enter-time",
    "login-user-popup",
    "multi-orderings",
    "read-table-2",
    "social-media",
    "social-media-all",
    "use-autocomplete",
    "use-slider-2",
)
"""One of each kind of page: menus, tabs, calendars, pictures as buttons, sliders, suggestions."""


def test_every_task_has_a_solver_or_a_reason() -> None:
    assert [t for t in tasks() if (t in SOLVERS) == (t in NOT_POSSIBLE)] == []


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.timeout(600)
async def test_a_sample_is_solved() -> None:
    results = await play_all(SAMPLE, [1], at_once=2)
    assert {r.task: r.why for r in results if r.verdict != "solved"} == {}
