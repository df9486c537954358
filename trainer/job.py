"""A whole training run: data and model made ready, trained, validated, exported, described.

The one place where the parts meet. What is printed is the caller's business.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import torch

from agent.models import ModelError, fetch_embedded
from agent.models.huggingface import huggingface_folder
from agent.models.trained import FORMS, read_trained
from agent.prompts.chat_template import TemplateProblem
from agent.prompts.prompt import PromptSettings
from agent.prompts.tokenizer import FastTokenizer, TokenizerError
from trainer.checkpoint import checkpoints
from trainer.config import TrainConfig
from trainer.errors import TrainError
from trainer.export import export
from trainer.model import prepare_model, trainable
from trainer.out_of_memory import memory_suffices
from trainer.parallel import Processes
from trainer.run_card import fingerprint, run_card
from trainer.sequence_files import Sequences
from trainer.sequences import Part, prepare
from trainer.signals import asked_to_stop
from trainer.train import Trainer, TrainingProgress

_DOUBLES = ["original/*", "consolidated*"]
"""The same weights once more, in the layout of whoever made the model."""

Say = Callable[[str], None]


class Watch(Protocol):
    """Told what happens; only the first process's is."""

    def say(self, text: str) -> None: ...

    def tokenized(self, sessions: int) -> None: ...

    def ready(self, trainer: Trainer, trained: int) -> None: ...

    def step(self, progress: TrainingProgress) -> None: ...


def train(config: TrainConfig, processes: Processes, watch: Watch, *, resume: bool) -> Path:
    """Train as configured; returns the folder of the finished model or adapter.

    While it trains, SIGINT and SIGTERM stop it after the step in progress.

    Raises:
        Stopped: it was asked to stop.
        TrainError: it cannot start or go on; what was checkpointed is kept.
    """
    check_folder(config, resume)
    prompt = prompt_settings(config)
    _check_start(config, prompt)
    base = base_folder(config.model.base, watch.say, random_weights=config.model.random_weights)
    tokenizer = _tokenizer(base)
    data, validation = _sequences(config, tokenizer, prompt, processes, watch)
    with memory_suffices(config, "loading the model"):
        model = prepare_model(config, base, processes)
    marks = fingerprint(config, data)
    trainer = Trainer(config, model, data, validation, processes, marks)
    if resume:
        with memory_suffices(config, "loading the checkpoint"):
            done = trainer.resume()
        there = f"going on after step {done}"
        watch.say(there if done else f"{config.run.out} has no checkpoint yet: from the beginning")
    watch.ready(trainer, trainable(model))
    for note in _notes(config, trainer):
        watch.say(f"note: {note}")
    started = datetime.now(UTC)
    with asked_to_stop(watch.say) as stop:
        trainer.run(watch.step, stop)
    if trainer.done < trainer.steps:
        watch.say(f"time is up after step {trainer.done} of {trainer.steps}: --resume goes on")
    else:
        trainer.forget_lower()
    with memory_suffices(config, "validating"):
        loss = trainer.validate()
    card = run_card(config, trainer, loss, started)
    return export(model, config, prompt, base, card, processes)


def _check_start(config: TrainConfig, prompt: PromptSettings) -> None:
    """An adapter goes on learning from pages and answers of the form that it knows.

    Raises:
        TrainError: the configuration wants another.
    """
    if config.tuning.start is None:
        return
    try:
        start = read_trained(Path(config.tuning.start).expanduser())
    except ModelError as error:
        raise TrainError(f"tuning.start: {error}") from error
    if start is None:
        return
    for name in ("actions", "page", "page_version", "answer"):
        ours, theirs = getattr(prompt, name), getattr(start.prompt, name)
        if ours != theirs:
            raise TrainError(
                f"tuning.start was trained with {name} = {theirs!r}, and the configuration says "
                f"{ours!r}: set data.{name} to the former, or start afresh"
            )


def _notes(config: TrainConfig, trainer: Trainer) -> Iterator[str]:
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


def base_folder(base: str, say: Say, *, random_weights: bool = False) -> Path:
    """The folder of the model to start from, in transformers' layout; without its weights where
    they are drawn.

    Raises:
        TrainError: it is neither a folder nor a model that can be had.
    """
    if base == "smollm2":
        try:
            return huggingface_folder(fetch_embedded(say))
        except ModelError as error:
            raise TrainError(f'model.base = "smollm2": {error}') from error
    folder = Path(base).expanduser()
    if folder.is_dir():
        return folder
    return _from_hub(base, weights=not random_weights)


def prompt_settings(config: TrainConfig) -> PromptSettings:
    """What the prompt shows, for training and later for acting alike."""
    data = config.data
    return PromptSettings(
        reasoning=data.reasoning,
        past_reasonings=data.past_reasoning,
        persona=data.persona,
        intent=data.intent,
        actions=data.actions,
        page=data.page,
        page_version=FORMS[data.page],
        answer=data.answer,
        page_tokens=data.page_tokens,
        window=data.window,
    )


def check_folder(config: TrainConfig, resume: bool) -> None:
    """Raises:
    TrainError: another run stands there, or the folder cannot be made.
    """
    out = Path(config.run.out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainError(f"run.out = {str(out)!r} cannot be made: {error}") from error
    held = checkpoints(out / "checkpoints")
    if held and not resume:
        raise TrainError(
            f"{out} holds a run that reached {held[-1].name}; add --resume to go on with it, or "
            "name another run.out"
        )


def _tokenizer(base: Path) -> FastTokenizer:
    try:
        return FastTokenizer.read(base)
    except TokenizerError as error:
        raise TrainError(str(error)) from error
    except TemplateProblem as error:
        raise TrainError(f"the chat template in {base} cannot be used: {error}") from error


def _sequences(
    config: TrainConfig,
    tokenizer: FastTokenizer,
    prompt: PromptSettings,
    processes: Processes,
    watch: Watch,
) -> tuple[Sequences, Sequences | None]:
    """Train and validation sequences; the first process makes them, the others wait."""
    made: list[Sequences] = []
    sources = [config.data.train, *([config.data.validation] if config.data.validation else [])]
    for number, source in enumerate(sources):
        for turn in (True, False):
            if processes.first is turn:
                made.append(
                    prepare(
                        Path(source),
                        tokenizer,
                        prompt,
                        skip=config.data.skip if number == 0 else 0,
                        limit=config.data.limit,
                        skip_bad=config.data.skip_bad,
                        part=Part(steps=config.data.steps, soft=config.data.soft),
                        report=watch.tokenized,
                    )
                )
            processes.wait()
    return made[0], made[1] if len(made) > 1 else None


def _from_hub(base: str, *, weights: bool) -> Path:
    patterns = ["*.json", "*.jinja", "tokenizer*", *(["*.safetensors"] if weights else [])]
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(base, allow_patterns=patterns, ignore_patterns=_DOUBLES))
    except Exception as error:  # the hub's client has many ways to fail, all of them final here
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise TrainError(
            f"model.base = {base!r} is no folder, and the hub does not give it: {reason}"
        ) from error
