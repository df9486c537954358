"""Questions put to the policy's language model after a visit: SEQ, SUS, and the author's own.

The answers are a model's, never a person's, and are labelled so wherever they go. A policy without
a language model is not asked. Where the model is too small to be asked, open questions are answered
by what the log holds (`agent.study.from_log`), and are labelled so.

Sources: SEQ, Sauro and Dumas, Comparison of Three One-Question, Post-Task Usability Questionnaires
(CHI 2009). SUS, Brooke, SUS: a "quick and dirty" usability scale (1996).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from agent.policies.completion import ChatMessage, Completer, CompletionRequest
from agent.policies.policy import PolicyError
from agent.sessions.outcome import outcome_of
from agent.sessions.session import Session
from agent.study.answers import LOG, QuestionKind, SurveyAnswer, SurveyAnswers, cited
from agent.study.definition import Questions, Study, Task
from agent.study.from_log import answer_from_log
from agent.study.success import closed_the_window, split_id
from agent.study.transcript import retell, who

SEQ_TEXT = "Overall, how difficult or easy was this task?"
SUS_ITEMS = (
    "I think that I would like to use this system frequently.",
    "I found the system unnecessarily complex.",
    "I thought the system was easy to use.",
    "I think that I would need the support of a technical person to be able to use this system.",
    "I found the various functions in this system were well integrated.",
    "I thought there was too much inconsistency in this system.",
    "I would imagine that most people would learn to use this system very quickly.",
    "I found the system very cumbersome to use.",
    "I felt very confident using the system.",
    "I needed to learn a lot of things before I could get going with this system.",
)
AT_ONCE = 4
"""Questions put at the same time."""

Outcome = Callable[[Session], str]
"""How a visit ended, in a few words."""


@dataclass(frozen=True)
class SurveyedVisit:
    """A visit as it is told to the model (`retell`): what was `wanted`, step by step, and its
    `ending`. `task` is None outside a study. `closed`: the study closed the window, not the
    customer."""

    session: Session
    told: str
    wanted: str
    ending: str
    task: str | None = None
    closed: bool = False


def surveyed(session: Session, task: Task, ending: str, *, in_study: bool) -> SurveyedVisit:
    """A visit for a task, told."""
    told = retell(session, task, ending)
    wanted = session.intent or (task.text if in_study else "")
    if not in_study:
        return SurveyedVisit(session, told, wanted, ending)
    return SurveyedVisit(session, told, wanted, ending, task.id, closed_the_window(session, task))


async def ask_all(
    model: Completer,
    study: Study,
    sessions: Iterable[Session],
    outcome: Outcome,
    *,
    open_from_log: bool = False,
) -> SurveyAnswers:
    """Put the study's questions about these visits; a question that fails has no answer.

    Visits that broke down are not asked about. `open_from_log`: open questions are answered by the
    log.

    Raises:
        PolicyError: the model answers nothing at all.
    """
    asked = [s for s in sessions if s.steps and outcome_of(s).finished]
    questions = _questions(study, asked, outcome)
    if not open_from_log:
        return await _put_all(model, questions)
    given = await _put_all(model, [q for q in questions if q.kind != "open"])
    from_log = tuple(q.from_log() for q in questions if q.kind == "open")
    return msgspec.structs.replace(given, answers=(*given.answers, *from_log))


async def ask_afterwards(
    model: Completer, text: str, told: Iterable[SurveyedVisit]
) -> SurveyAnswers:
    """Put one open question about each of these visits; one that fails has no answer.

    Raises:
        PolicyError: the model answers nothing at all.
    """
    questions = [_Question("open", text, one) for one in told]
    given = await _put_all(model, questions)
    named = tuple(msgspec.structs.replace(a, model=model.name) for a in given.answers)
    return msgspec.structs.replace(given, answers=named)


def ask_the_log(text: str, told: Iterable[SurveyedVisit]) -> SurveyAnswers:
    """What the logs of these visits answer to an open question."""
    answers = tuple(_Question("open", text, one).from_log() for one in told)
    return SurveyAnswers(model=LOG, answers=answers)


async def _put_all(model: Completer, questions: Sequence[_Question]) -> SurveyAnswers:
    gate = asyncio.Semaphore(AT_ONCE)
    failures: list[PolicyError] = []

    async def put(question: _Question) -> SurveyAnswer | None:
        async with gate:
            try:
                return await question.put(model)
            except PolicyError as error:
                failures.append(error)
                return None

    given = await asyncio.gather(*(put(question) for question in questions))
    answers = tuple(answer for answer in given if answer is not None)
    if failures and not answers:
        raise failures[0]
    note = f"{len(failures)} questions got no answer: {failures[0]}" if failures else ""
    return SurveyAnswers(model=model.name, note=note, answers=answers)


def sus_score(items: Sequence[int]) -> float:
    """The SUS of ten answers from 1 to 5, 0 to 100 (Brooke 1996)."""
    if len(items) != len(SUS_ITEMS) or not all(1 <= item <= 5 for item in items):
        raise ValueError("a SUS has ten answers from 1 to 5")
    return 2.5 * sum(5 - item if n % 2 else item - 1 for n, item in enumerate(items))


class _Question:
    """One question about one or more visits of a customer."""

    def __init__(self, kind: QuestionKind, text: str, visit: SurveyedVisit) -> None:
        self.kind = kind
        self.text = text
        self.visit = visit
        self.session = visit.session

    async def put(self, model: Completer) -> SurveyAnswer:
        """Ask, and read the answer as far as it can be read."""
        schema, ask, most = _FORMS[self.kind]
        request = CompletionRequest(
            system=who(self.session),
            turns=(ChatMessage("user", f"{self.visit.told}\n\n{ask.format(question=self.text)}"),),
            max_tokens=most,
            schema=schema,
            temperature=0.0,
            seed=self.session.seed or 0,
        )
        said = (await model.complete(request)).text.strip()
        score, items, text, steps = _read(self.kind, said, len(self.session.steps))
        return SurveyAnswer(
            question=self.text,
            kind=self.kind,
            participant=split_id(self.session.session_id)[0],
            session_id=self.session.session_id,
            task=self.visit.task,
            score=score,
            items=items,
            text=text,
            steps=steps,
            raw=said[:2000],
        )

    def from_log(self) -> SurveyAnswer:
        """What the log answers to an open question."""
        visit = self.visit
        found = answer_from_log(
            self.text, self.session, visit.wanted, visit.ending, closed=visit.closed
        )
        return SurveyAnswer(
            question=self.text,
            kind="open",
            participant=split_id(self.session.session_id)[0],
            session_id=self.session.session_id,
            task=visit.task,
            text=found.text,
            steps=cited(found.text),
            model=LOG,
        )


def _questions(study: Study, sessions: Sequence[Session], outcome: Outcome) -> list[_Question]:
    tasks = {task.id: task for task in study.tasks}
    asks: Questions = study.questions
    told = [
        surveyed(s, tasks[split_id(s.session_id)[1]], outcome(s), in_study=True) for s in sessions
    ]
    questions: list[_Question] = []
    for visit in told:
        if asks.seq:
            questions.append(_Question("seq", SEQ_TEXT, visit))
        questions += [_Question("open", text, visit) for text in asks.open]
    for everything in _by_participant(told):
        if asks.sus:
            listed = "\n".join(f"{n}. {item}" for n, item in enumerate(SUS_ITEMS, 1))
            questions.append(_Question("sus", listed, everything))
    return questions


def _by_participant(told: Iterable[SurveyedVisit]) -> Iterable[SurveyedVisit]:
    """Each participant's last visit, with all of theirs retold, for no one task."""
    visits: dict[str, list[SurveyedVisit]] = {}
    for one in told:
        visits.setdefault(split_id(one.session.session_id)[0], []).append(one)
    for theirs in visits.values():
        yield replace(theirs[-1], told="\n\n".join(one.told for one in theirs), task=None)


def _read(
    kind: QuestionKind, said: str, steps: int
) -> tuple[float | None, tuple[int, ...], str | None, tuple[int, ...]]:
    """Score, items, text and cited steps of what a model said; what cannot be read is left out."""
    if kind == "open":
        return None, (), said or None, tuple(n for n in cited(said) if n < steps)
    if kind == "seq":
        numbers = re.findall(r"(?<![\d.])[1-7](?![\d.])", said)
        return (float(numbers[0]), (), None, ()) if len(set(numbers)) == 1 else (None, (), None, ())
    listed = re.search(r"\[([^\]]*)\]", said)
    items = tuple(int(n) for n in re.findall(r"\d+", listed[1] if listed else said))
    if len(items) != len(SUS_ITEMS) or not all(1 <= n <= 5 for n in items):
        return None, (), None, ()
    return sus_score(items), items, None, ()


def _schema(key: str, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key: value},
        "required": [key],
        "additionalProperties": False,
    }


_FORMS: dict[QuestionKind, tuple[dict[str, Any] | None, str, int]] = {
    "seq": (
        _schema("answer", {"type": "integer", "enum": [1, 2, 3, 4, 5, 6, 7]}),
        '{question} 1 is very difficult, 7 is very easy. Answer with JSON: {{"answer": NUMBER}}',
        40,
    ),
    "sus": (
        _schema("answers", {"type": "array", "items": {"type": "integer"}}),
        "How much do you agree with each statement about this shop? 1 is strongly disagree, 5 is "
        "strongly agree.\n{question}\n"
        'Answer with JSON, ten numbers in this order: {{"answers": [N, N, …]}}',
        120,
    ),
    "open": (
        None,
        "{question} Answer in at most three sentences, and put the numbers of the steps you speak "
        "of in square brackets, like [3].",
        200,
    ),
}
