"""Sequences that share a pass, and layers that look back less, learn exactly what they learn alone;
and no mask of all tokens by all tokens is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch: Any = pytest.importorskip("torch")
transformers: Any = pytest.importorskip("transformers")

from tests.agent.policies.local.test_sliding_windows import MODELS, SHAPE  # noqa: E402
from tests.trainer.tiny import (  # noqa: E402
    make_trainer,
    run_all,
    save_model,
    save_sequences,
    tiny_config,
)
from trainer import attention, loss  # noqa: E402
from trainer.attention import looks_back_less, packed, use_own_attention  # noqa: E402
from trainer.batching import plan_epoch  # noqa: E402
from trainer.errors import TrainError  # noqa: E402
from trainer.loss import SoftTargets, token_losses  # noqa: E402
from trainer.parallel import Processes  # noqa: E402

ALONE = Processes(0, 1, torch.device("cpu"))
PACKED = ("mistral", "phi-3", "gemma-3", "qwen-2", "llama")


def model_of(name: str) -> Any:
    torch.manual_seed(0)
    kind, more = MODELS[name]
    config = getattr(transformers, kind)(**SHAPE, **more)
    model = transformers.AutoModelForCausalLM.from_config(config)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.2)
    return model


def gradients(model: Any) -> dict[str, Any]:
    found = {name: p.grad.clone() for name, p in model.named_parameters()}
    model.zero_grad()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("recomputed", [False, True], ids=["kept", "recomputed"])
@pytest.mark.parametrize("name", PACKED)
def test_packed_sequences_learn_what_they_learn_alone(name: str, recomputed: bool) -> None:
    """Losses and gradients, to 1e-5; the window of the sliding layers is 8 tokens."""
    model = model_of(name)
    draw = torch.Generator().manual_seed(2)
    rows = [torch.randint(1, 64, (n,), generator=draw) for n in (30, 7, 16, 1, 25)]
    masks = [torch.rand(len(row), generator=draw) < 0.5 for row in rows]
    for mask in masks:
        mask[0] = False
    alone = [token_losses(model, row, mask) for row, mask in zip(rows, masks, strict=True)]
    expected = torch.cat([part for part, mask in zip(alone, masks, strict=True) if mask.any()])
    expected.sum().backward()
    wanted = gradients(model)
    use_own_attention(model)
    if recomputed:
        model.gradient_checkpointing_enable({"use_reentrant": False})
        model.train()
    places = torch.cat([torch.arange(len(row)) for row in rows])
    with packed([len(row) for row in rows]):
        found = token_losses(model, torch.cat(rows), torch.cat(masks), places=places)
        found.sum().backward()
    assert torch.allclose(found, expected, atol=1e-5)
    for parameter, gradient in gradients(model).items():
        assert torch.allclose(gradient, wanted[parameter], atol=1e-5, rtol=1e-4), parameter


@pytest.mark.parametrize("tokens", [5, 8, 9, 16, 31, 40])
def test_a_window_in_blocks_is_the_window(tokens: int) -> None:
    model = model_of("mistral")
    ids = torch.arange(1, tokens + 1)
    with torch.no_grad():
        expected = model(ids[None]).logits
        use_own_attention(model)
        assert torch.allclose(model(ids[None]).logits, expected, atol=1e-5)


def test_no_mask_of_all_by_all_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """40 tokens, a window of 8: nothing as large as 40 by 40 is ever a mask."""
    model = model_of("mistral")
    assert looks_back_less(model, 40) and not looks_back_less(model, 8)
    use_own_attention(model)
    seen: list[int] = []
    plain = torch.nn.functional.scaled_dot_product_attention

    def watched(*args: Any, **settings: Any) -> Any:
        mask = settings.get("attn_mask")
        seen.append(0 if mask is None else mask.numel())
        return plain(*args, **settings)

    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", watched)
    with torch.no_grad():
        model(torch.arange(1, 41)[None])
    assert max(seen) == 8 * 16 and len(seen) == 4


def test_a_whole_run_packed_is_the_run_unpacked(tmp_path: Path) -> None:
    model = save_model(tmp_path / "model", architecture="llama", tied=True)
    data = save_sequences(tmp_path / "data")
    seen = []
    for pack in (False, True):
        config = tiny_config(
            tmp_path / f"run-{pack}",
            run__pack=pack,
            data__window=100,
            data__action_weight=2.0,
        )
        trainer = make_trainer(config, model, data, ALONE)
        steps = run_all(trainer)
        seen.append(
            [*(s.loss for s in steps), *(s.gradient_norm for s in steps), trainer.validate()]
        )
        packs = [len(p) for b in trainer._remaining() for r in b.micro for p in r]
        assert trainer._room == (100 if pack else None) and not packs
    assert seen[1] == pytest.approx(seen[0], abs=1e-5)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=40), st.integers(1, 9), st.integers(1, 4))
def test_packs_hold_every_sequence_once_and_no_more_than_their_room(
    sizes: list[int], batch: int, ranks: int
) -> None:
    plan = plan_epoch(sizes, batch=batch, ranks=ranks, seed=0, epoch=0, room=256)
    plain = plan_epoch(sizes, batch=batch, ranks=ranks, seed=0, epoch=0)
    for step, unpacked in zip(plan, plain, strict=True):
        assert sorted(step.sequences) == sorted(unpacked.sequences)
        assert all(len(row) == ranks for row in step.micro)
        for pack in (p for row in step.micro for p in row):
            assert len(pack) <= 1 or sum(sizes[i] for i in pack) <= 256


def test_attention_of_another_kind_is_not_packed() -> None:
    model = model_of("gemma-2")
    with pytest.raises(TrainError, match=r"set run\.pack to false"):
        use_own_attention(model)
    assert model.config._attn_implementation != attention.OWN


@pytest.mark.parametrize("tied", [True, False])
def test_logits_in_pieces_give_the_same_losses_and_gradients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tied: bool
) -> None:
    """Seven rows at a time, soft targets among them, the last piece shorter."""
    folder = save_model(tmp_path / "model", architecture="llama", tied=tied)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    ids = torch.arange(100) % 512
    mask = torch.arange(100) % 2 == 1
    soft = SoftTargets(
        positions=torch.tensor([1, 1, 33, 33, 33, 99, 99]),
        tokens=torch.tensor([1, 2, 33, 4, 5, 99, 6]),
        shares=torch.tensor([0.25, 0.75, 0.5, 0.25, 0.25, 0.9, 0.1]),
    )
    expected = token_losses(model, ids, mask, soft)
    expected.sum().backward()
    wanted = gradients(model)
    monkeypatch.setattr(loss, "LOGITS_AT_ONCE", 7 * 512)
    largest: list[int] = []
    plain = torch.nn.functional.cross_entropy

    def watched(logits: Any, *args: Any, **settings: Any) -> Any:
        largest.append(len(logits))
        return plain(logits, *args, **settings)

    monkeypatch.setattr(loss.F, "cross_entropy", watched)
    found = token_losses(model, ids, mask, soft)
    found.sum().backward()
    assert max(largest) == 7 and len(largest) == 2 * 8, "and once more in the backward pass"
    assert torch.allclose(found, expected, atol=1e-6)
    for name, gradient in gradients(model).items():
        assert torch.allclose(gradient, wanted[name], atol=1e-5), name
