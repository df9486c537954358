"""The importers: other people's data sets, and what ``shopper data import`` needs to know of each.

A new importer is a module that reads its format, and an entry in `IMPORTERS`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import msgspec

from agent.sessions.session import Persona, RecordError, Session

OnBad = Callable[[RecordError], None]
"""Told of a session or a table row that cannot be read; raises, or lets the rest go on."""


class Imported(NamedTuple):
    """A session, and the published part of the data set that it is from, such as ``train``."""

    part: str
    session: Session


class ImportedDataSet(Protocol):
    """A data set, open for reading.

    `personas` by user id; `announced` is how many actions the data set says a session has, by
    session id, where it says so. One may also have `left_out`, which counts, by type, rows that are
    no step here, such as those about tabs; it is whole when all sessions are read.
    """

    personas: dict[str, Persona]
    announced: Mapping[str, int]

    def read_people(self, on_bad: OnBad) -> None:
        """Read whose sessions they are, and personas; before `sessions`."""

    def sessions(self, on_bad: OnBad) -> Iterator[Imported]:
        """Every session, as a stream; one that cannot be read goes to `on_bad` as a whole."""

    def session_users(self) -> list[str]:
        """The user of every session, once per session."""


class ImportOption(msgspec.Struct, frozen=True):
    """An option of one importer alone: one of `choices`, the first unless told otherwise, or a
    flag where there are none."""

    name: str
    help: str
    choices: tuple[str, ...] = ()


class Importer(msgspec.Struct, frozen=True, kw_only=True):
    """One data set's format.

    `reader` is ``module:function``, imported on use and called with the path and the options by
    name; it raises `RecordError` where the path does not hold the data set. `is_file`: the path is
    a file, not a folder. `parts` are those it is published in, one or two; of two the last is for
    testing and has `test_share` of the sessions, as a split by user then has.
    """

    name: str
    description: str
    path_help: str
    reader: str
    is_file: bool = False
    parts: tuple[str, ...] = ("all",)
    test_share: float = 0.2
    options: tuple[ImportOption, ...] = ()

    def open(self, path: Path, **options: str | bool) -> ImportedDataSet:
        """The data set at `path`.

        Raises:
            RecordError: it is not there.
        """
        module, _, function = self.reader.partition(":")
        reader = cast(
            Callable[..., ImportedDataSet], getattr(importlib.import_module(module), function)
        )
        return reader(path, **options)


IMPORTERS: tuple[Importer, ...] = (
    Importer(
        name="opera",
        description="Import OPeRA (Hugging Face NEU-HAI/OPeRA, CC-BY-4.0) from its Parquet files.",
        path_help="Folder that holds OPeRA_filtered or OPeRA_full.",
        reader="agent.sources.opera:Opera",
        parts=("train", "test"),
        test_share=90 / 527,
        options=(
            ImportOption("configuration", "Which of its two forms.", ("filtered", "full")),
            ImportOption(
                "merge_searches",
                "Typing and the search click after it become one type_and_submit.",
            ),
        ),
    ),
    Importer(
        name="events",
        description="Import an event log: GA4's export to BigQuery or Snowplow's events as JSON "
        "Lines, or a table (CSV) with a session, a time and an event a row. There are no pages in "
        "it, so its sessions have no contexts.",
        path_help="The log; .gz and .zst are read, too.",
        reader="agent.sources.events.importer:EventLog",
        is_file=True,
    ),
)
