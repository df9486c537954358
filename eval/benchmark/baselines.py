"""Trivial baselines, and a simple rule: what one gets without learning, beside every result.

Each sees what a policy sees, a page and the steps before it, never the step's own action; only
`most_frequent` is taken from the very data it is scored on, which flatters it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random

import msgspec

from agent.sessions.session import Step
from envs.actions import Action, Click, Terminate, Typing, encode_action
from envs.observation import Observation
from eval.benchmark.logged_page import is_legal, kind_of
from eval.benchmark.predictions import Prediction
from eval.benchmark.rule import rule
from eval.benchmark.targets import Question

Baseline = Callable[[Sequence[Step], Observation, Random], Action | None]

MOST_FREQUENT = "most_frequent"


def always_terminate(past: Sequence[Step], page: Observation, rng: Random) -> Action | None:
    return Terminate()


def repeat_search(past: Sequence[Step], page: Observation, rng: Random) -> Action | None:
    """The last text typed, into the same field in the same way; nothing when none was typed yet."""
    typed = (step.action for step in reversed(past) if isinstance(step.action, Typing))
    last = next(typed, None)
    return type(last)(last.name, last.text) if last else None


def first_result(past: Sequence[Step], page: Observation, rng: Random) -> Action | None:
    """A click on the page's first product; nothing where there is none."""
    return next((Click(e.name) for e in page.names if e.kind == "product"), None)


def random_legal(past: Sequence[Step], page: Observation, rng: Random) -> Action | None:
    """A click on any element, or leaving, all equally likely."""
    place = rng.randrange(len(page.names) + 1)
    return Click(page.names[place].name) if place < len(page.names) else Terminate()


_ACTIONS: dict[str, Baseline] = {
    "always_terminate": always_terminate,
    "repeat_search": repeat_search,
    "first_result": first_result,
    "random_legal": random_legal,
}
RULE = "rule"
NAMES = ("always_terminate", "always_buy", MOST_FREQUENT, *list(_ACTIONS)[1:], RULE)


def baseline_rows(question: Question) -> dict[str, Prediction]:
    """Each baseline's prediction of a step; `most_frequent` apart."""
    truth, page, session = question.truth, question.page, question.session
    past = session.steps
    rows = {"always_buy": always_buy(truth, page)}
    for name, choose in _ACTIONS.items():
        seed = f"{name}/{session.session_id}/{truth.step}".encode("utf-8", "surrogatepass")
        rng = Random(hashlib.blake2b(seed, digest_size=8).digest())
        rows[name] = answered(question, choose(past, page, rng))
    rows[RULE] = answered(question, rule(question.session, page))
    return rows


def always_buy(truth: Prediction, page: Observation) -> Prediction:
    """A click on the page's first element of kind buy.

    On a page without one there is nothing to click, which is no exact match; as an outcome it
    counts as buying all the same, since that is what the published always-buy does.
    """
    name = next((e.name for e in page.names if e.kind == "buy"), None)
    return msgspec.structs.replace(
        truth, prediction=Click(name or ""), prediction_kind="buy", legal=name is not None
    )


def answered(question: Question, action: Action | None) -> Prediction:
    """The step's row with `action` as its prediction."""
    return msgspec.structs.replace(
        question.truth,
        prediction=action,
        prediction_kind=_kind(question, action),
        legal=is_legal(action, question.page),
    )


def _kind(question: Question, action: Action | None) -> str | None:
    """The true action has the truth's own kind, which an imported log may know better than its
    page does."""
    if action == question.truth.truth:
        return question.truth.truth_kind
    known = question.kinds_known or isinstance(action, Terminate)
    return kind_of(action, question.page) if known else None


def most_frequent(rows: Iterable[Prediction]) -> list[Prediction]:
    """Everywhere the action that is true most often; its legality elsewhere is not known."""
    rows = list(rows)
    counts = Counter((encode_action(row.truth), row.truth_kind) for row in rows)
    best, kind = min(counts, key=lambda key: (-counts[key], key[0]))
    action = next(row.truth for row in rows if encode_action(row.truth) == best)
    legal = True if isinstance(action, Terminate) else None
    return [
        msgspec.structs.replace(row, prediction=action, prediction_kind=kind, legal=legal)
        for row in rows
    ]
