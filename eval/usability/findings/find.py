"""All detectors, one after the other; what they find, the most pressing first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from eval.usability.findings import actions, layout, pages, search
from eval.usability.findings.problem import Logs, Problem, finding_of
from eval.usability.schema import Finding

DETECTORS: tuple[Callable[[Logs], Iterator[Problem]], ...] = (
    actions.refused,
    actions.without_effect,
    actions.loops,
    search.failed_searches,
    pages.complaints,
    pages.failures,
    pages.slow_pages,
    layout.late_prices,
    layout.far_targets,
    layout.unclear_labels,
)


def find_all(logs: Logs) -> tuple[Finding, ...]:
    """The findings, by criticality and then by how many customers are affected."""
    found = [
        finding_of(problem, logs, 0)
        for detect in DETECTORS
        for problem in detect(logs)
        if problem.hits
    ]
    found.sort(key=lambda f: (-f.criticality, -f.affected, f.kind, f.page))
    return tuple(
        msgspec.structs.replace(finding, id=f"F{number}") for number, finding in enumerate(found, 1)
    )
