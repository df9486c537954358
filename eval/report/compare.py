"""The page of a comparison: benchmarks with their tests, or populations side by side."""

from __future__ import annotations

from pathlib import Path

from agent.report.theme import write_page
from agent.report.words import KIND_WORDS
from eval.comparing import Compared
from eval.table import percent, probability, scaled

HOME = Path(__file__).parent


def write_comparison(path: Path, found: Compared) -> Path:
    """Write the page.

    Raises:
        OSError: it cannot be written; an older one is left as it was.
    """
    return write_page(
        path,
        "compare.html",
        styles=["bench.css"],
        home=HOME,
        found=found,
        percent_of=percent,
        scaled=scaled,
        probability=probability,
        kinds=KIND_WORDS,
    )
