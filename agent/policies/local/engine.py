"""What a language model in this process does for a policy: continue token ids.

Protocol and data only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from agent.prompts.grammar import LegalActions
from agent.prompts.tokenizer import Tokenizer


class GenerationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for: at most `max_tokens` tokens after `prompt`, ended by one of `stop`.

    `legal` restricts the text to these actions. `greedy`: the likeliest token each time, or with
    `beams` the likeliest text that a search of that width finds; or drawn with `temperature`,
    `top_p`, `min_p` (no token less likely than this share of the likeliest) and `seed`.
    `session_id` lets an engine keep the session's cache. `told`, where there is one, is called with
    all ids so far while more are written, from whatever thread, by engines that can.
    """

    session_id: str
    prompt: tuple[int, ...]
    max_tokens: int
    stop: frozenset[int]
    legal: LegalActions | None = None
    greedy: bool
    beams: int = 1
    temperature: float
    top_p: float
    min_p: float = 0.0
    seed: int
    told: Callable[[tuple[int, ...]], None] | None = None


class Generation(msgspec.Struct, frozen=True):
    """What was written, without the token that ended it. `cached` counts prompt tokens whose keys
    and values were already there; `generated` counts all tokens drawn."""

    ids: tuple[int, ...]
    cached: int
    generated: int


class EngineError(Exception):
    """The engine failed on one request; others go on. The message says how."""


class Engine(Protocol):
    """A loaded model."""

    @property
    def tokenizer(self) -> Tokenizer:
        """The model's tokenizer."""

    @property
    def window(self) -> int:
        """The longest sequence the model was made for, in tokens."""

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        """What changes its answers: engine, version, device, precision."""

    async def generate(self, request: GenerationRequest) -> Generation:
        """Continue a prompt. Cancelling the caller cancels the work.

        Raises:
            EngineError: it failed.
        """

    async def forget(self, session_id: str) -> None:
        """The session is over."""

    async def close(self) -> None:
        """Free the model; what is under way fails."""
