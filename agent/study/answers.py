"""What a model said when it was asked after a visit, and the file that holds it.

A model's answers are kept apart from everything that was observed, here as in the report. Knows
nothing of how questions are put (`agent.study.questions`).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec

from agent.atomic_write import write_json
from agent.parsing import from_json

FILE = "answers.json"
ASKED = "asked.json"
"""Answers to what was asked afterwards (`shopper ask`): no study's questions overwrite these."""

LOG = "log"
"""In place of a model's name: the answer was put together of the visit's log, by rule."""

QuestionKind = Literal["seq", "sus", "open"]


class SurveyAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model's answer to one question: `score` of a scale (SEQ 1 to 7, SUS 0 to 100), or `text`.

    `items` are the ten answers of a SUS; `steps` the steps an open answer cites: it is unsupported
    without. An answer that could not be read has neither score nor text; `raw` is what was said.
    `model` is who answered, where it was asked afterwards, or `LOG`.
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
    model: str | None = None


class SurveyAnswers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All answers of a study. `model` is None where nobody could be asked, and `note` says why."""

    model: str | None = None
    note: str = ""
    answers: tuple[SurveyAnswer, ...] = ()


class AnswersError(ValueError):
    """An answers file that is none; the message names the field."""


def cited(text: str) -> tuple[int, ...]:
    """The step numbers that stand in square brackets, each once, in order."""
    return tuple(sorted({int(n) for n in re.findall(r"\[(\d{1,4})\]", text)}))


def unsupported(answer: SurveyAnswer, first: int = 0) -> str | None:
    """Why an open answer rests on nothing, in a few words; None where it cites steps, all there.
    `first` is the number of the first step where this is read: 0 in logs, 1 in reports."""
    if answer.kind != "open":
        return None
    if answer.text is None:
        return "nothing was said"
    if missing := [n for n in cited(answer.text) if n not in answer.steps]:
        steps = ", ".join(f"[{n + first}]" for n in missing)
        return f"cites {steps}, and there is no such step"
    if answer.steps:
        return None
    return "the log does not tell" if answer.model == LOG else "cites no step"


def write_answers(folder: Path, answers: SurveyAnswers) -> None:
    """What the study's own questions were answered."""
    _write(folder / FILE, answers)


def read_answers(folder: Path) -> SurveyAnswers:
    """The answers of a study, and those given since; none where it has no file yet.

    Raises:
        AnswersError: a file is not one of answers.
    """
    answers = _read(folder / FILE) or SurveyAnswers(note="nobody was asked")
    asked = read_asked(folder)
    if not asked.answers:
        return answers
    return SurveyAnswers(
        model=answers.model or asked.model,
        note=answers.note if answers.model else "",
        answers=(*answers.answers, *asked.answers),
    )


def read_asked(folder: Path) -> SurveyAnswers:
    """What was answered to `shopper ask`, nothing where nobody was asked.

    Raises:
        AnswersError: the file is not one of answers.
    """
    return _read(folder / ASKED) or SurveyAnswers()


def keep_asked(folder: Path, given: SurveyAnswers) -> None:
    """Add answers; the same question to the same visit and model is answered again.

    Raises:
        AnswersError: the file that is there is not one of answers; it is left as it is.
    """
    new = {(a.question, a.session_id, a.model) for a in given.answers}
    kept = (a for a in read_asked(folder).answers if (a.question, a.session_id, a.model) not in new)
    _write(folder / ASKED, SurveyAnswers(model=given.model, answers=(*kept, *given.answers)))


def _read(path: Path) -> SurveyAnswers | None:
    try:
        return from_json(path.read_bytes(), SurveyAnswers)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise AnswersError(f"cannot read {path}: {error}") from error


def _write(path: Path, answers: SurveyAnswers) -> None:
    write_json(path, answers)
