"""People's recorded visits as a study's folder, so that they are measured as customers' are.

Whose visits they are is kept out of it: people are numbered, and `recordings.csv` says for the
owner of the data which visit is which. Carries nothing out; measures and findings are made from the
logs afterwards.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from agent.atomic_write import replacing, write_json, write_whole
from agent.runs.card import RunCard
from agent.runs.config import new_card
from agent.runs.folder import FolderError
from agent.sessions.dataset import read_sessions
from agent.sessions.log import log_lines
from agent.sessions.session import Session
from agent.study.definition import Study, StudyPopulation, Success, Task
from agent.study.folder import StudyFolder
from agent.study.success import session_id

PEOPLE = "people"
"""Stands on the cards of studies of recordings where others name a policy."""
STAND_INS = "stand-ins"
"""The same where no visit was a person's."""
MADE = frozenset(("synthetic", "live"))
"""Sources of sessions that are no people's."""
MOST_VISITS = 500
LONGEST = 1000
_KEY = "recordings.csv"
WHATEVER = Task(
    id="visit",
    text="Whatever they came for.",
    success=Success(order=True),
    max_steps=LONGEST,
    minutes=240,
)
"""The task of people who were given none: a visit that orders did what a shop is for."""


class RecordedVisits(msgspec.Struct, frozen=True, kw_only=True):
    """What of a data set became a study. `of` counts its visits that have a step, `cut_off` those
    taken whose recording does not say how they ended, `unasked` those that do not say whether the
    person agreed."""

    data: str
    visits: int
    of: int
    people: int
    cut_off: int
    unasked: int
    sources: dict[str, int]

    @property
    def stand_ins(self) -> bool:
        """Whether nobody of them is a person."""
        return not self.sources.keys() - MADE


def recorded_study(
    folder: StudyFolder,
    data: Path,
    task: Task = WHATEVER,
    *,
    most: int = MOST_VISITS,
    seed: int = 0,
    named: str | None = None,
) -> RecordedVisits:
    """Write a study's folder from the visits in `data`, at most `most` of them, drawn evenly.
    `named`: the policy whose visits they are, where they are customers'.

    Reads the data twice and holds one visit at a time.

    Raises:
        FolderError: the folder is not empty, or the data hold no visit with a step.
        OSError, RecordError: the data cannot be read, the folder not be written.
    """
    if folder.root.exists() and any(folder.root.iterdir()):
        raise FolderError(f"{folder.root} is not empty; name another folder with --out")
    of = sum(1 for _ in _visits(data))
    if not of:
        raise FolderError(f"{data} holds no visit with a step")
    drawn = frozenset(random.Random(f"{seed}/recordings").sample(range(of), min(most, of)))
    writing = _Writing(folder, task, named)
    for place, session in enumerate(_visits(data)):
        if place in drawn:
            writing.add(session)
    return writing.done(data, of, seed)


def _visits(data: Path) -> Iterator[Session]:
    return (session for session in read_sessions(data) if session.steps)


class _Writing:
    """Writes one visit after the other; numbers people in the order they first come."""

    def __init__(self, folder: StudyFolder, task: Task, named: str | None) -> None:
        self._folder = folder
        self._named = named
        self._task = msgspec.structs.replace(task, max_steps=LONGEST, minutes=240)
        self._visits: Counter[str] = Counter()
        self._numbers: dict[str, int] = {}
        self._key: list[tuple[str, str, str]] = []
        self._sources: Counter[str] = Counter()
        self._sites: Counter[tuple[str, str]] = Counter()
        self._cut_off = self._unasked = 0
        folder.run.sessions.mkdir(parents=True)

    def add(self, session: Session) -> None:
        who = session.user_id or session.session_id
        number = self._numbers.setdefault(who, len(self._numbers) + 1)
        self._visits[who] += 1
        person = f"{'customer' if self._named else 'person'}-{number:04}"
        name = session_id(person, self._task.id, visit=self._visits[who])
        self._key.append((name, session.session_id, session.user_id))
        self._sources[session.source] += 1
        self._sites[session.site, session.steps[0].url] += 1
        self._cut_off += session.end is None
        self._unasked += session.source not in MADE and "consent" not in session.versions
        anonymous = msgspec.structs.replace(session, session_id=name, user_id=person, persona=None)
        write_whole(self._folder.run.session_log(name), b"".join(log_lines(anonymous)))

    def done(self, data: Path, of: int, seed: int) -> RecordedVisits:
        """Write what else a study's folder holds."""
        found = RecordedVisits(
            data=str(data),
            visits=len(self._key),
            of=of,
            people=len(self._numbers),
            cut_off=self._cut_off,
            unasked=self._unasked,
            sources=dict(self._sources.most_common()),
        )
        policy = self._named or (STAND_INS if found.stand_ins else PEOPLE)
        study = self._study(data, seed, policy)
        write_json(self._folder.definition, study)
        write_json(self._folder.run.card, self._card(study, found))
        with (
            replacing(self._folder.root / _KEY) as draft,
            draft.open("w", encoding="utf-8", newline="") as file,
        ):
            rows = csv.writer(file)
            rows.writerow(("visit", "session_id", "user_id"))
            rows.writerows(self._key)
        return found

    def _study(self, data: Path, seed: int, policy: str) -> Study:
        (site, url), _ = self._sites.most_common(1)[0]
        return Study(
            title=f"Recordings in {data.name}",
            site="embedded" if site == "embedded-shop" else url,
            tasks=(self._task,),
            policy=policy,
            seed=seed,
            population=StudyPopulation(customers=min(10_000, len(self._key))),
        )

    def _card(self, study: Study, found: RecordedVisits) -> RunCard:
        card = new_card(
            url=None if study.embedded else study.site,
            policy=study.policy,
            customers=found.visits,
            seed=study.seed,
            arguments={"recordings": found.data, "sources": list(found.sources)},
        )
        sites = sorted({site for site, _ in self._sites})
        notes = []
        if found.visits < found.of:
            notes.append(f"{found.visits} of {found.of} recorded visits, drawn evenly.")
        if found.cut_off:
            notes.append(
                f"{found.cut_off} recordings do not say how the visit ended and are in no measure."
            )
        if len(sites) > 1:
            notes.append(f"Visits are of {len(sites)} sites: {', '.join(sites[:5])}.")
        return msgspec.structs.replace(card, finished_at=card.started_at, notes=tuple(notes))
