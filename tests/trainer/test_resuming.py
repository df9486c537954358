"""Runs that stop and go on: killed, asked to stop, short of disk, changed, foreign or damaged."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

pytest.importorskip("torch")

from tests.trainer.test_train import (
    REPOSITORY,
    TinyModel,
    command,
    curve,
    losses,
    run_here,
    run_two,
    write_config,
)
from trainer.errors import TrainError


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"tuning__dropout": 0.1}, marks=pytest.mark.long),
        {
            "tuning__method": "full",
            "optimizer__kind": "adamw8bit",
            "optimizer__learning_rate": 0.001,
        },
    ],
    ids=["lora", "full-8-bit"],
)
def test_a_killed_run_goes_on_to_the_same_losses(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path, changes: dict[str, object]
) -> None:
    changes = {**changes, "run__epochs": 3, "run__save_every": 1}
    whole = losses(write_config(tmp_path / "a", tiny_model(True), sessions_file, **changes))
    config = write_config(tmp_path / "b", tiny_model(True), sessions_file, **changes)
    with subprocess.Popen(
        command(config),
        cwd=REPOSITORY,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_for(tmp_path / "b" / "out" / "checkpoints", "step-000003")
        process.send_signal(signal.SIGKILL)
    with pytest.raises(TrainError, match="--resume"):
        run_here(config)
    assert losses(config, resume=True) == pytest.approx(whole, abs=1e-6)
    again = run_here(config, resume=True)  # as after a kill during the export
    card = json.loads((again / "run_card.json").read_text())
    assert card["final_loss"] == pytest.approx(whole[-1], abs=1e-6)
    assert card["peak_memory_gb"] > 0


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "scheduler"])
def test_a_run_that_is_asked_to_stop_keeps_the_last_step(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path, number: signal.Signals
) -> None:
    changes = {"run__epochs": 60, "run__save_every": 100}
    config = write_config(tmp_path, tiny_model(True), sessions_file, **changes)
    with subprocess.Popen(
        command(config),
        cwd=REPOSITORY,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("step 1/"):
                process.send_signal(number)
    told = " ".join("".join(said).split())
    assert process.returncode == 1, told
    (kept,) = (tmp_path / "out" / "checkpoints").glob("step-*")
    step = int(kept.name.removeprefix("step-"))
    assert f"stopped after step {step} of 180; it is kept" in told
    assert f"shopper train {config} --resume" in told
    assert 1 <= step < 100


def test_a_last_checkpoint_that_cannot_be_written_costs_nothing(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    """The disk has no room for it; the adapter is small."""
    config = write_config(tmp_path, tiny_model(True), sessions_file, run__save_every=100)
    place = tmp_path / "out" / "checkpoints"
    place.parent.mkdir()
    place.write_text("a file where the folder should be")
    assert (run_here(config) / "adapter_model.safetensors").exists()


def test_what_a_killed_process_left_of_a_checkpoint_goes(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    stale = tmp_path / "out" / "checkpoints" / ".step-000001.new"
    stale.mkdir(parents=True)
    run_here(write_config(tmp_path, tiny_model(True), sessions_file))
    assert [p.name for p in sorted(stale.parent.iterdir())] == ["step-000004", "step-000006"]


def test_what_changes_no_result_may_change_between_a_checkpoint_and_its_continuation(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    """Memory settings, and the kind of device that random states are of."""
    whole = losses(write_config(tmp_path / "a", tiny_model(True), sessions_file))
    part = tmp_path / "b"
    run_here(write_config(part, tiny_model(True), sessions_file, run__max_steps=3))
    newest = sorted((part / "out" / "checkpoints").iterdir())[-1] / "position.json"
    newest.write_text(json.dumps(json.loads(newest.read_text()) | {"device": "cuda"}))
    changes = {"run__gradient_checkpointing": "on", "run__cpu_offload": True}
    config = write_config(part, tiny_model(True), sessions_file, **changes)
    assert losses(config, resume=True) == pytest.approx(whole, abs=1e-5)


def wait_for(folder: Path, name: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if (folder / name).exists() or any(folder.glob("step-00000[4-9]")):
            return
        time.sleep(0.02)
    pytest.fail(f"{name} did not appear")


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_sharded_run_goes_on_to_the_same_losses_on_two_processes_or_one(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    """Full fine-tuning, whose weights and 8-bit optimizer are sharded; stopped between two steps."""
    changes = {
        "tuning__method": "full",
        "run__save_every": 1,
        "optimizer__kind": "adamw8bit",
        "optimizer__learning_rate": 0.001,
    }
    whole = write_config(tmp_path / "a", tiny_model(True), sessions_file, **changes)
    part = write_config(tmp_path / "b", tiny_model(True), sessions_file, **changes)
    assert run_two(whole).returncode == 0
    part.write_text(part.read_text() + "max_steps = 3\n")
    assert run_two(part).returncode == 0
    part.write_text(part.read_text().replace("max_steps = 3\n", ""))
    shutil.copytree(tmp_path / "b", tmp_path / "c")
    alone = tmp_path / "c" / "config.toml"
    alone.write_text(part.read_text().replace(str(tmp_path / "b"), str(tmp_path / "c")))
    done = run_two(part, "--resume")
    assert done.returncode == 0, done.stderr
    assert len(curve(part)) == 6
    assert curve(part) == pytest.approx(curve(whole), abs=1e-6)
    assert losses(alone, resume=True) == pytest.approx(curve(whole), abs=2e-5)


def test_a_foreign_checkpoint_is_refused(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    assert losses(write_config(tmp_path, tiny_model(True), sessions_file))
    with pytest.raises(TrainError, match="other settings or data"):
        run_here(write_config(tmp_path, tiny_model(True), sessions_file, run__seed=7), resume=True)
    newest = sorted((tmp_path / "out" / "checkpoints").iterdir())[-1]
    for shard in newest.glob("*.distcp"):
        shard.write_bytes(shard.read_bytes()[:100])
    with pytest.raises(TrainError, match="damaged"):
        run_here(write_config(tmp_path, tiny_model(True), sessions_file), resume=True)
