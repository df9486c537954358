"""Synthetic shoppers as a policy: ``--policy synthetic``, or ``roaming``, who look
further in other ways than scrolling, too.

Looks at nothing but the session and the observation, as any policy. Who the shopper is comes from
the persona (its traits, or for want of them its id) and what they want from the intent. Keeps
nothing between calls: the same session and page give the same decision, at any concurrency.
"""

from __future__ import annotations

from functools import lru_cache
from random import Random

import msgspec

from agent.policies.options import Options
from agent.policies.policy import Decision, PolicyChoiceError
from agent.sessions.logged_page import observation_of
from agent.sessions.paper_actions import without_browsing
from agent.sessions.session import Oracle, Persona, Session
from agent.shoppers import (
    History,
    ShoppingGoal,
    User,
    decide,
    most_likely,
    population,
    read_goal,
    read_page,
    sample,
)
from agent.shoppers.history import Act
from agent.shoppers.looking import SAYS, looks_further
from agent.shoppers.parameters import DEFAULT, Parameters
from agent.shoppers.reasons import say
from agent.shoppers.roaming import roams, waits
from envs.actions import Action, ActionSet, Browsing, encode_action
from envs.observation import Observation

_TRAITS = ("price_sensitivity", "patience", "typing", "care", "means")
_SAME = 1e-5
"""How far the probability of the likeliest action may be from the logged one, which is rounded."""
_ANY_INTENT = "Just looking for ideas, perhaps a coffee mug."


async def load_synthetic(spec: str, options: Options) -> SyntheticPolicy:
    """The policy ``synthetic``."""
    return SyntheticPolicy(actions=options.prompt.actions)


async def load_roaming(spec: str, options: Options) -> SyntheticPolicy:
    """The policy ``roaming``.

    Raises:
        PolicyChoiceError: it is offered the paper's actions only.
    """
    if options.prompt.actions != "full":
        raise PolicyChoiceError(
            f"{spec}: its shoppers go back, point at things and wait, which takes --actions full; "
            "add it, or take --policy synthetic"
        )
    return SyntheticPolicy(actions="full", roams=True)


class SyntheticPolicy:
    """Decides for any number of synthetic shoppers. Without `reasoning` it gives no reasons. With
    the ``full`` actions they scroll down pages as people do before they act, and then do what they
    would have done without. Those that roam also go back to lists, rest the pointer and wait."""

    def __init__(
        self,
        reasoning: bool = True,
        parameters: Parameters = DEFAULT,
        actions: ActionSet = "paper",
        roams: bool = False,
    ) -> None:
        self.name = "roaming" if roams else "synthetic"
        self._actions = actions
        self.roams = roams
        self._reasoning = reasoning
        self._parameters = parameters

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        return {
            "policy": self.name,
            "reasoning": self._reasoning,
            **({"actions": self._actions} if self._actions != "paper" else {}),
            **msgspec.structs.asdict(self._parameters),
        }

    async def decide(self, session: Session, observation: Observation) -> Decision:
        """The next action, drawn from a distribution that depends on what can be seen, and why;
        `oracle` holds the true probability of the most likely action."""
        looked = session
        session = without_browsing(session)
        seed = f"{session.seed}/{session.session_id}/{len(session.steps)}"
        if self._actions == "full":
            rng = Random(f"{seed}/{len(looked.steps)}")
            if (scroll := looks_further(looked, observation, rng)) is not None:
                return self._looks(scroll, SAYS)
        user, want = shopper_of(session)
        page = read_page(observation)
        if self.roams and (look := waits(looked, observation, page)) is not None:
            return self._looks(*look)
        choices = decide(user, want, _history(session), page, self._parameters)
        choice = sample(choices, Random(seed))
        if self.roams:
            rng = Random(f"{seed}/{len(looked.steps)}/roams")
            if (look := roams(looked, page, choice, rng)) is not None:
                return self._looks(*look)
        return Decision(
            reasoning=say(choice, want) if self._reasoning else None,
            action=choice.action,
            raw=encode_action(choice.action),
            oracle=Oracle(p_max=round(most_likely(choices), 6)),
        )

    def _looks(self, action: Browsing, says: str) -> Decision:
        said = says if self._reasoning else None
        return Decision(reasoning=said, action=action, raw=encode_action(action))

    async def forget(self, session_id: str) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """Nothing is open."""


def choices_at(session: Session, k: int) -> dict[Action, float] | None:
    """What a synthetic shopper might have done at step `k`, with its probability; None where that
    is not known: the session is of somebody else, or was made by another model of a shopper."""
    step = session.steps[k]
    if step.oracle is None:
        return None
    before = without_browsing(msgspec.structs.replace(session, steps=session.steps[:k]))
    user, want = shopper_of(before)
    choices = decide(user, want, _history(before), read_page(observation_of(step)))
    if abs(most_likely(choices) - step.oracle.p_max) > _SAME:
        return None
    shares: dict[Action, float] = {}
    for choice in choices:
        shares[choice.action] = shares.get(choice.action, 0.0) + choice.probability
    return shares if step.action in shares else None


def shopper_of(session: Session) -> tuple[User, ShoppingGoal]:
    """Who shops in this session, and for what."""
    persona = session.persona or Persona(id=session.user_id, text="")
    return _user(persona.id, msgspec.json.encode(persona.traits)), read_goal(
        session.intent or _ANY_INTENT
    )


def persona_of(user: User) -> Persona:
    """A synthetic user as a persona; `shopper_of` finds the user again in its traits."""
    traits: dict[str, str | int | float | bool] = {t: getattr(user, t) for t in _TRAITS}
    return Persona(
        id=user.id,
        text=user.text,
        age=user.age,
        gender=user.gender,
        traits={**traits, "style": user.style},
    )


@lru_cache(maxsize=4096)
def _user(persona_id: str, traits: bytes) -> User:
    """The user that a persona stands for: someone drawn by its id, with the traits it states."""
    drawn = next(population(Random(persona_id).getrandbits(32)))
    stated = msgspec.json.decode(traits, type=dict[str, str | float | bool])
    numbers = {
        name: min(1.0, max(0.0, float(value)))
        for name, value in stated.items()
        if name in _TRAITS and isinstance(value, int | float)
    }
    style = stated.get("style")
    changes: dict[str, object] = {**numbers, "id": persona_id}
    if style in ("terse", "plain", "wordy"):
        changes["style"] = style
    return msgspec.structs.replace(drawn, **changes)


def _history(session: Session) -> History:
    return History(tuple(Act(step.action, step.kind) for step in session.steps))
