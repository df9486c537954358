"""What came of a run, a comparison or a study, as continuous integration is to be told of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from shopper.fail_if import Verdict

RUN = "shopper run"
STUDY = "shopper study"
Status = Literal["passed", "failed", "error", "skipped"]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at, a test case of JUnit.

    `failed` is what a condition of ``--fail-if`` says of the site, `error` what hindered the work
    itself; the command then ends with exit code 1. `skipped` could not be judged. `about` is the
    side or part that it belongs to; `said` what was measured, in a sentence.
    """

    name: str
    about: str = ""
    status: Status = "passed"
    said: str = ""
    seconds: float = 0.0


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be pointed at that fails nothing, such as a finding."""

    title: str
    text: str
    grave: bool = False


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the summary; cells are plain text."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `command` is ``shopper run`` or the like, `title` what was carried out, `headline`
    what came of it in a sentence. `file` is the input that said what to do, where one did, and
    `report` the page that holds everything."""

    command: str
    title: str
    headline: str
    cases: tuple[Case, ...]
    remarks: tuple[Remark, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    report: str | None = None
    file: Path | None = None
    started_at: datetime | None = None
    seconds: float = 0.0

    @property
    def bad(self) -> tuple[Case, ...]:
        """The cases for which the command ends with exit code 1."""
        return tuple(case for case in self.cases if case.status in ("failed", "error"))


def condition_cases(verdicts: Iterable[Verdict]) -> tuple[Case, ...]:
    """A case for each condition of ``--fail-if``."""
    return tuple(
        Case(
            name=f"--fail-if {verdict.condition}",
            about=verdict.about,
            status=_STATUS[verdict.failed],
            said=verdict.said,
        )
        for verdict in verdicts
    )


_STATUS: dict[bool | None, Status] = {True: "failed", False: "passed", None: "skipped"}


def condition_tables(verdicts: Sequence[Verdict]) -> tuple[Table, ...]:
    """What came of the conditions; no table where there were none."""
    if not verdicts:
        return ()
    words = {True: "fails", False: "passes", None: "not judged"}
    rows = tuple((words[one.failed], _named(one), one.said) for one in verdicts)
    return (Table(heading="Conditions", columns=("", "--fail-if", "measured"), rows=rows),)


def _named(verdict: Verdict) -> str:
    return f"{verdict.condition} ({verdict.about})" if verdict.about else verdict.condition


def broke_off(command: str, title: str, why: str, file: Path | None = None) -> Account:
    """Of work that came to no end: nothing was measured."""
    return Account(
        command=command,
        title=title,
        headline=why,
        cases=(Case(name="visits", status="error", said=why),),
        file=file,
    )
