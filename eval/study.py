"""Everything that is made of a study's logs, made once more: result, tables, page."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from eval.report.study.page import write_study_report
from eval.usability.analysis import analyse
from eval.usability.csv_tables import write_tables
from eval.usability.schema import StudyResult, write_result


class StudyReport(NamedTuple):
    """What was found, and the files that say so: ``study.json`` and ``study.html``."""

    result: StudyResult
    file: Path
    page: Path


def report_study(folder: Path) -> StudyReport:
    """Work out a study's result from its logs and write it.

    Raises:
        EvalInputError: the folder holds no study, or one that cannot be read.
        OSError: something cannot be written.
    """
    result = analyse(folder)
    file = write_result(folder, result)
    write_tables(folder, result)
    return StudyReport(result, file, write_study_report(folder))
