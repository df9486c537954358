"""The transformers policy on the embedded model: the reference, in full precision."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.policies import Options, load
from agent.policies.local.engine import GenerationRequest
from agent.policies.local.lm_policy import LanguagePolicy
from agent.policies.local.transformers import ScoringPolicy
from agent.policies.policy import PolicyError
from agent.prompts.grammar import LegalActions
from agent.prompts.prompt import PromptSettings
from agent.sessions.session import Step
from envs.actions import Action, Click, Terminate, TypeAndSubmit, encode_action, parse_action
from tests.agent.runs.sessions import HOME, NOW, page_of, session_of

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]

from agent.models import fetch_embedded  # noqa: E402
from agent.models.huggingface import huggingface_folder  # noqa: E402
from agent.policies.local.transformers.engine import TransformersEngine  # noqa: E402

SHORT = Options(greedy=True, prompt=PromptSettings(max_reasoning_tokens=12), device="cpu")


@pytest.fixture(scope="module")
async def policy() -> AsyncIterator[LanguagePolicy]:
    folder = await asyncio.to_thread(lambda: huggingface_folder(fetch_embedded()))
    loaded = await load(str(folder), SHORT)
    assert isinstance(loaded, LanguagePolicy)
    yield loaded
    await loaded.close()


def asked(prompt: tuple[int, ...], eos: int, **changes: object) -> GenerationRequest:
    settings: dict[str, object] = {
        "session_id": "s",
        "prompt": prompt,
        "max_tokens": 8,
        "stop": frozenset({eos}),
        "greedy": True,
        "temperature": 1.0,
        "top_p": 1.0,
        "seed": 1,
        **changes,
    }
    return GenerationRequest(**settings)  # type: ignore[arg-type]


async def test_same_greedy_text_as_generate(policy: LanguagePolicy) -> None:
    """Our loop with a reused cache writes what transformers' own `generate` writes."""
    engine = policy._engine
    assert isinstance(engine, TransformersEngine)
    text = "<|im_start|>user\nName three kinds of tea.<|im_end|>\n<|im_start|>assistant\n"
    prompt = engine.tokenizer.encode(text, special=True)
    eos = engine.tokenizer.eos_id
    await engine.generate(asked(prompt[:9], eos))
    ours = await engine.generate(asked(prompt, eos))
    assert ours.cached == 9
    theirs = engine.model._model.generate(
        torch.tensor([prompt]),
        max_new_tokens=8,
        do_sample=False,
        eos_token_id=eos,
        pad_token_id=eos,
        attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
    )
    assert list(ours.ids) == theirs[0, len(prompt) :].tolist()


async def test_a_second_step_computes_only_what_is_new(policy: LanguagePolicy) -> None:
    session = session_of([])
    first = await policy.decide(session, HOME)
    assert first.action is not None
    assert HOME.illegal(first.action) is None
    done = Step(
        index=0,
        timestamp=NOW,
        url="u",
        title=HOME.title,
        context=HOME.html,
        reasoning=first.reasoning,
        action=first.action,
    )
    second = await policy.decide(session.with_step(done), HOME)
    assert second.cost.cached_tokens >= first.cost.prompt_tokens
    assert second.cost.prompt_tokens > second.cost.cached_tokens


async def test_only_legal_actions_are_written(policy: LanguagePolicy) -> None:
    engine = policy._engine
    legal = LegalActions(('a"b', "été.name"), ("été.name",), input_action=True)
    prompt = engine.tokenizer.encode("I would like to go to the moon")
    for seed in range(6):
        wanted = asked(
            prompt,
            engine.tokenizer.eos_id,
            max_tokens=200,
            legal=legal,
            greedy=False,
            temperature=3.0,
            seed=seed,
        )
        action = parse_action(engine.tokenizer.decode((await engine.generate(wanted)).ids))
        assert getattr(action, "name", 'a"b') in legal.names


async def test_a_seed_decides_what_is_drawn(policy: LanguagePolicy) -> None:
    engine = policy._engine
    prompt = engine.tokenizer.encode("In the shop I saw")
    drawn = [
        (await engine.generate(asked(prompt, 2, greedy=False, seed=seed))).ids
        for seed in (1, 1, 2, 3)
    ]
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) > 1


async def test_cancelling_one_leaves_the_engine_usable(policy: LanguagePolicy) -> None:
    engine = policy._engine
    prompt = engine.tokenizer.encode(page_of(20))
    work = asyncio.ensure_future(engine.generate(asked(prompt, 2, max_tokens=2000)))
    await asyncio.sleep(0.5)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert (await engine.generate(asked(prompt, 2, max_tokens=1))).generated == 1


async def test_an_adapter_is_merged_and_shown_what_it_was_trained_on(tmp_path: Path) -> None:
    peft = pytest.importorskip("peft")
    import transformers

    from agent.models.trained import Trained, write_trained

    folder = huggingface_folder(fetch_embedded())
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    adapted = peft.get_peft_model(model, peft.LoraConfig(r=2, target_modules=["q_proj"]))
    for name, weights in adapted.named_parameters():
        if "lora_B" in name:
            torch.nn.init.constant_(weights, 0.05)
    adapted.save_pretrained(tmp_path)
    shown = PromptSettings(reasoning=False, window=4096)
    write_trained(tmp_path, Trained(base="smollm2", kind="adapter", prompt=shown))
    policy = await load(str(tmp_path), Options(greedy=True))
    assert isinstance(policy, LanguagePolicy)
    assert policy.options.prompt == shown
    decision = await policy.decide(session_of([]), HOME)
    assert decision.reasoning is None
    assert decision.action is not None
    await policy.close()


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("no such policy", "no policy is called"),
        ("anthropic:", "nothing follows the colon"),
        ("{tmp}", "holds neither a model"),
    ],
)
async def test_what_cannot_be_loaded_says_why(tmp_path: Path, spec: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        await load(spec.replace("{tmp}", str(tmp_path)))


async def test_probabilities_in_one_pass_are_those_of_one_text_at_a_time(
    policy: LanguagePolicy,
) -> None:
    assert isinstance(policy, ScoringPolicy)
    session = session_of([])
    actions: list[Action] = [
        *(Click(e.name) for e in HOME.names),
        Terminate(),
        TypeAndSubmit("search", "tea"),
    ]
    together = await policy.logprobs(session, HOME, "I look around.", actions)
    engine = policy._engine
    reasoning = policy._windows.encode_reasoning("I look around.")[1]
    prompt = policy._windows.prompt_for(session, HOME).ids + reasoning
    for action, logprob in zip(actions, together, strict=True):
        text = (*engine.tokenizer.encode(encode_action(action)), engine.tokenizer.eos_id)
        with torch.inference_mode():
            logits = engine.model._model(torch.tensor([prompt + text])).logits[
                0, -len(text) - 1 : -1
            ]
        alone = torch.log_softmax(logits, dim=-1).gather(1, torch.tensor(text)[:, None]).sum()
        assert logprob == pytest.approx(float(alone), abs=1e-3)
    again = await policy.logprobs(session, HOME, "I look around.", actions)
    assert again == pytest.approx(together, abs=1e-4)
