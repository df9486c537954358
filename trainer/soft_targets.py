"""What else might have been done at a step, as targets of the tokens of what was done.

Where a population is ours, the probability of every action is known. A logged action is one draw of
it; learning the probabilities instead takes the noise of the draw out of the labels. Along the
tokens of the logged action, each target is the distribution of the next token over all actions that
begin alike. Logs of people have no such thing, and are learned as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from agent.policies.synthetic import choices_at
from agent.prompts.context_window import PromptBuilder, TrainingSequence
from agent.sessions.session import Session


class SoftTarget(msgspec.Struct, frozen=True):
    """The token at `position` of a sequence could have been any of `tokens`, with these `shares`,
    which add up to 1."""

    position: int
    tokens: tuple[int, ...]
    shares: tuple[float, ...]


def soft_targets(
    session: Session, row: TrainingSequence, windows: PromptBuilder
) -> Iterator[SoftTarget]:
    """The targets of a sequence that are not certain, by position."""
    for k, place in row.actions.items():
        shares = choices_at(session, k)
        taken = windows.action_ids(session, k, session.steps[k].action)
        if shares is None or taken is None:
            continue
        written = [(windows.action_ids(session, k, action), p) for action, p in shares.items()]
        texts = [(ids, p) for ids, p in written if ids is not None]
        yield from _along(taken, texts, place.start, len(row.ids))


def _along(
    taken: tuple[int, ...], texts: list[tuple[tuple[int, ...], float]], start: int, end: int
) -> Iterator[SoftTarget]:
    """The targets along the tokens of the text that was written."""
    for depth, token in enumerate(taken):
        position = start + depth
        mass: defaultdict[int, float] = defaultdict(float)
        for ids, share in texts:
            mass[ids[depth]] += share
        total = sum(mass.values())
        if position >= end or not mass[token]:
            return
        if len(mass) > 1:
            shares = tuple(share / total for share in mass.values())
            yield SoftTarget(position, tuple(mass), shares)
        texts = [(ids, p) for ids, p in texts if ids[depth] == token and len(ids) > depth + 1]
