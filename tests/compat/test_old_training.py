"""An adapter that an earlier version trained is trained on, and its run card is handed down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.compat.expected import tiny_model, unpack
from tests.compat.facts import Shopper

pytest.importorskip("torch")


@pytest.mark.slow
def test_training_goes_on_from_an_old_adapter(
    shopper_process: Shopper, files: Path, tmp_path: Path
) -> None:
    unpack(files / "training.zip", tmp_path)
    tiny_model(tmp_path / "tiny")
    before = json.loads((tmp_path / "trained/adapter/run_card.json").read_text("utf-8"))
    config = (tmp_path / "trained.toml").read_text("utf-8")
    assert 'out = "trained"' in config and "[tuning]" in config
    config = config.replace('"trained"', '"more"\nmax_steps = 2')
    config = config.replace("[tuning]", '[tuning]\nstart = "trained/adapter"')
    (tmp_path / "more.toml").write_text(config)
    shopper_process("train", "more.toml")
    after = json.loads((tmp_path / "more/adapter/run_card.json").read_text("utf-8"))
    assert after["start"] == before
    assert (after["steps"], after["data"]) == (2, before["data"])
    assert {key: after["config"][key] for key in ("data", "model", "optimizer")} == {
        key: before["config"][key] for key in ("data", "model", "optimizer")
    }
