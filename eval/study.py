"""Everything that is made of a study's logs, made once more: result, tables, page."""

from __future__ import annotations

from pathlib import Path

from eval.report.study.page import write_study_report
from eval.usability.analysis import analyse
from eval.usability.csv_tables import write_tables
from eval.usability.schema import write_result


def renew(folder: Path) -> Path:
    """Work out the result again and write it; returns the page.

    Raises:
        EvalInputError: the folder holds no study, or one that cannot be read.
        OSError: something cannot be written.
    """
    result = analyse(folder)
    write_result(folder, result)
    write_tables(folder, result)
    return write_study_report(folder)
