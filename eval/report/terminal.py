"""Results as tables in a terminal. Knows numbers and labels only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval import formatting
from eval.ab.comparison import AbComparison
from eval.ab.conclusion import gap, headline, reach, span, summary, told
from eval.behaviour import Behaviour, BehaviourMeasure
from eval.benchmark.comparison import PolicyComparison
from eval.benchmark.results import Estimate, Match, Results, Scores, StepKind
from eval.report.parts import Part

BASELINE_WORDS = {
    "always_terminate": "always leave",
    "always_buy": "always buy",
    "most_frequent": "most frequent action",
    "repeat_search": "repeat the last search",
    "first_result": "click the first result",
    "random_legal": "a random legal action",
    "rule": "a simple rule",
}
STEP_WORDS = {
    "search": "search",
    "open": "open a product",
    "filter": "filter",
    "option": "choose an option",
    "reviews": "read reviews",
    "cart": "cart",
    "buy": "buy",
    "navigation": "go elsewhere",
    "leave": "leave",
    "other": "other",
}
"""Kinds of steps in words."""
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


def probability(p: float) -> str:
    """A p-value with four digits, never a flat zero."""
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.4f}"


def print_results(console: Console, results: Results) -> None:
    """The policy, the ceiling and every baseline, one row each, in percent; then the errors."""
    console.print(Text(f"{results.policy} on {results.data}", style="bold"))
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for column in (
        "exact\nsession",
        "exact\nstep",
        "outcome\nF1 buy",
        "outcome\nweighted",
        "\ntype",
    ):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("\nillegal", justify="right", no_wrap=True)
    table.add_row(_shortened(results.policy), *_cells(results, intervals=True), style="bold")
    if results.ceiling is not None:
        table.add_row("ceiling (an oracle)", *_match(results.ceiling, intervals=True))
    for name, scores in results.baselines.items():
        table.add_row(BASELINE_WORDS.get(name, name), *_cells(scores), style="dim")
    console.print(table)
    console.print(
        f"In percent, over {formatting.count(results.sessions, 'session')} and "
        f"{formatting.count(results.steps, 'step')}, with 95 % intervals by "
        f"{results.clusters.get('by', 'session')}",
        style="dim",
    )
    wrong = ", ".join(f"{n:,} {ERROR_WORDS[k]}" for k, n in results.errors.items() if n)
    console.print(f"wrong steps: {wrong or 'none'}")
    if results.step_kinds:
        console.print(_step_kinds(results))
    for note in results.notes:
        console.print(Text(note, style="yellow"))


def _step_kinds(results: Results) -> Table:
    """One row a kind of step: what was right of it, of the policy, the rule and a blind draw."""
    table = Table(
        title="Right by kind of step: the kind of action / which one / its words, in percent",
        title_justify="left",
        box=None,
        padding=(0, 1, 0, 0),
    )
    table.add_column("", no_wrap=True)
    table.add_column("steps", justify="right")
    for name in ("policy", "rule", "blind draw"):
        table.add_column(name, justify="right", no_wrap=True)
    others = {
        name: {one.kind: one for one in results.step_kinds.get(name, ())}
        for name in ("rule", "blind")
    }
    for one in results.step_kinds.get("policy", ()):
        cells = [split_cell(others[name].get(one.kind)) for name in others]
        label = STEP_WORDS.get(one.kind, one.kind)
        table.add_row(label, f"{one.steps:,}", split_cell(one), *cells)
    return table


def split_cell(split: StepKind | None) -> str:
    """``86 / 41``, and the words of a search; an en dash where nothing is known."""
    if split is None:
        return "–"
    shares = (split.kind_right, split.which_right, split.words_right)
    return " / ".join(percent(share, 0) for share in shares if share is not None)


def _shortened(name: str, most: int = 24) -> str:
    return name if len(name) <= most else f"…{name[1 - most :]}"


def _match(match: Match, *, intervals: bool = False) -> tuple[str, str]:
    return _cell(match.session_macro, intervals), _cell(match.micro, intervals)


def _cell(estimate: Estimate, intervals: bool) -> str:
    """The value, and its interval on a line below."""
    if not intervals or estimate.ci95 is None:
        return percent(estimate.value)
    low, high = estimate.ci95
    return f"{percent(estimate.value)}\n{percent(low, 1)}–{percent(high, 1)}"


def _cells(scores: Results | Scores, *, intervals: bool = False) -> Sequence[str]:
    return (
        *_match(scores.exact_match, intervals=intervals),
        _cell(scores.outcome.f1_buy, intervals),
        _cell(scores.outcome.weighted_f1, intervals),
        percent(scores.action_type.accuracy, 1),
        percent(scores.illegal_share, 1),
    )


def print_comparison(console: Console, comparison: PolicyComparison) -> None:
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
        console.print(f"{test.label}: {probability(test.p)} ({test.detail})")
    for warning in comparison.warnings:
        console.print(Text(f"warning: {warning}", style="yellow"))


def print_ab(console: Console, found: AbComparison) -> None:
    """One row a measure of an A/B comparison, then what it comes to."""
    table = Table(
        title=f"A {found.labels[0]} and B {found.labels[1]}: "
        f"{formatting.count(found.pairs, 'customer')} on both",
        title_justify="left",
        box=None,
        padding=(0, 1, 0, 0),
    )
    table.add_column("", no_wrap=True)
    for column in ("A", "B", "B − A", "95 %", "p", "detectable from"):
        table.add_column(column, justify="right", no_wrap=True)
    for measure in found.measures:
        table.add_row(
            measure.label,
            told(measure.a, measure.unit),
            told(measure.b, measure.unit),
            gap(measure.difference, measure.unit).removesuffix(" points"),
            span(measure.ci95, measure.unit) if measure.ci95 else "",
            "<.001" if measure.p_adjusted < 0.001 else f"{measure.p_adjusted:.3f}",
            reach(measure),
            style="bold" if measure.verdict in ("higher", "lower") else None,
        )
    if found.measures:
        console.print(table)
    for warning in found.warnings:
        console.print(Text(f"warning: {warning}", style="yellow"))
    console.print(Text(headline(found), style="bold"))
    console.print(summary(found))


def print_behaviour(console: Console, behaviour: Behaviour) -> None:
    """One row a measure, the first population, the second, the difference's interval."""
    table = Table(
        title=f"{behaviour.first} ({formatting.count(behaviour.sessions[0], 'session')}) and "
        f"{behaviour.second} ({behaviour.sessions[1]})",
        title_justify="left",
        box=None,
    )
    table.add_column("")  # in a narrow terminal a label is wrapped before a number is cut off
    for column in ("first [95 %]", "second [95 %]", "second - first", "found from"):
        table.add_column(column, justify="right", no_wrap=True)
    for measure in behaviour.measures:
        table.add_row(measure.label, *measure_cells(measure))
    for measure in behaviour.kinds:
        table.add_row(f"share of {measure.label}", *measure_cells(measure), style="dim")
    console.print(table)
    console.print(FOUND_FROM, style="dim")
    distance = Estimate(value=behaviour.js_distance, ci95=behaviour.js_ci95)
    console.print(f"Jensen-Shannon distance of the mix, times 100: {with_interval(distance)}")


FOUND_FROM = (
    "Found from: the smallest true difference that four of five such comparisons would find; a "
    "smaller one may exist without showing."
)


def print_parts(console: Console, told: Iterable[Part]) -> None:
    """Headings, sentences and tables, one after the other."""
    for part in told:
        console.print(Text(part.title, style="bold"))
        if part.text:
            console.print(part.text, markup=False)
        if not part.rows:
            continue
        table = Table(box=None, padding=(0, 1, 0, 0))
        table.add_column("")
        for column in part.columns:
            table.add_column(column, justify="right", no_wrap=True)
        for row in part.rows:
            cells = map(Text, row.cells)
            table.add_row(Text(row.label), *cells, style="bold" if row.differs else None)
        console.print(table)


def measure_cells(measure: BehaviourMeasure) -> tuple[str, ...]:
    """Both populations with their intervals, the difference's interval, and what would be found."""
    scale = 1.0 if measure.unit == "share" else 0.01
    first = scaled(measure.first, measure.first_ci95, scale)
    second = scaled(measure.second, measure.second_ci95, scale)
    gap, least = measure.difference_ci95, measure.detectable
    if gap is None or least is None:
        return first, second, "–", "–"
    told = f"[{percent(gap[0] * scale, 1)}, {percent(gap[1] * scale, 1)}]"
    return first, second, told, percent(least * scale, 1)


def scaled(value: float | None, interval: tuple[float, float] | None, scale: float) -> str:
    """A share in percent (`scale` 1) or a plain number (0.01), with its interval."""
    ends = None if interval is None else (interval[0] * scale, interval[1] * scale)
    return with_interval(Estimate(value=None if value is None else value * scale, ci95=ends))
