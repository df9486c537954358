"""The loss of a batch and its gradient, as the configuration weighs its tokens.

Knows sequences and a model, nothing of steps, schedules or checkpoints.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from trainer.batching import Batch
from trainer.config import TrainConfig
from trainer.loss import SoftTargets, token_losses
from trainer.lower_layers import LowerLayers
from trainer.parallel import Processes
from trainer.sequence_files import Example, Sequences

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class Gradients:
    """Losses of sequences of one model; `lower` holds what the frozen layers below made of the
    training sequences, where that is kept."""

    def __init__(
        self,
        config: TrainConfig,
        model: PreTrainedModel,
        train: Sequences,
        processes: Processes,
        lower: LowerLayers | None,
    ) -> None:
        self.config = config
        self.model = model
        self.train = train
        self.processes = processes
        self._lower = lower

    def of(self, batch: Batch, weight: float) -> float:
        """Accumulate the gradient of the batch's exact token mean; returns that mean.

        Sharding averages gradients over processes, hence the factor of their number.
        """
        total = 0.0
        scale = self.processes.size / max(1.0, weight)
        for row in batch.micro:
            with self.arithmetic():
                loss = self._weighted_loss(row[self.processes.rank])
            (loss * scale).backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        return self.processes.sum(total) / max(1.0, weight)

    def _weighted_loss(self, row: int | None) -> torch.Tensor:
        """The sum of a sequence's token losses, those of actions weighted."""
        ids, mask = self.tensors(self.train, row)
        if row is None:
            return token_losses(self.model, ids, mask).sum()
        example = self.train.example(row)
        soft = self._soft(example)
        if self._lower is None:
            losses = token_losses(self.model, ids, mask, soft)
        else:
            hidden = self._lower.hidden(row, ids)
            with self._lower.left_out():
                losses = token_losses(self.model, ids, mask, soft, hidden)
        if self.config.data.action_weight == 1.0 or not mask[1:].any():
            return losses.sum()
        weights = torch.from_numpy(self._weights_of(example)).to(losses)
        return (losses * weights).sum()

    def _weights_of(self, example: Example) -> np.ndarray:
        """What each supervised token counts, shape (supervised tokens,)."""
        deciding = example.deciding[1:][example.supervised[1:]]
        return np.where(deciding, self.config.data.action_weight, 1.0)

    def _soft(self, example: Example) -> SoftTargets | None:
        if not len(example.soft_positions):
            return None
        device = self.processes.device
        return SoftTargets(
            torch.from_numpy(example.soft_positions).to(device),
            torch.from_numpy(example.soft_tokens).to(device, torch.int64),
            torch.from_numpy(example.soft_shares).to(device),
        )

    def weight(self, batch: Batch) -> float:
        """What the supervised tokens of a batch count together."""
        return float(sum(self._weights_of(self.train.example(i)).sum() for i in batch.sequences))

    def tensors(self, data: Sequences, row: int | None) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and mask of a sequence; with None, two tokens that nothing is learned from, so that
        processes which wait for each other make the same calls."""
        device = self.processes.device
        if row is None:
            nothing = torch.zeros(2, dtype=torch.int64, device=device)
            return nothing, nothing.bool()
        ids, mask = data[row]
        return (
            torch.from_numpy(ids).to(device=device, dtype=torch.int64),
            torch.from_numpy(mask).to(device),
        )

    def arithmetic(self) -> Any:
        """Where LoRA matrices are float32 in a bfloat16 model, they are multiplied in bfloat16."""
        mixed = self.config.tuning.method != "full" and self.config.model.dtype == "bfloat16"
        return (
            torch.autocast(self.processes.device.type, torch.bfloat16) if mixed else nullcontext()
        )
