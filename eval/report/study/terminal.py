"""A study's result in the terminal: success, the findings, and what to know before believing them.

The whole of it is in the report.
"""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from eval import formatting
from eval.usability.baseline import Since
from eval.usability.schema import Measure, StudyResult

MOST_FINDINGS = 12


def print_study(out: Console, result: StudyResult) -> None:
    """Print the headline numbers and the findings."""
    tasks = len(result.study.tasks)
    visits = sum(row.counts for row in result.results)
    out.print(
        f"{result.study.title}: {formatting.count(len(result.participants), *_who(result))}"
        f"{' (synthetic)' if result.facts.source == 'synthetic' else ''}, "
        f"{formatting.count(tasks, 'task')}, {formatting.count(visits, 'visit')}"
    )
    for task in result.study.tasks:
        wanted = task.id if tasks > 1 else None
        success = [m for m in result.measures if m.key == "success" and m.task == wanted]
        out.print(f"  {task.id}: {_said(success[0]) if success else 'nobody tried'}")
    _print_findings(out, result)
    for scale in result.answers.summaries:
        if scale.mean is not None:
            where = f" for {scale.task}" if scale.task else ""
            out.print(f"a model's answers: {scale.kind.upper()}{where} {scale.mean:.1f}")
    for warning in result.warnings:
        out.print(f"note: {warning}")


def _who(result: StudyResult) -> tuple[str, str]:
    """What one of those who took part is called, and several."""
    return ("person", "people") if result.facts.recorded else ("customer", "customers")


def _print_findings(out: Console, result: StudyResult) -> None:
    if not result.findings:
        out.print("no findings")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("", "severity", "customers", "what", "where"):
        table.add_column(column)
    for one in result.findings[:MOST_FINDINGS]:
        people = f"{one.affected} of {one.exposed}"
        severity = one.severity if one.confirmed else f"{one.severity}, seen once"
        table.add_row(one.id, severity, people, one.title, one.page)
    out.print(table)
    if len(result.findings) > MOST_FINDINGS:
        out.print(f"and {len(result.findings) - MOST_FINDINGS} more in the report")


def print_since(out: Console, found: Since) -> None:
    """What became of the findings of an earlier study."""
    out.print(f"since {found.folder}:", markup=False)
    told = (("new", found.new), ("still there", found.persisting), ("resolved", found.resolved))
    for word, these in told:
        titles = "; ".join(f"{one.title} ({one.page})" for one in these[:MOST_FINDINGS])
        out.print(f"  {word}: {len(these)}{f' ({titles})' if titles else ''}", markup=False)
    if found.warning is not None:
        out.print(f"note: {found.warning}", markup=False)


def _said(measure: Measure) -> str:
    if measure.value is None:
        return "no visit could be counted"
    low, high = measure.ci95 or (0.0, 1.0)
    return (
        f"{measure.value:.0%} of {measure.n} did it (95 % interval {100 * low:.0f} to "
        f"{100 * high:.0f} %)"
    )
