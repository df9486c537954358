"""A policy that is asked several times and does what it said most often.

Drawn decisions show what a policy finds likely; the likeliest words of each step, which greedy
writing takes, may belong to an action that it finds unlikely.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from agent.policies.policy import ActsFirst, Decision, Policy
from agent.sessions.session import Cost, Session
from envs.actions import encode_action
from envs.observation import Observation


class Voting:
    """Decides like most of `votes` decisions of `policy`, which has to draw them."""

    def __init__(self, policy: Policy, votes: int) -> None:
        self._policy = policy
        self._votes = votes

    @property
    def name(self) -> str:
        return self._policy.name

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        return {**self._policy.settings, "votes": self._votes}

    async def decide(self, session: Session, observation: Observation) -> Decision:
        """The first of the decisions that were taken most often; what all of them cost."""
        policy = self._policy
        if not (isinstance(policy, ActsFirst) and policy.acts_first):
            return most_voted(await self._drawn(policy.decide, session, observation))
        won = most_voted(await self._drawn(policy.draw, session, observation))
        return await policy.explain(session, observation, won)

    async def _drawn(
        self,
        draw: Callable[[Session, Observation], Awaitable[Decision]],
        session: Session,
        observation: Observation,
    ) -> list[Decision]:
        """All decisions. The others wait for the first, after which the engine knows the prompt."""
        first = await draw(session, observation)
        others = (draw(session, observation) for _ in range(self._votes - 1))
        return [first, *await asyncio.gather(*others)]

    async def forget(self, session_id: str) -> None:
        await self._policy.forget(session_id)

    async def close(self) -> None:
        await self._policy.close()


def most_voted(drawn: Sequence[Decision]) -> Decision:
    """The first decision for the action that most of `drawn`, at least one, are for; of equally
    many the one that was drawn first. What is no action has no vote unless nothing is one."""
    said = [encode_action(one.action) for one in drawn if one.action is not None]
    cost = Cost()
    for one in drawn:
        cost = cost.plus(one.cost)
    if not said:
        return msgspec.structs.replace(drawn[0], cost=cost)
    winner = Counter(said).most_common(1)[0][0]  # of equals the first that was counted
    first = next(d for d in drawn if d.action is not None and encode_action(d.action) == winner)
    return msgspec.structs.replace(first, cost=cost)
