"""The page of two studies compared: measures with intervals, and findings resolved, new and
persisting."""

from __future__ import annotations

from pathlib import Path

from eval.report.html import write_page
from eval.report.study import text as telling
from eval.usability.before_after import BeforeAfter


def write_before_after(path: Path, found: BeforeAfter) -> Path:
    """Write the page. With several tasks each speaks for itself: visits of one customer depend on
    each other, which intervals over all tasks do not know.

    Raises:
        OSError: it cannot be written; an older one is left as it was.
    """
    several = any(one.task is not None for one in found.measures)
    clear = [
        one
        for one in found.measures
        if one.verdict != "unclear" and (one.task is not None) == several
    ]
    return write_page(
        path,
        "before_after.html",
        styles=["run.css", "study.css"],
        found=found,
        clear=clear,
        told=telling.told,
        span=telling.span,
        change_told=telling.change_told,
    )
