"""The page of a comparison: benchmarks with their tests, or populations side by side."""

from __future__ import annotations

from pathlib import Path

from agent.sessions.describe import KIND_WORDS
from eval.compare import Compared
from eval.report.html import write_page
from eval.report.terminal import percent, probability, scaled


def write_comparison(path: Path, found: Compared) -> Path:
    """Write the page.

    Raises:
        OSError: it cannot be written; an older one is left as it was.
    """
    return write_page(
        path,
        "compare.html",
        styles=["bench.css"],
        found=found,
        percent_of=percent,
        scaled=scaled,
        probability=probability,
        kinds=KIND_WORDS,
    )
