"""The next token: which may follow, and which one is taken.

Knows logits and grammars, not models.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from llguidance import LLMatcher, LLTokenizer

from agent.policies.local.engine import GenerationRequest
from agent.prompts.grammar import LegalActions, grammar
from agent.prompts.tokenizer import FastTokenizer


class Masks:
    """Compiles grammars for one vocabulary."""

    def __init__(self, tokenizer: FastTokenizer) -> None:
        self._eos = tokenizer.eos_id
        self._tokenizer = LLTokenizer(tokenizer.vocabulary, eos_token=tokenizer.eos_id)

    def matcher(self, legal: LegalActions) -> Matcher:
        """
        Raises:
            RuntimeError: the names of the page do not make a grammar.
        """
        matcher = LLMatcher(self._tokenizer, grammar(legal, "llguidance"))
        if matcher.is_error():
            raise RuntimeError(f"the grammar of the page is wrong: {matcher.get_error()}")
        return Matcher(matcher, self._eos)


class Matcher:
    """Where one answer stands in its grammar."""

    def __init__(self, matcher: Any, eos: int) -> None:
        self._matcher = matcher
        self._eos = eos

    def masked(self, logits: torch.Tensor) -> torch.Tensor:
        """The logits with every token that cannot follow at minus infinity."""
        if self._matcher.is_stopped():
            only = torch.full_like(logits, -torch.inf)
            only[self._eos] = 0.0
            return only
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        allowed = np.unpackbits(bits, bitorder="little")[: len(logits)].astype(bool)
        mask = torch.zeros(len(logits), dtype=torch.bool)
        mask[: len(allowed)] = torch.from_numpy(allowed)
        return logits.masked_fill(~mask, -torch.inf)

    def take(self, token: int) -> None:
        self._matcher.consume_token(token)


def sample(logits: torch.Tensor, request: GenerationRequest, generator: torch.Generator) -> int:
    """One token: the likeliest, or drawn from those that are at least `min_p` times as likely as
    it, and of these from the likeliest that together hold `top_p`.

    Args:
        logits: float32 on the CPU, shape (vocabulary,).
    """
    if request.greedy:
        return int(logits.argmax())
    shares = torch.softmax(logits / max(request.temperature, 1e-4), dim=-1)
    if request.min_p:
        shares = torch.where(shares < request.min_p * shares.max(), 0.0, shares)
        shares = shares / shares.sum()
    ordered, ids = shares.sort(descending=True)
    ordered[ordered.cumsum(0) - ordered >= request.top_p] = 0.0
    return int(ids[torch.multinomial(ordered, 1, generator=generator)])
