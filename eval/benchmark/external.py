"""Predictions made by someone else's system, scored as they are or against a data set.

The minimal row has `session_id`, `step`, `truth` and `prediction`. With the data set at hand,
kinds, legality, outcomes and the baselines follow from it. Knows rows and sessions, no policies.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from agent.sessions.session import Session
from eval.benchmark.baselines import MOST_FREQUENT, answered, most_frequent
from eval.benchmark.predict import Finished
from eval.benchmark.predictions import Prediction, read_predictions, unique
from eval.benchmark.targets import Question, questions
from eval.errors import EvalInputError


def as_they_are(path: Path) -> Finished:
    """Rows without their data set; what needs pages stays unknown.

    Raises:
        EvalInputError: a row is wrong, or about a step that another row is about.
    """
    rows = list(unique(read_predictions(path), path).values())
    return Finished(rows=rows, baselines={MOST_FREQUENT: most_frequent(rows)} if rows else {})


def against_data(path: Path, sessions: Iterable[Session]) -> Finished:
    """Rows beside the data set they predict; a step without a row counts as unanswered.

    Raises:
        EvalInputError: a row is about a step that the data do not hold, or disagrees about what
            happened there.
    """
    given = unique(read_predictions(path), path)
    finished = Finished()
    for session in sessions:
        finished.sources.add(session.source)
        asked = list(questions(session, ""))
        finished.too_short += not asked
        for question in asked:
            row = given.pop(question.truth.place, None)
            finished.unanswered += row is None
            finished.rows.append(_joined(question, row, path))
            finished.ask(question)
    if given:
        session_id, step = next(iter(given))
        raise EvalInputError(
            f"{path}: {len(given)} predictions are about steps that the data do not hold, e.g. "
            f"step {step} of session {session_id!r} (steps count from 0; step 0 is never predicted)"
        )
    if finished.rows:
        finished.baselines[MOST_FREQUENT] = most_frequent(finished.rows)
    return finished


def _joined(question: Question, row: Prediction | None, path: Path) -> Prediction:
    if row is None:
        return msgspec.structs.replace(question.truth, error="no prediction was given")
    if row.truth != question.truth.truth:
        raise EvalInputError(
            f"{path}: the truth of step {row.step} of session {row.session_id!r} is not what the "
            "data hold; were the predictions made on other data?"
        )
    kept = {
        name: getattr(row, name)
        for name in (
            "reasoning",
            "raw",
            "seconds",
            "tokens",
            "p_buy",
            "truth_logprob",
            "truth_rank",
        )
    }
    return msgspec.structs.replace(answered(question, row.prediction), **kept)
