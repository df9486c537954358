"""How fast this machine trains, measured in seconds on a model of one layer and one of two.

A further layer takes as long as the second one did. Knows configurations and clocks.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import torch

from trainer.config import Model, TrainConfig, Tuning
from trainer.live_memory import with_layers
from trainer.loss import token_losses
from trainer.model import prepare_model
from trainer.parallel import Processes

if TYPE_CHECKING:
    from transformers import PretrainedConfig

REPEATS = 3
_FEW = (1, 2)


def seconds_per_sequence(
    config: TrainConfig, shape: PretrainedConfig, tokens: int, supervised: int, processes: Processes
) -> float:
    """Forward and backward of one sequence, on this process's device."""
    one, two = (_measured(config, shape, n, tokens, supervised, processes) for n in _FEW)
    layers = int(shape.get_text_config().num_hidden_layers)
    below = config.tuning.from_layer or 0 if config.tuning.method != "full" else 0
    trained = layers - below
    each = two - one
    return one + each * (trained - 1) + each * below / 3  # those below go forward only


def _measured(
    config: TrainConfig,
    shape: PretrainedConfig,
    layers: int,
    tokens: int,
    supervised: int,
    processes: Processes,
) -> float:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        kept = with_layers(shape, layers).to_dict()
        (folder / "config.json").write_text(json.dumps(kept, default=str))
        model = prepare_model(_drawn(config), folder, processes)
    ids = torch.randint(0, int(shape.get_text_config().vocab_size), (tokens,))
    mask = torch.zeros(tokens, dtype=torch.bool)
    mask[torch.linspace(1, tokens - 1, max(1, supervised)).long()] = True
    ids, mask = ids.to(processes.device), mask.to(processes.device)
    mixed = config.tuning.method != "full" and config.model.dtype == "bfloat16"
    times = []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        with torch.autocast(processes.device.type, torch.bfloat16, enabled=mixed):
            loss = token_losses(model, ids, mask).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        float(loss.detach())
        model.zero_grad(set_to_none=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def _drawn(config: TrainConfig) -> TrainConfig:
    """The configuration with weights that are drawn, and in more than 4 bits."""
    method = "lora" if config.tuning.method == "qlora" else config.tuning.method
    tuning: Tuning = msgspec.structs.replace(
        config.tuning, method=method, start=None, from_layer=None
    )
    model: Model = msgspec.structs.replace(config.model, random_weights=True)
    run = msgspec.structs.replace(config.run, keep_lower=False)
    return msgspec.structs.replace(config, tuning=tuning, model=model, run=run)
