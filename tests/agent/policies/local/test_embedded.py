"""The embedded model on OpenVINO: real weights, one whole visit, agreement with the reference."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from agent.models import fetch_embedded
from agent.policies import Options, load
from agent.policies.local.engine import EngineError, GenerationRequest
from agent.policies.local.lm_policy import LanguagePolicy
from agent.policies.policy import PolicyError
from agent.prompts.grammar import LegalActions
from agent.prompts.prompt import PromptSettings
from agent.runs.visit import Limits, visit
from agent.sessions.log import SessionLog, read_session_log
from agent.sessions.session import Step
from envs.actions import Click, parse_action
from envs.browser.browser import Browser
from envs.environment import Environment
from envs.observation import Observation
from envs.options import EnvOptions
from envs.shop import Shop
from tests.agent.runs.sessions import HOME, NOW, page_of, session_of

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
async def policy() -> AsyncIterator[LanguagePolicy]:
    loaded = await load(
        "smollm2-base", Options(prompt=PromptSettings(window=4096, max_reasoning_tokens=16))
    )
    assert isinstance(loaded, LanguagePolicy)
    yield loaded
    await loaded.close()


def asked(prompt: tuple[int, ...], **changes: object) -> GenerationRequest:
    settings: dict[str, object] = {
        "session_id": "s",
        "prompt": prompt,
        "max_tokens": 8,
        "stop": frozenset({2}),
        "greedy": True,
        "temperature": 1.0,
        "top_p": 1.0,
        "seed": 1,
        **changes,
    }
    return GenerationRequest(**settings)  # type: ignore[arg-type]


async def test_a_whole_visit(
    policy: LanguagePolicy, browser: Browser, shop: Shop, tmp_path: Path
) -> None:
    context = await browser.context()
    environment = Environment(context, EnvOptions(own_shop=True))
    session = msgspec.structs.replace(session_of([]), intent="a desk lamp under $50")
    with SessionLog(tmp_path / "s.jsonl", session) as log:
        ended = await visit(
            environment, policy, session, log, url=shop.url, limits=Limits(max_steps=3)
        )
    await environment.close()
    await context.close()
    assert ended.end in ("terminate", "purchase", "limit")
    assert read_session_log(tmp_path / "s.jsonl").steps == ended.steps
    for step in ended.steps:
        seen = Observation(step.url, step.title, step.context, step.names)
        assert seen.illegal(step.action) is None
        assert step.cost is not None
        assert step.cost.generated_tokens > 0
    assert all(step.cost.cached_tokens > 0 for step in ended.steps[1:] if step.cost)


async def test_customers_that_wait_together_are_all_answered(policy: LanguagePolicy) -> None:
    sessions = [session_of([], seed=i) for i in range(4)]
    sessions = [msgspec.structs.replace(s, session_id=f"c{i}") for i, s in enumerate(sessions)]
    decisions = await asyncio.gather(*(policy.decide(s, HOME) for s in sessions))
    assert all(d.action is not None and HOME.illegal(d.action) is None for d in decisions)
    assert len({(d.reasoning, d.raw) for d in decisions}) > 1


async def test_the_same_seed_decides_the_same(policy: LanguagePolicy) -> None:
    decisions = []
    for _ in range(2):
        decisions.append(await policy.decide(session_of([], seed=3), HOME))
        await policy.forget("s1")
    assert decisions[0].raw == decisions[1].raw
    assert decisions[0].reasoning == decisions[1].reasoning


async def test_an_answer_asked_again_is_drawn_anew(policy: LanguagePolicy) -> None:
    session = session_of([])
    drawn = {(d.reasoning, d.raw) for d in [await policy.decide(session, HOME) for _ in range(3)]}
    await policy.forget("s1")
    assert len(drawn) > 1


async def test_only_names_left_on_a_trimmed_page_are_offered(policy: LanguagePolicy) -> None:
    from agent.prompts.context_window import PromptBuilder
    from envs.observation import Element

    page = page_of(900)
    names = tuple(Element(f"results.lamp_{i}", "link") for i in range(900))
    seen = Observation("u", "t", page, names)
    visible = (
        PromptBuilder(policy._engine.tokenizer, policy.options.prompt)
        .prompt_for(session_of([]), seen)
        .visible
    )
    assert visible is not None
    decision = await policy.decide(session_of([]), seen)
    if isinstance(decision.action, Click):
        assert decision.action.name in visible
    assert decision.action is not None
    await policy.forget("s1")


@pytest.mark.parametrize("count", [3, 1500])
async def test_odd_names_are_written_as_they_are(policy: LanguagePolicy, count: int) -> None:
    legal = LegalActions(tuple(f'日本語.a"b\\c_é{i}' for i in range(count)), ())
    prompt = policy._engine.tokenizer.encode('I click the link.{"type":"click","name":"')
    for seed in range(3):
        wanted = asked(
            prompt, max_tokens=160, legal=legal, greedy=False, temperature=2.0, seed=seed
        )
        text = policy._engine.tokenizer.decode((await policy._engine.generate(wanted)).ids)
        assert getattr(parse_action(text), "name", legal.names[0]) in legal.names


async def test_cancelling_one_does_not_disturb_the_others(policy: LanguagePolicy) -> None:
    engine = policy._engine
    prompt = engine.tokenizer.encode(page_of(30))
    gone = [
        asyncio.ensure_future(engine.generate(asked(prompt, max_tokens=3000))) for _ in range(3)
    ]
    stays = asyncio.ensure_future(engine.generate(asked(prompt, max_tokens=8, session_id="t")))
    await asyncio.sleep(0.3)
    for work in gone:
        work.cancel()
    assert (await stays).generated <= 8
    assert all(
        isinstance(r, asyncio.CancelledError)
        for r in await asyncio.gather(*gone, return_exceptions=True)
    )
    assert (await engine.generate(asked(prompt, max_tokens=1))).generated == 1


async def test_a_closed_model_says_so() -> None:
    policy = await load("smollm2-base", Options(cache_gb=1))
    assert isinstance(policy, LanguagePolicy)
    work = asyncio.ensure_future(policy._engine.generate(asked((1, 5, 6), max_tokens=4000)))
    await asyncio.sleep(0.2)
    await policy.close()
    await policy.close()
    with pytest.raises(EngineError, match="was closed"):
        await work
    with pytest.raises(PolicyError, match="closed"):
        await policy.decide(session_of([]), HOME)


async def test_an_unknown_device_is_named() -> None:
    with pytest.raises(PolicyError, match="on ABACUS"):
        await load("smollm2-base", Options(device="ABACUS"))


async def test_settings_tell_what_changes_answers(policy: LanguagePolicy) -> None:
    assert {
        "engine",
        "device",
        "precision",
        "cache_precision",
        "window",
        "temperature",
        "prompt_version",
        "constrained",
        "reasoning",
    } <= set(policy.settings)


async def test_agrees_with_the_reference(policy: LanguagePolicy) -> None:
    """What it writes greedily is, token by token, at most 0.7 nats less likely than the likeliest
    token of the reference in float32, and 0.05 on average (weights and cache are in 8 bits)."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from agent.models.huggingface import huggingface_folder

    reference = transformers.AutoModelForCausalLM.from_pretrained(
        huggingface_folder(fetch_embedded()), dtype=torch.float32
    )
    engine = policy._engine
    gaps: list[float] = []
    for what in ("Describe a desk lamp.", f"What can I click here?\n{page_of(6)}"):
        text = f"<|im_start|>user\n{what}<|im_end|>\n<|im_start|>assistant\n"
        prompt = engine.tokenizer.encode(text, special=True)
        written = (await engine.generate(asked(prompt, max_tokens=30))).ids
        with torch.inference_mode():
            logits = reference(torch.tensor([[*prompt, *written]])).logits[0]
        shares = torch.log_softmax(logits[len(prompt) - 1 : -1], dim=-1)
        chosen = shares[range(len(written)), list(written)]
        gaps += (shares.max(dim=-1).values - chosen).tolist()
    assert len(gaps) >= 30
    assert max(gaps) <= 0.7
    assert float(np.mean(gaps)) <= 0.05


async def test_a_second_step_reuses_the_first(policy: LanguagePolicy) -> None:
    session = session_of([])
    first = await policy.decide(session, HOME)
    assert first.action is not None
    done = Step(
        index=0,
        timestamp=NOW,
        url="u",
        context=HOME.html,
        reasoning=first.reasoning,
        action=first.action,
    )
    second = await policy.decide(session.with_step(done), HOME)
    # Not shared: the last block of 32, and behind it the title, the goal and 16 tokens of thought.
    assert second.cost.cached_tokens > first.cost.prompt_tokens - 96
    await policy.forget("s1")
