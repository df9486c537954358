"""The measures of a study, over all tasks and for each: name, value, interval, definition, source.

Everything here was observed. What a model said when asked is `eval.usability.questionnaires`'s
business, and the two are never mixed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec
import numpy as np

from eval.stats.intervals import (
    clustered_difference,
    clustered_share,
    geometric_mean,
    mean_interval,
    ratio_interval,
    wilson,
)
from eval.stats.tally import Floats, summed
from eval.usability.schema import Measure, TaskResult
from eval.usability.task_visits import TaskVisit

Rows = Sequence[TaskResult]
Count = Callable[[TaskResult], float]

SAURO = "Sauro and Lewis, Quantifying the User Experience (2nd ed. 2016), ch. 3"


def measures(results: Iterable[TaskResult], tasks: Sequence[str]) -> tuple[Measure, ...]:
    """Each measure for all `tasks` of the study together and, where there are several, for each
    that anybody tried. Visits that broke down are left out."""
    rows = [row for row in results if row.counts]
    by_task: defaultdict[str, list[TaskResult]] = defaultdict(list)
    for row in rows:
        by_task[row.task].append(row)
    made = _measures(rows)
    if len(tasks) > 1:
        for task, theirs in by_task.items():
            made += tuple(msgspec.structs.replace(one, task=task) for one in _measures(theirs))
    return made


UNRECORDED = frozenset(("waiting", "time", "errors"))
"""Measures of what the browser that carried actions out knew: a recording does not hold it."""


def told_by_logs(found: tuple[Measure, ...], visits: Sequence[TaskVisit]) -> tuple[Measure, ...]:
    """The measures, without a value where nobody wrote down what they are made of: logs in which no
    action failed, and no page ever took time, were not written by who carried the actions out."""
    results = [seen.step.result for visit in visits for seen in visit.seen]
    if not results or any(not one.ok or one.settle_ms or one.page_ms for one in results):
        return found
    return tuple(
        msgspec.structs.replace(one, value=None, ci95=None, n=0) if one.key in UNRECORDED else one
        for one in found
    )


def _measures(rows: Rows) -> tuple[Measure, ...]:
    return (*_completion(rows), *_effort(rows), *_ways(rows), *_looking(rows))


def _looking(rows: Rows) -> tuple[Measure, ...]:
    """How far down pages customers came; nothing where nobody scrolled."""
    if all(row.scrolled is msgspec.UNSET for row in rows):
        return ()
    depth = _ratio(
        rows, "depth", "Depth reached", lambda r: (r.depth or 0.0) * (r.scrolled or 0),
        lambda r: r.scrolled or 0, "share", "page views on which they scrolled",
        "How much of a page's height the window had come past, on page views on which the "
        "customer scrolled; mean.",
        "our operational definition, as web analytics count scroll depth",
    )  # fmt: skip
    return (msgspec.structs.replace(depth, better="neither"),)


def _completion(rows: Rows) -> tuple[Measure, ...]:
    interval = f"Wilson's interval (1927); {SAURO}"
    return (
        _share(
            rows, "success", "Task success", lambda r: r.outcome == "done", "higher",
            "Visits in which the task's success condition was met.", interval,
        ),
        _share(
            rows, "gave-up", "Gave up", lambda r: r.outcome == "gave-up", "lower",
            "Visits in which the customer closed the window without having done the "
            "task.", interval,
        ),
        _share(
            rows, "out-of-patience", "Ran out of patience",
            lambda r: r.outcome == "out-of-patience", "lower",
            "Visits ended by the task's limit of steps or time.", interval,
        ),
        _share(
            rows, "stuck", "Got stuck", lambda r: r.outcome == "stuck", "lower",
            "Visits ended because the customer did the same on an unchanged page again and again.",
            interval,
        ),
    )  # fmt: skip


def _effort(rows: Rows) -> tuple[Measure, ...]:
    done = [row for row in rows if row.outcome == "done"]
    middle = "geometric mean: Sauro and Lewis, Average task times in usability tests (CHI 2010)"
    return (
        _middle(
            done, "steps", "Steps on task", lambda r: max(1, r.steps), "number",
            "Actions in visits that did the task; geometric mean.", middle,
        ),
        _middle(
            done, "time", "Time on task (estimate)", lambda r: max(0.1, r.klm_s), "seconds",
            "What the actions of visits that did the task would take a practised person, by the "
            "keystroke-level model, and the time the shop took to answer. Reading is not in it, "
            "nor is the time a model took. Geometric mean.",
            f"Card, Moran and Newell, CACM 23 (1980); {middle}", estimate=True,
        ),
        _mean(
            rows, "waiting", "Waiting for the shop", lambda r: r.waited_s, "seconds",
            "Seconds per visit in which the shop was still answering or changing.",
            "Nielsen, Usability Engineering (1993), ch. 5",
        ),
    )  # fmt: skip


def _ways(rows: Rows) -> tuple[Measure, ...]:
    lost = [row for row in rows if row.lostness is not None]
    return (
        _mean(
            lost, "lostness", "Lostness", lambda r: r.lostness or 0.0, "score",
            "0 is the straightest way, above 0.5 is lost; from pages visited, different pages "
            "visited, and pages needed. Not defined for visits that saw fewer pages than the task "
            "needs.",
            "Smith, Towards a practical measure of hypertext usability, Interacting with "
            "Computers 8 (1996)",
        ),
        _ratio(
            rows, "backtracking", "Backtracking", lambda r: r.backtracks, lambda r: r.pages,
            "share", "page views", "Page views of a page seen before in the same visit.",
            "Catledge and Pitkow, Characterizing browsing strategies in the World-Wide Web (1995)",
        ),
        _ratio(
            rows, "repeats", "Repeated actions", lambda r: r.repeats, lambda r: r.steps,
            "share", "actions", "Actions taken again on a page that had not changed.",
            "Ivory and Hearst, The state of the art in automating usability evaluation (2001)",
        ),
        _ratio(
            rows, "errors", "Errors per visit", lambda r: r.errors, lambda r: 1.0,
            "number", "visits", "Actions that could not be carried out.",
            "ISO 9241-11:2018; Nielsen (1993), ch. 2",
        ),
        _ratio(
            rows, "searches-without-click", "Searches without a click",
            lambda r: r.searches_without_click, lambda r: r.searches, "share", "searches",
            "Searches after which nothing was opened before the next one or the end.",
            "Hassan, Shi, Craswell and Ramsey, Beyond clicks: query reformulation as a predictor "
            "of search satisfaction (CIKM 2013)",
        ),
        _ratio(
            rows, "hesitation", "Changed choices per visit", lambda r: r.hesitations,
            lambda r: 1.0, "number", "visits",
            "Another option or filter of a group already chosen from, or a field filled again, "
            "before going on.",
            "our operational definition of hesitation; not comparable with think times",
        ),
    )  # fmt: skip


def _came_again(rows: Rows) -> bool:
    """Whether somebody has several visits for one task, as people who were recorded do: then their
    visits vary together, and people are what is drawn, not visits."""
    return len({(row.participant, row.task) for row in rows}) < len(rows)


def _by_person(rows: Rows, of: Count) -> tuple[Floats, Floats]:
    """Sums of `of`, and numbers of visits, of each participant."""
    numbers = {name: n for n, name in enumerate(dict.fromkeys(row.participant for row in rows))}
    places = np.array([numbers[row.participant] for row in rows], dtype=np.intp)
    return summed(places, np.array([float(of(row)) for row in rows])), summed(places)


def _share(
    rows: Rows, key: str, label: str, holds: Callable[[TaskResult], bool], better: str,
    definition: str, source: str,
) -> Measure:  # fmt: skip
    hits, n = sum(map(holds, rows)), len(rows)
    return Measure(
        key=key,
        label=label,
        unit="share",
        value=hits / n if n else None,
        ci95=clustered_share(*_by_person(rows, holds)) if _came_again(rows) else wilson(hits, n),
        n=n,
        better="higher" if better == "higher" else "lower",
        definition=definition,
        source=source,
    )


def _middle(
    rows: Rows, key: str, label: str, of: Count, unit: str, definition: str, source: str,
    estimate: bool = False,
) -> Measure:  # fmt: skip
    value, interval = geometric_mean([of(row) for row in rows]) if rows else (None, None)
    if _came_again(rows):
        logs = clustered_difference(*_by_person(rows, lambda row: math.log(of(row))))
        interval = logs and (math.exp(logs[0]), math.exp(logs[1]))
    return Measure(
        key=key,
        label=label,
        unit="seconds" if unit == "seconds" else "number",
        value=value,
        ci95=interval,
        n=len(rows),
        of="visits that did the task",
        better="lower",
        estimate=estimate,
        definition=definition,
        source=source,
    )


def _mean(
    rows: Rows, key: str, label: str, of: Count, unit: str, definition: str, source: str
) -> Measure:
    values = [of(row) for row in rows]
    interval = mean_interval(values)
    if _came_again(rows):
        interval = clustered_difference(*_by_person(rows, of))
    return Measure(
        key=key,
        label=label,
        unit="seconds" if unit == "seconds" else "score",
        value=float(np.mean(values)) if values else None,
        ci95=interval and (max(0.0, interval[0]), interval[1]),
        n=len(values),
        better="lower",
        definition=definition,
        source=source,
    )


def _ratio(
    rows: Rows, key: str, label: str, above: Count, below: Count, unit: str, of: str,
    definition: str, source: str,
) -> Measure:  # fmt: skip
    theirs: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows:
        theirs[row.participant][0] += above(row)
        theirs[row.participant][1] += below(row)
    parts, wholes = (np.array([pair[i] for pair in theirs.values()]) for i in (0, 1))
    total = float(wholes.sum())
    interval = clustered_share if unit == "share" else ratio_interval
    return Measure(
        key=key,
        label=label,
        unit="share" if unit == "share" else "number",
        value=float(parts.sum()) / total if total else None,
        ci95=interval(parts, wholes) if total else None,
        n=round(total),
        of=of,
        better="lower",
        definition=definition,
        source=source,
    )
