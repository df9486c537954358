"""`shopper bench` without its command line: claim the folder, predict, score, write the results.

Brings the parts of `eval` together.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from agent.atomic_write import replacing
from agent.distribution import version_of
from agent.policies import Options, name_of, opened
from agent.policies import options as policy_options
from agent.policies.policy import Policy, PolicyError
from agent.policies.registry import can, choices
from agent.prompts import prompt as prompt_settings
from agent.runs.new_folders import missing_folders, remove_empty
from agent.sessions.dataset import files_of, read_sessions
from agent.sessions.paper_actions import without_browsing
from agent.sessions.session import RecordError, Session
from eval import formatting
from eval.benchmark import external as foreign
from eval.benchmark.action_scores import ActionScorer
from eval.benchmark.folder import BenchCard, BenchFolder
from eval.benchmark.inspect_log import write_inspect_log
from eval.benchmark.predict import Finished, Terms, Watch, predict
from eval.benchmark.predictions import PredictionLog
from eval.benchmark.results import Results, Setting, write_results
from eval.benchmark.summary import summarise
from eval.benchmark.votes import Voting
from eval.errors import EvalError, EvalInputError
from eval.report.benchmark.page import write_bench_report

SHOWN = frozenset({"reasoning", "past_reasonings", "persona", "intent", "input_action"})
COUNTABLE = 200_000_000
"""Bytes of a data set up to which its steps are counted before work begins."""


@dataclass(frozen=True, kw_only=True)
class BenchRequest:
    """What to benchmark: `policy` under `options` on `data` (its part `split`), into `out`.

    A policy that is there already has options of its own, and stays its owner's. With `votes` it is
    asked so often for each step, and what it said most counts; it should draw then, not be greedy.
    """

    data: Path
    policy: str | Policy
    out: Path
    options: Options
    split: str | None = None
    limit: int | None = None
    resume: bool = False
    concurrency: int = 8
    patience: float = 600.0
    action_scores: bool = False
    votes: int = 0


async def benchmark(request: BenchRequest, watch: Watch = lambda what, steps: None) -> Results:
    """Carry out a benchmark, or what is left of it, and write ``results.json``.

    Raises:
        EvalInputError: the data or the folder cannot be used, or the policy cannot do what is
            asked.
        EvalError: the policy failed, or gave no answer at all; what was predicted is kept.
        PolicyError: it cannot be loaded; no new folder is left behind.
    """
    if request.action_scores and not _scores_actions(request.policy):
        raise EvalInputError(
            f"{name_of(request.policy)} cannot say how probable actions are; leave out "
            f"--probabilities, or take {choices('action_scores')}"
        )
    if request.action_scores and request.votes:
        raise EvalInputError("probabilities are of one decision: leave out --votes or them")
    source = part_of(request.data, request.split)
    folder = BenchFolder(request.out)
    made, begun = missing_folders(folder.root), folder.card.exists()
    card, earlier = folder.claim(_card(request), resume=request.resume)

    @asynccontextmanager
    async def policy() -> AsyncIterator[Policy]:
        nonlocal card
        async with opened(request.policy, request.options) as found:
            asked = Voting(found, request.votes) if request.votes else found
            card = msgspec.structs.replace(card, settings=dict(asked.settings))
            folder.write_card(card)
            yield asked

    terms = Terms(
        settings=card.key,
        limit=request.limit,
        concurrency=request.concurrency,
        patience=request.patience,
        action_scores=request.action_scores,
    )
    try:
        with PredictionLog(folder.predictions) as log:
            finished = await predict(_sessions(source), earlier, policy, log, terms, watch)
        _check_answered(finished, name_of(request.policy))
    except PolicyError:
        if not begun:
            folder.give_back()
            remove_empty(made)
        raise
    return _written(folder, finished, card, _sessions(source))


def _check_answered(finished: Finished, policy: str) -> None:
    """A policy that answered nothing is down, not bad.

    Raises:
        EvalError: there were steps, and no answer to any.
    """
    if not (unanswered := _unanswered(finished)):
        return
    steps = formatting.count(len(finished.rows), "step")
    raise EvalError(f"{policy} gave no answer to any of {steps}; the last: {unanswered}")


def _unanswered(finished: Finished) -> str:
    """Why the last step has no answer, if no step has one."""
    reasons = [row.error for row in finished.rows if isinstance(row.error, str)]
    return reasons[-1] if reasons and len(reasons) == len(finished.rows) else ""


def _scores_actions(policy: str | Policy) -> bool:
    return (
        can(policy, "action_scores")
        if isinstance(policy, str)
        else isinstance(policy, ActionScorer)
    )


def steps_to_predict(request: BenchRequest) -> int | None:
    """How many steps a benchmark has, for progress; None when counting would take too long."""
    source = part_of(request.data, request.split)
    if sum(file.stat().st_size for file in files_of(source)) > COUNTABLE:
        return None
    sessions = islice(_sessions(source), request.limit)
    return sum(max(0, len(session.steps) - 1) for session in sessions)


def score_external(predictions: Path, data: Path | None, out: Path, label: str) -> Results:
    """Score someone else's predictions, against their data set if there is one."""
    finished = (
        foreign.as_they_are(predictions)
        if data is None
        else foreign.against_data(predictions, _sessions(data))
    )
    if _unanswered(finished):
        where = f" of a step of {data}" if data is not None else ""
        raise EvalInputError(f"{predictions} holds no prediction{where}: there is nothing to score")
    folder = BenchFolder(out)
    card = BenchCard(
        shopper_version=version_of("shopper") or "unknown",
        policy=label,
        data=str(data or predictions),
        asked={"predictions": str(predictions)},
    )
    folder.claim(card, resume=True)
    with replacing(folder.predictions) as draft, PredictionLog(draft) as log:
        for row in finished.rows:
            log.append(row)
    return _written(folder, finished, card, _sessions(data) if data else ())


def part_of(data: Path, split: str | None) -> Path:
    """The file of a split data set: ``DATA/SPLIT.jsonl.zst`` and the like.

    Raises:
        EvalInputError: `data` does not exist, or has no such part.
    """
    if not data.exists():
        raise EvalInputError(f"there is no data set at {data}")
    if split is None:
        return data
    parts = sorted(data.glob(f"{split}.*")) if data.is_dir() else []
    if not parts:
        raise EvalInputError(
            f"{data} has no part {split!r}: --split wants a folder that `shopper data split` wrote"
        )
    return parts[0]


def _card(request: BenchRequest) -> BenchCard:
    asked: dict[str, Setting] = {
        **prompt_settings.recorded(request.options.prompt),
        **policy_options.recorded(request.options),
    }
    if request.votes:
        asked["votes"] = request.votes
    return BenchCard(
        shopper_version=version_of("shopper") or "unknown",
        policy=name_of(request.policy),
        data=str(request.data),
        split=request.split,
        limit=request.limit,
        asked=asked,
    )


def _sessions(source: Path) -> Iterator[Session]:
    """The sessions as the paper has them: steps that only look further are folded away."""
    try:
        yield from map(without_browsing, read_sessions(source))
    except RecordError as error:
        raise EvalInputError(
            f"{error}; `shopper data check {source}` lists what is wrong"
        ) from error


def _kept(card: BenchCard) -> list[str]:
    """What was asked for and not done: a trained policy is shown what it was trained on."""
    return [
        f"The policy keeps to its training: {name} is {card.settings[name]}, not {asked} as asked."
        for name, asked in card.asked.items()
        if name in card.settings and name in SHOWN and card.settings[name] != asked
    ]


def _voted(card: BenchCard) -> list[str]:
    votes = card.asked.get("votes")
    if not votes:
        return []
    return [f"Of each step {votes} decisions were drawn, and what most of them were for counts."]


def _written(
    folder: BenchFolder, finished: Finished, card: BenchCard, sessions: Iterable[Session]
) -> Results:
    settings: dict[str, Setting] = card.settings or card.asked
    if card.split is not None:
        settings = {**settings, "split": card.split}
    if card.limit is not None:
        settings = {**settings, "limit": card.limit}
    results = summarise(finished, policy=card.policy, data=card.data, settings=settings)
    notes = (*results.notes, *_voted(card), *_kept(card))
    results = msgspec.structs.replace(results, notes=notes)
    write_results(folder.results, results)
    write_bench_report(folder.report, results, finished.rows, sessions)
    write_inspect_log(folder.inspect_log, results, finished.rows)
    return results
