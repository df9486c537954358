"""What a policy is: something that looks at a session so far and a page, and decides.

Protocols and data only. The policies themselves live in `agent.policies`; whoever needs one by
name calls `agent.policies.load`.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import msgspec

from agent.sessions.session import Cost, Oracle, Session
from envs.actions import Action
from envs.observation import Observation


class PolicyError(Exception):
    """A policy could not decide. The message says what failed, where and what to do."""


class PolicyBroke(PolicyError):
    """A policy of somebody's own raised; the cause is what it raised."""


class PolicyChoiceError(PolicyError, ValueError):
    """What was asked for is no policy, or lacks what the user has to give: a file, a key."""


class RunOver(Exception):
    """Nothing may be decided any more in this run: it ends, not only a visit."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A policy's answer. `action` is None when what it wrote (`raw`) is not an action; `oracle`
    is known to synthetic shoppers only."""

    reasoning: str | None = None
    action: Action | None = None
    raw: str = ""
    cost: Cost = Cost()
    oracle: Oracle | None = None


class Policy(Protocol):
    """Decides for any number of sessions at once; a session belongs to one customer."""

    @property
    def name(self) -> str:
        """As given to ``--policy``."""

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        """Everything that changes its answers, recorded with each run and result."""

    async def decide(self, session: Session, observation: Observation) -> Decision:
        """One decision for the page seen now; `session.steps` is everything before it.

        Raises:
            PolicyError: it cannot answer, now or at all.
            RunOver: nobody is answered any more.
        """

    async def forget(self, session_id: str) -> None:
        """The session is over: free what was kept for it."""

    async def close(self) -> None:
        """Free the model or the connection. Further calls fail."""


@runtime_checkable
class ActsFirst(Protocol):
    """A policy that can draw an action without saying anything about it, and say it afterwards."""

    @property
    def acts_first(self) -> bool:
        """Whether it can: where what it says comes before the action, it cannot."""

    async def draw(self, session: Session, observation: Observation) -> Decision:
        """A decision without reasoning.

        Raises:
            PolicyError: as `Policy.decide`.
        """

    async def explain(
        self, session: Session, observation: Observation, decision: Decision
    ) -> Decision:
        """A drawn decision with its reasoning; the cost is that of both.

        Raises:
            PolicyError: as `Policy.decide`.
        """
