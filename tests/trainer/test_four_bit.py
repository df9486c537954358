"""Four-bit weights survive validation: bitsandbytes packs them again in evaluation on some CPUs."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("bitsandbytes")

from tests.trainer.tiny import (
    make_trainer,
    run_all,
    save_model,
    save_sequences,
    tiny_config,
)
from trainer.parallel import processes


def test_validating_between_steps_changes_nothing(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", architecture="llama", tied=True)
    data = save_sequences(tmp_path / "data")
    curves = []
    for every in (0, 1):
        config = tiny_config(
            tmp_path / f"out-{every}", tuning__method="qlora", run__validate_every=every
        )
        with processes() as ours:
            steps = run_all(make_trainer(config, folder, data, ours))
        curves.append([step.loss for step in steps])
        assert all((step.validation_loss is not None) == bool(every) for step in steps)
    assert len(curves[0]) == 4
    assert curves[1] == pytest.approx(curves[0], abs=1e-5)
