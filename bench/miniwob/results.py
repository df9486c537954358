"""What became of each task, and the table of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

Verdict = Literal["solved", "not possible", "failed"]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One play of one task. `reward` is the page's, None where the task did not end; `why` is the
    reason where it was not solved."""

    task: str
    seed: int
    verdict: Verdict
    reward: float | None = None
    actions: int = 0
    seconds: float = 0.0
    why: str = ""


def as_table(results: Sequence[Result]) -> str:
    """Markdown, a row a play."""
    lines = [
        "| task | seed | verdict | reward | actions | s | why |",
        "|---|---|---|---|---|---|---|",
    ]
    for r in results:
        reward = "" if r.reward is None else f"{r.reward:g}"
        why = r.why.replace("|", "/")
        lines.append(
            f"| {r.task} | {r.seed} | {r.verdict} | {reward} | {r.actions} | {r.seconds:.1f} | {why} |"
        )
    return "\n".join(lines)


def summary(results: Sequence[Result]) -> str:
    """A line for each seed: how many were solved, are not possible, failed."""
    lines = []
    for seed in sorted({r.seed for r in results}):
        plays = [r for r in results if r.seed == seed]
        counts = Counter(r.verdict for r in plays)
        lines.append(
            f"seed {seed}: of {len(plays)} tasks {counts['solved']} solved, "
            f"{counts['not possible']} not possible, {counts['failed']} failed"
        )
    return "\n".join(lines)


def as_json(results: Sequence[Result]) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(result) for result in results]
