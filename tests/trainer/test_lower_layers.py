"""Layers below those that are trained: kept once, and the same losses with and without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch")

from tests.trainer.tiny import make_trainer, run_all, save_model, save_sequences, tiny_config  # noqa: E402
from trainer.errors import TrainError  # noqa: E402
from trainer.parallel import Processes  # noqa: E402

ALONE = Processes(0, 1, torch.device("cpu"))


@pytest.mark.parametrize("architecture", ["llama", "qwen2"])
def test_kept_layers_change_no_loss(tmp_path: Path, architecture: str) -> None:
    """Two epochs: the second reads what the first one kept."""
    model = save_model(tmp_path / "model", architecture=architecture, tied=True)
    data = save_sequences(tmp_path / "data")
    losses = []
    for keep in (False, True):
        config = tiny_config(
            tmp_path / f"run-{keep}",
            run__max_steps=6,
            run__keep_lower=keep,
            tuning__from_layer=1,
        )
        trainer = make_trainer(config, model, data, ALONE)
        losses.append([progress.loss for progress in run_all(trainer)])
        folders = list((tmp_path / f"run-{keep}").glob("lower-*"))
        assert len(folders) == int(keep)
        trainer.forget_lower()
        assert not any(folder.exists() for folder in folders)
    assert losses[0] == pytest.approx(losses[1], abs=1e-6)
    assert losses[0][-1] != losses[0][0]


def test_only_upper_layers_are_trained(tmp_path: Path) -> None:
    model = save_model(tmp_path / "model", architecture="llama", tied=True)
    config = tiny_config(tmp_path / "run", tuning__from_layer=1)
    trainer = make_trainer(config, model, save_sequences(tmp_path / "data"), ALONE)
    named = [name for name, p in trainer.model.named_parameters() if p.requires_grad]
    assert named
    assert all(".layers.1." in name for name in named)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tuning__from_layer": 2}, "layers 0 to 1"),
        ({"run__keep_lower": True}, "tuning.from_layer"),
    ],
)
def test_wrong_layers_are_refused(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    model = save_model(tmp_path / "model", architecture="llama", tied=True)
    with pytest.raises(TrainError, match=message):
        make_trainer(
            tiny_config(tmp_path / "run", **changes),
            model,
            save_sequences(tmp_path / "data"),
            ALONE,
        )
