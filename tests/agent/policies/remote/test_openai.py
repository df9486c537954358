"""OpenAI-compatible servers as a policy, against a local one that has their quirks."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agent.policies.options import Options
from agent.policies.policy import PolicyChoiceError, PolicyError
from agent.policies.remote.api_policy import RemotePolicy
from agent.policies.remote.openai import OpenAIModel, load_openai
from envs.actions import Click, Terminate, TypeAndSubmit
from tests.agent.policies.shopping import CLICK, ILLEGAL, PAGE, SEARCH, page_with, session
from tests.servers.chat import Chat
from tests.servers.serving import NOW, Fault, serve


class Place:
    """A server and its address."""

    def __init__(self, server: Chat, url: str) -> None:
        self.server = server
        self.url = f"{url}/v1"

    def policy(self, options: Options | None = None, **kwargs: float) -> RemotePolicy:
        model = OpenAIModel("m", self.url, retries=2, **kwargs)
        return RemotePolicy(model, options or Options(), enumerate_names=True)


@pytest.fixture
async def place(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    server = Chat(lambda body: SEARCH)
    async with serve(server.application()) as url:
        yield Place(server, url)


async def test_an_answer_becomes_a_decision_with_its_cost(place: Place) -> None:
    policy = place.policy()
    decision = await policy.decide(session(), PAGE)
    await policy.close()
    assert decision.action == TypeAndSubmit("nav.search", "mug")
    assert decision.reasoning == "I want a mug."
    assert decision.cost.cached_tokens == decision.cost.prompt_tokens // 2
    [sent] = place.server.requests
    assert [m["role"] for m in sent["messages"]] == ["system", "user"]
    assert PAGE.html in sent["messages"][1]["content"]


async def test_the_schema_lists_the_names_while_they_are_few(place: Place) -> None:
    policy = place.policy()
    await policy.decide(session(), PAGE)
    place.server.answer = lambda body: '{"rationale":"So.","action":{"type":"terminate"}}'
    await policy.decide(session(), page_with(201))
    await policy.close()
    few, many = (r["response_format"]["json_schema"]["schema"] for r in place.server.requests)
    clicks = [a["properties"].get("name") for a in few["properties"]["action"]["anyOf"]]
    assert clicks == [
        None,
        {"type": "string", "enum": ["nav.search", "results.red_mug.view_product"]},
        {"type": "string", "enum": ["nav.search"]},
    ]
    assert {"type": "string"} in [
        a["properties"].get("name") for a in many["properties"]["action"]["anyOf"]
    ]


async def test_sampling_follows_the_options_and_the_seed(place: Place) -> None:
    for options in (Options(temperature=0.9, top_p=0.8), Options(greedy=True)):
        policy = place.policy(options)
        await policy.decide(session(), PAGE)
        await policy.decide(session(("Hm.", Click("nav.search"))), PAGE)
        await policy.close()
    warm, later, cold, _ = place.server.requests
    assert (warm["temperature"], warm["top_p"]) == (0.9, 0.8)
    assert (cold["temperature"], "top_p" in cold) == (0.0, False)
    assert warm["seed"] == cold["seed"] != later["seed"]


@pytest.mark.parametrize(
    ("unknown", "gone"),
    [
        (["json_schema"], {"schema"}),
        (["json_schema", "json_object"], {"json", "schema"}),
        (["max_tokens"], {"max_tokens"}),
        (["temperature", "top_p", "seed", "max_tokens", "json_schema"],
         {"temperature", "top_p", "seed", "max_tokens", "schema"}),
    ],
)  # fmt: skip
async def test_options_a_server_does_not_know_are_left_out(
    place: Place, unknown: list[str], gone: set[str]
) -> None:
    say = {
        "json_schema": Fault(status=500, text="Failed to parse grammar"),
        "json_object": Fault(status=400, text="'response_format.type' must be 'text'"),
        "max_tokens": Fault(status=400, text="Use 'max_completion_tokens' instead."),
        "temperature": Fault(status=400, text="Unsupported value: 'temperature'"),
        "top_p": Fault(status=422, text="top_p: extra fields not permitted"),
        "seed": Fault(status=400, text="Unknown parameter: 'seed'"),
    }
    place.server.unknown = {option: say[option] for option in unknown}
    policy = place.policy()
    assert (await policy.decide(session(), PAGE)).action is not None
    tries = place.server.attempts
    assert (await policy.decide(session(), PAGE)).action is not None
    await policy.close()
    assert place.server.attempts == tries + 1
    assert set(str(policy.settings["options_left_out"]).split(", ")) == gone


async def test_an_illegal_name_is_asked_about_once(place: Place) -> None:
    given = iter([ILLEGAL, CLICK])
    place.server.answer = lambda body: next(given)
    policy = place.policy()
    decision = await policy.decide(session(), PAGE)
    await policy.close()
    assert decision.action == Click("results.red_mug.view_product")
    assert "results.green_mug" in place.server.requests[1]["messages"][-1]["content"]


async def test_a_thinking_models_answer_is_found_behind_its_thoughts(place: Place) -> None:
    place.server.answer = lambda body: f"<think>Hm, a mug.</think>\n{CLICK}"
    policy = place.policy()
    assert (await policy.decide(session(), PAGE)).action == Click("results.red_mug.view_product")
    await policy.close()


@pytest.mark.parametrize(
    "said",
    [
        {"role": "assistant", "content": None, "refusal": "I cannot help with that."},
        {"role": "assistant", "content": "", "finish_reason": "content_filter"},
    ],
)
async def test_a_refusal_ends_the_visit(place: Place, said: dict[str, object]) -> None:
    place.server.answer = lambda body: said
    policy = place.policy()
    with pytest.raises(PolicyError, match="refused to answer on http://shop/"):
        await policy.decide(session(), PAGE)
    await policy.close()


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_trouble_that_passes_is_ridden_out(place: Place, status: int) -> None:
    place.server.faults.extend([Fault(status=status, headers=NOW)] * 2)
    policy = place.policy()
    assert (await policy.decide(session(), PAGE)).action is not None
    await policy.close()
    assert place.server.attempts == 3


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (Fault(status=429, text="slow", headers=NOW), "HTTP 429: slow, 3 times in a row"),
        (Fault(status=500, headers=NOW), "HTTP 500: it broke, 3 times in a row"),
        (Fault(status=404, text="no model"), "HTTP 404: no model; check the model's name"),
        (Fault(status=401, text="bad key"), "HTTP 401: bad key; check OPENAI_API_KEY"),
        (Fault(status=400, text="maximum context length"), "take a smaller window"),
        (Fault(status=200, body=b"<html>hi</html>"), "no chat completion .*<html>hi</html>"),
        (Fault(status=200, body=b'data: {"choices":[]}\n\n'), "no chat completion"),
        (Fault(status=200, body=b'{"choices":[]}'), "no chat completion"),
        (Fault(status=200, body=b'{"choices":[{"message":{"content":7}}]}'),
         r"choices\[0\]\.message\.content|choices\[\.\.\.\]\.message\.content"),
        (Fault(status=200, body=b"\x80" * 99, headers={"content-encoding": "gzip", **NOW}),
         "3 times in a row"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("quick_retries")
async def test_trouble_that_stays_is_named(place: Place, fault: Fault, complaint: str) -> None:
    place.server.faults.extend([fault] * 3)
    policy = place.policy()
    with pytest.raises(PolicyError, match=complaint):
        await policy.decide(session(), PAGE)
    await policy.close()


async def test_a_server_that_never_answers_is_given_up_on(place: Place) -> None:
    place.server.faults.append(Fault(seconds=1))
    model = OpenAIModel("m", place.url, timeout=0.1, retries=0)
    policy = RemotePolicy(model, Options(), enumerate_names=True)
    with pytest.raises(PolicyError, match="did not answer in time, 1 times"):
        await policy.decide(session(), PAGE)
    await policy.close()


@pytest.mark.parametrize(
    ("told", "window"),
    [
        ({"max_model_len": 16_384}, 15_360),
        ({"meta": {"n_ctx": 8192}}, 7168),
        ({"max_model_len": 1500}, 750),
        ({"max_model_len": 131_072}, 40_000),
        ({"meta": None}, 40_000),
        ({"max_model_len": "many"}, 40_000),
    ],
)
async def test_the_window_is_what_the_servers_context_leaves_beside_an_answer(
    place: Place, told: dict[str, object], window: int
) -> None:
    place.server.models = [{"id": "another", "max_model_len": 2}, {"id": "m", **told}]
    policy = await load_openai(f"m@{place.url}", Options())
    await policy.close()
    assert policy.settings["prompt.window"] == window
    assert policy.name == f"openai:m@{place.url}"


async def test_a_key_is_sent_and_a_wrong_one_refused_at_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.server.key = "right"
    with pytest.raises(PolicyError, match="check OPENAI_API_KEY"):
        await load_openai(f"m@{place.url}", Options())
    monkeypatch.setenv("OPENAI_API_KEY", "right")
    place.server.answer = lambda body: '{"rationale":"So.","action":{"type":"terminate"}}'
    policy = await load_openai(f"m@{place.url}", Options())
    assert (await policy.decide(session(), PAGE)).action == Terminate()
    await policy.close()


async def test_a_key_is_trimmed_and_one_that_cannot_be_is_refused_without_showing_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.server.key = "right"
    monkeypatch.setenv("OPENAI_API_KEY", " right\n")
    await (await load_openai(f"m@{place.url}", Options())).close()
    for wrong in ("ri\nght", "rïght"):
        monkeypatch.setenv("OPENAI_API_KEY", wrong)
        with pytest.raises(PolicyChoiceError, match="its key holds characters") as refused:
            await load_openai(f"m@{place.url}", Options())
        assert "ght" not in str(refused.value)


@pytest.mark.parametrize("url", ["http://localhost:abc/v1", "http://[::1/v1"])
async def test_an_address_that_cannot_be_parsed_is_refused(url: str) -> None:
    with pytest.raises(PolicyChoiceError, match="not an address"):
        await load_openai(f"m@{url}", Options())


@pytest.mark.parametrize("spec", ["@http://x/v1", "m@localhost:8000", "m@"])
async def test_an_address_that_is_none_is_refused(spec: str) -> None:
    with pytest.raises(PolicyError, match="write openai:MODEL@BASE_URL"):
        await load_openai(spec, Options())


async def test_no_server_at_the_address() -> None:
    model = OpenAIModel("m", "http://127.0.0.1:9/v1", retries=0)
    with pytest.raises(PolicyError, match="check that the server runs"):
        await model.longest_context()
    await model.close()
