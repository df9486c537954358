"""Keys and values that sessions keep between steps, and one pass over several sessions at once.

A session's cache grows in place, where transformers' own copies all of it for every token. Sessions
that write at the same moment share a pass: everything but attention treats their tokens as one row,
attention lets each see its own session, so nothing is padded and nothing is copied together. Knows
tensors, not text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface
from transformers.cache_utils import Cache, DynamicLayer
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

APART = "shopper_sessions_apart"
"""Our attention's name among transformers'."""

_ROOM = 256
"""Tokens by which a full cache grows at least; else by a quarter."""


class GrowingLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """A layer's keys and values, shape (1, heads, tokens, head size), in a buffer with room."""

    _stored: tuple[Tensor, Tensor] | None = None

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> Any:
        """Append; returns all keys and values, as views into the buffers."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        before = self.get_seq_length()
        after = before + key_states.shape[-2]
        if self._stored is None or self._stored[0].shape[-2] < after:
            self._stored = self._enlarged(key_states, value_states, before, after)
        for stored, new in zip(self._stored, (key_states, value_states), strict=True):
            stored[:, :, before:after] = new
        self.keys, self.values = (stored[:, :, :after] for stored in self._stored)
        return self.keys, self.values

    @property
    def stored_bytes(self) -> int:
        return sum(part.nbytes for part in self._stored or ())

    def _enlarged(
        self, keys: Tensor, values: Tensor, before: int, after: int
    ) -> tuple[Tensor, Tensor]:
        room = max(after + _ROOM, before + before // 4)
        made = []
        for new, old in ((keys, self.keys), (values, self.values)):
            buffer = new.new_empty((*new.shape[:-2], room, new.shape[-1]))
            if before and old is not None:
                buffer[:, :, :before] = old
            made.append(buffer)
        return made[0], made[1]


class SessionCache:
    """The tokens of a session whose keys and values are kept: `ids`, in `layers`."""

    def __init__(self) -> None:
        self.layers = Cache(layer_class_to_replicate=GrowingLayer)
        self.ids: list[int] = []

    def keep_shared(self, prompt: Sequence[int]) -> int:
        """Cut back to the beginning shared with `prompt`, leaving at least one token to compute."""
        longest = min(len(self.ids), len(prompt) - 1)
        shared = next((i for i in range(longest) if self.ids[i] != prompt[i]), longest)
        if shared < len(self.ids):
            self.layers.crop(shared - len(self.ids))
            del self.ids[shared:]
        return shared

    @property
    def stored_bytes(self) -> int:
        return sum(getattr(layer, "stored_bytes", 0) for layer in self.layers.layers)


class BatchedCache(Cache):
    """The caches of several sessions, each of which gets one token of the row it is handed."""

    def __init__(self, sessions: Sequence[SessionCache]) -> None:
        super().__init__(layers=sessions[0].layers.layers)
        self._sessions = sessions

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: Any, **__: Any
    ) -> Any:
        """The keys and the values of each session, as two lists, for `attend_separately`."""
        keys, values = [], []
        for place, session in enumerate(self._sessions):
            own = slice(place, place + 1)
            seen = session.layers.update(key_states[:, :, own], value_states[:, :, own], layer_idx)
            keys.append(seen[0])
            values.append(seen[1])
        return keys, values


def attend_separately(
    module: nn.Module,
    query: Tensor,
    key: Sequence[Tensor],
    value: Sequence[Tensor],
    attention_mask: Tensor | None,
    **settings: Any,
) -> tuple[Tensor, None]:
    """Attention of one token of each session to all of its own session.

    Args:
        query: shape (1, heads, sessions, head size).
        key, value: of each session, shape (1, key heads, tokens, head size).
    Returns:
        shape (1, sessions, heads, head size), and no weights, as transformers wants it.
    """
    attend = ALL_ATTENTION_FUNCTIONS["sdpa"]
    apart = [
        attend(module, query[:, :, i : i + 1], key[i], value[i], None, **settings)[0]
        for i in range(len(key))
    ]
    return torch.cat(apart, dim=1), None


AttentionInterface.register(APART, attend_separately)


def supports_batching(model: Any) -> bool:
    """Whether the model's attention is the plain one that `attend_separately` stands in for."""
    config = model.config
    kinds = getattr(config, "layer_types", None)
    if kinds is None:
        plain = not getattr(config, "sliding_window", None)
    else:
        plain = set(kinds) == {"full_attention"}
    usual = config._attn_implementation == "sdpa"
    return plain and usual and bool(getattr(model, "_supports_attention_backend", False))
