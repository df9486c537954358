"""A sitting that ends by the clock: what it has is exported, and another one goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch")

from tests.trainer.test_train import curve, losses, write_config
from trainer.errors import TrainError

TinyModel = Callable[[bool], Path]


def test_time_is_up_and_another_sitting_goes_on(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every sitting is given one second and a clock that gains a minute a look."""
    model, few = tiny_model(True), {"run__batch": 6, "run__epochs": 1}
    whole = losses(write_config(tmp_path / "whole", model, sessions_file, **few))
    config = write_config(tmp_path / "parts", model, sessions_file, run__max_seconds=1, **few)
    clock = iter(range(0, 10**6, 60))
    monkeypatch.setattr("trainer.train.time.monotonic", lambda: float(next(clock)))
    card = tmp_path / "parts" / "out" / "adapter" / "run_card.json"
    for sitting in range(1, len(whole) + 1):
        losses(config, resume=sitting > 1)
        told = json.loads(card.read_text("utf-8"))
        assert told["steps"] == sitting
        assert told.get("planned_steps", len(whole)) == len(whole)
    assert curve(config) == pytest.approx(whole, abs=1e-6)
    assert "planned_steps" not in told


def test_a_start_of_another_form_is_refused(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    losses(write_config(tmp_path / "a", tiny_model(True), sessions_file, run__max_steps=1))
    lines = write_config(
        tmp_path / "b",
        tiny_model(True),
        sessions_file,
        data__page="lines",
        tuning__start=str(tmp_path / "a" / "out" / "adapter"),
    )
    with pytest.raises(TrainError, match="set data"):
        losses(lines)
