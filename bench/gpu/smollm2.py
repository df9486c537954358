"""The embedded model trained on the standard set, as long as there is time, and its adapter kept."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from agent.models import embedded
from agent.models.huggingface import huggingface_folder
from bench.gpu.context import Context
from bench.gpu.speed import shape
from trainer.config import TrainConfig, read_config
from trainer.job import train as run
from trainer.parallel import processes
from trainer.train import Trainer, TrainingProgress

CONFIG = Path(__file__).parents[2] / "configs" / "embedded-lines.toml"
EPOCHS = 3
GUESS = 50_000
"""Tokens a second, where nothing was measured before."""


def prepare(context: Context) -> dict[str, Any]:
    """The model's folder and both sets of token ids, made before they are needed."""
    from agent.prompts.tokenizer import FastTokenizer
    from trainer.job import prompt_settings
    from trainer.sequences import Part
    from trainer.sequences import prepare as tokenize

    base = _base(context)
    found: dict[str, Any] = {}
    for reasoning in (True, False):
        config = _config(context, base, reasoning, context.out)
        data = tokenize(
            Path(config.data.train),
            FastTokenizer.read(base),
            prompt_settings(config),
            limit=config.data.limit,
            part=Part(steps=config.data.steps, soft=config.data.soft),
        )
        found[f"reasoning {reasoning}"] = msgspec.to_builtins(data.counts)
    return found


def train(context: Context, *, reasoning: bool, share: float) -> dict[str, Any]:
    """Train for so much of the stage's time; the learning rate comes down at its end."""
    if context.data is None or not (context.gguf or context.tiny):
        return {"skipped": "needs --data and --gguf"}
    began = time.monotonic()
    base = _base(context)
    name = "adapter-reasoning" if reasoning else "adapter-plain"
    watch = _Watch()
    with tempfile.TemporaryDirectory() as scratch, processes() as ours:
        config = _config(context, base, reasoning, Path(scratch))
        config = _within(config, context, share)
        folder = run(config, ours, watch, resume=False)
        _keep(folder, context.out / f"{name}.tar")
        card = json.loads((folder / "run_card.json").read_text())
    return {
        "steps": card["steps"],
        "tokens": card["tokens"],
        "tokens_per_second": round(card["tokens"] / max(0.001, card["seconds"])),
        "final_loss": card["final_loss"],
        "first_loss": watch.losses[0],
        "peak_memory_gb": card["peak_memory_gb"],
        "losses": watch.losses[:: max(1, len(watch.losses) // 100)],
        "kept": f"{name}.tar",
        "seconds": round(time.monotonic() - began, 1),
    }


class _Watch:
    """Keeps the losses."""

    def __init__(self) -> None:
        self.losses: list[float] = []

    def say(self, text: str) -> None:
        import sys

        print(text, file=sys.stderr, flush=True)

    def tokenized(self, sessions: int) -> None: ...

    def ready(self, trainer: Trainer, trained: int) -> None: ...

    def step(self, progress: TrainingProgress) -> None:
        self.losses.append(round(progress.loss, 4))


def _config(context: Context, base: Path, reasoning: bool, scratch: Path) -> TrainConfig:
    known = read_config(CONFIG)
    assert context.data is not None
    data = msgspec.structs.replace(
        known.data,
        train=str(context.data),
        validation=None,
        reasoning=reasoning,
        answer="action_first" if reasoning else "reasoning_first",
        skip=0,
        limit=None,
        steps=None,
        soft=False,
        window=4096,
    )
    run_section = msgspec.structs.replace(
        known.run,
        out=str(scratch / "run"),
        epochs=EPOCHS,
        batch=4 if context.tiny else 16,
        max_steps=None,
        max_seconds=None,
        keep_lower=False,
        gradient_checkpointing="off",
        pack=True,
        compile=False,
        save_every=10**6,
    )
    model = msgspec.structs.replace(
        known.model,
        base=str(base),
        dtype="float32" if context.tiny else "bfloat16",
        random_weights=context.tiny,
    )
    tuning = msgspec.structs.replace(known.tuning, from_layer=None, start=None)
    optimizer = msgspec.structs.replace(known.optimizer, schedule="cosine", learning_rate=3e-4)
    return TrainConfig(data=data, run=run_section, model=model, tuning=tuning, optimizer=optimizer)


def _within(config: TrainConfig, context: Context, share: float) -> TrainConfig:
    """As many steps as there is time for, by the speed that an earlier stage measured."""
    if context.tiny:
        changed = msgspec.structs.replace(config.run, max_steps=2)
        return msgspec.structs.replace(config, run=changed)
    seconds = context.seconds * share
    rate = _measured_rate(context.out)
    steps = max(20, int(seconds * rate / (config.run.batch * 2_000)))
    changed = msgspec.structs.replace(
        config.run, max_steps=steps, max_seconds=int(context.seconds * 0.8)
    )
    return msgspec.structs.replace(config, run=changed)


def _measured_rate(out: Path) -> float:
    try:
        stages = json.loads((out / "results.json").read_text())["stages"]
        return float(stages["smollm2-packed"]["rate"])
    except (OSError, ValueError, KeyError):
        return GUESS


def _base(context: Context) -> Path:
    """SmolLM2's folder, from its file; tiny: its shape and tokenizer, weights drawn."""
    if not context.tiny:
        return huggingface_folder(_embedded(context))
    folder = context.out / "tiny-model"
    if not (folder / "tokenizer_config.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            made = shape("smollm2-135m", Path(scratch), tiny=True)
            found = json.loads((made / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**found, "vocab_size": 49152}))
        known = huggingface_folder(embedded.fetch_embedded())
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(known / name, folder / name)
    return folder


def _embedded(context: Context) -> embedded.EmbeddedModel:
    """The model in the cache, put there from the file or its halves."""
    found = embedded.find_embedded()
    if found is not None:
        return found
    folder = embedded.embedded_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "model.gguf").open("wb") as whole:
        for part in context.gguf:
            whole.write(part.read_bytes())
    embedded.check_file(folder / "model.gguf")
    embedded._write_facts(folder)
    found = embedded.find_embedded()
    assert found is not None
    return found


def _keep(folder: Path, target: Path) -> None:
    with tarfile.open(target, "w") as archive:
        archive.add(folder, arcname=target.stem)
