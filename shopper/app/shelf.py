"""The folder of runs as the app shows it: what lies there, in which state, and where its files are.

Names come from addresses, so they are checked: what they mean lies in the folder or is not there.
Run cards are read once for as long as they stay as they are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from agent.runs.ab import side_folders
from agent.runs.card import RunCard, RunFolder
from agent.runs.folder import FolderError, read_card
from agent.runs.lock import is_locked
from shopper import run_list
from shopper.app.jobs import Job, Jobs

State = Literal["starting", "running", "done", "stopped", "failed", "unreadable"]
SHOWN = frozenset({".html", ".jpg", ".jpeg", ".png", ".csv", ".json"})
"""Files of a run that are served: its pages, pictures and tables, and no logs."""


class NotHere(Exception):
    """There is nothing of that name in the folder."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One run, comparison, study or benchmark. `card` is that of its first side; None where there
    is none that can be read, and `why` says why."""

    name: str
    kind: run_list.Kind
    state: State
    when: datetime | None = None
    card: RunCard | None = None
    why: str = ""
    job: Job | None = None

    @property
    def site(self) -> str:
        if self.card is None:
            return self.job.title if self.job else self.name
        return "the embedded shop" if self.card.embedded_shop else self.card.url

    @property
    def title(self) -> str:
        """What it is called: a study by its title."""
        named = self.card.arguments.get("study") if self.card else None
        return str(named) if named else self.site

    @property
    def under_way(self) -> bool:
        return self.state in ("starting", "running")

    @property
    def address(self) -> str:
        """Where the app shows it."""
        return f"/{'live' if self.under_way else 'run'}/{self.name}"


class Shelf:
    """The folder `root`, and the `jobs` that the app started in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.jobs = Jobs(root)
        self._cards: dict[Path, tuple[tuple[int, int], RunCard]] = {}

    def items(self) -> list[Item]:
        """Everything there, the latest first.

        Raises:
            OSError: the folder cannot be looked into.
        """
        jobs = self.jobs.all()
        found = [self._item(name, jobs.pop(name, None)) for name in self._names()]
        found += [self._only_job(job) for job in jobs.values()]
        shown = [one for one in found if one is not None]
        never = datetime.min.replace(tzinfo=UTC)
        return sorted(shown, key=lambda one: (one.when or never, one.name), reverse=True)

    def item(self, name: str) -> Item:
        """One of them.

        Raises:
            NotHere: there is none of that name.
        """
        job = self.jobs.find(name) if is_name(name) else None
        try:
            found = self._item(self.folder(name).name, job)
        except NotHere:
            found = None if job is None else self._only_job(job)
        if found is None:
            raise NotHere(f"there is no run {name} in {self.root}")
        return found

    def folder(self, name: str) -> Path:
        """The folder called `name`: one in the app's folder, that is no link out of it.

        Raises:
            NotHere: there is none.
        """
        path = self.root / name
        if not is_name(name) or not path.is_dir():
            raise NotHere(f"there is no run {name} in {self.root}")
        if path.resolve().parent != self.root.resolve():
            raise NotHere(f"{name} leads out of {self.root}")
        return path

    def file(self, name: str, inside: str) -> Path:
        """A file of a run that may be shown.

        Raises:
            NotHere: it is none, or lies elsewhere.
        """
        folder = self.folder(name).resolve()
        if "\0" in inside:
            raise NotHere("no file is called so")
        path = (folder / inside).resolve()
        hidden = any(part.startswith(".") for part in Path(inside).parts)
        if hidden or not path.is_relative_to(folder) or path.suffix.lower() not in SHOWN:
            raise NotHere(f"{inside} is no file of {name} that is shown")
        if not path.is_file():
            raise NotHere(f"{name} has no file {inside}")
        return path

    def outcome(self, item: Item) -> str:
        """What came of it, in a sentence."""
        if item.why:
            return item.why
        if item.state == "starting":
            return "about to begin"
        return run_list.entry(self.root / item.name, sized=False).outcome

    def _names(self) -> Iterator[str]:
        if not self.root.exists():
            return
        with os.scandir(self.root) as there:
            for one in there:
                if is_name(one.name) and one.is_dir():
                    yield one.name

    def _item(self, name: str, job: Job | None) -> Item | None:
        folder = self.root / name
        kind = run_list.kind_of(folder)
        if kind is None:
            return None if job is None else self._only_job(job)
        if kind == "benchmark":
            told = run_list.entry(folder, sized=False)
            return Item(name=name, kind=kind, state="done", when=told.started_at)
        try:
            cards = [self._card(RunFolder(one)) for one in _sides(folder, kind)]
        except (FolderError, OSError) as error:
            why = " ".join(str(error).split())
            return Item(name=name, kind=kind, state="unreadable", when=_touched(folder), why=why)
        state = _state(folder, cards, job)
        why = job.said() if state == "failed" and job is not None else ""
        return Item(
            name=name,
            kind=kind,
            state=state,
            when=min(card.started_at for card in cards),
            card=cards[0],
            why=why,
            job=job,
        )

    def _only_job(self, job: Job) -> Item:
        """What was started and has no folder yet, or never got one."""
        alive = job.alive
        return Item(
            name=job.name,
            kind=job.kind,
            state="starting" if alive else "failed",
            when=job.started_at,
            why="" if alive else job.said(),
            job=job,
        )

    def _card(self, folder: RunFolder) -> RunCard:
        told = folder.card.stat()
        mark = (told.st_mtime_ns, told.st_size)
        known = self._cards.get(folder.card)
        if known is None or known[0] != mark:
            known = self._cards[folder.card] = (mark, read_card(folder))
        return known[1]


def is_name(name: str) -> bool:
    """Whether it can be the name of a run: one part of a path, and not hidden."""
    return bool(name) and not name.startswith(".") and not set(name) & set("/\\\0")


def _sides(folder: Path, kind: run_list.Kind) -> list[Path]:
    return [side.root for side in side_folders(folder)] if kind == "comparison" else [folder]


def _state(folder: Path, cards: list[RunCard], job: Job | None) -> State:
    if is_locked(folder):
        return "running"
    if job is not None and job.alive:
        return "running"
    if any(card.stopped is not None for card in cards):
        nobody = not any(card.totals.sessions for card in cards)
        by_hand = job is None or job.said().startswith("stopped;")
        return "failed" if nobody and not by_hand else "stopped"
    return "failed" if all(card.totals.is_no_result for card in cards) else "done"


def _touched(folder: Path) -> datetime:
    return datetime.fromtimestamp(folder.stat().st_mtime, UTC)
