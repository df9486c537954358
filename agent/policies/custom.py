"""Policies of the user's own: any object that can `decide`, with what else a policy needs.

`decide` may be a coroutine or a plain function; so may `forget` and `close`, which may be missing,
as may `name` and `settings`.
"""

from __future__ import annotations

import importlib
import inspect
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

from agent.policies.policy import (
    Decision,
    Policy,
    PolicyBroke,
    PolicyChoiceError,
    PolicyError,
    RunOver,
)
from agent.sessions.session import Session
from envs.actions import Action
from envs.observation import Observation

_ON_THE_WAY = (__file__.removesuffix(".py"), importlib.__file__, "<frozen importlib")
"""Beginnings of the files between here and somebody's code; `custom_loader` is one of them."""
Settings = dict[str, str | int | float | bool]
_CALLED_WITH = {
    "decide": ("session", "observation"),
    "forget": ("session_id",),
    "close": (),
    "logprobs": ("session", "observation", "reasoning", "actions"),
}
"""The methods a policy may have, and what they are called with; it must have the first."""
_PARTS = ("name", "settings", "decide", "forget", "close")


class Decider(Protocol):
    """The least that a policy of one's own has."""

    def decide(
        self, session: Session, observation: Observation, /
    ) -> Decision | Awaitable[Decision]:
        """One decision for the page seen now; `session.steps` is everything before it."""


def custom_policy(inner: object, name: str, settings: Settings | None = None) -> CustomPolicy:
    """An object that can decide as a `Policy`, called `name` unless it has a name of its own.
    `settings` are recorded beside its own.

    Raises:
        PolicyChoiceError: it is no policy; says which method or attribute is wrong.
    """
    try:
        wrong = _what_is_wrong(inner)
    except Exception as error:  # a property of somebody's class may do anything
        wrong = told(error)
    if wrong:
        raise PolicyChoiceError(f"{name} is not a policy: {wrong}")
    kind = ScoringCustomPolicy if hasattr(inner, "logprobs") else CustomPolicy
    return kind(inner, name, settings or {})


def as_policy(candidate: object) -> Policy:
    """`candidate` itself where it has all that a policy needs, else with what it lacks.

    Raises:
        PolicyChoiceError: as `custom_policy`.
    """
    if not isinstance(candidate, type) and all(hasattr(candidate, part) for part in _PARTS):
        return cast(Policy, candidate)
    kind = candidate if isinstance(candidate, type) else type(candidate)
    return custom_policy(candidate, f"{kind.__module__}:{kind.__qualname__}")


def given(policy: str | Decider) -> str | Policy:
    """A policy's name as it is, an object that can decide as a policy.

    Raises:
        PolicyChoiceError: as `custom_policy`.
    """
    return policy if isinstance(policy, str) else as_policy(policy)


class CustomPolicy:
    """A policy made of an object that can decide. Its mistakes are said with their place."""

    def __init__(self, inner: Any, name: str, settings: Settings) -> None:
        self.inner = inner
        self.name: str = getattr(inner, "name", name)
        self._settings = settings

    @property
    def settings(self) -> Settings:
        """What it says of itself, and its name."""
        return {"policy": self.name, **self._settings, **getattr(self.inner, "settings", {})}

    async def decide(self, session: Session, observation: Observation) -> Decision:
        """Its decision.

        Raises:
            PolicyError: it failed, says what and where, or it is not a decision.
        """
        decision = await self._call("decide", session, observation)
        if not isinstance(decision, Decision):
            raise PolicyError(
                f"{self.name}.decide returned {_short(decision)}, which is not a Decision"
            )
        if decision.action is not None and not isinstance(decision.action, Action):
            raise PolicyError(
                f"{self.name}.decide gave {_short(decision.action)}, which is not an action"
            )
        return decision

    async def forget(self, session_id: str) -> None:
        if hasattr(self.inner, "forget"):
            await self._call("forget", session_id)

    async def close(self) -> None:
        if hasattr(self.inner, "close"):
            await self._call("close")

    async def _call(self, method: str, *arguments: object) -> object:
        try:
            answer = getattr(self.inner, method)(*arguments)
            return await answer if inspect.isawaitable(answer) else answer
        except (PolicyError, RunOver):
            raise
        except Exception as error:
            raise PolicyBroke(f"{self.name}.{method} failed: {told(error)}") from error


class ScoringCustomPolicy(CustomPolicy):
    """One that can also say how probable it finds given actions."""

    async def logprobs(
        self,
        session: Session,
        observation: Observation,
        reasoning: str | None,
        actions: Sequence[Action],
    ) -> Sequence[float]:
        """The log-probability of each action, after `reasoning`.

        Raises:
            PolicyError: it failed; says what and where.
        """
        found = await self._call("logprobs", session, observation, reasoning, actions)
        return cast(Sequence[float], found)


def told(error: BaseException) -> str:
    """What went wrong in somebody's code and where: ``KeyError: 'x' (mine.py, line 12)``.

    The place is the deepest one in the file that was called from here.
    """
    lines = str(error).strip().splitlines()
    what = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    if isinstance(error, SyntaxError):  # says its place itself
        return what
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(_ON_THE_WAY)
    ]
    if not frames:
        return what
    deepest = [frame for frame in frames if frame.filename == frames[0].filename][-1]
    return f"{what} ({Path(deepest.filename).name}, line {deepest.lineno})"


def _what_is_wrong(policy: object) -> str | None:
    """What keeps `policy` from being used as one; None if nothing does."""
    if isinstance(policy, type):
        return f"it is a class; make one with {policy.__name__}()"
    if not hasattr(policy, "decide"):
        return "it has no method decide(session, observation)"
    for method, arguments in _CALLED_WITH.items():
        found = getattr(policy, method, None)
        if found is None and not hasattr(policy, method):
            continue
        call = f"{method}({', '.join(arguments)})"
        if not callable(found):
            return f"its {method} is {_short(found)} and not a method {call}"
        if not _takes(found, len(arguments)):
            return f"its {method} cannot be called as {call}"
    return _wrong_attribute(policy)


def _wrong_attribute(policy: object) -> str | None:
    name = getattr(policy, "name", "")
    if not isinstance(name, str):
        return f"its name is {_short(name)} and not a text"
    settings = getattr(policy, "settings", {})
    if callable(settings):
        return "its settings are a method; make it a property, or leave it out"
    if not isinstance(settings, Mapping) or not all(
        isinstance(key, str) and isinstance(value, str | int | float | bool)
        for key, value in settings.items()
    ):
        return f"its settings are {_short(settings)} and not texts, numbers or bools by name"
    return None


def _takes(method: Callable[..., object], arguments: int) -> bool:
    try:
        inspect.signature(method).bind(*range(arguments))
    except TypeError:
        return False
    except ValueError:  # a built-in function that does not tell
        return True
    return True


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
