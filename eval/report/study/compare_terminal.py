"""Two studies in the terminal: what differs, and which findings are resolved, new or persisting."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from eval import formatting
from eval.report.study.text import change_told, span, told
from eval.usability.before_after import BeforeAfter, FindingChange


def print_before_after(out: Console, found: BeforeAfter) -> None:
    """Print the measures and the findings."""
    out.print(
        f"before: {found.folders[0]}, {formatting.count(found.customers[0], 'customer')}; "
        f"after: {found.folders[1]}, {formatting.count(found.customers[1], 'customer')}"
        f"{' (synthetic)' if found.synthetic else ''}",
    )
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("measure", "before", "after", "after minus before, 95 %", ""):
        table.add_column(column)
    for one in found.measures:
        table.add_row(
            one.label if one.task is None else f"  {one.task}: {one.label}",
            f"{told(one.before, one.unit)} ({span(one.before_ci95, one.unit) or '–'})",
            f"{told(one.after, one.unit)} ({span(one.after_ci95, one.unit) or '–'})",
            change_told(one),
            one.verdict,
        )
    out.print(table)
    for label, group in (
        ("resolved", found.resolved),
        ("new", found.new),
        ("persisting", found.persisting),
    ):
        for finding in group:
            out.print(f"{label}: {finding.title}, {finding.page} ({_times(finding)})")
    for warning in found.warnings:
        out.print(f"note: {warning}")


def _times(finding: FindingChange) -> str:
    sides = (("before", finding.before), ("after", finding.after))
    return ", ".join(
        f"{label} {f'{side[0]} of {side[1]}' if side else 'not found'}" for label, side in sides
    )
