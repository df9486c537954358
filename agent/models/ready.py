"""Models of the Hugging Face hub for which there are ready configurations (``configs/``).

Knows names and sizes as their makers publish them; whether one is here is looked up, never fetched.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.models.size import parameters_in


class ReadyModel(msgspec.Struct, frozen=True):
    """A model by its hub id, `parameters` as published."""

    hub_id: str
    parameters: float


READY = (
    ReadyModel("Qwen/Qwen3-1.7B", 1.72e9),
    ReadyModel("HuggingFaceTB/SmolLM2-1.7B-Instruct", 1.71e9),
    ReadyModel("Qwen/Qwen2.5-1.5B-Instruct", 1.54e9),
    ReadyModel("Qwen/Qwen3-0.6B", 0.6e9),
    ReadyModel("Qwen/Qwen2.5-0.5B-Instruct", 0.49e9),
    ReadyModel("HuggingFaceTB/SmolLM2-360M-Instruct", 0.36e9),
)
"""The larger first."""


def cached_folder(hub_id: str) -> Path | None:
    """Where the model is in the hub's cache on this machine, weights and all; None where it is not,
    or where the hub's library is not installed."""
    try:
        from huggingface_hub import try_to_load_from_cache
    except ImportError:
        return None
    found = try_to_load_from_cache(hub_id, "config.json")
    if not isinstance(found, str):
        return None
    folder = Path(found).parent
    return folder if parameters_in(folder) is not None else None
