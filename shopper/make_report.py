"""The page of whatever a folder holds, made again: a run, a comparison or a study."""

from __future__ import annotations

from pathlib import Path

from agent.runs.ab import is_comparison
from agent.runs.card import RunFolder
from agent.study.folder import StudyFolder
from eval.report.run.page import write_report


def make_report(folder: Path) -> Path:
    """Write the report and return where it is. The statistics of studies and comparisons take a
    second to import, and are imported where they are needed.

    Raises:
        ValueError: the folder holds nothing of the kind, or what cannot be read.
        OSError: the report cannot be written.
    """
    if StudyFolder(folder).definition.exists():
        from eval.study import report_study

        return report_study(folder).page
    if is_comparison(folder):
        from eval.report.ab import report_comparison

        report_comparison(folder)
        return RunFolder(folder).report
    return write_report(RunFolder(folder))
