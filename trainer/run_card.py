"""What a training run is known by: its fingerprint, and its run card."""

from __future__ import annotations

import hashlib
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec
import torch

from trainer.config import TrainConfig, recorded
from trainer.parallel import Processes
from trainer.sequence_files import SequenceCounts, Sequences
from trainer.train import Trainer

LIBRARIES = ("torch", "transformers", "peft", "bitsandbytes", "safetensors")

_FREE = {
    "run": (
        "out",
        "max_steps",
        "max_seconds",
        "keep_lower",
        "save_every",
        "save_beside",
        "keep",
        "validate_every",
        "wandb",
        "cpu_offload",
        "replicas",
        "gradient_checkpointing",
        "compile",
        "pack",
    ),
    "model": ("attention",),
    "optimizer": ("learning_rate",),
}
"""By table of the configuration, what may be changed when a run is resumed."""


def fingerprint(config: TrainConfig, data: Sequences) -> str:
    """Tells runs apart: what may not change between a checkpoint and its continuation."""
    fixed = recorded(config)
    for table, names in _FREE.items():
        for name in names:
            fixed[table].pop(name, None)
    fixed["data"]["train"] = data.counts.data_hash
    fixed["data"].pop("validation")
    text = msgspec.json.encode(fixed, order="sorted")
    return hashlib.blake2b(text, digest_size=12).hexdigest()


def run_card(
    config: TrainConfig,
    trainer: Trainer,
    validation_loss: float | None,
    started: datetime,
) -> dict[str, Any]:
    """What was trained on what, where, with which result; JSON-ready."""
    return {
        "config": recorded(config),
        "start": _card_of(config.tuning.start),
        "data": _counts(trainer.train.counts),
        "steps": trainer.done,
        **({"planned_steps": trainer.steps} if trainer.done < trainer.steps else {}),
        "tokens": trainer.tokens,
        "seconds": round(trainer.seconds, 1),
        "processes": trainer.processes.size,
        "final_loss": trainer.loss,
        "validation_loss": validation_loss,
        "peak_memory_gb": None if trainer.memory_gb is None else round(trainer.memory_gb, 2),
        "started_at": started.isoformat(timespec="seconds"),
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "device": _device_name(trainer.processes),
        "versions": {name: _version(name) for name in LIBRARIES},
    }


def _counts(counts: SequenceCounts) -> dict[str, Any]:
    """What was learned from; soft targets only where there were any."""
    kept: dict[str, Any] = msgspec.to_builtins(counts)
    if not counts.soft_targets:
        del kept["soft_targets"]
    return kept


def _card_of(start: str | None) -> Any:
    """The run card of the adapter that training went on from, None without one."""
    card = Path(start).expanduser() / "run_card.json" if start else None
    return msgspec.json.decode(card.read_bytes()) if card and card.exists() else None


def _device_name(processes: Processes) -> str:
    if processes.device.type == "cuda":
        return f"{processes.size} x {torch.cuda.get_device_name(processes.device)}"
    threads = torch.get_num_threads()
    return f"{processes.size} x CPU ({platform.machine()}, {threads} threads)"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
