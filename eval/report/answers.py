"""A model's answers as a report tells them: by question, with the steps they cite as links.

Answers are a model's, never observed. Knows visits and answers, not how they came about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from agent.study.answers import LOG, SurveyAnswer, unsupported
from eval.visits import Visit


@dataclass(frozen=True)
class AnswerView:
    """One answer. `visit` is None where its log is gone; `unsupported` says why it rests on
    nothing; `from_log`: it was put together of the log, by rule."""

    visit: Visit | None
    session_id: str
    text: Markup
    unsupported: str | None
    model: str | None
    from_log: bool = False


@dataclass(frozen=True)
class QuestionView:
    """An open question with all its answers, the supported ones first."""

    question: str
    answers: tuple[AnswerView, ...]

    @property
    def unsupported(self) -> int:
        return sum(answer.unsupported is not None for answer in self.answers)

    @property
    def from_log(self) -> bool:
        """Whether a log answered some of it."""
        return any(answer.from_log for answer in self.answers)

    @property
    def from_model(self) -> bool:
        """Whether a model answered some of it."""
        return not all(answer.from_log for answer in self.answers)


def questions(answers: Iterable[SurveyAnswer], visits: Sequence[Visit]) -> list[QuestionView]:
    """The open questions in the order they were asked."""
    by_id = {visit.session_id: visit for visit in visits}
    asked: dict[str, list[AnswerView]] = {}
    for answer in answers:
        if answer.kind == "open":
            view = _view(answer, by_id.get(answer.session_id))
            asked.setdefault(answer.question, []).append(view)
    return [
        QuestionView(question, tuple(sorted(given, key=lambda a: a.unsupported is not None)))
        for question, given in asked.items()
    ]


def _view(answer: SurveyAnswer, visit: Visit | None) -> AnswerView:
    return AnswerView(
        visit=visit,
        session_id=answer.session_id,
        text=_linked(answer, visit),
        unsupported=unsupported(answer, first=1),
        model=answer.model,
        from_log=answer.model == LOG,
    )


def _linked(answer: SurveyAnswer, visit: Visit | None) -> Markup:
    """The text with every step it cites as a link; steps count from 1 in a report."""
    text, end, pieces = answer.text or "", 0, Markup("")
    for match in re.finditer(r"\[(\d{1,4})\]", text):
        step = int(match[1])
        pieces += escape(text[end : match.start()]) + _link(step, answer, visit)
        end = match.end()
    return pieces + escape(text[end:])


def _link(step: int, answer: SurveyAnswer, visit: Visit | None) -> Markup:
    if step not in answer.steps:
        return Markup('<span class="missing">[no step {}]</span>').format(step + 1)
    if visit is None:
        return Markup("[step {}]").format(step + 1)
    return Markup('<a href="#visit-{0}-step-{1}">[step {2}]</a>').format(
        visit.number, step, step + 1
    )
