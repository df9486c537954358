"""What a reader of a study must know before believing its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from agent.study.definition import Study, Task
from agent.study.success import about_the_cart
from eval import formatting
from eval.usability.page_usage import funnel
from eval.usability.task_visits import TaskVisit

_GETS_SOMETHING = frozenset(("product", "option", "cart", "buy"))
"""Kinds of steps of which at least one is needed to have something in the cart."""
_UNTESTED = {
    "searched": "Nobody searched or opened anything: all but the first page was not tested.",
    "product": "Nobody opened a product: products, cart and checkout were not tested.",
    "cart": "Nobody used the cart or chose to buy: cart and checkout were not tested.",
}
"""By the first stage that nobody reached, where a task wants an order."""


def warnings_of(study: Study, visits: Sequence[TaskVisit]) -> tuple[str, ...]:
    """What a reader must know before believing the numbers."""
    warnings = []
    expected = study.population.customers
    for task in study.tasks:
        theirs = [visit for visit in visits if visit.task.id == task.id]
        counted = [visit for visit in theirs if visit.counts]
        if len(theirs) < expected:
            warnings.append(
                f"Task {task.id}: only {len(theirs)} of "
                f"{formatting.count(expected, 'visit')} finished."
            )
        if len(counted) < len(theirs):
            broke = len(theirs) - len(counted)
            cause = next(v.ending.why for v in theirs if not v.counts)
            warnings.append(
                f"Task {task.id}: {formatting.count(broke, 'visit')} failed and did not count. "
                f"{cause}"
            )
        if counted and not any(visit.done for visit in counted):
            warnings.append(
                f"Task {task.id}: nobody did it. Check that it can be done and that its success "
                "condition is right, before blaming the shop."
            )
        warnings += _proves_nothing(task, counted)
    if untested := _untested(visits):
        warnings.append(untested)
    if expected < 5:
        warnings.append(
            f"With {formatting.count(expected, 'customer')}, a problem that one in three meets is "
            f"missed with a probability of {(2 / 3) ** expected:.0%} (Nielsen and Landauer 1993)."
        )
    return tuple(warnings)


def _proves_nothing(task: Task, counted: Sequence[TaskVisit]) -> list[str]:
    """Whether the success condition was met without the goal: by the page that visits begin on, or
    by a cart into which nothing was put."""
    done = [visit for visit in counted if visit.done]
    at_once = sum(visit.ending.at == 0 for visit in done)
    successes = formatting.count(len(done), "success", "successes")
    if at_once:
        return [
            f"Task {task.id}: its success condition holds on the first page already, before "
            f"anything is done ({at_once} of {successes})."
            " Ask for what only the task brings about: an element, a text, an order."
        ]
    empty = sum(not _got_something(visit) for visit in done) if about_the_cart(task.success) else 0
    if not empty:
        return []
    return [
        f"Task {task.id}: {empty} of {successes} met the condition"
        " with nothing opened and nothing put into the cart: an empty cart may meet it. "
        "Ask for what an empty cart does not show, such as its button to check out."
    ]


def _got_something(visit: TaskVisit) -> bool:
    before = visit.seen[: visit.ending.at or 0]
    return any(s.step.kind in _GETS_SOMETHING and s.step.result.ok for s in before)


def _untested(visits: Sequence[TaskVisit]) -> str:
    """What nobody came to of those who were to order."""
    theirs = [visit for visit in visits if visit.counts and visit.task.success.order]
    if not theirs:
        return ""
    stages = {stage.key: stage.visits for stage in funnel(theirs)}
    return next((told for key, told in _UNTESTED.items() if not stages[key]), "")
