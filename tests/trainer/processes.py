"""Runs the same trainings in one, two and four real processes, and keeps what came out.

    python -m tests.trainer.processes FOLDER

A program of its own: it imports torch once and forks, so a group of processes starts in no time.
Writes ``FOLDER/CASE-PROCESSES.pt``: losses, gradient norms, validation loss and trained weights.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import sys
from pathlib import Path

import torch
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict

from tests.trainer.tiny import (
    VOCABULARY,
    make_trainer,
    run_all,
    save_model,
    save_sequences,
    tiny_config,
)
from trainer import loss
from trainer.parallel import Processes, processes
from trainer.sequence_files import Sequences

CASES: dict[str, tuple[str, bool, dict[str, object]]] = {
    "full-tied": ("llama", True, {"tuning__method": "full"}),
    "full-untied": ("qwen2", False, {"tuning__method": "full"}),
    "full-recomputed": (
        "qwen2",
        True,
        {"tuning__method": "full", "run__gradient_checkpointing": "on"},
    ),
    "full-8-bit": (
        "qwen2",
        True,
        {
            "tuning__method": "full",
            "optimizer__kind": "adamw8bit",
            "optimizer__learning_rate": 1e-3,
        },
    ),
    "full-packed": ("llama", False, {"tuning__method": "full", "run__pack": True}),
    "full-in-pieces": ("qwen2", True, {"tuning__method": "full"}),
    "lora-tied": ("llama", True, {}),
    "lora-untied": ("qwen2", False, {}),
    "qlora": ("llama", True, {"tuning__method": "qlora"}),
    "qlora-untied": ("qwen2", False, {"tuning__method": "qlora"}),
}
"""Architecture, whether embeddings are tied, and what differs in the configuration."""

IN_PIECES = ("full-in-pieces",)
"""With the logits of three tokens at a time."""

REPLICATED = ("full-tied", "lora-tied")
"""Also run on four processes, two replicas of two shards."""


def main(folder: Path) -> None:
    save_sequences(folder / "data")
    for name, (architecture, tied, _) in CASES.items():
        save_model(folder / name, architecture=architecture, tied=tied)
    for size, cases, replicas in ((1, tuple(CASES), 1), (2, tuple(CASES), 1), (4, REPLICATED, 2)):
        _start(folder, size, cases, replicas)


def _start(folder: Path, size: int, cases: tuple[str, ...], replicas: int) -> None:
    """A group of `size` processes that runs all `cases`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context("fork")
    group = [
        context.Process(target=_work, args=(folder, rank, size, port, cases, replicas))
        for rank in range(size)
    ]
    for member in group:
        member.start()
    for member in group:
        member.join()
    if any(member.exitcode for member in group):
        sys.exit(f"{size} processes: exit codes {[member.exitcode for member in group]}")


def _work(
    folder: Path, rank: int, size: int, port: int, cases: tuple[str, ...], replicas: int
) -> None:
    torch.set_num_threads(1)
    os.environ |= {
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "WORLD_SIZE": str(size),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
    }
    with processes() as ours:
        for name in cases:
            _train(folder, name, replicas, ours)


def _train(folder: Path, name: str, replicas: int, ours: Processes) -> None:
    loss.LOGITS_AT_ONCE = (3 if name in IN_PIECES else 1000) * VOCABULARY
    config = tiny_config(folder / "out", **CASES[name][2], run__replicas=replicas)
    trainer = make_trainer(config, folder / name, Sequences(folder / "data"), ours)
    steps = run_all(trainer)
    validation = trainer.validate()
    options = StateDictOptions(full_state_dict=True, cpu_offload=True, ignore_frozen_params=True)
    weights = get_model_state_dict(trainer.model, options=options)
    if ours.first:
        kept = {
            "losses": [step.loss for step in steps],
            "norms": [step.gradient_norm for step in steps],
            "validation": validation,
            "weights": weights,
        }
        torch.save(kept, folder / f"{name}-{ours.size}.pt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
