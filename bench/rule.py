"""The simple rule as a policy of its own, so that others can be compared with it step by step.

shopper bench DATA --policy bench.rule:Rule --persona --intent --out runs/rule
shopper compare runs/rule runs/lines
"""

from __future__ import annotations

from agent.policies.policy import Decision
from agent.sessions.session import Session
from envs.observation import Observation
from eval.benchmark.rule import rule


class Rule:
    """Decides as `eval.benchmark.rule` does, without a word about it."""

    name = "a simple rule"

    def decide(self, session: Session, observation: Observation) -> Decision:
        return Decision(action=rule(session, observation))
