"""The model's measured parameters equal the measurements they are said to come from.

Needs the measurements, which are not part of the repository.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from agent.shoppers.parameters import CLICKS, DEFAULT

pytestmark = pytest.mark.data


def test_revisions_are_shared_as_people_share_them(data_dir: Path) -> None:
    """Each pair of searches in a row for one goal, sorted by what was done to its words."""
    goals: dict[str, list[str]] = json.loads(
        (data_dir / "webshop" / "goal_query_map.json").read_text("utf-8")
    )
    kinds = Counter(
        revision(words(a), words(b)) for queries in goals.values() for a, b in pairwise(queries)
    )
    total = kinds.total()
    assert total == 691
    for kind, share in kinds.items():
        assert getattr(DEFAULT, f"revision_{kind}") == pytest.approx(share / total, abs=0.002)


def test_clicks_are_those_of_people(data_dir: Path) -> None:
    """A run of clicks of one kind begins wherever something else came before."""
    measured = json.loads((data_dir / "opera" / "human_behaviour.json").read_text("utf-8"))
    steps = measured["transitions"]
    count: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for before, after in steps.items():
        for then, times in after.items():
            count[then] += times
            runs[then] += times * (before != then)
    products = count["click:product_link"]
    assert runs["click:review"] / products == pytest.approx(CLICKS.reviews_per_product, abs=0.005)
    assert runs["click:product_option"] / products == pytest.approx(
        CLICKS.options_per_product, abs=0.005
    )
    searches = measured["searches_per_session"]["mean"] * measured["sessions"]
    assert count["click:filter"] / searches == pytest.approx(CLICKS.filters_per_search, abs=0.003)


def test_clock_follows_peoples_timelines(data_dir: Path) -> None:
    """The simulated clock's medians, to the precision they are written with."""
    from agent.sources.settled import _SECONDS

    measured = json.loads((data_dir / "opera" / "human_behaviour.json").read_text("utf-8"))
    since = measured["seconds_since_previous_action"]
    sources = {
        "search": "input",
        "product": "click:product_link",
        "option": "click:product_option",
        "filter": "click:filter",
        "navigation": "click:nav_bar",
        "cart": "click:cart_side_bar",
        "buy": "click:purchase",
        "other": "click:review",
    }
    for kind, source in sources.items():
        assert _SECONDS[kind] == pytest.approx(since[source]["quantiles"]["50"], rel=0.03)


def revision(before: set[str], after: set[str]) -> str:
    if before == after:
        return "reorder"
    if after < before:
        return "drop"
    if before < after:
        return "add"
    return "replace" if before & after else "new"


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9$]+", text.lower()))
