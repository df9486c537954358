"""Message Batches through the real SDK: splits, order, faults, expiry, resuming."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from agent.policies.remote.anthropic import AnthropicModel
from agent.sessions.session import Session
from tests.servers.claude import KEY, Claude
from tests.servers.serving import NOW, Fault, serve
from tests.trainer.synthesis.visits import GOOD, thought, visit
from trainer.synthesis.acceptance import Judge
from trainer.synthesis.batch import Batches
from trainer.synthesis.errors import BatchError
from trainer.synthesis.examples import read_examples
from trainer.synthesis.prompt import PromptWording
from trainer.synthesis.store import ReasoningStore

WORDING = PromptWording(read_examples())


@pytest.fixture
async def claude(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Claude]:
    server = Claude(lambda params: thought(GOOD))
    async with serve(server.application()) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReasoningStore]:
    with ReasoningStore(tmp_path / "traces.sqlite") as opened:
        yield opened


def visits(count: int) -> list[Session]:
    return [visit(f"s{i}", intent=f"a mug VISIT{i} ") for i in range(count)]


class Run:
    """One run of the batches, with what it said."""

    def __init__(self, store: ReasoningStore, **options: int) -> None:
        self.model = AnthropicModel("claude-test", retries=2)
        self.judge = Judge(store, self.model.name, WORDING, attempts=3)
        self.said: list[str] = []
        self.batches = Batches(
            self.model, self.judge, poll_seconds=0.01, say=self.said.append, **options
        )

    async def __call__(self, sessions: list[Session]) -> Judge:
        try:
            await self.batches.run(lambda: iter(sessions))
        finally:
            await self.model.close()
        return self.judge


def thoughts(judge: Judge, sessions: list[Session]) -> list[str | None]:
    found = []
    for session in sessions:
        for index in range(len(session.steps)):
            stored = judge.store.get(judge.question(session, index)[0])
            found.append(stored.thought if stored and stored.state == "accepted" else None)
    return found


@pytest.fixture
def by_intent(claude: Claude) -> None:
    """Answers name the visit, which the system text tells."""

    def answer(params: dict[str, object]) -> str:
        number = str(params["system"]).split("VISIT")[1].split()[0].strip("'\"}],")
        step = str(params["messages"]).split("action of step ")[1][0]
        return thought(f"I think of visit {number} at {step}.")

    claude.answer = answer


def expected(count: int) -> list[str]:
    return [f"I think of visit {i} at {step}." for i in range(count) for step in (1, 2, 3)]


@pytest.mark.usefixtures("by_intent")
async def test_answers_out_of_order_find_their_questions(
    claude: Claude, store: ReasoningStore
) -> None:
    sessions = visits(5)
    judge = await Run(store)(sessions)
    assert thoughts(judge, sessions) == expected(5)
    assert len(claude.batches) == 1
    assert judge.counts.accepted == 15
    assert judge.counts.usage.prompt_tokens > 0
    assert store.open_batches("anthropic:claude-test") == []


@pytest.mark.slow
@pytest.mark.usefixtures("by_intent")
async def test_questions_are_split_by_number_and_by_bytes(
    claude: Claude, store: ReasoningStore
) -> None:
    sessions = visits(4)
    await Run(store, most_requests=5)(sessions)
    assert [len(batch) for batch in claude.batches.values()] == [5, 5, 2]


@pytest.mark.usefixtures("by_intent")
async def test_no_batch_is_larger_than_the_service_takes(
    claude: Claude, store: ReasoningStore
) -> None:
    sessions = visits(4)
    judge = await Run(store, most_bytes=20_000)(sessions)
    assert len(claude.batch_bytes) > 2
    assert max(claude.batch_bytes) <= 20_000
    assert thoughts(judge, sessions) == expected(4)


@pytest.mark.slow
@pytest.mark.usefixtures("by_intent")
async def test_a_batch_the_service_finds_too_large_is_halved(
    claude: Claude, store: ReasoningStore
) -> None:
    claude.most_requests = 2
    sessions = visits(2)
    judge = await Run(store)(sessions)
    assert sorted(len(batch) for batch in claude.batches.values()) == [1, 1, 2, 2]
    assert thoughts(judge, sessions) == expected(2)


@pytest.mark.usefixtures("by_intent")
@pytest.mark.parametrize("fate", ["errored", "expired", "canceled"])
async def test_what_failed_at_the_service_is_sent_again(
    claude: Claude, store: ReasoningStore, fate: str
) -> None:
    doomed: set[str] = set()

    def decide(key: str, params: dict[str, object]) -> str:
        first = "msgbatch_000" in claude.batches and len(claude.batches) == 1
        if first and "step 2." in str(params["messages"]):
            doomed.add(key)
            return fate
        return "succeeded"

    claude.fate = decide
    sessions = visits(3)
    judge = await Run(store)(sessions)
    assert len(doomed) == 3
    assert [len(batch) for batch in claude.batches.values()] == [9, 3]
    assert thoughts(judge, sessions) == expected(3)
    assert sum(judge.counts.failures.values()) == 3


@pytest.mark.slow
async def test_what_the_service_keeps_refusing_is_given_up(
    claude: Claude, store: ReasoningStore
) -> None:
    claude.answer = lambda params: thought(GOOD)
    claude.fate = lambda key, params: (
        "invalid" if "step 2." in str(params["messages"]) else
        "expired" if "step 3." in str(params["messages"]) else "succeeded"
    )  # fmt: skip
    judge = await Run(store)(visits(1))
    assert thoughts(judge, visits(1)) == [GOOD, None, None]
    assert judge.counts.given_up == {
        "invalid_request_error: prompt is too long": 1,
        "expired": 1,
    }
    assert [len(batch) for batch in claude.batches.values()] == [3, 1, 1]


async def test_rejected_thoughts_are_asked_again_with_the_objection(
    claude: Claude, store: ReasoningStore
) -> None:
    claude.answer = lambda params: thought(
        GOOD if "That will not do" in str(params["messages"]) else "The customer likes it."
    )
    judge = await Run(store)(visits(1))
    assert thoughts(judge, visits(1)) == [GOOD] * 3
    assert judge.counts.rejected == {"third person": 3}
    assert len(claude.batches) == 2


@pytest.mark.usefixtures("by_intent")
async def test_answers_missing_from_the_results_are_asked_again(
    claude: Claude, store: ReasoningStore
) -> None:
    sessions = visits(1)
    run = Run(store)
    claude.leave_out_once.add(run.judge.question(sessions[0], 1)[0])
    judge = await run(sessions)
    assert judge.counts.failures == {"missing from the results": 1}
    assert thoughts(judge, sessions) == expected(1)


@pytest.mark.usefixtures("by_intent")
async def test_a_stream_of_results_that_breaks_is_read_again(
    claude: Claude, store: ReasoningStore
) -> None:
    claude.break_results = 2
    sessions = visits(3)
    judge = await Run(store)(sessions)
    assert claude.break_results == 0
    assert thoughts(judge, sessions) == expected(3)
    assert judge.counts.usage.asked == 9


@pytest.mark.usefixtures("by_intent")
async def test_a_stream_that_always_breaks_ends_the_run_with_what_it_has(
    claude: Claude, store: ReasoningStore
) -> None:
    claude.break_results = 3
    sessions = visits(3)
    with pytest.raises(BatchError, match="cannot be read"):
        await Run(store)(sessions)
    judge = await Run(store)(sessions)
    assert thoughts(judge, sessions) == expected(3)
    assert len(claude.batches) == 1


@pytest.mark.usefixtures("by_intent")
async def test_rate_limits_and_hiccups_are_ridden_out(
    claude: Claude, store: ReasoningStore
) -> None:
    claude.faults.extend([Fault(status=429, headers=NOW), Fault(status=529, headers=NOW)])
    judge = await Run(store)(visits(1))
    assert thoughts(judge, visits(1)) == expected(1)


@pytest.mark.usefixtures("by_intent")
async def test_a_stopped_run_goes_on_with_the_batch_under_way(
    claude: Claude, store: ReasoningStore
) -> None:
    sessions = visits(2)
    stopped = Run(store)
    await stopped.batches._submit(iter(sessions))
    claude.faults.extend([Fault(status=500, headers=NOW)] * 3)
    with pytest.raises(BatchError, match=r"HTTP 500.*run the command again to go on"):
        await stopped(sessions)
    assert len(store.open_batches("anthropic:claude-test")) == 1
    judge = await Run(store)(sessions)
    assert len(claude.batches) == 1
    assert thoughts(judge, sessions) == expected(2)


@pytest.mark.usefixtures("by_intent")
async def test_a_batch_that_is_gone_is_asked_again(claude: Claude, store: ReasoningStore) -> None:
    sessions = visits(1)
    first = Run(store)
    await first.batches._submit(iter(sessions))
    await first.model.close()
    claude.batches.clear()
    run = Run(store)
    judge = await run(sessions)
    assert thoughts(judge, sessions) == expected(1)
    assert any("is gone" in text for text in run.said)


async def test_a_wrong_key_is_told_at_once(
    claude: Claude, store: ReasoningStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "wrong")
    with pytest.raises(BatchError, match="check ANTHROPIC_API_KEY"):
        await Run(store)(visits(1))
