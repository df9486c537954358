"""A worker in this process: real messages, real browser, the real embedded shop."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.cluster.driver import job_for
from agent.cluster.messages import (
    Event,
    StepTaken,
    VisitEnded,
    VisitStarted,
    WorkerEvents,
    WorkerFailed,
    WorkerOrder,
    WorkerReady,
    pack,
    unpack,
    unpack_greeting,
)
from agent.cluster.url_store import UrlStore
from agent.cluster.worker import Worker
from agent.personas.personas import cast, sample_personas
from agent.runs.card import RunCard, RunFolder
from agent.runs.config import RunConfig
from agent.sessions.log import read_session_log
from envs.shop import Shop

SCRIPT = [{"type": "type_and_submit", "name": "*search*", "text": "mug"}, {"type": "terminate"}]
CUSTOMERS = tuple(cast(sample_personas(), 2, 0, None))


def job(folder: Path, shop: str | None, store: str | None, policy: str = "") -> bytes:
    (folder / "script.json").write_text(json.dumps(SCRIPT))
    config = RunConfig(url=None, shop=shop, customers=CUSTOMERS, concurrency=2)
    card = RunCard(
        shopper_version="1",
        started_at=datetime.now(UTC),
        url="the embedded shop",
        embedded_shop=True,
        policy="scripted",
        customers=2,
        seed=0,
    )
    return pack(job_for(config, policy or "scripted:script.json", card, str(folder), store))


async def talk(worker: Worker, until: int) -> list[Event]:
    """Send both customers in; the news until so many visits are over, and the last ones."""
    events: list[Event] = []
    order = WorkerOrder(customers=CUSTOMERS)
    async with asyncio.timeout(60):
        while sum(isinstance(event, VisitEnded) for event in events) < until:
            events += unpack(await worker.exchange(pack(order)), WorkerEvents).events
            order = WorkerOrder()
    return events + list(
        unpack(await worker.exchange(pack(WorkerOrder(stop=True))), WorkerEvents).events
    )


@pytest.mark.browser
async def test_everything_travels_when_there_is_no_store(
    tmp_path: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path.cwd())  # a worker changes to the driver's folder
    worker = Worker()
    assert isinstance(
        unpack_greeting(await worker.start(job(tmp_path, shop.url, None))), WorkerReady
    )
    events = await talk(worker, 2)
    for customer in CUSTOMERS:
        mine = [e for e in events if getattr(e, "session_id", None) == customer.session_id]
        began = [e.session for e in events if isinstance(e, VisitStarted)]
        took = [e for e in mine if isinstance(e, StepTaken)]
        assert customer.session_id in {session.session_id for session in began}
        assert [e.step.index for e in took] == [0, 1]
        assert "search" in took[0].step.context
        assert took[0].picture is not None
        assert took[0].picture[:2] == b"\xff\xd8"
        assert [e.end for e in mine if isinstance(e, VisitEnded)] == ["terminate"]


@pytest.mark.browser
async def test_with_a_store_the_pages_go_there_and_only_news_travel(
    tmp_path: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path.cwd())
    url = f"file://{tmp_path}/store"
    worker = Worker()
    await worker.start(job(tmp_path, shop.url, url))
    events = await talk(worker, 2)
    took = [event for event in events if isinstance(event, StepTaken)]
    assert len(took) == 4
    assert all(not e.step.context and not e.step.names and e.picture is None for e in took)
    folder = RunFolder(tmp_path / "store")
    for session in UrlStore(url).ends():
        read = read_session_log(folder.session_log(session.session_id))
        assert (read.end, len(read.steps)) == ("terminate", 2)
        assert "search" in read.steps[0].context
        assert folder.screenshot(session.session_id, 0).read_bytes()[:2] == b"\xff\xd8"
    assert len(list((tmp_path / "store" / "ends").iterdir())) == 2


async def test_a_policy_that_cannot_be_loaded_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path.cwd())
    told = unpack_greeting(await Worker().start(job(tmp_path, None, None, "scripted:nowhere")))
    assert isinstance(told, WorkerFailed)
    assert told.fault == "choice"
    assert "nowhere" in told.reason


@pytest.mark.browser
async def test_a_site_that_may_not_be_visited_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path.cwd())
    worker = Worker()
    await worker.start(job(tmp_path, "file:///etc/passwd", None))
    async with asyncio.timeout(30):
        events: tuple[Event, ...] = ()
        while not any(isinstance(event, WorkerFailed) for event in events):
            events = unpack(await worker.exchange(pack(WorkerOrder())), WorkerEvents).events
    assert "file:///etc/passwd" in next(e.reason for e in events if isinstance(e, WorkerFailed))
