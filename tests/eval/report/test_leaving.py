"""Why people left, sorted by what their last thought speaks of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent.sessions.log import read_session_log
from agent.sessions.outcome import SessionOutcome
from eval.report.run.leaving import reasons
from eval.visits import Visit, visit_of
from tests.eval.report.sample import build_run


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    folder: Path = build_run(tmp_path_factory.mktemp("run")).sessions
    visits = [visit_of(read_session_log(p), n) for n, p in enumerate(sorted(folder.iterdir()), 1)]
    return next(one for one in visits if one.outcome == SessionOutcome.TERMINATE and one.steps)


def said(visit: Visit, thought: str) -> Visit:
    return replace(visit, steps=(*visit.steps[:-1], replace(visit.steps[-1], reasoning=thought)))


@pytest.mark.parametrize(
    ("thought", "reason"),
    [
        ("I only wanted to compare. The red mug costs $72 with 4.6 stars. I leave.", "Only looked"),
        ("I was just looking around.", "Only looked"),
        ("Ich wollte nur schauen.", "Only looked"),
        ("I opened 2 products and am not convinced. It costs $12.", "Not convinced"),
        ("It costs $72, more than I have.", "The price"),
        ("It costs $72 and that is over my budget.", "The price"),
        ("Too expensive for a mug.", "The price"),
        ("Das ist mir zu teuer.", "The price"),
        ("The price is fine for others.", "The price"),
        ("I cannot find a blue one.", "Did not find it"),
    ],
)
def test_a_price_that_is_only_told_is_no_reason(left: Visit, thought: str, reason: str) -> None:
    (found,) = reasons([said(left, thought)])
    assert found.label.startswith(reason)
