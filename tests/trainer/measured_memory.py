"""A program of its own: what training really takes of the host's memory, and what was planned.

    python -m tests.trainer.measured_memory METHOD FOLDER

Prints ``{"planned": bytes, "measured": bytes, "parts": {...}}``. Freed memory is given back at once
(the caller sets ``MALLOC_MMAP_THRESHOLD_``); libraries are loaded, and warm, before the counting.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import msgspec
import psutil
import torch
import transformers

from tests.trainer.tiny import make_trainer, run_all, save_model, save_sequences, tiny_config
from trainer.parallel import processes
from trainer.plan import plan

TOKENS = 1500
SHAPE = {
    "vocab_size": 4096,
    "hidden_size": 256,
    "intermediate_size": 1024,
    "num_hidden_layers": 6,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 2048,
}
METHODS = {
    "lora": {"tuning__method": "lora"},
    "lora-recomputed": {"tuning__method": "lora", "run__gradient_checkpointing": "on"},
    "full": {"tuning__method": "full"},
    "full-8-bit": {"tuning__method": "full", "optimizer__kind": "adamw8bit"},
}


def main(method: str, folder: Path) -> None:
    torch.set_num_threads(1)
    with processes() as ours:
        small = save_model(folder / "small", architecture="llama", tied=False)
        changes = {**METHODS[method], "run__max_steps": 2, "data__window": 2048}
        data = save_sequences(folder / "small-data")
        run_all(make_trainer(tiny_config(folder / "a", **changes), small, data, ours))

        config = tiny_config(folder / "b", **changes, run__batch=2, run__save_every=10**6)
        shape = transformers.LlamaConfig(**SHAPE)
        transformers.AutoModelForCausalLM.from_config(shape).save_pretrained(folder / "model")
        rows = save_sequences(folder / "data", (TOKENS, TOKENS - 1, TOKENS - 2, TOKENS - 3))
        supervised = sum(int(rows[i][1].sum()) for i in range(len(rows)))
        planned = plan(config, shape, rows.lengths, supervised, 2, 1)
        measured = _peak(
            lambda: run_all(_unsaved(make_trainer(config, folder / "model", rows, ours)))
        )
    parts = msgspec.to_builtins(planned.memory)
    print(json.dumps({"planned": planned.memory.total, "measured": measured, "parts": parts}))


def _unsaved(trainer: object) -> object:
    trainer.save = lambda *, last=True: None  # type: ignore[attr-defined] # training alone
    return trainer


def _peak(work: object) -> int:
    """The most resident memory above what there was, looked at two hundred times a second."""
    process, over = psutil.Process(), threading.Event()
    before = most = process.memory_info().rss

    def look() -> None:
        nonlocal most
        while not over.wait(0.005):
            most = max(most, process.memory_info().rss)

    watch = threading.Thread(target=look, daemon=True)
    watch.start()
    work()  # type: ignore[operator]
    over.set()
    watch.join()
    return most - before


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
