"""A policy that may only spend so much: tokens, or money at prices the user states.

Counts what the policy below says its decisions cost.
"""

from __future__ import annotations

import msgspec

from agent.policies.policy import Decision, Policy, RunOver
from agent.policies.price import Price, dollars
from agent.policies.wrapper import PolicyWrapper
from agent.sessions.session import Session
from envs.observation import Observation


class BudgetSpent(RunOver):
    """What may be spent is spent; the run stops, and can go on with `--resume`."""


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What may be spent in one go; None is no bound. `cost` is in dollars and needs a `price`."""

    tokens: int | None = None
    cost: float | None = None
    price: Price | None = None


class Budgeted(PolicyWrapper):
    """Decides as `inner` does, until the budget is spent.

    Decisions that are under way when it is reached are still made, so that it may be exceeded by
    as many as there are customers at once.
    """

    def __init__(self, inner: Policy, budget: Budget) -> None:
        super().__init__(inner)
        self.tokens = 0
        self.cost = 0.0
        self._budget = budget

    async def decide(self, session: Session, observation: Observation) -> Decision:
        """As `inner`.

        Raises:
            BudgetSpent: the budget is reached.
        """
        self._check()
        decision = await self.inner.decide(session, observation)
        self.tokens += decision.cost.prompt_tokens + decision.cost.generated_tokens
        if self._budget.price is not None:
            self.cost += dollars(decision.cost, self._budget.price)
        return decision

    def _check(self) -> None:
        tokens, cost = self._budget.tokens, self._budget.cost
        if tokens is not None and self.tokens >= tokens:
            raise BudgetSpent(
                f"the budget of {tokens:,} tokens is spent ({self.tokens:,} were used)"
            )
        if cost is not None and self.cost >= cost:
            raise BudgetSpent(f"the budget of ${cost:,.2f} is spent (${self.cost:,.2f} were used)")
