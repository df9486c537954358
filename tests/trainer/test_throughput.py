"""What a training step costs in arithmetic, counted by hand on a tiny model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch")

from tests.trainer.tiny import VOCABULARY, save_model, tiny_config  # noqa: E402
from trainer.model import prepare_model  # noqa: E402
from trainer.parallel import processes  # noqa: E402
from trainer.throughput import Weights, flops_per_sequence, weights_of  # noqa: E402

MATRICES = 2 * (64 * 64 + 64 * 32 * 2 + 64 * 64 + 3 * 64 * 128)
"""q, k, v, o and the three of the feed-forward part, in two layers."""
NORMS = 5 * 64
HEAD = VOCABULARY * 64


def counted(tmp_path: Path, *, tied: bool, **changes: object) -> tuple[Weights, Any]:
    folder = save_model(tmp_path / "model", architecture="llama", tied=tied)
    with processes() as ours:
        model = prepare_model(tiny_config(tmp_path / "out", **changes), folder, ours)
        return weights_of(model), model.config


@pytest.mark.parametrize("tied", [True, False])
def test_a_table_of_embeddings_multiplies_nothing_but_as_the_head(
    tmp_path: Path, tied: bool
) -> None:
    found, config = counted(tmp_path, tied=tied, tuning__method="full")
    assert found == Weights(trained=MATRICES + NORMS, frozen=0, head=HEAD, head_trained=True)
    layers, head, attention = 6 * (MATRICES + NORMS) * 100, 6 * HEAD * 5, 6 * 2 * 64 * 100**2
    assert flops_per_sequence(found, config, 100, 5) == layers + head + attention


@pytest.mark.parametrize("method", ["lora", "qlora"])
def test_frozen_weights_need_no_gradient_and_count_whole_in_four_bits(
    tmp_path: Path, method: str
) -> None:
    if method == "qlora":
        pytest.importorskip("bitsandbytes")
    found, config = counted(tmp_path, tied=True, tuning__method=method)
    lora = 2 * 4 * (4 * 64 + 64 + 64 + 32 * 2 + 3 * (64 + 128))
    assert found == Weights(trained=lora, frozen=MATRICES + NORMS, head=HEAD, head_trained=False)
    layers = (6 * lora + 4 * (MATRICES + NORMS)) * 100
    assert flops_per_sequence(found, config, 100, 5) == layers + 4 * HEAD * 5 + 6 * 2 * 64 * 100**2
