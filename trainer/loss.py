"""The loss: cross-entropy at supervised positions only, in pieces where they are many.

Reasoning and action are under 5 % of a window's tokens, so logits are computed for them alone. At
40,960 tokens and a vocabulary of 150,000 this is the difference between 75 GB and under 4 GB; in
pieces, computed again in the backward pass, it is under 1 GB. Knows token ids and masks, nothing of
sessions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.checkpoint import checkpoint

if TYPE_CHECKING:
    from transformers import PreTrainedModel

LOGITS_AT_ONCE = 2**26
"""So many logits are held at a time, 256 MB in float32."""

_AFTER_THE_HEAD = ("final_logit_softcapping", "logit_scale", "logits_scaling", "output_multiplier")
"""Settings of models that change logits once more behind the head; their logits come whole."""


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
    places: Tensor | None = None,
) -> Tensor:
    """Negative log-likelihood, in nats, of each supervised token of one sequence; where a target is
    soft, the cross-entropy with it.

    The root module is called exactly once, so that sharding hooks fire on every rank, and the
    result stays connected to the graph even when nothing is supervised. No attention mask is
    passed: a sequence comes unpadded, and a mask would lose the fast attention kernels.

    Args:
        ids: int64, shape (tokens,).
        supervised: bool, shape (tokens,).
        soft: at supervised positions only.
        hidden: what the model is given in place of the tokens' embeddings, shape (tokens, width).
        places: where each token stands, shape (tokens,), for sequences packed one after another
            (within `trainer.attention.packed`); without, in a row from 0.
    Returns:
        float32, shape (supervised tokens,); shape (1,) and exactly 0 when there are none.
    """
    return losses_at(model, ids, supervised_positions(supervised), soft, hidden, places)


def losses_at(
    model: PreTrainedModel,
    ids: Tensor,
    positions: Tensor,
    soft: SoftTargets | None = None,
    hidden: Tensor | None = None,
    places: Tensor | None = None,
) -> Tensor:
    """The same, where the logits at `positions` predict supervised tokens."""
    nothing = len(positions) == 0
    kept = positions.new_zeros(1) if nothing else positions
    given = {"input_ids": ids[None]} if hidden is None else {"inputs_embeds": hidden[None]}
    if places is not None:
        given["position_ids"] = places[None]
    wanted = _Wanted(positions, ids[positions + 1], soft)
    rows = LOGITS_AT_ONCE // _vocabulary(model)
    if len(positions) > rows > 0 and _head_is_last(model):
        with _losses_for_logits(model, wanted, rows):
            made: Tensor = model(**given, logits_to_keep=kept, use_cache=False).logits
        return made[0, :, 0]
    logits = model(**given, logits_to_keep=kept, use_cache=False).logits[0].float()
    if nothing:
        return torch.nan_to_num(logits).mean(dim=-1) * 0.0
    return wanted.losses(logits, 0)


@dataclass(frozen=True)
class _Wanted:
    """What the logits at `positions` should say: `tokens`, or softer targets."""

    positions: Tensor
    tokens: Tensor
    soft: SoftTargets | None

    def losses(self, logits: Tensor, start: int) -> Tensor:
        """Of the rows from `start` on, for which `logits` are given in float32."""
        rows = slice(start, start + len(logits))
        losses = F.cross_entropy(logits, self.tokens[rows], reduction="none")
        if self.soft is None:
            return losses
        entries = torch.searchsorted(self.positions, self.soft.positions - 1) - start
        here = (entries >= 0) & (entries < len(logits))
        return _softened(losses, logits, entries[here], self.soft, here)


def _softened(
    losses: Tensor, logits: Tensor, entries: Tensor, soft: SoftTargets, here: Tensor
) -> Tensor:
    """The losses with those of soft targets in their places; `entries` are rows, one for each of
    those of `soft` that are `here`."""
    chosen, place = torch.unique(entries, return_inverse=True)
    logs = F.log_softmax(logits[chosen], dim=-1)
    parts = -soft.shares[here] * logs[place, soft.tokens[here]]
    sums = torch.zeros(len(chosen), device=losses.device).index_add(0, place, parts)
    return losses.index_copy(0, chosen, sums)


@contextmanager
def _losses_for_logits(model: Any, wanted: _Wanted, rows: int) -> Iterator[None]:
    """Within, the head gives the losses of its tokens, shape (1, tokens, 1), computed for `rows`
    of them at a time and again in the backward pass. It stays inside the model's forward pass, so
    that sharded weights are there."""
    head = model.get_output_embeddings()
    plain = head.forward

    def piece(hidden: Tensor, start: int) -> Tensor:
        return wanted.losses(plain(hidden).float(), start)

    def losses(hidden: Tensor) -> Tensor:
        parts = [
            checkpoint(piece, part, start, use_reentrant=False)
            for start, part in zip(
                range(0, hidden.shape[1], rows), torch.split(hidden[0], rows), strict=True
            )
        ]
        return torch.cat(parts)[None, :, None]

    head.forward = losses
    try:
        yield
    finally:
        del head.forward


def _vocabulary(model: Any) -> int:
    return int(model.config.get_text_config().vocab_size)


def _head_is_last(model: Any) -> bool:
    """Whether nothing follows the head but the loss."""
    config = model.config.get_text_config()
    found = (getattr(config, name, None) for name in _AFTER_THE_HEAD)
    return all(value in (None, 1, 1.0) for value in found)
