"""Attention for long and for packed sequences, without a mask of all tokens by all tokens.

Sequences packed one after another each see themselves only; layers that look back so many tokens
see them in blocks. Each piece goes to torch's own kernels, through transformers' function, so what
is fast there stays so. Knows tensors, nothing of data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from trainer.errors import TrainError

OWN = "shopper_in_pieces"
"""Our attention's name among transformers'; it knows no mask, so none is made."""

_KINDS = {"full_attention", "sliding_attention"}
_lengths: Sequence[int] | None = None
"""Of the sequences that are packed in the pass under way."""


@contextmanager
def packed(lengths: Sequence[int] | None) -> Iterator[None]:
    """Within, a row of tokens is sequences of these `lengths`; None: a single one. Hold it open for
    the backward pass as well, in which layers may be computed again."""
    global _lengths
    before, _lengths = _lengths, lengths
    try:
        yield
    finally:
        _lengths = before


def attend_in_pieces(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    **settings: Any,
) -> tuple[Tensor, None]:
    """Causal attention within each packed sequence, and within the window of a layer that has one.

    Args:
        query: shape (1, heads, tokens, head size).
        key, value: shape (1, key heads, tokens, head size).
    Returns:
        shape (1, tokens, heads, head size), and no weights, as transformers wants it.
    """
    window = settings.pop("sliding_window", None)
    lengths = list(_lengths or [query.shape[2]])
    parts = (torch.split(states, lengths, dim=2) for states in (query, key, value))
    seen = [_attend(module, q, k, v, window, settings) for q, k, v in zip(*parts, strict=True)]
    return (seen[0] if len(seen) == 1 else torch.cat(seen, dim=1)), None


attend_in_pieces = torch.compiler.disable(attend_in_pieces)  # type: ignore[no-untyped-call]
"""Not compiled: lengths differ from pass to pass, and only what stands alone is spared when layers
are computed again."""
AttentionInterface.register(OWN, attend_in_pieces)


def _attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    window: int | None,
    settings: dict[str, Any],
) -> Tensor:
    """Of one sequence, shape (1, tokens, heads, head size)."""
    attend = ALL_ATTENTION_FUNCTIONS["sdpa"]
    tokens = query.shape[2]
    if window is None or tokens <= window:
        return attend(module, query, key, value, None, **settings)[0]  # type: ignore[no-any-return]
    first = attend(
        module, *(states[:, :, :window] for states in (query, key, value)), None, **settings
    )[0]
    rest = attend(module, *_blocks(query, key, value, window), _back(query, window), **settings)[0]
    seen: Tensor = torch.cat([first[0], rest.flatten(0, 1)])[None, :tokens]
    return seen


def _blocks(query: Tensor, key: Tensor, value: Tensor, window: int) -> tuple[Tensor, ...]:
    """All but the first `window` queries in blocks of as many, shape (blocks, heads, window, head
    size), and for each the keys and values of its block and of the one before it."""
    short = -query.shape[2] % window
    padded = [nn.functional.pad(states[0], (0, 0, 0, short)) for states in (query, key, value)]
    queries, *others = (_in_blocks(states, window) for states in padded)
    before_and_own = [torch.cat([states[:-1], states[1:]], dim=2) for states in others]
    return (queries[1:], *before_and_own)


def _in_blocks(states: Tensor, window: int) -> Tensor:
    """Shape (heads, tokens, head size) as (blocks, heads, window, head size)."""
    heads, tokens, size = states.shape
    return states.reshape(heads, tokens // window, window, size).transpose(0, 1)


def _back(query: Tensor, window: int) -> Tensor:
    """Which of two blocks of keys a block of queries sees: itself and `window` - 1 before it.
    Bool, shape (1, 1, window, 2 * window), the same for all blocks."""
    places = torch.arange(2 * window, device=query.device)
    own = places[window:, None]
    return ((places[None] <= own) & (places[None] > own - window))[None, None]


def use_own_attention(model: Any) -> None:
    """Have the model attend in pieces.

    Raises:
        TrainError: its attention is not the plain one that this stands in for.
    """
    if not knows_pieces(model):
        raise TrainError(
            f"the attention of {type(model).__name__} is of a kind that cannot be done in pieces: "
            "set run.pack to false"
        )
    model.config.get_text_config()._attn_implementation = OWN
    model.config._attn_implementation = OWN


def knows_pieces(model: Any) -> bool:
    """Whether the model's attention is causal, without bias or soft cap, over all tokens or a
    window of them, and torch's own."""
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ())
    return (
        kinds <= _KINDS
        and config._attn_implementation in ("sdpa", OWN)
        and not getattr(config, "attn_logit_softcapping", None)
        and bool(getattr(model, "_supports_attention_backend", False))
    )


def looks_back_less(model: Any, tokens: int) -> bool:
    """Whether some layer sees fewer than so many `tokens`."""
    config = model.config.get_text_config()
    window = getattr(config, "sliding_window", None)
    kinds = getattr(config, "layer_types", None)
    slides = kinds is None or "sliding_attention" in kinds
    return window is not None and slides and 0 < window < tokens
