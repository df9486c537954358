"""What the policy's model said when asked, summed up. A model's answers, never observations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from agent.study.answers import SurveyAnswer, SurveyAnswers
from eval.stats.intervals import mean_interval
from eval.usability.schema import AnswerSummary, ModelAnswers

_DEFINITIONS = {
    "seq": (
        "How easy the task was, from 1 (very difficult) to 7 (very easy), as the model answers in "
        "the customer's place.",
        "Sauro and Dumas, Comparison of three one-question, post-task usability questionnaires "
        "(CHI 2009)",
    ),
    "sus": (
        "Ten statements about the shop, from 0 to 100, as the model answers in the customer's "
        "place.",
        "Brooke, SUS: a “quick and dirty” usability scale (1996)",
    ),
}


def asked(answers: SurveyAnswers) -> ModelAnswers:
    """The answers with the means of the scales: SEQ for each task, SUS over all."""
    by_scale: defaultdict[tuple[str, str | None], list[SurveyAnswer]] = defaultdict(list)
    for answer in answers.answers:
        if answer.kind != "open":
            by_scale[answer.kind, answer.task].append(answer)
    return ModelAnswers(
        model=answers.model,
        note=answers.note,
        summaries=tuple(_summary(kind, task, given) for (kind, task), given in by_scale.items()),
        answers=answers.answers,
    )


def _summary(kind: str, task: str | None, answers: Iterable[SurveyAnswer]) -> AnswerSummary:
    given = list(answers)
    scores = [answer.score for answer in given if answer.score is not None]
    definition, source = _DEFINITIONS[kind]
    return AnswerSummary(
        kind="seq" if kind == "seq" else "sus",
        task=task,
        mean=sum(scores) / len(scores) if scores else None,
        ci95=mean_interval(scores),
        n=len(scores),
        unread=len(given) - len(scores),
        definition=definition,
        source=source,
    )
