"""What a synthesis would cost, and what one has cost.

Tokens are estimated from bytes before, and counted by the service after. Prices are the user's:
they change.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from agent.policies.price import Price, dollars
from agent.sessions.session import Cost, Session
from trainer.synthesis.acceptance import Judge, needs_trace
from trainer.synthesis.prompt import request_tokens
from trainer.synthesis.store import Usage

ANSWER_TOKENS = 60
CACHED_SHARE = 0.1
"""What a token read from the prompt cache costs, of one that is not, where no price is given."""
BATCH_SHARE = 0.5
"""What a token in a message batch costs, of one that is not."""


class SynthesisEstimate(msgspec.Struct, frozen=True, kw_only=True):
    """`shared_tokens` of the prompt tokens were also in the question about the step before."""

    steps: int = 0
    in_store: int = 0
    repeated: int = 0
    questions: int = 0
    prompt_tokens: int = 0
    shared_tokens: int = 0
    answer_tokens: int = 0


def estimate(sessions: Iterator[Session], judge: Judge, *, overwrite: bool) -> SynthesisEstimate:
    """Count the questions that would be asked, rejected answers not included."""
    seen: set[str] = set()
    steps = in_store = repeated = prompt = shared = 0
    for session in sessions:
        for index, step in enumerate(session.steps):
            if not needs_trace(step, overwrite=overwrite):
                continue
            steps += 1
            key, request = judge.question(session, index)
            if judge.store.get(key) is not None:
                in_store += 1
            elif key in seen:
                repeated += 1
            else:
                seen.add(key)
                tokens, old = request_tokens(request)
                prompt, shared = prompt + tokens, shared + (old if index else 0)
    return SynthesisEstimate(
        steps=steps,
        in_store=in_store,
        repeated=repeated,
        questions=len(seen),
        prompt_tokens=prompt,
        shared_tokens=shared,
        answer_tokens=ANSWER_TOKENS * len(seen),
    )


def as_usage(estimated: SynthesisEstimate, *, batch: bool) -> Usage:
    """The estimate as usage: batches run side by side, so their cache hits are not counted on."""
    return Usage(
        asked=estimated.questions,
        prompt_tokens=estimated.prompt_tokens,
        cached_tokens=0 if batch else estimated.shared_tokens,
        generated_tokens=estimated.answer_tokens,
    )


def cost_of(usage: Usage, price: Price, *, batch: bool) -> float:
    """What the tokens cost, in dollars."""
    tokens = Cost(
        prompt_tokens=usage.prompt_tokens,
        cached_tokens=usage.cached_tokens,
        generated_tokens=usage.generated_tokens,
    )
    return dollars(tokens, price) * (BATCH_SHARE if batch else 1.0)
