"""Whether findings come again when a visit that met them is taken again, step by step.

A replay stands in the place of the visit it repeats, beside all the others: what a detector then
finds with the same customer in it has come again. Whatever else it finds is no news.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from eval.usability.findings.find import find_all
from eval.usability.findings.problem import Logs
from eval.usability.schema import Finding
from eval.usability.task_visits import TaskVisit

AFTER = 2
"""Steps after the one that shows a finding which are taken as well: some is seen only there."""


def to_take_again(findings: Sequence[Finding]) -> dict[str, int]:
    """For the visits that show the findings, one for each, how many of their steps to take; the
    most pressing first."""
    steps: dict[str, int] = {}
    for finding in findings:
        first = finding.evidence[0]
        known = next((e for e in finding.evidence if e.session_id in steps), first)
        steps[known.session_id] = max(steps.get(known.session_id, 0), known.step + 1 + AFTER)
    return steps


def marked(
    findings: Sequence[Finding], logs: Logs, replays: Mapping[str, TaskVisit] | None
) -> tuple[Finding, ...]:
    """Each finding with its fingerprint and whether it came again; those that did not stand behind
    those that did. `replays` by session id; None where nothing was tried."""
    found = [msgspec.structs.replace(one, fingerprint=fingerprint(one)) for one in findings]
    if replays is None:
        return tuple(found)
    again = {name: find_all(_with(logs, visit)) for name, visit in replays.items() if visit.counts}
    told = [
        msgspec.structs.replace(one, recurs="again" if _came_again(one, again) else "once")
        for one in found
    ]
    told.sort(key=lambda one: one.recurs == "once")
    return tuple(
        msgspec.structs.replace(one, id=f"F{number}") for number, one in enumerate(told, 1)
    )


def fingerprint(finding: Finding) -> str:
    """What a finding is known by from study to study of one shop: its kind, what it is about, and
    the part of the shop it is in. Patterns of addresses differ with what was visited."""
    part = "/".join(finding.page.split("/")[:2])
    about = finding.element or "" if finding.about is None else finding.about
    known = f"{finding.kind}\n{part}\n{about}"
    return hashlib.blake2b(known.encode(), digest_size=6).hexdigest()


def _with(logs: Logs, replay: TaskVisit) -> Logs:
    """The visits, of this customer only the one taken again."""
    others = (one for one in logs.visits if one.participant != replay.participant)
    return Logs((*others, replay), logs.segments)


def _came_again(finding: Finding, again: Mapping[str, tuple[Finding, ...]]) -> bool:
    who = {e.session_id: e.participant for e in finding.evidence}
    return any(
        other.kind == finding.kind
        and fingerprint(other) == fingerprint(finding)
        and who[name] in other.participants
        for name, theirs in again.items()
        if name in who
        for other in theirs
    )
