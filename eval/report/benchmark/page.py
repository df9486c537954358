"""The report of a benchmark: what the numbers say, and every visit with the prediction beside the
truth.

Sessions are read again as a stream while the page is written, so that their pages never stand in
memory together. What is counted comes from `eval.benchmark.results` and is not counted again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from agent.sessions.describe import KIND_WORDS, ActionDescription, describe_action
from agent.sessions.session import Session
from envs.actions import Action, Typing, action_name
from eval.benchmark.counts import NO_ANSWER, predicted_outcome, true_outcome
from eval.benchmark.matching import error_of, exact
from eval.benchmark.predictions import Prediction
from eval.benchmark.results import Results
from eval.report.benchmark import charts, published
from eval.report.benchmark.logged_page_html import LONGEST, readable
from eval.report.html import write_page
from eval.report.query_diff import Change, revision
from eval.report.terminal import (
    BASELINE_WORDS,
    ERROR_WORDS,
    STEP_WORDS,
    percent,
    split_cell,
    with_interval,
)

PAGE_BUDGET = 24_000_000
"""Characters of page text in a report; each page is cut to its share."""
MOST_SESSIONS = 1_000
MOST_SEARCHES = 24
_SHORTEST = 1_500

KINDS = {**KIND_WORDS, NO_ANSWER: "No answer"}


@dataclass(frozen=True)
class PredictionView:
    """One predicted step: the page, what was done and what was predicted."""

    number: int
    right: bool
    error: str
    truth: ActionDescription
    guess: ActionDescription | None
    reasoning: str | None
    page: Markup


@dataclass(frozen=True)
class SessionView:
    """One visit of the data set."""

    number: int
    session_id: str
    outcome: str
    right: int
    kinds: tuple[str, ...]
    steps: tuple[PredictionView, ...]


@dataclass(frozen=True)
class Query:
    """A search of the data and what the policy did in its place. `changes` turn the person's text
    into the policy's; `instead` says what it did when it typed nothing."""

    session_id: str
    number: int
    text: str
    changes: tuple[Change, ...]
    instead: ActionDescription | None
    right: bool


def write_bench_report(
    path: Path, results: Results, rows: Sequence[Prediction], sessions: Iterable[Session]
) -> Path:
    """Write the page. Without `sessions` it has the numbers, not the visits.

    Raises:
        OSError: it cannot be written; an older one is left as it was.
    """
    best = max(
        results.baselines.items(),
        key=lambda item: item[1].exact_match.session_macro.value or 0.0,
        default=None,
    )
    shown = _chosen(rows)
    return write_page(
        path,
        "bench.html",
        styles=["run.css", "bench.css"],
        scripts=["run.js"],
        results=results,
        best=best,
        kinds=KINDS,
        queries=_queries(rows),
        outcomes=Counter(
            (truth, predicted_outcome(row)) for row in rows if (truth := true_outcome(row))
        ),
        shown=len(shown),
        sessions=_views(sessions, rows, shown),
        paper=published.PAPER,
        opera=published.OPERA,
        protocols=published.PROTOCOLS,
        personas=published.PERSONAS,
        bench_charts=charts,
        baseline_words=BASELINE_WORDS,
        error_words=ERROR_WORDS,
        step_words=STEP_WORDS,
        split_cell=split_cell,
        percent_of=percent,
        with_interval=with_interval,
    )


def _chosen(rows: Sequence[Prediction]) -> frozenset[str]:
    """The visits shown: all, or evenly many of a large data set."""
    names = list(dict.fromkeys(row.session_id for row in rows))
    every = max(1, -(-len(names) // MOST_SESSIONS))
    return frozenset(names[::every])


def _views(
    sessions: Iterable[Session], rows: Sequence[Prediction], shown: frozenset[str]
) -> Iterator[SessionView]:
    by_session: dict[str, dict[int, Prediction]] = {}
    for row in rows:
        if row.session_id in shown:
            by_session.setdefault(row.session_id, {})[row.step] = row
    steps = sum(len(found) for found in by_session.values())
    longest = min(LONGEST, max(_SHORTEST, PAGE_BUDGET // max(1, steps)))
    number = 0
    for session in sessions:
        predicted = by_session.pop(session.session_id, None)
        if predicted:
            number += 1
            yield _view(number, session, predicted, longest)


def _view(number: int, session: Session, rows: dict[int, Prediction], longest: int) -> SessionView:
    steps = tuple(
        _step(session.steps[index].context, rows[index], longest) for index in sorted(rows)
    )
    right = sum(step.right for step in steps)
    outcome = "bought" if right == len(steps) else "left" if right else "failed"
    return SessionView(
        number=number,
        session_id=session.session_id,
        outcome=outcome,
        right=right,
        kinds=tuple(step.kind for step in session.steps),
        steps=steps,
    )


def _step(context: str, row: Prediction, longest: int) -> PredictionView:
    error = error_of(row)
    guess = row.prediction
    return PredictionView(
        number=row.step + 1,
        right=error is None,
        error=ERROR_WORDS.get(error or "", ""),
        truth=describe_action(row.truth, row.truth_kind or "other"),
        guess=None if guess is None else describe_action(guess, _kind(row, guess)),
        reasoning=row.reasoning,
        page=readable(
            context, action_name(row.truth), action_name(guess) if guess else None, longest
        ),
    )


def _kind(row: Prediction, guess: Action) -> str:
    """A typed text into the field the truth typed into is a search if that was one."""
    if isinstance(guess, Typing) and isinstance(row.truth, Typing):
        return row.prediction_kind or row.truth_kind or "other"
    return row.prediction_kind or "other"


def _queries(rows: Sequence[Prediction]) -> list[Query]:
    """Searches of the data: first those the policy answered with another text, then those where
    it did something else, then those it got right."""
    found = [
        _query(row)
        for row in rows
        if isinstance(row.truth, Typing) and row.truth_kind in ("search", None)
    ]
    return sorted(found, key=lambda query: (query.right, query.instead is not None))[:MOST_SEARCHES]


def _query(row: Prediction) -> Query:
    assert isinstance(row.truth, Typing)
    typed = row.prediction if isinstance(row.prediction, Typing) else None
    other = row.prediction if typed is None else None
    return Query(
        session_id=row.session_id,
        number=row.step + 1,
        text=row.truth.text,
        changes=tuple(revision(row.truth.text, typed.text)) if typed else (),
        instead=None
        if typed
        else describe_action(other, _kind(row, other))
        if other
        else ActionDescription("Nothing"),
        right=exact(row),
    )
