"""The result's tables as CSV, beside the report: one row per visit, measure and finding.

For spreadsheets. Cells that a spreadsheet would run as a formula are made harmless.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from agent.atomic_write import replacing
from agent.study.answers import LOG, SurveyAnswer
from eval.usability.schema import Evidence, Finding, Measure, StudyResult

Cell = str | int | float | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_tables(folder: Path, result: StudyResult) -> tuple[Path, ...]:
    """Write ``visits.csv``, ``measures.csv``, ``findings.csv`` and ``answers.csv``, the last with
    what a model or the log answered, and who of them did."""
    tables: dict[str, Sequence[dict[str, Cell]]] = {
        "visits.csv": [_flat(row) for row in result.results],
        "measures.csv": [_measure(one) for one in result.measures],
        "findings.csv": [_finding(one) for one in result.findings],
        "answers.csv": [
            {"answered_by": _who(one, result.answers.model), **_flat(one)}
            for one in result.answers.answers
        ],
    }
    return tuple(write_csv(folder / name, rows) for name, rows in tables.items())


def _who(answer: SurveyAnswer, model: str | None) -> str:
    return LOG if answer.model == LOG else f"model {model}"


def _measure(one: Measure) -> dict[str, Cell]:
    row = _flat(one)
    row["ci95_low"], row["ci95_high"] = one.ci95 or (None, None)
    return row


def _finding(one: Finding) -> dict[str, Cell]:
    row = _flat(one)
    row["participants"] = " ".join(one.participants)
    row["evidence"] = " ".join(map(_where, one.evidence))
    return row


def _where(one: Evidence) -> str:
    return f"{one.session_id}#{one.step}"


def _flat(record: msgspec.Struct) -> dict[str, Cell]:
    """The plain fields of a record; what is nested has columns of its own or none."""
    values = msgspec.structs.asdict(record)
    return {
        key: value
        for key, value in values.items()
        if value is None or isinstance(value, str | int | float)
    }


def write_csv(path: Path, rows: Sequence[dict[str, Cell]]) -> Path:
    """One table; columns in the order in which rows first have them."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(_cells(row, columns) for row in rows)
    return path


def _cells(row: dict[str, Cell], columns: Iterable[str]) -> list[Cell]:
    return [_harmless(row.get(column)) for column in columns]


def _harmless(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
