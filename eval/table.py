"""Results as tables in a terminal. Knows numbers and labels only."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.comparison import Comparison
from eval.results import Estimate, Match, Results, Scores

BASELINE_WORDS = {
    "always_terminate": "always leave",
    "always_buy": "always buy",
    "most_frequent": "most frequent action",
    "repeat_search": "repeat the last search",
    "first_result": "click the first result",
    "random_legal": "a random legal action",
}
ERROR_WORDS = {
    "didnt_terminate": "should have left",
    "didnt_click": "should have clicked",
    "didnt_search": "should have typed",
    "wrong_query": "typed another text",
    "wrong_element": "clicked something else",
    "wrong_field": "typed into another field",
    "illegal": "no legal action",
}


def percent(value: float | None, digits: int = 2) -> str:
    """A share in percent; an en dash where it is undefined."""
    return "–" if value is None else f"{100 * value:.{digits}f}"


def with_interval(estimate: Estimate) -> str:
    """``12.34 [10.1, 14.6]`` in percent."""
    if estimate.ci95 is None:
        return percent(estimate.value)
    low, high = estimate.ci95
    return f"{percent(estimate.value)} [{percent(low, 1)}, {percent(high, 1)}]"


def print_results(console: Console, results: Results) -> None:
    """The policy, the ceiling and every baseline, one row each, in percent; then the errors."""
    table = Table(title=f"{results.policy} on {results.data}", title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for column in ("exact, session", "exact, step", "outcome F1", "weighted", "type", "illegal"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_row(results.policy, *_cells(results), style="bold")
    if results.ceiling is not None:
        table.add_row("ceiling (an oracle)", *_match(results.ceiling), "", "", "", "")
    for name, scores in results.baselines.items():
        table.add_row(BASELINE_WORDS.get(name, name), *_cells(scores), style="dim")
    console.print(table)
    console.print(
        f"{results.sessions} sessions, {results.steps} steps; percent, 95 % bootstrap intervals "
        f"by {results.clusters.get('by', 'session')}",
        style="dim",
    )
    wrong = ", ".join(f"{ERROR_WORDS[k]} {n}" for k, n in results.errors.items() if n)
    console.print(f"wrong: {wrong or 'nothing'}")
    for note in results.notes:
        console.print(Text(note, style="yellow"))


def _match(match: Match) -> tuple[str, str]:
    return with_interval(match.session_macro), with_interval(match.micro)


def _cells(scores: Results | Scores) -> Sequence[str]:
    return (
        *_match(scores.exact_match),
        with_interval(scores.outcome.f1_buy),
        with_interval(scores.outcome.weighted_f1),
        percent(scores.action_type.accuracy),
        percent(scores.illegal_share),
    )


def print_comparison(console: Console, comparison: Comparison) -> None:
    """One row a metric: the first, the second, the difference with interval and tests."""
    title = f"{comparison.second} against {comparison.first}"
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for column in ("first", "second", "difference [95 %]"):
        table.add_column(column, justify="right", no_wrap=True)
    for difference in comparison.differences:
        table.add_row(
            difference.label,
            percent(difference.first),
            percent(difference.second),
            with_interval(Estimate(value=difference.difference, ci95=difference.ci95)),
        )
    console.print(table)
    for test in comparison.tests:
        console.print(f"{test.label}: p = {test.p:.4f} ({test.detail})")
    for warning in comparison.warnings:
        console.print(Text(f"warning: {warning}", style="yellow"))
