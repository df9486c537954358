"""Asking step by step: through the real SDK and the chat client, against local servers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from agent.policies.policy import PolicyError
from agent.policies.remote.anthropic import AnthropicModel
from agent.policies.remote.openai import OpenAIModel
from agent.sessions.session import Session, Trace
from tests.servers.chat import Chat
from tests.servers.claude import KEY, Claude
from tests.servers.serving import NOW, Fault, serve
from tests.trainer.synthesis.visits import GOOD, thought, visit
from trainer.synthesis.acceptance import Judge
from trainer.synthesis.examples import read_examples
from trainer.synthesis.online import Asker
from trainer.synthesis.prompt import VERSION, PromptWording
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


async def synthesize(
    store: ReasoningStore, *sessions: Session, **options: bool
) -> tuple[list[Session], Judge]:
    model = AnthropicModel("claude-test", retries=2)
    judge = Judge(store, model.name, WORDING, attempts=3)
    try:
        asker = Asker(model, judge, **options)
        return [one async for one in asker.sessions(iter(sessions), at_once=4)], judge
    finally:
        await model.close()


async def test_every_step_gets_a_thought_and_where_it_came_from(
    claude: Claude, store: ReasoningStore
) -> None:
    [session], judge = await synthesize(store, visit())
    assert [step.reasoning for step in session.steps] == [GOOD] * 3
    assert {step.trace for step in session.steps} == {
        Trace(model="claude-test", prompt_version=VERSION)
    }
    assert judge.counts.accepted == 3
    assert judge.counts.usage.asked == len(claude.requests) == 3


async def test_later_steps_read_earlier_pages_from_the_cache(
    claude: Claude, store: ReasoningStore
) -> None:
    _, judge = await synthesize(store, visit())
    assert judge.counts.usage.cached_tokens > 0.5 * judge.counts.usage.prompt_tokens * 2 / 3


async def test_equal_questions_are_asked_once_and_never_again(
    claude: Claude, store: ReasoningStore
) -> None:
    sessions, judge = await synthesize(store, *(visit(f"s{i}") for i in range(6)))
    assert [session.session_id for session in sessions] == [f"s{i}" for i in range(6)]
    assert len(claude.requests) == 3
    assert (judge.counts.accepted, judge.counts.from_store) == (3, 15)
    _, again = await synthesize(store, visit("other"))
    assert len(claude.requests) == 3
    assert (again.counts.accepted, again.counts.from_store) == (0, 3)


async def test_a_rejected_thought_is_asked_again_and_then_given_up(
    claude: Claude, store: ReasoningStore
) -> None:
    def answer(params: dict[str, object]) -> str:
        asked = str(params["messages"])
        if "step 1." in asked:
            return thought(GOOD) if "That will not do" in asked else "{}"
        return thought("I'll buy it!" if "step 3." in asked else GOOD)

    claude.answer = answer
    [session], judge = await synthesize(store, visit())
    assert [step.reasoning for step in session.steps] == [GOOD, GOOD, None]
    assert session.steps[2].trace is None
    assert judge.counts.rejected == {"empty": 1, "contradicts the action": 3}
    assert judge.counts.given_up == {"contradicts the action": 1}
    _, again = await synthesize(store, visit())
    assert again.counts.usage.asked == 0
    assert store.forget_given_up() == 1
    claude.answer = lambda params: thought("Nothing for me today.")
    [session], _ = await synthesize(store, visit())
    assert session.steps[2].reasoning == "Nothing for me today."


async def test_a_refusal_and_a_cut_answer_are_reasons_too(
    claude: Claude, store: ReasoningStore
) -> None:
    def answer(params: dict[str, object]) -> dict[str, object]:
        stop = "refusal" if "step 1." in str(params["messages"]) else "max_tokens"
        return {"content": [{"type": "text", "text": "{"}], "stop_reason": stop}

    claude.answer = answer
    [session], judge = await synthesize(store, visit())
    assert judge.counts.given_up == {"refused": 1, "cut off": 2}
    assert [step.reasoning for step in session.steps] == [None] * 3


async def test_peoples_own_words_are_kept_unless_told_otherwise(
    claude: Claude, store: ReasoningStore
) -> None:
    session = visit()
    said = msgspec.structs.replace(session.steps[0], reasoning="My own words.")
    session = msgspec.structs.replace(session, steps=(said, *session.steps[1:]))
    [kept], _ = await synthesize(store, session)
    assert (kept.steps[0].reasoning, kept.steps[0].trace) == ("My own words.", None)
    [replaced], _ = await synthesize(store, session, overwrite=True)
    assert replaced.steps[0].reasoning == GOOD


async def test_what_was_answered_before_the_service_failed_is_kept(
    claude: Claude, store: ReasoningStore
) -> None:
    def answer(params: dict[str, object]) -> str:
        if "step 2." in str(params["messages"]):
            claude.faults.extend([Fault(status=429, headers=NOW)] * 3)
        return thought(GOOD)

    claude.answer = answer
    with pytest.raises(PolicyError, match="HTTP 429"):
        await synthesize(store, visit())
    claude.answer = lambda params: thought(GOOD)
    [session], judge = await synthesize(store, visit())
    assert (judge.counts.accepted, judge.counts.from_store) == (1, 2)
    assert all(step.reasoning for step in session.steps)


async def test_an_openai_compatible_server_writes_traces_too(store: ReasoningStore) -> None:
    server = Chat(lambda body: f"<think>hm</think> {thought(GOOD)}")
    async with serve(server.application()) as url:
        model = OpenAIModel("m", f"{url}/v1", retries=0)
        judge = Judge(store, model.name, WORDING, attempts=1)
        [session] = [s async for s in Asker(model, judge).sessions(iter([visit()]))]
        await model.close()
    assert [step.reasoning for step in session.steps] == [GOOD] * 3
    roles = [message["role"] for message in server.requests[2]["messages"]]
    assert roles == ["system", "user"]
