"""What people say of a run's findings, and their own notes: ``notes.json`` in its folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from agent.atomic_write import write_json
from agent.parsing import from_json

FILE = "notes.json"
LONGEST = 4000
"""Characters of a note."""
Verdict = Literal["known", "wrong"]


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody wrote down; `where` is a step, ``customer-0007/3``, or nothing."""

    text: str
    at: datetime
    where: str = ""


class Notes(msgspec.Struct, frozen=True, kw_only=True):
    """`verdicts` are of findings, by fingerprint: known already, or wrong."""

    format: str = "1"
    notes: tuple[Note, ...] = ()
    verdicts: dict[str, Verdict] = {}


class NotesError(ValueError):
    """A notes file that is none; it is left as it is."""


def read_notes(folder: Path) -> Notes:
    """
    Raises:
        NotesError: the file that is there is not one of notes.
    """
    try:
        return from_json((folder / FILE).read_bytes(), Notes)
    except FileNotFoundError:
        return Notes()
    except (OSError, msgspec.MsgspecError, UnicodeError) as error:
        raise NotesError(f"cannot read {folder / FILE}: {error}") from error


def add_note(folder: Path, text: str, where: str = "") -> None:
    """Raises:
    NotesError, OSError: it cannot be kept.
    """
    note = Note(text=text.strip()[:LONGEST], at=datetime.now(UTC), where=where)
    kept = read_notes(folder)
    _write(folder, msgspec.structs.replace(kept, notes=(*kept.notes, note)))


def remove_note(folder: Path, number: int) -> None:
    """The note at this place, counted from 0; none there is no error."""
    kept = read_notes(folder)
    left = tuple(note for place, note in enumerate(kept.notes) if place != number)
    _write(folder, msgspec.structs.replace(kept, notes=left))


def judge(folder: Path, fingerprint: str, verdict: Verdict | None) -> None:
    """Say of a finding that it is known or wrong, or nothing any more."""
    kept = read_notes(folder)
    verdicts = {name: said for name, said in kept.verdicts.items() if name != fingerprint}
    if verdict is not None:
        verdicts[fingerprint] = verdict
    _write(folder, msgspec.structs.replace(kept, verdicts=verdicts))


def _write(folder: Path, notes: Notes) -> None:
    write_json(folder / FILE, notes)
