"""Checkpoints written beside the training hold the state of their step, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch")

from tests.trainer.tiny import make_trainer, run_all, save_model, save_sequences, tiny_config  # noqa: E402
from trainer import checkpoint  # noqa: E402
from trainer.errors import CheckpointError  # noqa: E402
from trainer.parallel import processes  # noqa: E402

CHANGES = {"tuning__method": "full", "run__save_every": 1, "run__keep": 9, "run__epochs": 4}


def test_a_run_goes_on_from_each_of_them_to_the_same_losses(tmp_path: Path) -> None:
    model = save_model(tmp_path / "model", architecture="llama", tied=True)
    data = save_sequences(tmp_path / "data")
    config = tiny_config(tmp_path / "run", **CHANGES, run__max_steps=6, run__save_beside=True)
    with processes() as ours:
        whole = [step.loss for step in run_all(make_trainer(config, model, data, ours))]
        kept = checkpoint.checkpoints(tmp_path / "run" / "checkpoints")
        assert [folder.name for folder in kept] == [f"step-00000{n}" for n in range(1, 7)]
        for folder in (kept[4], kept[1]):
            for newer in kept[kept.index(folder) + 1 :]:
                if newer.exists():
                    checkpoint._delete(newer)
            again = make_trainer(config, model, data, ours)
            assert again.resume() == int(folder.name[-1])
            losses = [step.loss for step in run_all(again)]
            assert losses == pytest.approx(whole[again.steps - len(losses) :], abs=1e-6)


def test_what_cannot_be_written_is_said_and_older_ones_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full after the second checkpoint: what the writer's thread raises is told where
    the next one would be begun."""
    model = save_model(tmp_path / "model", architecture="llama", tied=True)
    data = save_sequences(tmp_path / "data")
    config = tiny_config(tmp_path / "run", **CHANGES, run__max_steps=6, run__save_beside=True)
    with processes() as ours:
        trainer = make_trainer(config, model, data, ours)
        sync = os.fsync

        def full(descriptor: int) -> None:
            if trainer.done >= 3:
                raise OSError(28, "No space left on device")
            sync(descriptor)

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(CheckpointError, match="No space left on device"):
            run_all(trainer)
    kept = checkpoint.checkpoints(tmp_path / "run" / "checkpoints")
    assert kept and kept[-1].name in ("step-000001", "step-000002", "step-000003")
