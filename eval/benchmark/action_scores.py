"""How probable a policy finds each action, after its own reasoning: for policies that can say.

Candidates are a click on every element, leaving, and the true action where that types a text. The
logged reasoning is never shown: it was written knowing the action.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import msgspec
import numpy as np

from agent.sessions.session import Session
from envs.actions import Action, Click, Terminate, Typing
from envs.observation import Observation
from eval.benchmark.predictions import Prediction
from eval.benchmark.targets import Question


@runtime_checkable
class ActionScorer(Protocol):
    """A policy that can also say how probable it finds given actions."""

    async def logprobs(
        self,
        session: Session,
        observation: Observation,
        reasoning: str | None,
        actions: Sequence[Action],
    ) -> Sequence[float]:
        """The log-probability of each action's text, after `reasoning` (the policy's own).

        Raises:
            PolicyError: it cannot answer.
        """


def candidates(page: Observation, truth: Action) -> list[Action]:
    """What is scored on a page, the true action included if it is legal there."""
    found: list[Action] = [Click(element.name) for element in page.names]
    found.append(Terminate())
    if isinstance(truth, Typing) and page.illegal(truth) is None:
        found.append(truth)
    return found


def with_action_scores(
    row: Prediction, question: Question, actions: Sequence[Action], logprobs: Sequence[float]
) -> Prediction:
    """`row` with the true action's log-probability and rank, and at a last step the probability of
    buying: that of the clicks on elements of kind buy, out of all candidates.

    A true action that is not on the page keeps neither: it cannot be ranked there. Where the log
    does not say what elements are for, the probability of buying is not known.
    """
    logs = np.asarray(logprobs, dtype=float)
    fields: dict[str, float | int] = {}
    if row.truth in actions:
        own = float(logs[list(actions).index(row.truth)])
        fields["truth_logprob"] = own
        fields["truth_rank"] = int(np.sum(logs > own)) + 1
    if row.last and question.kinds_known:
        shares = np.exp(logs - logs.max())
        buys = [
            isinstance(action, Click) and question.page.by_name[action.name].kind == "buy"
            for action in actions
        ]
        fields["p_buy"] = float(shares[buys].sum() / shares.sum())
    return msgspec.structs.replace(row, **fields)
