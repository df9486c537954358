"""Runs kept in a store: fsspec's own memory and file systems, nothing pretended."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import fsspec
import msgspec
import pytest

from agent.cluster import url_store as stores
from agent.cluster.folder_store import FolderStore
from agent.cluster.url_store import SessionFiles, StoreError, UrlStore
from agent.runs.card import RunFolder
from agent.runs.folder import FolderError, finished_sessions, without_pages
from agent.sessions.log import read_session_log
from agent.sessions.session import Finding, Session
from envs.actions import Click, Terminate
from tests.agent.runs.cards import CARD
from tests.agent.runs.sessions import page_of, session_of


@pytest.fixture(params=["memory", "file"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "file":
        yield f"file://{tmp_path}/store/run"
        return
    name = f"/{uuid.uuid4().hex}"
    yield f"memory:/{name}/run"
    files = fsspec.filesystem("memory")
    if files.exists(name):
        files.rm(name, recursive=True)


def visit(end: str | None = "limit") -> SessionFiles:
    session = session_of(
        [(page_of(3), "That one.", Click("results.lamp_1")), (page_of(2), None, Terminate())]
    )
    files = SessionFiles(msgspec.structs.replace(session, steps=()))
    first, second = session.steps
    files.add(msgspec.structs.replace(first, screenshot="screenshots/s1/000.jpg"), b"picture")
    files.add(second, None)
    if end is not None:
        files.session = files.session.with_end(end, (Finding(kind="loop", step=1, text="again"),))
    return files


def test_a_finished_visit_is_what_a_run_folder_would_hold(url: str, tmp_path: Path) -> None:
    files = visit()
    store = UrlStore(url)
    store.card(CARD)
    store.put_session(files)
    copy, folder = RunFolder(tmp_path / "copy"), RunFolder(tmp_path / "folder")
    store.copy_to(copy)
    beside = FolderStore(folder)
    beside.claim(CARD, resume=False)
    beside.put_session(files)
    log = copy.session_log("s1")
    assert log.read_bytes() == folder.session_log("s1").read_bytes()
    assert read_session_log(log) == files.session
    assert copy.screenshot("s1", 0).read_bytes() == b"picture"
    assert folder.screenshot("s1", 0).read_bytes() == b"picture"


def test_what_is_finished_is_known_again_without_its_pages(url: str) -> None:
    store = UrlStore(url)
    assert store.claim(CARD, resume=False) == {}
    store.card(CARD)
    store.put_session(visit())
    assert UrlStore(url).claim(CARD, resume=True) == {"s1": without_pages(visit().session)}


def test_a_run_that_goes_on_keeps_what_its_first_part_told(url: str) -> None:
    store = UrlStore(url)
    assert store.going_on(CARD) == CARD
    told = msgspec.structs.replace(CARD, refused={"ads.example": 3}, notes=("told",))
    store.card(told)
    later = msgspec.structs.replace(CARD, notes=("new",), started_at=datetime.now(UTC))
    card = UrlStore(url).going_on(later)
    assert (card.started_at, card.refused) == (CARD.started_at, told.refused)
    assert card.notes == ("told", "new")


def test_a_visit_that_was_stopped_is_kept_but_not_finished(url: str, tmp_path: Path) -> None:
    store = UrlStore(url)
    store.card(CARD)
    store.put_session(visit(end=None))
    assert UrlStore(url).claim(CARD, resume=True) == {}
    store.copy_to(RunFolder(tmp_path / "copy"))
    kept = read_session_log(tmp_path / "copy" / "sessions" / "s1.jsonl")
    assert (kept.end, len(kept.steps)) == (None, 2)
    assert finished_sessions(RunFolder(tmp_path / "copy")) == {}


def test_each_failed_visit_is_set_aside_with_its_pictures_when_it_is_to_start_again(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "FIRST_PAUSE", 0.01)
    store = UrlStore(url)
    store.card(CARD)
    other = visit()
    other.session = msgspec.structs.replace(other.session, session_id="s10")
    other.pictures.clear()
    store.put_session(other)
    for mark in ("failed-1", "failed-2"):
        store.put_session(visit(end=f"error: before {mark}"))
        assert set(UrlStore(url).claim(CARD, resume=True)) == {"s1", "s10"}
        claimed = UrlStore(url).claim(CARD, resume=True, retry_failed=True)
        assert set(claimed) == {"s10"}
        assert f"before {mark}" in store.read(f"sessions/s1.jsonl.{mark}").decode()
        assert store.read(f"screenshots/s1.{mark}/000.jpg") == b"picture"
        assert [session.session_id for session in store.ends()] == ["s10"]
        with pytest.raises(StoreError):
            store.read("sessions/s1.jsonl")


def test_a_visit_that_is_given_up_keeps_what_is_written_of_it(url: str, tmp_path: Path) -> None:
    """A worker that was stopped, or lost before it could tell that a visit was over."""
    store = UrlStore(url)
    lost = msgspec.structs.replace(visit().session, end="error: lost", findings=())
    for session_id, end, kept in (("s1", None, "error: lost"), ("s2", "limit", "limit")):
        files = visit(end)
        files.session = msgspec.structs.replace(files.session, session_id=session_id)
        store.put_session(files)
        given_up = store.abandon(msgspec.structs.replace(lost, session_id=session_id))
        assert (len(given_up.steps), given_up.end) == (2, kept)
    fresh = store.abandon(msgspec.structs.replace(lost, session_id="s3"))
    assert (len(fresh.steps), fresh.end) == (0, "error: lost")
    copy = RunFolder(tmp_path / "copy")
    store.copy_to(copy)
    assert [s.end for s in finished_sessions(copy).values()] == [
        "error: lost",
        "limit",
        "error: lost",
    ]
    assert read_session_log(copy.session_log("s1")).steps == visit().session.steps
    assert copy.screenshot("s1", 0).read_bytes() == b"picture"
    assert {s.session_id: len(s.steps) for s in store.ends()} == {"s1": 2, "s2": 2, "s3": 0}


def test_a_visit_given_up_before_it_began_again_keeps_what_is_in_its_folder(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    store = FolderStore(folder)
    store.claim(CARD, resume=False)
    files = visit(end=None)
    store.begin(msgspec.structs.replace(files.session, steps=()))
    store.step("s1", files.session.steps[0], b"picture")
    store.close_all()  # the run was stopped
    given_up = FolderStore(folder).abandon(
        msgspec.structs.replace(files.session, steps=()).with_end("error: lost")
    )
    read = read_session_log(folder.session_log("s1"))
    assert (read.steps, read.end) == (files.session.steps[:1], "error: lost")
    assert given_up == without_pages(read)
    assert folder.screenshot("s1", 0).exists()


def test_a_store_that_holds_something_is_not_written_over(url: str) -> None:
    store = UrlStore(url)
    with pytest.raises(FolderError, match="nothing to resume"):
        store.claim(CARD, resume=True)
    store.write("notes.txt", b"mine")
    with pytest.raises(FolderError, match="holds no run"):
        store.claim(CARD, resume=False)
    store.card(CARD)
    with pytest.raises(FolderError, match="already holds a run"):
        store.claim(CARD, resume=False)
    with pytest.raises(FolderError, match="seed 3, not 4"):
        store.claim(msgspec.structs.replace(CARD, seed=4), resume=True)
    store.write("run.json", b"{")
    with pytest.raises(FolderError, match=r"run\.json"):
        store.claim(CARD, resume=True)


def test_a_store_that_cannot_be_written_is_asked_again_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "FIRST_PAUSE", 0.01)
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match=r"cannot write run\.json in file://"):
        UrlStore(f"file://{tmp_path}/file/run").card(CARD)


def test_unknown_kinds_of_store_are_refused() -> None:
    with pytest.raises(FolderError, match="nosuch"):
        UrlStore("nosuch://bucket/run")


def test_an_attempt_that_was_lost_leaves_nothing_in_the_log(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    store = FolderStore(folder)
    store.claim(CARD, resume=False)
    files = visit()
    session: Session = msgspec.structs.replace(files.session, steps=(), end=None, findings=())
    store.begin(session)
    store.step("s1", files.session.steps[0], b"first")
    store.begin(session)
    store.step("s1", files.session.steps[0], b"second")
    store.end(files.session)
    read = read_session_log(folder.session_log("s1"))
    assert (len(read.steps), read.end) == (1, "limit")
    assert folder.screenshot("s1", 0).read_bytes() == b"second"
