"""Claude as a policy, through the real SDK against a local server that speaks the API."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from agent.policies.options import Options
from agent.policies.policy import PolicyError
from agent.policies.remote.anthropic import AnthropicModel, load_anthropic
from agent.policies.remote.api_policy import RemotePolicy
from agent.prompts.prompt import PromptSettings
from envs.actions import Click, TypeAndSubmit
from tests.agent.policies.shopping import CLICK, ILLEGAL, PAGE, SEARCH, page_with, session
from tests.servers.claude import KEY, Claude
from tests.servers.serving import NOW, Fault, serve

SEARCHED = ("I want a mug.", TypeAndSubmit("nav.search", "mug"))


@pytest.fixture
async def claude(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Claude]:
    server = Claude(lambda params: SEARCH)
    async with serve(server.application()) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        yield server


@pytest.fixture
async def policy(claude: Claude) -> AsyncIterator[RemotePolicy]:
    model = AnthropicModel("claude-test", timeout=5, retries=2)
    policy = RemotePolicy(model, Options(), enumerate_names=False)
    yield policy
    await policy.close()


def answers(claude: Claude, *texts: str) -> None:
    """Let the server give these answers in turn."""
    given = iter(texts)
    claude.answer = lambda params: next(given)


async def test_an_answer_becomes_a_decision_with_its_cost(
    claude: Claude, policy: RemotePolicy
) -> None:
    decision = await policy.decide(session(), PAGE)
    assert decision.action == TypeAndSubmit("nav.search", "mug")
    assert decision.reasoning == "I want a mug."
    assert decision.cost.prompt_tokens > 100
    assert decision.cost.generated_tokens > 0
    [sent] = claude.requests
    assert sent["model"] == "claude-test"
    assert "A potter who likes red." in sent["system"][0]["text"]
    assert "a mug" in sent["system"][0]["text"]
    assert PAGE.html in sent["messages"][0]["content"][0]["text"]


async def test_the_next_step_reads_the_earlier_page_from_the_cache(
    claude: Claude, policy: RemotePolicy
) -> None:
    first = await policy.decide(session(), PAGE)
    claude.answer = lambda params: CLICK
    second = await policy.decide(session(SEARCHED), PAGE)
    assert first.cost.cached_tokens == 0
    assert second.cost.cached_tokens > 0.9 * first.cost.prompt_tokens
    assert [m["role"] for m in claude.requests[1]["messages"]] == ["user", "assistant", "user"]
    assert claude.requests[1]["messages"][1]["content"][0]["text"] == SEARCH


async def test_the_schema_is_the_same_for_every_page(claude: Claude, policy: RemotePolicy) -> None:
    await policy.decide(session(), PAGE)
    claude.answer = lambda params: '{"rationale":"Next.","action":{"type":"terminate"}}'
    await policy.decide(session(), page_with(3))
    one, other = (request["output_config"] for request in claude.requests)
    assert one == other


async def test_past_reasonings_and_reasoning_can_be_left_out(claude: Claude) -> None:
    for shown in (PromptSettings(past_reasonings=False), PromptSettings(reasoning=False)):
        model = AnthropicModel("claude-test")
        policy = RemotePolicy(model, Options(prompt=shown), enumerate_names=False)
        await policy.decide(session(SEARCHED), PAGE)
        await policy.close()
    without_past, bare = claude.requests
    for request in claude.requests:
        assert "I want a mug" not in request["messages"][1]["content"][0]["text"]
    schemas = [r["output_config"]["format"]["schema"]["required"] for r in (without_past, bare)]
    assert schemas == [["rationale", "action"], ["action"]]


async def test_an_illegal_name_is_asked_about_once(claude: Claude, policy: RemotePolicy) -> None:
    answers(claude, ILLEGAL, CLICK)
    decision = await policy.decide(session(), PAGE)
    assert decision.action == Click("results.red_mug.view_product")
    objection = claude.requests[1]["messages"][-1]["content"][0]["text"]
    assert "results.green_mug.view_product" in objection
    assert "results.red_mug.view_product" in objection
    single = claude.requests[0]["messages"][-1]["content"][0]["text"]
    assert decision.cost.prompt_tokens > 2 * len(single) // 4


async def test_a_name_that_stays_illegal_is_handed_on(claude: Claude, policy: RemotePolicy) -> None:
    claude.answer = lambda params: ILLEGAL
    decision = await policy.decide(session(), PAGE)
    assert decision.action == Click("results.green_mug.view_product")
    assert len(claude.requests) == 2


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("I would rather not say.", "no JSON object"),
        ('{"rationale":"x","action":{"type":"scroll"}}', "scroll"),
        ('{"rationale":"x"}', "action"),
        ("", "no JSON object"),
    ],
)
async def test_an_answer_that_is_no_action_is_asked_about_once(
    claude: Claude, policy: RemotePolicy, text: str, complaint: str
) -> None:
    answers(claude, text, text)
    decision = await policy.decide(session(), PAGE)
    assert decision.action is None
    assert decision.raw == text
    assert complaint in claude.requests[1]["messages"][-1]["content"][0]["text"]


async def test_an_answer_cut_off_is_asked_about(claude: Claude, policy: RemotePolicy) -> None:
    cut = {"content": [{"type": "text", "text": SEARCH[:40]}], "stop_reason": "max_tokens"}
    given: list[str | dict[str, object]] = [CLICK, cut]
    claude.answer = lambda params: given.pop()
    assert (await policy.decide(session(), PAGE)).action is not None
    assert "cut off" in claude.requests[1]["messages"][-1]["content"][0]["text"]


async def test_an_unconstrained_policy_takes_the_first_answer(claude: Claude) -> None:
    claude.answer = lambda params: f"Sure! ```json\n{ILLEGAL}\n```"
    model = AnthropicModel("claude-test")
    policy = RemotePolicy(model, Options(constrained=False), enumerate_names=False)
    decision = await policy.decide(session(), PAGE)
    await policy.close()
    assert decision.action == Click("results.green_mug.view_product")
    assert "output_config" not in claude.requests[0]
    assert len(claude.requests) == 1


async def test_a_refusal_ends_the_visit_with_its_reason(
    claude: Claude, policy: RemotePolicy
) -> None:
    claude.answer = lambda params: {
        "content": [],
        "stop_reason": "refusal",
        "stop_details": {"type": "refusal", "category": "cyber", "explanation": "not nice"},
    }
    with pytest.raises(PolicyError, match=r"refused to answer on http://shop/ \(not nice\)"):
        await policy.decide(session(), PAGE)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=429, kind="rate_limit_error", headers=NOW),
        Fault(status=500, headers=NOW),
        Fault(status=529, kind="overloaded_error", headers=NOW),
    ],
)
async def test_trouble_that_passes_is_ridden_out(
    claude: Claude, policy: RemotePolicy, fault: Fault
) -> None:
    claude.faults.extend([fault, fault])
    assert (await policy.decide(session(), PAGE)).action is not None
    assert claude.attempts == 3


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (Fault(status=429, headers=NOW, text="slow down"), "HTTP 429: slow down; fewer customers"),
        (Fault(status=500, headers=NOW), "HTTP 500: it broke; the service has a problem"),
        (Fault(status=404, text="model: x"), "HTTP 404: model: x; check the model's name"),
        (Fault(status=400, text="prompt is too long"), "HTTP 400: prompt is too long"),
        (Fault(status=200, body=b"<html>proxy</html>"), "is not a message of the API"),
        (Fault(status=200, body=b'{"type":"mess', headers={"content-type": "application/json"}),
         "is not a message of the API"),
        (Fault(status=502, body=b"<html>bad gateway</html>", headers=NOW), "HTTP 502"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("quick_retries")
async def test_trouble_that_stays_is_named(
    claude: Claude, policy: RemotePolicy, fault: Fault, complaint: str
) -> None:
    claude.faults.extend([fault] * 3)
    with pytest.raises(PolicyError, match=complaint):
        await policy.decide(session(), PAGE)


async def test_a_server_that_never_answers_is_given_up_on(claude: Claude) -> None:
    claude.faults.append(Fault(seconds=1))
    policy = RemotePolicy(
        AnthropicModel("m", timeout=0.1, retries=0), Options(), enumerate_names=False
    )
    with pytest.raises(PolicyError, match="did not answer in time"):
        await policy.decide(session(), PAGE)
    await policy.close()


async def test_a_wrong_key_a_missing_key_and_no_server(
    claude: Claude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "wrong")
    policy = await load_anthropic("m", Options())
    with pytest.raises(PolicyError, match="HTTP 401: invalid x-api-key; check ANTHROPIC_API_KEY"):
        await policy.decide(session(), PAGE)
    await policy.close()
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    lonely = RemotePolicy(AnthropicModel("m", retries=0), Options(), enumerate_names=False)
    with pytest.raises(PolicyError, match="cannot be reached"):
        await lonely.decide(session(), PAGE)
    await lonely.close()


async def test_without_a_key_it_is_said_before_the_first_customer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(PolicyError, match="needs a key: set ANTHROPIC_API_KEY"):
        await load_anthropic("m", Options())


async def test_old_pages_go_first_and_actions_stay(claude: Claude) -> None:
    page = page_with(300)
    done = [(f"reason {i}", TypeAndSubmit("nav.search", f"query {i}")) for i in range(6)]
    long = session(*done)
    steps = tuple(msgspec.structs.replace(step, context=page.html) for step in long.steps)
    long = msgspec.structs.replace(long, steps=steps)
    model = AnthropicModel("claude-test")
    shown = PromptSettings(window=20_000)
    policy = RemotePolicy(model, Options(prompt=shown), enumerate_names=False)
    claude.answer = lambda params: '{"rationale":"Go.","action":{"type":"terminate"}}'
    await policy.decide(long, page)
    await policy.close()
    texts = [m["content"][0]["text"] for m in claude.requests[0]["messages"]]
    dropped = [i for i, text in enumerate(texts) if text == "(an earlier page)"]
    assert dropped == list(range(0, 2 * len(dropped), 2))
    assert 0 < len(dropped) < 6
    assert all(f"query {i}" in texts[2 * i + 1] for i in range(6))
    assert page.html in texts[-1]
    assert policy.settings["prompt.window"] == 20_000
