"""What policies that change another policy share: everything they do not change is its own."""

from __future__ import annotations

from agent.policies.policy import Decision, Policy
from agent.sessions.session import Session
from envs.observation import Observation


class PolicyWrapper:
    """Does everything as `inner` does; a subclass overrides what it does differently."""

    def __init__(self, inner: Policy) -> None:
        self.inner = inner

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        return self.inner.settings

    async def decide(self, session: Session, observation: Observation) -> Decision:
        return await self.inner.decide(session, observation)

    async def forget(self, session_id: str) -> None:
        await self.inner.forget(session_id)

    async def close(self) -> None:
        await self.inner.close()


def innermost(policy: Policy) -> Policy:
    """The policy itself, out of however many wrappers."""
    while isinstance(policy, PolicyWrapper):
        policy = policy.inner
    return policy
