"""How fast the trainer is and how much memory it takes, beside TRL's SFTTrainer.

    python -m bench.train [--tokens 2048 4096] [--steps 1] [--dtype float32|bfloat16]
                          [--model FOLDER_OR_ID --random-weights] [--method lora|full] [--only ours]

Both trainers get the same model, LoRA, token ids, labels, precision and gradient checkpointing,
each in a process of its own; the first step warms up and is not counted. Without a GPU the model is
the embedded one. On a GPU add for example ``--model Qwen/Qwen2.5-7B-Instruct --random-weights
--tokens 40960 --dtype bfloat16``: then MFU and the attention kernel are in the table too.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

SUPERVISED = 0.05
"""Share of the tokens that is learned, as in logged sessions."""


def main() -> None:
    chosen = _arguments()
    if chosen.child:
        print(json.dumps(_measure(chosen, chosen.child, chosen.tokens[0])))
        return
    trainers = (chosen.only,) if chosen.only else ("trl", "ours")
    table = Table("tokens", "trainer", "tokens/s", "GB loaded", "GB above", "MFU", "attention")
    for tokens in chosen.tokens:
        for name in trainers:
            found = _in_a_process(name, tokens)
            print(tokens, name, found, file=sys.stderr)
            table.add_row(
                f"{tokens:,}",
                name,
                f"{found['rate']:.0f}",
                f"{found['loaded']:.2f}",
                f"{found['above']:.2f}",
                f"{found['mfu']:.0%}" if found["mfu"] else "",
                found["attention"],
            )
    table.title = f"{chosen.model}, {chosen.method}, {chosen.dtype}, medians of {chosen.steps}"
    Console().print(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, nargs="+", default=[2048, 4096])
    parser.add_argument("--steps", type=int, default=1, help="timed steps, after one to warm up")
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--random-weights", action="store_true")
    parser.add_argument("--method", choices=["lora", "full"], default="lora")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="bfloat16")
    parser.add_argument("--optimizer", choices=["adamw", "adamw8bit"], default="adamw")
    parser.add_argument("--only", choices=["ours", "trl"])
    parser.add_argument("--child", choices=["ours", "trl"], help=argparse.SUPPRESS)
    return parser.parse_args()


def _in_a_process(name: str, tokens: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.train", *sys.argv[1:], "--child", name]
    done = subprocess.run(
        [*command, "--tokens", str(tokens)], stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _measure(chosen: argparse.Namespace, name: str, tokens: int) -> dict[str, Any]:
    """Tokens a second, memory in GB (2**30 bytes) loaded and above that, MFU, attention kernel."""
    import torch

    from trainer.job import base_folder
    from trainer.model import prepare_model
    from trainer.parallel import processes
    from trainer.throughput import flops_per_sequence, peak_flops, weights_of

    with tempfile.TemporaryDirectory() as scratch, processes() as ours:
        config = _config(chosen, Path(scratch))
        folder = base_folder(
            config.model.base,
            lambda text: print(text, file=sys.stderr),
            random_weights=config.model.random_weights,
        )
        model = prepare_model(config, folder, ours)
        loaded = _memory(ours.device)
        rows = _rows(tokens, int(model.config.vocab_size), chosen.steps + 1)
        train = _ours if name == "ours" else _trl
        with _Peak(ours.device) as peak:
            times = train(config, model, rows, Path(scratch), ours)
        seconds = statistics.median(times[1:])
        best = peak_flops(ours.device)
        learned = sum(int(mask[1:].sum()) for _, mask in rows[1:]) / chosen.steps
        flops = flops_per_sequence(weights_of(model), model.config, tokens, learned)
        return {
            "rate": tokens / seconds,
            "loaded": loaded / 2**30,
            "above": (peak.most - loaded) / 2**30,
            "mfu": flops / seconds / best if best else None,
            "attention": _attention(model, rows[0][0], ours.device, chosen.dtype == "bfloat16")
            if torch.cuda.is_available()
            else "",
        }


def _config(chosen: argparse.Namespace, out: Path) -> Any:
    from trainer.config import Data, Model, Optimizer, RunSection, TrainConfig, Tuning

    return TrainConfig(
        data=Data(train="random", window=max(chosen.tokens)),
        run=RunSection(
            out=str(out),
            batch=1,
            max_steps=chosen.steps + 1,
            gradient_checkpointing="on",
            save_every=10**6,
        ),
        model=Model(base=chosen.model, dtype=chosen.dtype, random_weights=chosen.random_weights),
        tuning=Tuning(method=chosen.method),
        optimizer=Optimizer(kind=chosen.optimizer, schedule="constant", warmup=0.0),
    )


def _rows(tokens: int, vocabulary: int, count: int) -> list[tuple[Any, Any]]:
    import numpy as np

    draw = np.random.default_rng(0)
    return [
        (draw.integers(0, vocabulary, tokens), draw.random(tokens) < SUPERVISED)
        for _ in range(count)
    ]


def _ours(config: Any, model: Any, rows: list[Any], scratch: Path, ours: Any) -> list[float]:
    from tests.trainer.tiny import write_sequences
    from trainer.train import Trainer

    data = write_sequences(scratch / "data", [r[0] for r in rows], [r[1] for r in rows])
    trainer = Trainer(config, model, data, None, ours, "bench")
    trainer.save = lambda: scratch  # type: ignore[method-assign] # measured is training alone
    marks = [0.0]
    trainer.run(lambda progress: marks.append(progress.seconds))
    return [after - before for before, after in itertools.pairwise(marks)]


def _trl(config: Any, model: Any, rows: list[Any], scratch: Path, ours: Any) -> list[float]:
    import transformers
    import trl
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    data = Dataset.from_list(
        [
            {
                "input_ids": ids.tolist(),
                "labels": [int(i) if m else -100 for i, m in zip(ids, mask, strict=True)],
            }
            for ids, mask in rows
        ]
    )
    marks: list[float] = []

    class Clock(transformers.TrainerCallback):
        def on_step_begin(self, *_: Any, **__: Any) -> None:
            marks.append(-time.perf_counter())

        def on_step_end(self, *_: Any, **__: Any) -> None:
            marks[-1] += time.perf_counter()

    from agent.models import fetch_embedded
    from agent.models.huggingface import huggingface_folder  # the tokenizer is asked for, not used

    tokenizer = transformers.AutoTokenizer.from_pretrained(huggingface_folder(fetch_embedded()))
    arguments = trl.SFTConfig(
        output_dir=str(scratch / "trl"),
        max_steps=len(rows),
        per_device_train_batch_size=1,
        gradient_accumulation_steps=1,
        gradient_checkpointing=True,
        gradient_checkpointing_kwargs={"use_reentrant": False},
        max_length=None,
        bf16=config.model.dtype == "bfloat16",
        learning_rate=config.optimizer.learning_rate,
        lr_scheduler_type="constant",
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=ours.device.type == "cpu",
        dataloader_pin_memory=False,
    )
    trainer = trl.SFTTrainer(
        model=model,
        args=arguments,
        train_dataset=data,
        processing_class=tokenizer,
        callbacks=[Clock()],
    )
    trainer.train()
    return marks


class _Peak:
    """The most memory while it is open, in bytes: the GPU's own count, or this process's resident
    size, looked at fifty times a second."""

    def __init__(self, device: Any) -> None:
        self._device = device
        self.most = 0

    def __enter__(self) -> _Peak:
        import threading

        import torch

        if self._device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self._device)
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def _look(self) -> None:
        while not self._over.wait(0.02):
            self.most = max(self.most, _memory(self._device))

    def __exit__(self, *_: object) -> None:
        import torch

        self._over.set()
        self._watch.join()
        if self._device.type == "cuda":
            self.most = torch.cuda.max_memory_allocated(self._device)


def _memory(device: Any) -> int:
    import psutil
    import torch

    if device.type == "cuda":
        return int(torch.cuda.memory_allocated(device))
    return int(psutil.Process().memory_info().rss)


def _attention(model: Any, ids: Any, device: Any, bfloat16: bool) -> str:
    """The attention kernel that takes most of the GPU's time in a forward pass."""
    import torch

    arithmetic = torch.autocast(device.type, torch.bfloat16, enabled=bfloat16)
    with torch.no_grad(), arithmetic, torch.profiler.profile() as profile:
        model(
            input_ids=torch.as_tensor(ids, device=device)[None], use_cache=False, logits_to_keep=1
        )
    words = ("flash", "cudnn", "fmha", "attention")
    kernels = [e for e in profile.key_averages() if any(w in e.key.lower() for w in words)]
    return max(kernels, key=lambda e: e.self_device_time_total).key[:40] if kernels else "?"


if __name__ == "__main__":
    main()
