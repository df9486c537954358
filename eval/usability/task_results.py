"""What one customer's visit for one task came to, in numbers: a `TaskResult`.

Sources are with the measures made from these (`eval.usability.measures`).
"""

from __future__ import annotations

import math
from typing import assert_never

import msgspec

from agent.sessions.session import Step
from envs.actions import (
    Back,
    Browsing,
    Click,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Typing,
    Wait,
)
from eval.looking import page_views
from eval.usability.schema import TaskResult
from eval.usability.task_visits import Seen, TaskVisit

THINK_S = 1.35
POINT_S = 1.1
PRESS_S = 0.2
HANDS_S = 0.4
KEY_S = 0.28
"""Seconds of a mental act, pointing, pressing a button, moving to the keyboard, and a key for an
average typist: the operators of the keystroke-level model (Card, Moran and Newell, The
keystroke-level model for user performance time with interactive systems, CACM 23, 1980)."""


def task_result(visit: TaskVisit, fewest_pages: int | None) -> TaskResult:
    """The numbers of a visit; `fewest_pages` are those the task can be done on, if known."""
    steps = [seen.step for seen in visit.seen]
    acted = [step for step in steps if not isinstance(step.action, Terminate)]
    distinct = len(set(visit.views))
    searches = [n for n, step in enumerate(steps) if is_search(step)]
    depths = [v.depth for v in page_views(visit.session) if v.depth is not None]
    result = TaskResult(
        session_id=visit.session.session_id,
        participant=visit.participant,
        task=visit.task.id,
        outcome=visit.ending.outcome,
        why=visit.ending.why,
        steps=len(acted),
        pages=len(visit.views),
        distinct_pages=distinct,
        waited_s=round(_waited(visit), 3),
        klm_s=round(sum(klm_seconds(step) for step in acted) + _waited(visit), 3),
        model_s=round(sum(step.cost.seconds for step in steps if step.cost), 3),
        lostness=lostness(distinct, len(visit.views), fewest_pages),
        backtracks=backtracks(visit),
        repeats=len(repeats(visit)),
        errors=sum(not step.result.ok for step in steps),
        hesitations=hesitations(visit),
        searches=len(searches),
        searches_without_click=sum(not _led_on(steps, n) for n in searches),
        left_at=None if visit.done or not visit.seen else visit.seen[-1].page,
    )
    if not depths:
        return result
    depth = round(sum(depths) / len(depths), 4)
    return msgspec.structs.replace(result, scrolled=len(depths), depth=depth)


def lostness(distinct: int, total: int, fewest: int | None) -> float | None:
    """0 (straight there) to above 1, from pages visited once, in all, and needed (Smith 1996).

    None where it is not defined: nothing was visited, or fewer pages than the task needs, since
    who left early was not lost.
    """
    if fewest is None or total == 0 or distinct < fewest:
        return None
    return round(math.hypot(distinct / total - 1, fewest / distinct - 1), 4)


def klm_seconds(step: Step) -> float:
    """What the action would take a person who knows what to do."""
    press = THINK_S + POINT_S + PRESS_S
    match step.action:
        case Click() | Back() | Terminate():
            return press
        case Scroll() | Hover():
            return THINK_S + POINT_S
        case Wait():
            return step.result.settle_ms / 1000
        case TypeAndSubmit(_, text) | Input(_, text):
            return press + HANDS_S + KEY_S * (len(text) + 1)
        case _:
            assert_never(step.action)


def backtracks(visit: TaskVisit) -> int:
    """Page views of a page that was viewed before."""
    return len(visit.views) - len(set(visit.views))


def repeats(visit: TaskVisit) -> list[int]:
    """Steps that did what had been done before on the very same page, looking around apart."""
    done: set[tuple[str, str, str]] = set()
    found = []
    for n, seen in enumerate(visit.seen):
        key = (seen.key, seen.step.context, seen.description)
        if key in done and not isinstance(seen.step.action, Browsing | Terminate):
            found.append(n)
        done.add(key)
    return found


def hesitations(visit: TaskVisit) -> int:
    """Choices changed before going on: another option or filter of a group already chosen from,
    or a field typed into again."""
    chosen: set[str] = set()
    count = 0
    for seen in visit.seen:
        if seen.arrived and seen.step.kind != "filter":
            chosen = set()
        group = _choice(seen)
        count += group in chosen
        if group:
            chosen.add(group)
    return count


def is_search(step: Step) -> bool:
    return step.kind == "search" and isinstance(step.action, Typing) and step.result.ok


def _choice(seen: Seen) -> str:
    """What is chosen from or typed into; empty where nothing is chosen."""
    action, kind = seen.step.action, seen.step.kind
    match action:
        case Click(name):
            return name.rpartition(".")[0] or name if kind in ("option", "filter") else ""
        case TypeAndSubmit(name) | Input(name):
            return name if kind not in ("search", "filter") else ""
        case Scroll() | Hover() | Back() | Wait() | Terminate():
            return ""
        case _:
            assert_never(action)


def _led_on(steps: list[Step], search: int) -> bool:
    """Whether something was opened, or bought, before the next search or the end."""
    for step in steps[search + 1 :]:
        if is_search(step):
            return False
        if step.kind in ("product", "cart", "buy") and step.result.ok:
            return True
    return False


def _waited(visit: TaskVisit) -> float:
    """Seconds the shop took: the first page, and coming to rest after each action."""
    first = visit.seen[0].step.load if visit.seen else None
    opening = first.parsed_ms if first else 0.0
    return (opening + sum(seen.step.result.settle_ms for seen in visit.seen)) / 1000
