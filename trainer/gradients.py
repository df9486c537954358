"""The loss of a batch and its gradient, as the configuration weighs its tokens.

Knows sequences and a model, nothing of steps, schedules or checkpoints.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from trainer.attention import packed
from trainer.batching import Batch, Pack
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
            pack = row[self.processes.rank]
            with self._apart(self.train, pack):
                with self.arithmetic():
                    loss = self._weighted_loss(pack)
                (loss * scale).backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        return self.processes.sum(total) / max(1.0, weight)

    def losses(self, data: Sequences, pack: Pack) -> torch.Tensor:
        """The losses of the supervised tokens of sequences, unweighted, shape (tokens,)."""
        ids, mask = self.tensors(data, pack)
        with self._apart(data, pack), self.arithmetic():
            return token_losses(self.model, ids, mask, places=self._places(data, pack))

    def _weighted_loss(self, pack: Pack) -> torch.Tensor:
        """The sum of the token losses of sequences, those of actions weighted."""
        ids, mask = self.tensors(self.train, pack)
        if not pack:
            return token_losses(self.model, ids, mask).sum()
        soft, places = self._soft(pack), self._places(self.train, pack)
        if self._lower is None:
            losses = token_losses(self.model, ids, mask, soft, places=places)
        else:
            hidden = torch.cat(
                [self._lower.hidden(i, self.tensors(self.train, (i,))[0]) for i in pack]
            )
            with self._lower.left_out():
                losses = token_losses(self.model, ids, mask, soft, hidden, places)
        if self.config.data.action_weight == 1.0 or not mask[1:].any():
            return losses.sum()
        weights = np.concatenate([self._weights_of(self.train.example(i)) for i in pack])
        return (losses * torch.from_numpy(weights).to(losses)).sum()

    def _apart(self, data: Sequences, pack: Pack) -> AbstractContextManager[None]:
        """Where sequences that share a pass see themselves only."""
        return packed([data.length(i) for i in pack]) if len(pack) > 1 else nullcontext()

    def _places(self, data: Sequences, pack: Pack) -> torch.Tensor | None:
        if len(pack) < 2:
            return None
        device = self.processes.device
        return torch.cat([torch.arange(data.length(i), device=device) for i in pack])

    def _weights_of(self, example: Example) -> np.ndarray:
        """What each supervised token counts, shape (supervised tokens,)."""
        deciding = example.deciding[1:][example.supervised[1:]]
        return np.where(deciding, self.config.data.action_weight, 1.0)

    def _soft(self, pack: Pack) -> SoftTargets | None:
        """The soft targets of sequences one after another; None where there are none."""
        starts = np.cumsum([0, *(self.train.length(i) for i in pack)])
        examples = [self.train.example(i) for i in pack]
        if not any(len(example.soft_positions) for example in examples):
            return None
        device = self.processes.device
        positions = [e.soft_positions + start for e, start in zip(examples, starts, strict=False)]
        return SoftTargets(
            torch.from_numpy(np.concatenate(positions)).to(device),
            torch.from_numpy(np.concatenate([e.soft_tokens for e in examples])).to(
                device, torch.int64
            ),
            torch.from_numpy(np.concatenate([e.soft_shares for e in examples])).to(device),
        )

    def weight(self, batch: Batch) -> float:
        """What the supervised tokens of a batch count together."""
        return float(sum(self._weights_of(self.train.example(i)).sum() for i in batch.sequences))

    def tensors(self, data: Sequences, pack: Pack) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and mask of sequences, one after another; of none, two tokens that nothing is learned
        from, so that processes which wait for each other make the same calls."""
        device = self.processes.device
        if not pack:
            nothing = torch.zeros(2, dtype=torch.int64, device=device)
            return nothing, nothing.bool()
        rows = [data[i] for i in pack]
        for _, mask in rows:
            mask[0] = False  # nothing of its own stands before it
        return (
            torch.from_numpy(np.concatenate([ids for ids, _ in rows])).to(device, torch.int64),
            torch.from_numpy(np.concatenate([mask for _, mask in rows])).to(device),
        )

    def arithmetic(self) -> Any:
        """Where LoRA matrices are float32 in a bfloat16 model, they are multiplied in bfloat16."""
        mixed = self.config.tuning.method != "full" and self.config.model.dtype == "bfloat16"
        return (
            torch.autocast(self.processes.device.type, torch.bfloat16) if mixed else nullcontext()
        )
