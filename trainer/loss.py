"""The loss: cross-entropy at supervised positions only.

Reasoning and action are under 5 % of a window's tokens, so logits are computed for them alone. At
40,960 tokens and a vocabulary of 150,000 this is the difference between 75 GB and under 4 GB.
Knows token ids and masks, nothing of sessions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def supervised_positions(supervised: Tensor) -> Tensor:
    """Positions whose logits predict a supervised token: one before each of them.

    Args:
        supervised: bool, shape (tokens,); true where the token is learned. The first token has
            nothing before it and cannot be learned.
    Returns:
        int64, shape (supervised tokens,), ascending.
    """
    return supervised[1:].nonzero().squeeze(-1)


@dataclass(frozen=True)
class SoftTargets:
    """Distributions in place of single tokens, as entries of shape (entries,): the token at
    `positions` of the sequence may be `tokens`, with `shares` that add up to 1 at each position."""

    positions: Tensor
    tokens: Tensor
    shares: Tensor


def token_losses(
    model: PreTrainedModel,
    ids: Tensor,
    supervised: Tensor,
    soft: SoftTargets | None = None,
    hidden: Tensor | None = None,
) -> Tensor:
    """Negative log-likelihood, in nats, of each supervised token of one sequence; where a target is
    soft, the cross-entropy with it.

    The root module is called exactly once, so that sharding hooks fire on every rank, and the
    result stays connected to the graph even when nothing is supervised. No attention mask is
    passed: a sequence comes alone and unpadded, and a mask would lose the fast attention kernels.

    Args:
        ids: int64, shape (tokens,).
        supervised: bool, shape (tokens,).
        soft: at supervised positions only.
        hidden: what the model is given in place of the tokens' embeddings, shape (tokens, width).
    Returns:
        float32, shape (supervised tokens,); shape (1,) and exactly 0 when there are none.
    """
    positions = supervised_positions(supervised)
    nothing = len(positions) == 0
    kept = positions.new_zeros(1) if nothing else positions
    given = {"input_ids": ids[None]} if hidden is None else {"inputs_embeds": hidden[None]}
    logits = model(**given, logits_to_keep=kept, use_cache=False).logits[0].float()
    if nothing:
        return torch.nan_to_num(logits).mean(dim=-1) * 0.0
    losses = F.cross_entropy(logits, ids[positions + 1], reduction="none")
    return losses if soft is None else _softened(losses, logits, positions, soft)


def _softened(losses: Tensor, logits: Tensor, positions: Tensor, soft: SoftTargets) -> Tensor:
    """The losses with those of soft targets in their places."""
    rows = torch.searchsorted(positions, soft.positions - 1)
    chosen, place = torch.unique(rows, return_inverse=True)
    logs = F.log_softmax(logits[chosen], dim=-1)
    entries = -soft.shares * logs[place, soft.tokens]
    sums = torch.zeros(len(chosen), device=losses.device).index_add(0, place, entries)
    return losses.index_copy(0, chosen, sums)
