"""The training loop: a batch, its loss and gradients, a step, and what is kept of it.

Every process runs it alike; only the first one speaks. Knows sequences and modules, nothing of
how either was made.
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import torch

from trainer.batching import Batch, plan_epoch
from trainer.checkpoint import Position
from trainer.config import TrainConfig
from trainer.errors import CheckpointError, Stopped, TrainError
from trainer.gradients import Gradients
from trainer.keeping import Keeper
from trainer.lower_layers import LowerLayers
from trainer.model import stop_learning
from trainer.optim import clip_gradients, learning_rate, make_optimizer
from trainer.out_of_memory import memory_suffices
from trainer.parallel import Processes
from trainer.sequence_files import Sequences
from trainer.throughput import flops_per_sequence, peak_flops, peak_memory, weights_of

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class TrainingProgress(msgspec.Struct, frozen=True, kw_only=True):
    """Where training stands after an optimizer step. `loss` is the mean over the step's supervised
    tokens in nats, `tokens_per_second` and `mfu` are of this step, over all processes."""

    step: int
    steps: int
    loss: float
    learning_rate: float
    gradient_norm: float
    tokens: int
    supervised_share: float
    tokens_per_second: float
    mfu: float | None
    memory_gb: float
    seconds: float
    validation_loss: float | None = None


Report = Callable[[TrainingProgress], None]
Wanted = Callable[[], bool]


class Trainer:
    """One run over prepared sequences: `resume` from a checkpoint if wanted, then `run`."""

    def __init__(
        self,
        config: TrainConfig,
        model: PreTrainedModel,
        train: Sequences,
        validation: Sequences | None,
        processes: Processes,
        fingerprint: str,
    ) -> None:
        self.config = config
        self.model = model
        self.train = train
        self.validation = validation
        self.processes = processes
        self.fingerprint = fingerprint
        self.optimizer = make_optimizer(model.parameters(), config.optimizer, processes.device)
        self.steps = count_steps(config, len(train))
        self.done = 0
        self.tokens = 0
        self.seconds = 0.0
        self.loss: float | None = None
        self.memory_gb: float | None = None
        self._weights = weights_of(model)
        self._peak = peak_flops(processes.device)
        self._keeper = Keeper(config, model, self.optimizer, processes)
        self._gradients = Gradients(config, model, train, processes, self._lower())

    def resume(self) -> int:
        """Continue from the newest checkpoint; returns the optimizer steps already done.

        Raises:
            CheckpointError: it is damaged or belongs to another run.
        """
        position = self._keeper.load(self.fingerprint)
        if position is None:
            return 0
        self.done, self.tokens, self.seconds = position.step, position.tokens, position.seconds
        self.loss, self.memory_gb = position.loss, position.memory_gb
        return self.done

    def run(self, report: Report, stop: Wanted = lambda: False) -> TrainingProgress | None:
        """Train until `run.epochs`, `run.max_steps` or `run.max_seconds` are over; returns the last
        progress. Where `stop` says so on any process, all keep what they have and stop.

        Raises:
            TrainError: the loss is not a number, or memory does not suffice; the last checkpoint
                stays.
            Stopped: it was asked to stop.
        """
        last = None
        began = time.monotonic()
        for batch in self._remaining():
            last = self._step(batch)
            self.done += 1
            self.loss, self.memory_gb = last.loss, max(last.memory_gb, self.memory_gb or 0.0)
            if self._due(self.config.run.validate_every):
                last = msgspec.structs.replace(last, validation_loss=self.validate())
            report(last)
            stopping = self.processes.any(stop())
            over = self.processes.any(self._over(time.monotonic() - began))
            last_one = stopping or over or self.done == self.steps
            if last_one or self._due(self.config.run.save_every):
                self.save(last=last_one)
            else:
                self._keeper.look()
            if stopping and self.done < self.steps:
                raise Stopped(f"stopped after step {self.done} of {self.steps}")
            if over:
                break
        return last

    def _over(self, seconds: float) -> bool:
        """Whether the time of this sitting is."""
        most = self.config.run.max_seconds
        return most is not None and seconds >= most

    def save(self, *, last: bool = True) -> Path | None:
        """Write a checkpoint of this moment, or begin to, unless it is the `last`. After the last
        step it is not needed any more: one that cannot be written then costs nothing, and is None.

        Raises:
            CheckpointError: it cannot be written.
        """
        try:
            return self._keeper.save(self._position(), last=last)
        except CheckpointError:
            if self.done < self.steps:
                raise
            return None

    def _position(self) -> Position:
        return Position(
            step=self.done,
            fingerprint=self.fingerprint,
            processes=self.processes.size,
            device=self.processes.device.type,
            tokens=self.tokens,
            seconds=self.seconds,
            loss=self.loss,
            memory_gb=self.memory_gb,
        )

    def validate(self) -> float | None:
        """Mean loss in nats per supervised token of the validation set; None without one."""
        if self.validation is None:
            return None
        stop_learning(self.model)
        total, count = 0.0, 0
        rows = plan_epoch(
            self.validation.lengths,
            batch=len(self.validation),
            ranks=self.processes.size,
            seed=0,
            epoch=0,
            room=self._room,
        )[0].micro
        with torch.no_grad():
            for row in rows:
                pack = row[self.processes.rank]
                total += float(self._gradients.losses(self.validation, pack).sum())
                count += sum(int(self.validation[i][1][1:].sum()) for i in pack)
        self.model.train()
        return self.processes.sum(total) / max(1.0, self.processes.sum(count))

    def _step(self, batch: Batch) -> TrainingProgress:
        began = time.perf_counter()
        tokens, supervised = self._count(batch)
        rate = learning_rate(self.done, self.steps, self.config.optimizer)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        longest = max(self.train.lengths[i] for i in batch.sequences)
        doing = f"learning at step {self.done + 1} (longest sequence {longest} tokens)"
        with memory_suffices(self.config, doing):
            loss, norm = self._learn(batch)
        seconds = time.perf_counter() - began
        self.tokens += tokens
        self.seconds += seconds
        return TrainingProgress(
            step=self.done + 1,
            steps=self.steps,
            loss=loss,
            learning_rate=rate,
            gradient_norm=norm,
            tokens=self.tokens,
            supervised_share=supervised / tokens,
            tokens_per_second=tokens / seconds,
            mfu=self._utilisation(batch, supervised, seconds),
            memory_gb=peak_memory(self.processes.device) / 2**30,
            seconds=self.seconds,
        )

    def _learn(self, batch: Batch) -> tuple[float, float]:
        """One optimizer step; returns the loss and the gradient's norm."""
        loss = self._gradients.of(batch, self._gradients.weight(batch))
        norm = clip_gradients(self.model.parameters(), self.config.optimizer.clip)
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise TrainError(self._not_a_number(batch, loss, norm))
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss, norm

    def forget_lower(self) -> None:
        """Delete what the layers below were kept to make of the sequences: the run is over."""
        shutil.rmtree(self._lower_folder, ignore_errors=True)

    @property
    def _lower_folder(self) -> Path:
        return Path(self.config.run.out) / f"lower-{self.fingerprint}"

    def _lower(self) -> LowerLayers | None:
        first = self.config.tuning.from_layer
        if not self.config.run.keep_lower or first is None:
            return None
        if self.processes.size > 1:
            raise TrainError("run.keep_lower is for one process: set it to false")
        return LowerLayers(self.model, first, self._lower_folder, self.train.lengths)

    def _remaining(self) -> list[Batch]:
        lengths = self.train.lengths
        run = self.config.run
        plan = []
        for epoch in range(run.epochs):
            plan += plan_epoch(
                lengths,
                batch=run.batch,
                ranks=self.processes.size,
                seed=run.seed,
                epoch=epoch,
                room=self._room,
            )
        return plan[self.done : self.steps]

    @property
    def _room(self) -> int | None:
        """Tokens of sequences that share a pass; None where each has its own."""
        return self.config.data.window if self.config.run.pack else None

    def _count(self, batch: Batch) -> tuple[int, int]:
        """Tokens and supervised tokens of a batch, over all processes."""
        tokens, supervised = 0, 0
        for row in batch.sequences:
            ids, mask = self.train[row]
            tokens += len(ids)
            supervised += int(mask[1:].sum())
        return tokens, supervised

    def _utilisation(self, batch: Batch, supervised: int, seconds: float) -> float | None:
        if self._peak is None:
            return None
        lengths, config = self.train.lengths, self.model.config
        each = supervised / len(batch.sequences)  # what is linear can be shared out
        flops = sum(
            flops_per_sequence(self._weights, config, lengths[i], each) for i in batch.sequences
        )
        return flops / seconds / (self._peak * self.processes.size)

    def _due(self, every: int) -> bool:
        return bool(every) and self.done % every == 0

    def _not_a_number(self, batch: Batch, loss: float, norm: float) -> str:
        return (
            f"the loss is {loss} and the gradient's norm {norm} at step {self.done + 1}, sequences "
            f"{list(batch.sequences)}; {self._keeper.newest()}. Lower "
            "optimizer.learning_rate and --resume, or look at these rows"
        )


def count_steps(config: TrainConfig, sequences: int) -> int:
    """Optimizer steps of a whole run over so many sequences."""
    steps = math.ceil(sequences / config.run.batch) * config.run.epochs
    return min(steps, config.run.max_steps or steps)
