"""Tokens a second, MFU and memory of training a model of a given shape, weights drawn."""

from __future__ import annotations

import itertools
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bench.gpu.context import MODELS, Context
from bench.train import _attention, _memory, _Peak, _trl
from tests.trainer.tiny import write_sequences
from trainer.config import Data, Model, Optimizer, RunSection, TrainConfig, Tuning
from trainer.model import prepare_model
from trainer.parallel import Processes, processes
from trainer.throughput import flops_per_sequence, peak_flops, weights_of
from trainer.train import Trainer

STEPS = 3
"""The first one warms up and is not counted."""
SUPERVISED = 0.05
PACKED = 2_048
"""Tokens of a sequence where several share a pass."""
BATCH = 32


def measure(
    context: Context,
    *,
    model: str,
    method: str,
    tokens: int,
    pack: bool = False,
    optimizer: str = "adamw",
    compile: bool = False,
    trainer: str = "ours",
) -> dict[str, Any]:
    """One row of the table; out of memory is told by whoever calls."""
    if trainer == "trl" and not _is_here("trl"):
        return {"skipped": "TRL is not installed"}
    tokens = 256 if context.tiny else tokens
    with tempfile.TemporaryDirectory() as scratch, processes() as ours:
        folder = shape(model, Path(scratch), tiny=context.tiny)
        each = min(tokens, 64 if context.tiny else PACKED) if pack else tokens
        config = _config(Path(scratch), folder, method, tokens, pack, optimizer, compile)
        began = time.perf_counter()
        made = prepare_model(config, folder, ours)
        loading = time.perf_counter() - began
        rows = _rows(each, int(made.config.vocab_size), config.run.batch * STEPS)
        loaded = _memory(ours.device)
        train = _ours if trainer == "ours" else _trl
        with _Peak(ours.device) as peak:
            times = train(config, made, rows, Path(scratch), ours)
        seconds = statistics.median(times[1:])
        step = config.run.batch * each
        learned = sum(int(mask[1:].sum()) for _, mask in rows) / len(rows)
        flops = config.run.batch * flops_per_sequence(weights_of(made), made.config, each, learned)
        best = peak_flops(ours.device)
        return {
            "device": _device(ours),
            "rate": round(step / seconds, 1),
            "mfu": flops / seconds / best if best else None,
            "peak_gb": round(peak.most / 1e9, 2),
            "loaded_gb": round(loaded / 1e9, 2),
            "loading_s": round(loading, 1),
            "steps_s": [round(t, 3) for t in times],
            "attention": _kernel(made, rows[0][0], ours, config),
        }


def shape(model: str, scratch: Path, *, tiny: bool) -> Path:
    """A folder with the model's ``config.json``; tiny: two layers, an eighth as wide or less."""
    folder = scratch / "model"
    folder.mkdir()
    shutil.copyfile(MODELS / model / "config.json", folder / "config.json")
    if tiny:
        path = folder / "config.json"
        found = json.loads(path.read_text())
        found |= {"num_hidden_layers": 2, "hidden_size": 64, "intermediate_size": 128}
        found |= {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16}
        found |= {"vocab_size": 512, "bos_token_id": 1, "eos_token_id": 2}
        path.write_text(json.dumps(found))
    return folder


def _config(
    scratch: Path,
    folder: Path,
    method: str,
    tokens: int,
    pack: bool,
    optimizer: str,
    compiled: bool,
) -> TrainConfig:
    return TrainConfig(
        data=Data(train="random", window=tokens),
        run=RunSection(
            out=str(scratch / "out"),
            batch=BATCH if pack else 1,
            max_steps=STEPS,
            gradient_checkpointing="off" if pack else "on",
            save_every=10**6,
            pack=pack,
            compile=compiled,
        ),
        model=Model(base=str(folder), dtype="bfloat16", random_weights=True),
        tuning=Tuning(method=method),  # type: ignore[arg-type]
        optimizer=Optimizer(kind=optimizer, schedule="constant", warmup=0.0),  # type: ignore[arg-type]
    )


def _rows(tokens: int, vocabulary: int, count: int) -> list[tuple[Any, Any]]:
    draw = np.random.default_rng(0)
    return [
        (draw.integers(0, vocabulary, tokens), draw.random(tokens) < SUPERVISED)
        for _ in range(count)
    ]


def _ours(
    config: TrainConfig, model: Any, rows: list[Any], scratch: Path, ours: Any
) -> list[float]:
    data = write_sequences(scratch / "data", [r[0] for r in rows], [r[1] for r in rows])
    trainer = Trainer(config, model, data, None, ours, "bench")
    trainer.save = lambda *, last=True: scratch  # type: ignore[method-assign] # training alone
    marks = [0.0]
    trainer.run(lambda progress: marks.append(progress.seconds))
    return [after - before for before, after in itertools.pairwise(marks)]


def _kernel(model: Any, ids: Any, ours: Processes, config: TrainConfig) -> str:
    """The attention kernel that is really taken; none is told on a CPU."""
    if ours.device.type != "cuda":
        return ""
    return str(_attention(model, ids, ours.device, config.model.dtype == "bfloat16"))


def _device(ours: Processes) -> str:
    name = torch.cuda.get_device_name(ours.device) if ours.device.type == "cuda" else "CPU"
    return f"{name}, torch {torch.__version__}"


def _is_here(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None
