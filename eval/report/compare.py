"""The page of a comparison: benchmarks with their tests, or populations side by side."""

from __future__ import annotations

from pathlib import Path

from agent.sessions.describe import KIND_WORDS
from eval.behaviour import Behaviour
from eval.compare import Compared
from eval.report.fidelity import parts
from eval.report.html import write_page
from eval.report.parts import Row
from eval.report.terminal import FOUND_FROM, measure_cells, percent, probability


def write_comparison(path: Path, found: Compared) -> Path:
    """Write the page.

    Raises:
        OSError: it cannot be written; an older one is left as it was.
    """
    return write_page(
        path,
        "compare.html",
        styles=["bench.css", "parts.css"],
        found=found,
        percent_of=percent,
        probability=probability,
        measures=measure_rows,
        parts=parts,
        found_from=FOUND_FROM,
    )


def measure_rows(behaviour: Behaviour) -> list[Row]:
    """The rows of two populations: measures, then the shares of kinds of action."""
    named = [(m, m.label) for m in behaviour.measures]
    named += [(m, KIND_WORDS.get(m.label, m.label)) for m in behaviour.kinds]
    return [
        Row(
            f"{label}, %" if measure.unit == "share" else label,
            measure_cells(measure),
            differs=measure.differs,
        )
        for measure, label in named
    ]
