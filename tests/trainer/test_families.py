"""A small model of every family of tokenizers and templates acts as it has learned.

It learns one session by heart with the trainer's loss and is then asked through ``--policy PATH``:
free and constrained it writes what it learned and stops there, and it finds that as probable as the
losses say.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from agent.models.trained import Trained, write_trained  # noqa: E402
from agent.policies import Options, load  # noqa: E402
from agent.policies.local.lm_policy import LanguagePolicy  # noqa: E402
from agent.policies.local.transformers import ScoringPolicy  # noqa: E402
from agent.prompts.context_window import PromptBuilder, TrainingSequence  # noqa: E402
from agent.prompts.prompt import PromptSettings  # noqa: E402
from agent.prompts.tokenizer import FastTokenizer  # noqa: E402
from agent.sessions.session import Session  # noqa: E402
from envs.actions import Click, Terminate, TypeAndSubmit  # noqa: E402
from tests.agent.prompts.families import FAMILIES, tokenizer  # noqa: E402
from tests.agent.prompts.test_families import a_session, pages  # noqa: E402
from trainer.loss import token_losses  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SHOWN = PromptSettings(window=2048, persona=False, max_reasoning_tokens=40)
NAMES = ("mug_0", "mug_1")


class Learned(NamedTuple):
    """A session, its window, and the policy of the model in `folder` that knows it by heart."""

    folder: Path
    session: Session
    row: TrainingSequence
    losses: torch.Tensor
    policy: ScoringPolicy


def by_heart(folder: Path, name: str) -> tuple[Session, TrainingSequence, torch.Tensor]:
    """A model in `folder` that has learned a session; with its losses at the supervised tokens."""
    known = tokenizer(name, folder)
    session = a_session(NAMES)
    (row,) = PromptBuilder(known, SHOWN).training_sequences(session)
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=known.size,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
    )
    model = transformers.AutoModelForCausalLM.from_config(config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3)
    ids, mask = torch.tensor(row.ids), torch.tensor(row.supervised)
    for _ in range(150):
        losses = token_losses(model, ids, mask)
        if float(losses.detach().max()) < 0.02:
            break
        losses.mean().backward()
        optimizer.step()
        optimizer.zero_grad()
    generation = folder / "generation_config.json"
    kept = generation.read_bytes() if generation.exists() else None
    model.save_pretrained(folder)
    generation.unlink(missing_ok=True)
    if kept is not None:
        generation.write_bytes(kept)
    write_trained(folder, Trained(base=name, kind="model", prompt=SHOWN))
    return session, row, token_losses(model, ids, mask).detach()


@pytest.fixture(scope="module", params=FAMILIES)
async def learned(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Learned]:
    folder = tmp_path_factory.mktemp("model")
    session, row, losses = by_heart(folder, request.param)
    policy = await load(str(folder), Options(greedy=True, device="cpu"))
    assert isinstance(policy, ScoringPolicy)
    yield Learned(folder, session, row, losses, policy)
    await policy.close()


def until(session: Session, k: int) -> Session:
    return msgspec.structs.replace(session, steps=session.steps[:k])


async def writes_all(policy: LanguagePolicy, session: Session) -> None:
    """Free and constrained, each step as it was learned."""
    for constrained in (False, True):
        policy.options = msgspec.structs.replace(policy.options, constrained=constrained)
        for k, step in enumerate(session.steps):
            decision = await policy.decide(until(session, k), pages(session)[k])
            assert decision.action == step.action, (constrained, k, decision.raw)
            assert (decision.reasoning or "") == step.reasoning


async def test_it_writes_what_it_has_learned_and_stops(learned: Learned) -> None:
    assert float(learned.losses.max()) < 0.2, "it knows the session by heart"
    await writes_all(learned.policy, learned.session)


async def test_so_it_does_in_openvino(learned: Learned, tmp_path: Path) -> None:
    pytest.importorskip("openvino_tokenizers")
    from agent.policies.local.openvino import OpenVinoEngine
    from tests.trainer.openvino_model import write_openvino

    known = FastTokenizer.read(learned.folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(learned.folder)
    write_openvino(model, learned.folder / "tokenizer.json", known.chat.stop, tmp_path)
    options = Options(greedy=True, prompt=SHOWN, precision="f32")
    policy = LanguagePolicy("tiny", OpenVinoEngine(tmp_path, known, 2048, options), options)
    await writes_all(policy, learned.session)
    await policy.close()


async def test_it_finds_that_as_probable_as_the_losses_say(learned: Learned) -> None:
    session, row, policy = learned.session, learned.row, learned.policy
    others = [Terminate(), Click(NAMES[0]), Click(NAMES[1]), TypeAndSubmit("search", "lamp")]
    places = [i for i, wanted in enumerate(row.supervised) if wanted]
    for k, step in enumerate(session.steps):
        actions = [step.action, *(a for a in others if a != step.action)]
        found = await policy.logprobs(until(session, k), pages(session)[k], step.reasoning, actions)
        place = row.actions[k]
        told = [places.index(i) for i in range(place.start, place.stop + 1)]
        assert found[0] == pytest.approx(-float(learned.losses[told].sum()), abs=2e-3)
        assert found[0] == max(found)
