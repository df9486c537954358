"""What is measured, the most important first, and how long each may take.

Knows names and seconds; what a stage does is in the module that it names.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Stage(NamedTuple):
    """`call` is ``module:function`` of this package, called with `given` and returning what is
    kept, JSON-ready. It is begun with at least `least` seconds left and stopped after `most`."""

    name: str
    call: str
    least: int
    most: int
    given: Mapping[str, str | int | float | bool] = MappingProxyType({})


LONG = 40_960


def speed(
    name: str, model: str, method: str, most: int, tokens: int = LONG, **more: str | bool
) -> Stage:
    given = {"model": model, "method": method, "tokens": tokens, **more}
    return Stage(name, "speed:measure", 25, most, given)


STAGES = (
    Stage("exactness", "exactness:check", 20, 75),
    speed("qwen2.5-7b-lora", "qwen2.5-7b", "lora", 70),
    speed("smollm2-packed", "smollm2-135m", "lora", 40, 4096, pack=True),
    speed("qwen2.5-7b-full-8bit", "qwen2.5-7b", "full", 90, optimizer="adamw8bit"),
    Stage("train-reasoning", "smollm2:train", 60, 200, {"reasoning": True, "share": 0.5}),
    speed("mistral-7b-lora", "mistral-7b-v0.3", "lora", 60),
    Stage("train-plain", "smollm2:train", 45, 100, {"reasoning": False, "share": 0.6}),
    speed("qwen2.5-1.5b-lora", "qwen2.5-1.5b", "lora", 45),
    speed("smollm2-full-packed", "smollm2-135m", "full", 40, 4096, pack=True),
    speed("qwen2.5-7b-lora-compiled", "qwen2.5-7b", "lora", 80, compile=True),
    speed("qwen2.5-1.5b-lora-trl", "qwen2.5-1.5b", "lora", 60, 8192, trainer="trl"),
    speed("qwen2.5-1.5b-lora-ours-8192", "qwen2.5-1.5b", "lora", 40, 8192),
)
"""Speeds that the aims are about come before those that are good to know."""
