"""What a model said when it was asked after a visit, and the file that holds it.

A model's answers are kept apart from everything that was observed, here as in the report. Knows
nothing of how questions are put (`agent.study.questions`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

FILE = "answers.json"

QuestionKind = Literal["seq", "sus", "open"]


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model's answer to one question: `score` of a scale (SEQ 1 to 7, SUS 0 to 100), or `text`.

    `items` are the ten answers of a SUS; `steps` the steps an open answer cites: it is unsupported
    without. An answer that could not be read has neither score nor text; `raw` is what was said.
    """

    question: str
    kind: QuestionKind
    participant: str
    session_id: str
    task: str | None = None
    score: float | None = None
    items: tuple[int, ...] = ()
    text: str | None = None
    steps: tuple[int, ...] = ()
    raw: str = ""


class Answers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All answers of a study. `model` is None where nobody could be asked, and `note` says why."""

    model: str | None = None
    note: str = ""
    answers: tuple[Answer, ...] = ()


class AnswersError(ValueError):
    """An answers file that is none; the message names the field."""


def write_answers(folder: Path, answers: Answers) -> None:
    path = folder / FILE
    draft = path.with_suffix(".json.new")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(answers)) + b"\n")
    draft.replace(path)


def read_answers(folder: Path) -> Answers:
    """The answers of a study; none where it has no file yet.

    Raises:
        AnswersError: the file is not one of answers.
    """
    path = folder / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Answers)
    except FileNotFoundError:
        return Answers(note="nobody was asked")
    except (OSError, msgspec.DecodeError) as error:
        raise AnswersError(f"cannot read {path}: {error}") from error
