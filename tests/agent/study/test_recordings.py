"""Recorded visits as a study's folder: who is kept out, what is drawn, what is refused."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest

from agent.runs.folder import FolderError, finished_sessions, read_card
from agent.sessions.dataset import write_sessions
from agent.sessions.session import Persona, RecordError, Session
from agent.study.folder import StudyFolder
from agent.study.recordings import PEOPLE, STAND_INS, recorded_study
from agent.study.success import session_id, split_id
from tests.eval.benchmark.sample import BUY, LEAVE, MUG, SEARCH, session


def visits(count: int, *, source: str = "import:posthog") -> list[Session]:
    """Of `count` visits two are one person's, the last is cut off."""
    found = []
    for n in range(count):
        made = session(f"s{n}", SEARCH, MUG, BUY if n % 3 == 0 else LEAVE, source=source)
        found.append(
            msgspec.structs.replace(
                made,
                user_id=f"ann{n // 2}@mail.example",
                persona=Persona(id="ann", text="Ann Other, 40"),
                end=None if n == count - 1 else made.end,
            )
        )
    return found


def written(tmp_path: Path, sessions: list[Session], **options: int) -> tuple[StudyFolder, Path]:
    data = tmp_path / "people.jsonl"
    write_sessions(data, sessions)
    folder = StudyFolder(tmp_path / "study")
    recorded_study(folder, data, **options)
    return folder, data


def test_visits_of_one_person_stay_one_persons() -> None:
    assert session_id("person-0001", "visit") == "person-0001.visit"
    assert session_id("person-0001", "visit", visit=2) == "person-0001~2.visit"
    assert split_id("person-0001~2.visit") == ("person-0001", "visit")
    assert split_id("customer-0001.find") == ("customer-0001", "find")


def test_nobody_can_be_told_from_the_study_but_by_its_key(tmp_path: Path) -> None:
    folder, _ = written(tmp_path, visits(4))
    for path in folder.root.rglob("*"):
        if path.is_file() and path.name != "recordings.csv":
            text = path.read_text("utf-8")
            assert "mail.example" not in text and "Ann Other" not in text, path
    with (folder.root / "recordings.csv").open(encoding="utf-8") as file:
        key = {row["visit"]: row["session_id"] for row in csv.DictReader(file)}
    assert key == {
        "person-0001.visit": "s0",
        "person-0001~2.visit": "s1",
        "person-0002.visit": "s2",
        "person-0002~2.visit": "s3",
    }


def test_what_was_cut_off_is_said_and_is_no_finished_visit(tmp_path: Path) -> None:
    folder, _ = written(tmp_path, visits(5))
    assert len(finished_sessions(folder.run)) == 4
    card = read_card(folder.run)
    assert card.policy == PEOPLE and card.customers == 5
    assert any("1 recordings do not say how the visit ended" in note for note in card.notes)


def test_at_most_so_many_are_drawn_and_the_seed_says_which(tmp_path: Path) -> None:
    data = tmp_path / "people.jsonl"
    write_sessions(data, visits(30))
    drawn = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        folder = StudyFolder(tmp_path / name)
        found = recorded_study(folder, data, most=10, seed=seed)
        assert (found.visits, found.of, found.unasked) == (10, 30, 10)
        drawn.append((folder.root / "recordings.csv").read_text())
    assert drawn[0] == drawn[1] != drawn[2]


def test_consent_and_stand_ins_are_told_apart(tmp_path: Path) -> None:
    agreed = [msgspec.structs.replace(s, versions={"consent": "0123"}) for s in visits(3)]
    write_sessions(tmp_path / "a.jsonl", agreed)
    assert recorded_study(StudyFolder(tmp_path / "a"), tmp_path / "a.jsonl").unasked == 0
    write_sessions(tmp_path / "b.jsonl", visits(3, source="synthetic"))
    found = recorded_study(StudyFolder(tmp_path / "b"), tmp_path / "b.jsonl")
    assert found.stand_ins and found.unasked == 0
    assert read_card(StudyFolder(tmp_path / "b").run).policy == STAND_INS


def test_what_cannot_be_used_is_refused(tmp_path: Path) -> None:
    nobody = tmp_path / "nobody.jsonl"
    write_sessions(nobody, [msgspec.structs.replace(visits(1)[0], steps=())])
    with pytest.raises(FolderError, match="holds no visit"):
        recorded_study(StudyFolder(tmp_path / "x"), nobody)
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"events": []}\n')
    with pytest.raises(RecordError):
        recorded_study(StudyFolder(tmp_path / "y"), wrong)
    folder, data = written(tmp_path, visits(3))
    with pytest.raises(FolderError, match="not empty"):
        recorded_study(folder, data)
