"""Whole training runs on a tiny model: it learns, resumes exactly, and shards exactly."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch")

from safetensors.torch import load_file  # noqa: E402
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # noqa: E402

from trainer.config import read_config  # noqa: E402
from trainer.console import Watcher  # noqa: E402
from trainer.errors import TrainError  # noqa: E402
from trainer.job import train  # noqa: E402
from trainer.model import prepare_model  # noqa: E402
from trainer.parallel import processes  # noqa: E402

TinyModel = Callable[[bool], Path]
REPOSITORY = Path(__file__).parents[2]


def write_config(folder: Path, model: Path, data: Path, **changes: object) -> Path:
    """A configuration; `changes` are ``table__field=value``."""
    tables: dict[str, dict[str, object]] = {
        "model": {"base": str(model), "dtype": "float32"},
        "tuning": {"method": "lora", "rank": 4, "alpha": 8},
        "data": {"train": str(data), "window": 1024},
        "optimizer": {"learning_rate": 0.01, "schedule": "constant", "warmup": 0.0},
        "run": {"out": str(folder / "out"), "batch": 5, "epochs": 2, "save_every": 2},
    }
    for key, value in changes.items():
        table, _, field = key.partition("__")
        tables[table][field] = value
    lines = []
    for table, fields in tables.items():
        lines.append(f"[{table}]")
        lines += [f"{field} = {json.dumps(value)}" for field, value in fields.items()]
    path = folder / "config.toml"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return path


def command(config: Path, processes: int = 1) -> list[str]:
    start = [sys.executable]
    if processes > 1:
        start += ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    return [*start, "-m", "agent", "train", str(config)]


def run_two(config: Path, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [*command(config, processes=2), *more],
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
        cwd=REPOSITORY,
        env=environment,
    )


def run_here(config: Path, *, resume: bool = False) -> Path:
    """The same run in this process, without its start-up."""
    plan = read_config(config)
    with processes() as ours, Watcher(plan, ours) as watcher:
        return train(plan, ours, watcher, resume=resume)


def curve(config: Path) -> list[float]:
    """The losses of a run, step by step, as TensorBoard keeps them."""
    board = EventAccumulator(str(config.parent / "out" / "tensorboard"))
    board.Reload()
    by_step = {event.step: event.value for event in board.Scalars("loss")}
    return [by_step[step] for step in sorted(by_step)]


def losses(config: Path, *, resume: bool = False) -> list[float]:
    run_here(config, resume=resume)
    return curve(config)


def test_it_learns_and_leaves_an_adapter_and_a_run_card(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    config = write_config(
        tmp_path,
        tiny_model(True),
        sessions_file,
        run__epochs=8,
        data__validation=str(sessions_file),
    )
    found = losses(config)
    assert found[-1] < found[0] - 0.2
    adapter = tmp_path / "out" / "adapter"
    card = json.loads((adapter / "run_card.json").read_text())
    assert card["data"]["sessions"] == 12
    assert card["validation_loss"] < found[0]
    assert {"adapter_config.json", "adapter_model.safetensors", "shopper.json"} <= {
        p.name for p in adapter.iterdir()
    }


def test_training_goes_on_from_an_adapter(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    first = write_config(tmp_path / "a", tiny_model(True), sessions_file, run__epochs=6)
    begun = losses(first)
    start = str(tmp_path / "a" / "out" / "adapter")
    second = write_config(tmp_path / "b", tiny_model(True), sessions_file, tuning__start=start)
    went_on = losses(second)
    assert went_on[0] == pytest.approx(begun[-1], abs=0.3)
    assert went_on[0] < begun[0] - 0.2
    card = json.loads((tmp_path / "b" / "out" / "adapter" / "run_card.json").read_text())
    assert card["start"]["steps"] == len(begun)
    other = write_config(
        tmp_path / "c", tiny_model(True), sessions_file, tuning__start=start, tuning__rank=2
    )
    with pytest.raises(TrainError, match="has rank 4"):
        run_here(other)
    nothing = write_config(
        tmp_path / "d", tiny_model(True), sessions_file, tuning__start=str(tmp_path)
    )
    with pytest.raises(TrainError, match="is no adapter"):
        run_here(nothing)
    full = {"tuning__start": start, "tuning__method": "full"}
    with pytest.raises(TrainError, match="names an adapter, which"):
        run_here(write_config(tmp_path / "e", tiny_model(True), sessions_file, **full))


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize(
    "changes",
    [
        {"tuning__dropout": 0.1},
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


def test_an_adapter_is_gone_on_from_exactly_whatever_the_models_precision(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    run_here(write_config(tmp_path / "a", tiny_model(True), sessions_file))
    start = tmp_path / "a" / "out" / "adapter"
    changes = {"model__dtype": "bfloat16", "tuning__start": str(start)}
    config = read_config(write_config(tmp_path / "b", tiny_model(True), sessions_file, **changes))
    with processes() as ours:
        model = prepare_model(config, tiny_model(True), ours)
    kept = load_file(start / "adapter_model.safetensors")
    found = {
        name.replace(".default", ""): p for name, p in model.named_parameters() if p.requires_grad
    }
    assert found.keys() == kept.keys()
    assert all(torch.equal(p, kept[name].float()) for name, p in found.items())


def wait_for(folder: Path, name: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if (folder / name).exists() or any(folder.glob("step-00000[4-9]")):
            return
        time.sleep(0.02)
    pytest.fail(f"{name} did not appear")


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_torchrun_learns_as_one_process_and_leaves_the_same_adapter(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    """The whole command line on two processes; the parts are compared in `test_processes`."""
    one = losses(write_config(tmp_path / "1", tiny_model(True), sessions_file))
    config = write_config(tmp_path / "2", tiny_model(True), sessions_file)
    done = run_two(config)
    assert done.returncode == 0, done.stderr
    two = curve(config)
    assert len(one) == 6
    assert two == pytest.approx(one, abs=2e-5)
    assert one[-1] < one[0]
    weights = [
        load_file(tmp_path / run / "out" / "adapter" / "adapter_model.safetensors") for run in "12"
    ]
    assert weights[0].keys() == weights[1].keys()
    assert all(torch.allclose(w, weights[1][name], atol=2e-3) for name, w in weights[0].items())


@pytest.mark.slow
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


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tuning__targets": ["nothing_like_it"]}, "q_proj"),
        ({"data__train": "nowhere.jsonl"}, "nowhere.jsonl"),
        ({"model__base": "no/such-model"}, "no/such-model"),
        ({"optimizer__learning_rate": 1e30, "run__epochs": 4}, "loss is"),
    ],
)
def test_what_cannot_be_trained_is_told_in_one_sentence(
    tmp_path: Path,
    tiny_model: TinyModel,
    sessions_file: Path,
    changes: dict[str, object],
    said: str,
) -> None:
    with pytest.raises(TrainError, match=said):
        run_here(write_config(tmp_path, tiny_model(True), sessions_file, **changes))


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
