"""What whoever configured a run may not have meant, said before it begins."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import torch

from trainer.config import TrainConfig
from trainer.model import trainable
from trainer.train import Trainer


def notes(config: TrainConfig, trainer: Trainer) -> Iterator[str]:
    """What whoever configured it may not have meant."""
    shape = trainer.model.config.get_text_config()
    positions = getattr(shape, "max_position_embeddings", None)
    if positions is not None and config.data.window > positions:
        yield (
            f"data.window = {config.data.window:,} goes beyond the {positions:,} positions that "
            "the model says it is for; it learns them now, and acts with them later"
        )
    if trainer.processes.size < (gpus := torch.cuda.device_count()):
        yield (
            f"training on {trainer.processes.size} of {gpus} GPUs; "
            f"torchrun --nproc-per-node {gpus} uses all"
        )
    needed = checkpoint_bytes(trainer) * (config.run.keep + 1)
    free = shutil.disk_usage(config.run.out).free
    if free < needed:
        yield (
            f"{config.run.keep} checkpoints and the one being written take about "
            f"{needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free at {config.run.out}"
        )
    if trainer.processes.device.type == "cpu" and glibc_allocates():
        yield (
            "glibc takes ever longer to find memory for sequences of many lengths (seen: a quarter "
            "of the time); LD_PRELOAD=libjemalloc.so.2 before the command avoids it (Debian: "
            "apt-get install libjemalloc2)"
        )


def glibc_allocates(maps: Path = Path("/proc/self/maps")) -> bool:
    """Whether this process takes its memory from glibc: on Linux, where nothing else was loaded
    for it."""
    try:
        loaded = maps.read_text("utf-8", "replace")
    except OSError:
        return False
    return "libc.so" in loaded and not any(
        other in loaded for other in ("jemalloc", "tcmalloc", "mimalloc")
    )


def checkpoint_bytes(trainer: Trainer) -> int:
    """About what one checkpoint takes: trained weights in float32 and AdamW's two states."""
    states = 2 if trainer.config.optimizer.kind == "adamw8bit" else 8
    return trainable(trainer.model) * (4 + states)
