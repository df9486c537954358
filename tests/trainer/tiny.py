"""Tiny randomly initialised models of real architectures, and random token sequences.

Two layers of width 64 (the least that bitsandbytes packs in 4 bits on a CPU) and a vocabulary of 512: a whole training run takes a second.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
import transformers

from trainer.config import Data, Model, Optimizer, RunSection, TrainConfig, Tuning
from trainer.model import prepare_model
from trainer.parallel import Processes
from trainer.sequence_files import SequenceCounts, Sequences
from trainer.train import Trainer, TrainingProgress

VOCABULARY = 512
LENGTHS = (40, 9, 31, 24, 17, 60, 5, 33, 12, 28, 21, 14)
"""Uneven, so that processes have unequal shares of the tokens to learn."""


def save_model(folder: Path, *, architecture: str, tied: bool) -> Path:
    """A model of `architecture` (``llama`` or ``qwen2``) with random weights."""
    torch.manual_seed(0)
    kind = {"llama": transformers.LlamaConfig, "qwen2": transformers.Qwen2Config}[architecture]
    config = kind(
        vocab_size=VOCABULARY,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        tie_word_embeddings=tied,
    )
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    return folder


def save_sequences(folder: Path, lengths: tuple[int, ...] = LENGTHS) -> Sequences:
    """Random sequences of `lengths`, a quarter of the tokens supervised; of the second one none."""
    draw = np.random.default_rng(0)
    ids = [draw.integers(0, VOCABULARY, n).astype(np.int32) for n in lengths]
    masks = [draw.random(n) < 0.25 for n in lengths]
    masks[1][:] = False
    return write_sequences(folder, ids, masks)


def write_sequences(folder: Path, ids: list[Any], masks: list[Any]) -> Sequences:
    """The sequences in the trainer's own form on disk."""
    folder.mkdir(parents=True)
    np.concatenate(ids).astype(np.int32).tofile(folder / "ids.bin")
    np.concatenate(masks).astype(np.bool_).tofile(folder / "mask.bin")
    np.save(folder / "offsets.npy", np.cumsum([0, *(len(row) for row in ids)]))
    counts = SequenceCounts(sequences=len(ids), supervised=int(sum(m.sum() for m in masks)))
    (folder / "counts.json").write_bytes(msgspec.json.encode(counts))
    return Sequences(folder)


def tiny_config(out: Path, **changes: object) -> TrainConfig:
    """Five sequences a step, four steps; `changes` are ``table__field=value``."""
    config = TrainConfig(
        data=Data(train="random", window=256),
        run=RunSection(out=str(out), batch=5, epochs=2, max_steps=4),
        model=Model(dtype="float32"),
        tuning=Tuning(rank=4, alpha=8.0),
        optimizer=Optimizer(learning_rate=0.01, schedule="constant", warmup=0.0),
    )
    for key, value in changes.items():
        table, _, field = key.partition("__")
        changed = msgspec.structs.replace(getattr(config, table), **{field: value})
        config = msgspec.structs.replace(config, **{table: changed})
    return config


def make_trainer(
    config: TrainConfig, model: Path, data: Sequences, processes: Processes
) -> Trainer:
    made = prepare_model(config, model, processes)
    return Trainer(config, made, data, data, processes, "tiny")


def run_all(trainer: Trainer) -> list[TrainingProgress]:
    """Every step of a run."""
    seen: list[TrainingProgress] = []
    trainer.run(seen.append)
    return seen
