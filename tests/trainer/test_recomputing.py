"""Gradient checkpointing: layers are computed again in the backward pass, attention is not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch")

import trainer.model  # noqa: E402
from tests.trainer.tiny import VOCABULARY, save_model, tiny_config  # noqa: E402
from trainer.loss import token_losses  # noqa: E402
from trainer.model import prepare_model  # noqa: E402
from trainer.parallel import processes  # noqa: E402

LAYERS = 2


def whole(gradient: Any) -> Any:
    return gradient.full_tensor()


def computed(folder: Path, out: Path, wanted: str) -> tuple[Counter[str], dict[str, Any]]:
    """How often each operation ran in a step, and the gradients."""
    changes = {"run__gradient_checkpointing": wanted, "tuning__method": "full"}
    with processes() as ours:
        model = prepare_model(tiny_config(out, **changes), folder, ours)
        ids = torch.arange(48) % VOCABULARY
        with torch.profiler.profile() as profile:
            token_losses(model, ids, ids % 4 == 0).mean().backward()  # type: ignore[no-untyped-call]
        counts = Counter({event.key: event.count for event in profile.key_averages()})
        return counts, {name: whole(p.grad) for name, p in model.named_parameters()}


def test_layers_are_computed_again_and_attention_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save_model(tmp_path / "model", architecture="llama", tied=True)
    plain, wanted = computed(folder, tmp_path / "a", "off")
    again, found = computed(folder, tmp_path / "b", "on")
    monkeypatch.setattr(trainer.model, "_is_attention", lambda name: False)
    everything, same = computed(folder, tmp_path / "c", "on")
    attention, layer = "aten::_scaled_dot_product_flash_attention_for_cpu", "aten::silu"
    assert plain[attention] == plain[layer] == LAYERS
    assert everything[attention] == everything[layer] == again[layer] > plain[layer]
    # torch counts a call twice there if it is computed, once if it is answered by what was kept
    assert everything[attention] - again[attention] == LAYERS
    for grads in (found, same):
        assert all(torch.equal(grads[name], grad) for name, grad in wanted.items())
