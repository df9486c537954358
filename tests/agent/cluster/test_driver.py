"""How a driver deals with workers, told by workers that play a script: some end, some cannot begin.

The workers answer with the real messages; that real ones do so is `test_worker` and
`test_cluster_run`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.cluster.driver import MAX_ATTEMPTS, ClusterRun, job_for
from agent.cluster.folder_store import FolderStore
from agent.cluster.messages import (
    Event,
    StepTaken,
    VisitEnded,
    VisitStarted,
    WorkerEvents,
    WorkerFailed,
    WorkerJob,
    WorkerOrder,
    WorkerReady,
    pack,
    unpack,
)
from agent.cluster.ray import ClusterError, WorkerLost
from agent.personas.personas import Customer, cast, sample_personas
from agent.policies.policy import PolicyError
from agent.prompts.prompt import page_budget
from agent.runs.card import RunFolder, Setting
from agent.runs.config import RunConfig
from agent.runs.folder import FolderError, finished_sessions, read_card, write_card
from agent.sessions.session import Session, Step
from envs.actions import Terminate
from tests.agent.runs.cards import CARD

Fate = Callable[[str], None]
"""What befalls a worker at a customer; raises WorkerLost where it ends."""


def session_for(customer: Customer) -> Session:
    return Session(
        session_id=customer.session_id,
        user_id=customer.persona.id,
        site="shop.test",
        started_at=datetime.now(UTC),
        source="live",
        seed=customer.seed,
    )


def visit_of(customer: Customer) -> list[Event]:
    step = Step(
        index=0,
        timestamp=datetime.now(UTC),
        url="https://shop.test/",
        context="<main>",
        action=Terminate(),
    )
    return [
        VisitStarted(session_for(customer)),
        StepTaken(customer.session_id, step, None),
        VisitEnded(customer.session_id, "terminate"),
    ]


class ScriptedWorker:
    """Brings every customer's visit to an end at once, unless fate has it otherwise."""

    def __init__(self, fate: Fate, greeting: WorkerReady | WorkerFailed) -> None:
        self.fate = fate
        self.greeting = greeting
        self.most = 0
        self.killed = False

    async def placed(self) -> None: ...

    async def start(self, job: bytes) -> bytes:
        assert unpack(job, WorkerJob).config.customers == ()
        return pack(self.greeting)

    async def exchange(self, order_bytes: bytes) -> bytes:
        await asyncio.sleep(0.005)
        order = unpack(order_bytes, WorkerOrder)
        self.most = max(self.most, len(order.customers))
        events: list[Event] = []
        for customer in order.customers:
            self.fate(customer.session_id)
            events += visit_of(customer)
        return pack(WorkerEvents(tuple(events)))

    def kill(self) -> None:
        self.killed = True


class ScriptedEngine:
    """Starts scripted workers; `greetings` are those of the first ones."""

    def __init__(self, fate: Fate, *greetings: WorkerReady | WorkerFailed) -> None:
        self.fate = fate
        self.greetings = list(greetings)
        self.workers: list[ScriptedWorker] = []

    def start_worker(self) -> ScriptedWorker:
        ready = WorkerReady(node="n", pid=1, shopper_version="1", policy_settings={"policy": "x"})
        greeting = self.greetings.pop(0) if self.greetings else ready
        self.workers.append(ScriptedWorker(self.fate, greeting))
        return self.workers[-1]


def kind_fate(session_id: str) -> None:
    """Nothing befalls anyone."""


class Run:
    """A run of `count` customers into a folder."""

    def __init__(
        self,
        root: Path,
        engine: ScriptedEngine,
        count: int,
        workers: int = 2,
        resume: bool = False,
        **config: Any,
    ) -> None:
        self.folder = RunFolder(root / "run")
        store = FolderStore(self.folder)
        self.finished = store.claim(CARD, resume=resume)
        customers = tuple(cast(sample_personas(), count, 0, None))
        made = RunConfig(url="https://shop.test/", customers=customers, concurrency=4, **config)
        self.told: list[tuple[str, str]] = []
        job = job_for(made, "scripted:x", CARD, str(root), None)
        self.engine: Any = engine
        self.run = ClusterRun(job, customers, workers, self.engine, store, self._watch)

    def _watch(self, session: Session, doing: str) -> None:
        self.told.append((session.session_id, doing))

    async def ends(self) -> dict[str, str | None]:
        async with asyncio.timeout(30):
            await self.run.run(self.finished)
        return {i: s.end for i, s in finished_sessions(self.folder).items()}


async def test_everyone_shops_once_and_is_counted_once(tmp_path: Path) -> None:
    engine = ScriptedEngine(kind_fate)
    run = Run(tmp_path, engine, 20, workers=3)
    ends = await run.ends()
    assert set(ends.values()) == {"terminate"}
    assert len(ends) == 20
    assert len(run.told) == len(set(run.told)) == 20
    assert (run.run.card.totals.sessions, run.run.card.totals.steps) == (20, 20)
    assert run.run.card.policy_settings == {"policy": "x"}
    assert run.run.card.finished_at is not None
    assert all(worker.killed for worker in engine.workers)


async def test_a_run_that_goes_on_keeps_what_its_first_part_told(tmp_path: Path) -> None:
    await Run(tmp_path, ScriptedEngine(kind_fate), 2).ends()
    folder = RunFolder(tmp_path / "run")
    told = msgspec.structs.replace(
        read_card(folder),
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        refused={"ads.example": 3},
        notes=("it was told before",),
    )
    told = msgspec.structs.replace(told, totals=msgspec.structs.replace(told.totals, seconds=1e6))
    write_card(folder, told)
    again = Run(tmp_path, ScriptedEngine(kind_fate), 3, resume=True)
    await again.ends()
    card = again.run.card
    assert (card.totals.sessions, card.started_at, card.refused, card.notes) == (
        3,
        told.started_at,
        told.refused,
        told.notes,
    )
    assert card.totals.seconds > 1e6


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [
        ({"page_tokens": 2048}, {"page_tokens": 2048}, None),
        ({}, {}, None),
        ({}, {"page_tokens": 2048}, "--page-tokens cut, not 2048"),
        (
            {"prompt.page_tokens": 2048},
            {"prompt.page_tokens": 9999},
            "--page-tokens 2048, not 9999",
        ),
    ],
)
async def test_a_run_goes_on_only_where_workers_show_pages_within_the_budget_it_began_with(
    tmp_path: Path, before: dict[str, int], now: dict[str, int], says: str | None
) -> None:
    """Nobody says a budget: what is usual for the policy has changed in between."""

    def ready(budget: dict[str, int]) -> WorkerReady:
        settings: dict[str, Setting] = {"policy": "x", **budget}
        return WorkerReady(node="n", pid=1, shopper_version="1", policy_settings=settings)

    await Run(tmp_path, ScriptedEngine(kind_fate, ready(before)), 1, workers=1).ends()
    again = Run(tmp_path, ScriptedEngine(kind_fate, ready(now)), 2, workers=1, resume=True)
    if says is None:
        assert len(await again.ends()) == 2
        return
    for _ in range(2):  # a part that was refused does not make the run forget
        with pytest.raises(FolderError, match=says):
            await again.ends()
        again = Run(tmp_path, ScriptedEngine(kind_fate, ready(now)), 2, workers=1, resume=True)
    assert len(finished_sessions(again.folder)) == 1
    assert page_budget(read_card(again.folder).policy_settings) == page_budget({**before})


async def test_the_last_customers_do_not_crowd_on_one_worker(tmp_path: Path) -> None:
    engine = ScriptedEngine(kind_fate)
    await Run(tmp_path, engine, 4, workers=2).ends()
    assert max(worker.most for worker in engine.workers) == 2


async def test_a_lost_workers_customers_begin_again(tmp_path: Path) -> None:
    lost: list[str] = []

    def fate(session_id: str) -> None:
        if session_id in ("customer-0002", "customer-0007") and session_id not in lost:
            lost.append(session_id)
            raise WorkerLost("it was killed")

    engine = ScriptedEngine(fate)
    run = Run(tmp_path, engine, 9)
    ends = await run.ends()
    assert len(ends) == 9
    assert set(ends.values()) == {"terminate"}
    assert run.run.card.totals.sessions == 9
    assert len(lost) == 2
    assert len(engine.workers) >= 3


async def test_a_customer_who_ends_every_worker_is_given_up_and_named(tmp_path: Path) -> None:
    met: list[str] = []

    def fate(session_id: str) -> None:
        if session_id == "customer-0003":
            met.append(session_id)
            raise WorkerLost("out of memory")

    run = Run(tmp_path, ScriptedEngine(fate), 3, workers=1)
    ends = await run.ends()
    assert (
        ends.pop("customer-0003")
        == f"error: its worker was lost {MAX_ATTEMPTS} times: out of memory"
    )
    assert len(met) == MAX_ATTEMPTS
    assert len(ends) == 2
    assert run.run.card.totals.error >= 1


async def test_a_visit_that_may_have_ordered_for_good_is_not_begun_again(tmp_path: Path) -> None:
    met: list[str] = []

    def fate(session_id: str) -> None:
        met.append(session_id)
        if session_id == "customer-0001":
            raise WorkerLost("it was killed")

    run = Run(tmp_path, ScriptedEngine(fate), 2, workers=1, allow_purchase=True)
    ends = await run.ends()
    assert "an order may have been placed" in (ends["customer-0001"] or "")
    assert met.count("customer-0001") == 1


async def test_a_visit_that_is_given_up_keeps_its_steps_and_pictures(tmp_path: Path) -> None:
    class Dies(ScriptedWorker):
        """Tells a step of the first customer's visit, and is lost."""

        async def exchange(self, order_bytes: bytes) -> bytes:
            order = unpack(order_bytes, WorkerOrder)
            if self.told:
                raise WorkerLost("it was killed")
            self.told = True
            began, took, _ = visit_of(order.customers[0])
            assert isinstance(took, StepTaken)
            path = f"screenshots/{took.session_id}/000.jpg"
            step = msgspec.structs.replace(took.step, screenshot=path)
            return pack(WorkerEvents((began, StepTaken(took.session_id, step, b"picture"))))

        told = False

    class Engine(ScriptedEngine):
        def start_worker(self) -> ScriptedWorker:
            return Dies(self.fate, super().start_worker().greeting)

    run = Run(tmp_path, Engine(kind_fate), 1, workers=1, allow_purchase=True)
    ends = await run.ends()
    assert "an order may have been placed" in (ends["customer-0001"] or "")
    kept = finished_sessions(run.folder)["customer-0001"]
    assert [step.context for step in kept.steps] == ["<main>"]
    assert run.folder.screenshot("customer-0001", 0).read_bytes() == b"picture"
    assert (run.run.card.totals.sessions, run.run.card.totals.steps) == (1, 1)


async def test_when_no_worker_can_do_it_the_first_reason_is_raised(tmp_path: Path) -> None:
    cannot = WorkerFailed(node="n2", reason="no policy is called 'x'", fault="policy")
    run = Run(tmp_path, ScriptedEngine(kind_fate, cannot, cannot), 2)
    with pytest.raises(PolicyError, match=r"no policy is called 'x' \(on n2\)"):
        await run.ends()


async def test_one_bad_machine_does_not_stop_the_others(tmp_path: Path) -> None:
    cannot = WorkerFailed(node="n2", reason="no browser", fault="world")
    run = Run(tmp_path, ScriptedEngine(kind_fate, cannot), 6)
    assert len(await run.ends()) == 6
    assert run.run.card.notes == ("a worker gave up: no browser (on n2)",)


async def test_another_version_of_shopper_is_refused(tmp_path: Path) -> None:
    old = WorkerReady(node="n3", pid=1, shopper_version="0.0.9", policy_settings={})
    run = Run(tmp_path, ScriptedEngine(kind_fate, old), 2, workers=1)
    with pytest.raises(ClusterError, match=r"n3 has shopper 0\.0\.9"):
        await run.ends()


async def test_a_stopped_run_ends_its_workers_and_keeps_what_it_has(tmp_path: Path) -> None:
    engine = ScriptedEngine(kind_fate)
    run = Run(tmp_path, engine, 2000)
    work = asyncio.create_task(run.run.run({}))
    while len(run.told) < 5:
        await asyncio.sleep(0.01)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    kept = finished_sessions(run.folder)
    assert 5 <= len(kept) < 2000
    assert run.run.card.totals.sessions == len(kept)
    assert all(worker.killed for worker in engine.workers)


async def test_a_log_that_cannot_be_written_stops_the_run(tmp_path: Path) -> None:
    run = Run(tmp_path, ScriptedEngine(kind_fate), 4)
    run.folder.session_log("customer-0002").symlink_to(tmp_path / "nowhere" / "log")
    with pytest.raises(OSError, match=r"customer-0002"):
        await run.ends()


def test_messages_read_back_as_they_were_written() -> None:
    customer = cast(sample_personas(), 1, 0, None)[0]
    config = RunConfig(url=None, customers=(customer,), concurrency=2, shop_log=Path("/x"))
    job = job_for(config, "smollm2", CARD, "/", "s3://b/r")
    assert unpack(pack(job), WorkerJob) == job
    assert (job.config.customers, job.config.shop_log) == ((), None)
    assert unpack(pack(WorkerOrder(customers=(customer,))), WorkerOrder).customers == (customer,)
    news = WorkerEvents((*visit_of(customer), WorkerFailed(node="n", reason="r", fault="store")))
    assert unpack(pack(news), WorkerEvents) == news
    with pytest.raises(msgspec.ValidationError):
        unpack(pack(news), WorkerJob)
