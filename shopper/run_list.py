"""What lies in a folder of runs: runs, comparisons, studies and benchmarks, one entry each.

Reads what each says of itself and no session, so that thousands are listed in seconds. A folder
that cannot be read is an entry that says why.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from agent.parsing import from_json
from agent.runs.ab import LABELS, is_comparison, side_folders
from agent.runs.card import RunCard, RunFolder
from agent.runs.folder import FolderError, read_card
from agent.study.folder import StudyFolder
from eval import formatting
from shopper import run_words

Read = TypeVar("Read")
APPS_OWN = ".shopper"
"""In which `shopper app` keeps what it started."""
Kind = Literal["run", "comparison", "study", "benchmark", "other", "broken"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One folder. `customers` of a benchmark is how many sessions it predicts; `bytes` is all that
    lies in the folder; `outcome` is one sentence, of a broken folder what is wrong with it."""

    name: str
    kind: Kind
    started_at: datetime | None = None
    customers: int | None = None
    outcome: str = ""
    bytes: int = 0


def entries(folder: Path) -> list[Entry]:
    """Every folder in `folder`, the latest first and those without a time at the end; of the folder
    of a run itself that one.

    Raises:
        OSError: it cannot be looked into.
    """
    if _told(folder) is not None:
        found = [entry(folder)]
    else:
        found = [entry(path) for path in _folders(folder)]
    never = datetime.min.replace(tzinfo=UTC)
    found.sort(key=lambda one: one.name)
    found.sort(key=lambda one: one.started_at or never, reverse=True)
    return found


def _folders(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as there:
        paths = [Path(one.path) for one in there if one.name != APPS_OWN]
    return (path for path in paths if path.is_dir())  # a link to itself is none, and no error


def kind_of(folder: Path) -> Kind | None:
    """What lies in a folder, by its files alone; None where nothing of ours does."""
    told = _told(folder)
    return None if told is None else _KINDS[told]


def entry(folder: Path, *, sized: bool = True) -> Entry:
    """One folder; without its size, which takes long to find out, unless it is to be `sized`."""
    told = _told(folder)
    name = os.fsencode(folder.name or str(folder)).decode("utf-8", "replace")
    size = _size(folder) if sized else 0
    if told is None:
        return Entry(name=name, kind="other", outcome="holds no run", bytes=size)
    try:
        found = told(folder)
    except (FolderError, OSError, msgspec.MsgspecError, ValueError) as error:
        return Entry(name=name, kind="broken", outcome=" ".join(str(error).split()), bytes=size)
    return msgspec.structs.replace(found, name=name, bytes=size)


def _told(folder: Path) -> Callable[[Path], Entry] | None:
    """Who reads what lies in a folder; None where nothing of ours does."""
    if StudyFolder(folder).definition.is_file():
        return _study
    if is_comparison(folder):
        return _comparison
    if (folder / "bench.json").is_file() or (folder / "results.json").is_file():
        return _benchmark
    return _run if RunFolder(folder).card.is_file() else None


def _run(folder: Path) -> Entry:
    card = read_card(RunFolder(folder))
    return Entry(
        name="",
        kind="run",
        started_at=card.started_at,
        customers=card.customers,
        outcome=_outcome(card),
    )


def _comparison(folder: Path) -> Entry:
    cards = [read_card(side) for side in side_folders(folder)]
    sides = (f"{label}: {_outcome(card)}" for label, card in zip(LABELS, cards, strict=True))
    return Entry(
        name="",
        kind="comparison",
        started_at=min(card.started_at for card in cards),
        customers=cards[0].customers,
        outcome="; ".join(sides),
    )


def _outcome(card: RunCard) -> str:
    ends = ", ".join(f"{number:,} {said}" for said, number in run_words.ends(card.totals))
    if card.stopped is None:
        return ends or "nobody finished a visit"
    return f"{card.stopped}{f' ({ends})' if ends else ''}"


class _Population(msgspec.Struct, frozen=True):
    customers: int


class _Definition(msgspec.Struct, frozen=True):
    population: _Population


class _Row(msgspec.Struct, frozen=True):
    outcome: str


class _Found(msgspec.Struct, frozen=True):
    severity: str


class _Study(msgspec.Struct, frozen=True):
    """Of ``study.json`` what is listed; the rest is passed over."""

    results: tuple[_Row, ...]
    findings: tuple[_Found, ...]


def _study(folder: Path) -> Entry:
    asked = _decoded(StudyFolder(folder).definition, _Definition)
    card = read_card(RunFolder(folder))
    return Entry(
        name="",
        kind="study",
        started_at=card.started_at,
        customers=asked.population.customers,
        outcome=_study_outcome(folder, card),
    )


def _study_outcome(folder: Path, card: RunCard) -> str:
    result = folder / "study.json"
    if not result.is_file():
        return f"not analysed yet: {_outcome(card)}"
    study = _decoded(result, _Study)
    counted = [row for row in study.results if row.outcome != "failed"]
    done = sum(row.outcome == "done" for row in counted)
    visits = formatting.count(len(counted), "visit")
    grave = sum(one.severity == "high" for one in study.findings)
    findings = formatting.count(len(study.findings), "finding")
    told = f"{done:,} of {visits} did it, {findings}{f' ({grave} high)' if grave else ''}"
    return told if card.stopped is None else f"{card.stopped} ({told})"


class _Estimate(msgspec.Struct, frozen=True):
    value: float | None


class _Match(msgspec.Struct, frozen=True):
    session_macro: _Estimate


class _Results(msgspec.Struct, frozen=True):
    policy: str
    sessions: int
    exact_match: _Match


def _benchmark(folder: Path) -> Entry:
    """A benchmark does not say when it was: its last file does."""
    file = folder / "results.json"
    if not file.is_file():
        return Entry(name="", kind="benchmark", outcome="has no results yet")
    results = _decoded(file, _Results)
    share = results.exact_match.session_macro.value
    return Entry(
        name="",
        kind="benchmark",
        started_at=datetime.fromtimestamp(file.stat().st_mtime, UTC),
        customers=results.sessions,
        outcome=f"{results.policy}: exact match {formatting.percent(share, 1)}",
    )


_KINDS: dict[Callable[[Path], Entry], Kind] = {
    _run: "run",
    _comparison: "comparison",
    _study: "study",
    _benchmark: "benchmark",
}


def _decoded(file: Path, kind: type[Read]) -> Read:
    """
    Raises:
        ValueError: not what it should be; names the file and the field.
    """
    try:
        return from_json(file.read_bytes(), kind)
    except msgspec.DecodeError as error:
        raise ValueError(f"cannot read {file}: {error}") from error


def _size(folder: Path) -> int:
    """Bytes of all files in a folder; what may not be looked into counts as nothing."""
    total, waiting = 0, [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as there:
                for one in there:
                    if one.is_dir(follow_symlinks=False):
                        waiting.append(one.path)
                    else:
                        total += one.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return total
