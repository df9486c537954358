"""How many tokens a processor second the trainer learns from, by which layers are trained.

    python -m bench.upper_layers [--tokens 1400] [--windows 1] [--layers 0 8 20] [--keep]
        [--dtype float32|bfloat16] [--compile] [--threads 1]

The embedded model with LoRA of rank 16, random tokens, of which 6 % are learned. A line for every
first trained layer, with its epochs: the first warms up (and compiles); with --keep the layers below
are kept, so later epochs do not compute them. Processor time, not the clock's: other work disturbs little.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import msgspec
import numpy as np
import torch

from agent.prompts.context_window import TrainingSequence
from trainer.config import TrainConfig
from trainer.job import base_folder
from trainer.model import prepare_model
from trainer.parallel import Processes
from trainer.sequence_files import SequenceCounts, SequenceFiles, Sequences
from trainer.train import Trainer, TrainingProgress

LEARNED = 0.06
EPOCHS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=1400)
    parser.add_argument("--windows", type=int, default=1)
    parser.add_argument("--layers", type=int, nargs="+", default=[0, 8, 20])
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    for layer in chosen.layers:
        with tempfile.TemporaryDirectory() as scratch:
            rates = measure(Path(scratch), layer, chosen)
        told = ", ".join(f"{rate:.0f}" for rate in rates)
        print(f"from layer {layer}: {told} tokens a processor second, by epoch", flush=True)


def measure(scratch: Path, layer: int, chosen: argparse.Namespace) -> list[float]:
    """Tokens a processor second in each epoch; all windows of an epoch share a step."""
    tokens, windows = chosen.tokens, chosen.windows
    tables: dict[str, dict[str, object]] = {
        "model": {"dtype": chosen.dtype},
        "tuning": {"from_layer": layer},
        "data": {"train": "random"},
        "run": {"out": str(scratch / "run"), "batch": windows, "epochs": EPOCHS},
    }
    tables["run"] |= {"gradient_checkpointing": "off", "save_every": 10**6}
    tables["run"] |= {"keep_lower": chosen.keep, "compile": chosen.compile}
    config = msgspec.convert(tables, TrainConfig)
    alone = Processes(0, 1, torch.device("cpu"))
    model = prepare_model(config, base_folder("smollm2", print), alone)
    data = random_sequences(scratch / "data", tokens, windows)
    trainer = Trainer(config, model, data, None, alone, "measured")
    rates: list[float] = []
    began = time.process_time()

    def report(progress: TrainingProgress) -> None:
        nonlocal began
        now = time.process_time()
        rates.append(tokens * windows / (now - began))
        began = now

    trainer.run(report)
    return rates


def random_sequences(folder: Path, tokens: int, windows: int) -> Sequences:
    folder.mkdir()
    draw = np.random.default_rng(0)
    with SequenceFiles(folder) as files:
        for number in range(windows):
            ids = tuple(draw.integers(0, 49_000, tokens).tolist())
            learned = tuple((draw.random(tokens) < LEARNED).tolist())
            files.add(TrainingSequence(ids, learned, {}), (), number * tokens)
    np.save(folder / "offsets.npy", np.arange(windows + 1, dtype=np.int64) * tokens)
    counts = SequenceCounts(sequences=windows, tokens=windows * tokens)
    (folder / "counts.json").write_bytes(msgspec.json.encode(counts))
    return Sequences(folder)


if __name__ == "__main__":
    main()
