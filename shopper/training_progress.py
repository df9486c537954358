"""What a person sees of a training run: a bar with loss and rate, or plain lines; TensorBoard.

Knows progress, not how it is made.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from agent.distribution import install_command
from eval import formatting
from shopper.console import plain_console
from trainer.config import TrainConfig
from trainer.errors import TrainError
from trainer.parallel import Processes
from trainer.train import Trainer, TrainingProgress

LINE_EVERY = 10.0
"""Seconds between two lines where there is no screen."""


class Watcher:
    """Reports a run; on all processes but the first it is silent. A context manager."""

    def __init__(self, config: TrainConfig, processes: Processes) -> None:
        self._speaks = processes.first
        self._console = plain_console(stderr=True)
        self._config = config
        self._boards: list[Any] = []
        self._bar: Bar | None = None
        self._task: Any = None
        self._last_line = 0.0

    def __enter__(self) -> Watcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        for board in self._boards:
            board.close()

    def say(self, text: str) -> None:
        if self._speaks:
            self._console.print(text)

    def tokenized(self, sessions: int) -> None:
        if self._speaks and time.monotonic() - self._last_line > LINE_EVERY:
            self._last_line = time.monotonic()
            self.say(f"tokenized {formatting.count(sessions, 'session')}")

    def ready(self, trainer: Trainer, trained: int) -> None:
        if self._speaks:
            self._boards = _boards(self._config, trainer.done)
        count, counts = formatting.count, trainer.train.counts
        self.say(
            f"{count(counts.sessions, 'session')}, {count(counts.steps, 'step')}, "
            f"{counts.tokens:,} tokens in {count(counts.sequences, 'sequence')}, "
            f"{counts.supervised / max(1, counts.tokens):.1%} of them learned; "
            f"{count(counts.hidden_steps, 'step')} masked because their target did not fit, "
            f"{count(counts.bad_rows, 'bad row')} passed over"
        )
        self.say(
            f"training {trained:,} numbers for {count(trainer.steps, 'step')} on "
            f"{trainer.processes.size} x {trainer.processes.device.type}"
        )
        if self._speaks and self._console.is_terminal:
            columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, TextColumn("{task.description}"), console=self._console)
            self._task = self._bar.add_task("", total=trainer.steps, completed=trainer.done)
            self._bar.start()

    def step(self, progress: TrainingProgress) -> None:
        if not self._speaks:
            return
        for board in self._boards:
            board.add(progress)
        if self._bar is not None:
            self._bar.update(self._task, completed=progress.step, description=_line(progress))
        elif self._line_is_due(progress):
            left = progress.seconds / progress.step * (progress.steps - progress.step)
            self.say(f"step {progress.step}/{progress.steps}: {_line(progress)}, {left:.0f} s left")

    def _line_is_due(self, progress: TrainingProgress) -> bool:
        now = time.monotonic()
        due = now - self._last_line >= LINE_EVERY or progress.step == progress.steps
        if due or progress.validation_loss is not None:
            self._last_line = now
            return True
        return False


def _line(progress: TrainingProgress) -> str:
    parts = [f"loss {progress.loss:.4f}"]
    if progress.validation_loss is not None:
        parts.append(f"validation {progress.validation_loss:.4f}")
    parts.append(f"{progress.tokens_per_second:,.0f} tokens/s")
    parts.append(f"{progress.supervised_share:.1%} learned")
    if progress.mfu is not None:
        parts.append(f"MFU {progress.mfu:.0%}")
    parts.append(f"{progress.memory_gb:.1f} GB")
    return ", ".join(parts)


class _TensorBoard:
    def __init__(self, folder: Path, done: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        # what a stopped run wrote after its last checkpoint is learned again
        self._writer: Any = SummaryWriter(str(folder), purge_step=done + 1)

    def add(self, progress: TrainingProgress) -> None:
        for name, value in _scalars(progress).items():
            self._writer.add_scalar(name, value, progress.step)
        self._writer.flush()

    def close(self) -> None:
        self._writer.close()


class _WandB:
    def __init__(self, project: str, config: TrainConfig) -> None:
        try:
            wandb = import_module("wandb")
        except ImportError as error:
            raise TrainError(
                f"run.wandb needs Weights & Biases: {install_command('wandb')}"
            ) from error
        self._run: Any = wandb.init(project=project, config=msgspec.to_builtins(config))

    def add(self, progress: TrainingProgress) -> None:
        self._run.log(_scalars(progress), step=progress.step)

    def close(self) -> None:
        self._run.finish()


def _scalars(progress: TrainingProgress) -> dict[str, float]:
    values = {
        "loss": progress.loss,
        "learning_rate": progress.learning_rate,
        "gradient_norm": progress.gradient_norm,
        "tokens_per_second": progress.tokens_per_second,
        "memory_gb": progress.memory_gb,
    }
    optional = {"mfu": progress.mfu, "validation_loss": progress.validation_loss}
    return values | {name: value for name, value in optional.items() if value is not None}


def _boards(config: TrainConfig, done: int) -> list[Any]:
    """TensorBoard where it is installed, Weights & Biases where it is asked for."""
    boards: list[Any] = []
    try:
        boards.append(_TensorBoard(Path(config.run.out) / "tensorboard", done))
    except ImportError:
        print("TensorBoard is not installed: no curves are kept", file=sys.stderr)
    if config.run.wandb:
        boards.append(_WandB(config.run.wandb, config))
    return boards
