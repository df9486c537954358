"""The checkpoints of one run: written now or beside the training, found again and read.

Knows when and where; how one is written is `trainer.checkpoint`'s.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from trainer import checkpoint
from trainer.checkpoint import Position
from trainer.config import TrainConfig
from trainer.parallel import Processes

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class Keeper:
    """Keeps the state of a run in ``run.out``. Every process must call it alike."""

    def __init__(
        self,
        config: TrainConfig,
        model: PreTrainedModel,
        optimizer: torch.optim.Optimizer,
        processes: Processes,
    ) -> None:
        self.folder = Path(config.run.out) / "checkpoints"
        self._run = config.run
        self._model = model
        self._optimizer = optimizer
        self._processes = processes
        self._writers = processes.beside() if config.run.save_beside else None
        self._writing: checkpoint.Writing | None = None

    def load(self, fingerprint: str) -> Position | None:
        """Put the newest checkpoint's state in place; None where there is none.

        Raises:
            CheckpointError: it is damaged or belongs to another run.
        """
        found = checkpoint.checkpoints(self.folder)
        if not found:
            return None
        position = checkpoint.read_position(found[-1], fingerprint)
        checkpoint.load(found[-1], self._model, self._optimizer, self._processes, position)
        return position

    def save(self, position: Position, *, last: bool) -> Path | None:
        """Write a checkpoint; beside the training where that is wanted and it is not the `last`
        one, which is then None.

        Raises:
            CheckpointError: it, or the one before it, cannot be written; older ones stay.
        """
        self.finish()
        state = (self.folder, position, self._model, self._optimizer, self._processes)
        if last or not self._run.save_beside:
            return checkpoint.save(*state, keep=self._run.keep)
        self._writing = checkpoint.begin_saving(*state, self._writers, keep=self._run.keep)
        return None

    def look(self) -> None:
        """Put the checkpoint that is being written in its place if it is whole by now.

        Raises:
            CheckpointError: it cannot be written; older ones stay.
        """
        if self._writing is not None and self._writing.over():
            self.finish()

    def finish(self) -> None:
        """Wait for the checkpoint that is being written, if there is one.

        Raises:
            CheckpointError: it cannot be written; older ones stay.
        """
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.finish()

    def newest(self) -> str:
        """Which checkpoint a run can go back to, in words."""
        kept = checkpoint.checkpoints(self.folder)
        return f"the last good checkpoint is {kept[-1]}" if kept else "there is no checkpoint yet"
