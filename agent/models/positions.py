"""How far a model can read while each token keeps the place that it was given.

Some models place all tokens anew once a text is longer than they were first trained for (dynamic
NTK, LongRoPE). Keys that are kept from step to step then stand where they were, so a policy would
read other than it learned. Knows the configurations of transformers, no weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_PLACED_ANEW = ("dynamic", "longrope")


def steady_positions(config: Any) -> int | None:
    """Tokens after which the model places all of them anew; None when it never does."""
    text = config.get_text_config()
    ends = [_end(text, rope) for rope in _ropes(text) if _kind(rope) in _PLACED_ANEW]
    return min(ends, default=None)


def _ropes(text: Any) -> Iterator[dict[str, Any]]:
    """The model's rotary settings: one, or one for each kind of layer."""
    for name in ("rope_parameters", "rope_scaling"):
        settings = getattr(text, name, None) or {}
        nested = [one for one in settings.values() if isinstance(one, dict)]
        yield from nested or ([settings] if settings else [])


def _kind(rope: dict[str, Any]) -> str:
    return str(rope.get("rope_type", rope.get("type", "default")))


def _end(text: Any, rope: dict[str, Any]) -> int:
    first = rope.get("original_max_position_embeddings")
    first = first or getattr(text, "original_max_position_embeddings", None)
    return int(first or text.max_position_embeddings)
