"""Whole training runs on a tiny model: it learns, from nothing or an adapter, on one process or two."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch")

from safetensors.torch import load_file  # noqa: E402
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # noqa: E402

from shopper.training_progress import Watcher  # noqa: E402
from trainer.config import read_config  # noqa: E402
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
    return [*start, "-m", "shopper", "train", str(config)]


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


@pytest.mark.slow
@pytest.mark.long  # test_processes compares the same; test_resuming starts torchrun
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
