"""The page of an A/B comparison: what differs between the sides, how surely, and for whom.

What is counted comes from `eval.ab.comparison`, what it comes to from `eval.ab.conclusion`.
"""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from agent.atomic_write import write_json
from agent.runs.ab import side_folders
from agent.runs.card import RunFolder
from agent.sessions.outcome import SessionOutcome
from eval.ab import conclusion
from eval.ab.comparison import AbComparison, AbMeasure, compare_runs
from eval.ab.measures import TESTS
from eval.report.html import write_page
from eval.report.run.page import write_report
from eval.stats.paired import fewest_differing

MOST_SHOWN = 60
"""Customers shown who did otherwise on the other side; the sides' reports hold everyone."""
_WIDTH, _HEIGHT, _MARGIN = 360.0, 46.0, 14.0


def report_comparison(root: Path) -> AbComparison:
    """Write the report of each side and the page that compares them."""
    for folder in side_folders(root):
        write_report(folder)
    comparison = compare_runs(*side_folders(root))
    write_json(root / "comparison.json", comparison)
    write_ab_report(RunFolder(root).report, comparison)
    return comparison


def write_ab_report(path: Path, found: AbComparison) -> Path:
    """Write the page. It links to the reports of the sides in ``a/`` and ``b/`` beside it.

    Raises:
        OSError: it cannot be written; an older one is left as it was.
    """
    return write_page(
        path,
        "ab.html",
        styles=["bench.css", "ab.css"],
        found=found,
        headline=conclusion.headline(found),
        summary=conclusion.summary(found),
        verdicts=conclusion.VERDICTS,
        told=conclusion.told,
        gap=conclusion.gap,
        span=conclusion.span,
        reach=conclusion.reach,
        whisker=whisker,
        outcomes={outcome.word: outcome.label for outcome in SessionOutcome},
        changed=sorted(found.differing, key=lambda p: p.outcomes[0] == p.outcomes[1])[:MOST_SHOWN],
        fewest=fewest_differing(TESTS),
    )


def whisker(measure: AbMeasure) -> Markup:
    """The difference with its interval about a line at no difference, over a band as wide as the
    smallest difference that would probably have been found."""
    ends = measure.ci95 or (measure.difference, measure.difference)
    reach = max(abs(ends[0]), abs(ends[1]), measure.detectable or 0.0, 1e-9) * 1.08
    middle = _WIDTH / 2

    def at(value: float) -> float:
        return middle + (middle - _MARGIN) * value / reach

    band = Markup("")
    if measure.detectable is not None:
        band = Markup('<rect class="band" x="{}" y="6" width="{}" height="22" rx="4"/>').format(
            _n(at(-measure.detectable)), _n(2 * (at(measure.detectable) - middle))
        )
    line = Markup('<path class="zero" d="M{0} 2V32"/>').format(_n(middle))
    bar = Markup('<path class="interval" d="M{0} 17H{1}M{0} 12v10M{1} 12v10"/>').format(
        _n(at(ends[0])), _n(at(ends[1]))
    )
    dot = Markup('<circle class="point" cx="{}" cy="17" r="5"/>').format(_n(at(measure.difference)))
    texts = Markup("").join(
        Markup('<text x="{}" y="44" class="{}">{}</text>').format(_n(x), css, text)
        for x, css, text in (
            (0.0, "start", "lower on B"),
            (middle, "middle", "no difference"),
            (_WIDTH, "end", "higher on B"),
        )
    )
    label = f"{measure.label}, B minus A: {conclusion.gap(measure.difference, measure.unit)}"
    if measure.ci95:
        label += f", 95 % from {conclusion.span(measure.ci95, measure.unit)}"
    return Markup(
        '<svg class="whiskers is-{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(measure.verdict, _n(_WIDTH), _n(_HEIGHT), label, band + line + bar + dot + texts)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
