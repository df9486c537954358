"""The adapters that ship: complete, the default's own, and worth having."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from agent.models import fetch_embedded, shipped
from agent.models.shipped import adapter_folder
from agent.models.trained import read_trained
from agent.policies import Options, load
from agent.policies.local.engine import GenerationRequest
from agent.policies.local.lm_policy import LanguagePolicy
from agent.policies.policy import PolicyChoiceError
from agent.prompts.context_window import PromptBuilder, TrainingSequence
from agent.sessions.dataset import read_sessions
from agent.sessions.logged_page import observation_of
from envs.actions import TypeAndSubmit

SHIPPED = sorted(p.name for p in shipped.ADAPTERS.iterdir())
SAMPLE = shipped.ADAPTERS.parent / "samples" / "sessions.jsonl.zst"
"""Sessions of the shoppers that the default customer was trained on."""


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def test_the_default_customer_has_an_adapter() -> None:
    assert SHIPPED == ["smollm2", "smollm2-plain"]
    assert adapter_folder("smollm2-base") is None


@pytest.mark.parametrize("name", ["smollm2", "smollm2-plain"])
async def test_a_policy_whose_adapter_is_missing_is_refused_not_replaced(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "ADAPTERS", tmp_path)
    with pytest.raises(PolicyChoiceError, match="its adapter is not in this installation"):
        await load(name)


@pytest.mark.slow
async def test_the_default_customer_is_drawn_from_as_it_was_trained() -> None:
    policy = await load("smollm2", Options())
    assert (policy.settings["temperature"], policy.settings["top_p"]) == (1.0, 1.0)
    await policy.close()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_adapter_is_complete_and_names_no_place_of_the_machine_it_was_made_on(
    name: str,
) -> None:
    folder = adapter_folder(name)
    assert folder is not None
    trained = read_trained(folder)
    assert trained is not None
    assert (trained.base, trained.kind) == ("smollm2", "adapter")
    assert trained.prompt.reasoning is (not name.endswith("-plain"))
    card = json.loads((folder / "run_card.json").read_text())
    assert card["data"]["sessions"] >= 80
    assert card["config"]["data"]["window"] == trained.prompt.window
    for file in folder.glob("*.json"):
        assert not [s for s in strings(json.loads(file.read_text())) if s.startswith(("/", "~"))]


def some_windows(policy: LanguagePolicy, count: int) -> list[TrainingSequence]:
    """Short windows of sample sessions, which no adapter was trained on."""
    windows = PromptBuilder(policy.engine.tokenizer, policy.options.prompt)
    short = sorted(read_sessions(SAMPLE), key=lambda s: sum(len(t.context) for t in s.steps))
    several = [session for session in short if len(session.steps) >= 2][:count]
    return [window for session in several for window in windows.training_sequences(session)]


@pytest.fixture(scope="module")
async def reference() -> AsyncIterator[LanguagePolicy]:
    """The default customer's adapter as it ships, in PyTorch on the CPU."""
    pytest.importorskip("torch")
    pytest.importorskip("peft")
    policy = await load(str(adapter_folder("smollm2")), Options(device="cpu"))
    assert isinstance(policy, LanguagePolicy)
    yield policy
    await policy.close()


@pytest.mark.model
@pytest.mark.long
@pytest.mark.timeout(400)
async def test_merged_for_openvino_it_writes_what_the_reference_finds_likely(
    reference: LanguagePolicy,
) -> None:
    """As `test_embedded` holds of the base model: weights and cache are in 8 bits."""
    import torch

    policy = await load("smollm2", Options(greedy=True))
    assert isinstance(policy, LanguagePolicy)
    assert policy.options.prompt == reference.options.prompt
    assert not policy.options.prompt.examples
    model: Any = reference.engine.model._model  # type: ignore[attr-defined]
    gaps: list[float] = []
    for number, window in enumerate(some_windows(policy, 2)):
        step, start = max(window.starts.items())
        assert step not in window.hidden
        prompt = window.ids[:start]
        written = (await policy.engine.generate(_greedy(f"s{number}", prompt))).ids
        with torch.inference_mode():
            logits = model(torch.tensor([[*prompt, *written]]), logits_to_keep=len(written) + 1)
        shares = torch.log_softmax(logits.logits[0, :-1], dim=-1)
        gaps += [float(row.max() - row[t]) for row, t in zip(shares, written, strict=True)]
    await policy.close()
    assert len(gaps) >= 10
    assert max(gaps) < 0.7
    assert np.mean(gaps) < 0.05


def _greedy(session: str, prompt: tuple[int, ...]) -> GenerationRequest:
    return GenerationRequest(
        session_id=session,
        prompt=prompt,
        max_tokens=25,
        stop=frozenset({2}),
        greedy=True,
        temperature=1.0,
        top_p=1.0,
        seed=0,
    )


@pytest.mark.model
@pytest.mark.long
@pytest.mark.timeout(400)
async def test_it_finds_likely_what_shoppers_thought_and_did(reference: LanguagePolicy) -> None:
    """Nats a token on sessions it has not seen, beside the model it was made from."""
    import torch

    from agent.models.huggingface import huggingface_folder
    from trainer.loss import token_losses

    found: dict[str, float] = {}
    folder = await asyncio.to_thread(lambda: huggingface_folder(fetch_embedded()))
    windows = some_windows(reference, 2)
    base = await load(str(folder), Options(device="cpu"))
    for name, policy in (("base", base), ("adapter", reference)):
        assert isinstance(policy, LanguagePolicy)
        model: Any = policy.engine.model._model  # type: ignore[attr-defined]
        losses = []
        with torch.inference_mode():
            for window in windows:
                ids = torch.tensor(window.ids)
                losses += token_losses(model, ids, torch.tensor(window.supervised)).tolist()
        found[name] = float(np.mean(losses))
    await base.close()
    assert found["base"] > 1.5
    assert found["adapter"] < 0.5 * found["base"]


@pytest.mark.model
@pytest.mark.slow
async def test_the_default_customer_ends_its_searches_and_says_what_it_searched_for() -> None:
    """Free text under a grammar ends where the model ends it. The words are wanted ones."""
    policy = await load("smollm2", Options(greedy=True))
    for session in islice(read_sessions(SAMPLE), 3):
        begun = msgspec.structs.replace(session, steps=(), end=None, findings=())
        decision = await policy.decide(begun, observation_of(session.steps[0]))
        assert isinstance(decision.action, TypeAndSubmit)
        assert len(decision.action.text.split()) <= len((session.intent or "").split())
        assert f'"{decision.action.text}"' in (decision.reasoning or "")
    await policy.close()
