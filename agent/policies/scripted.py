"""A policy that plays a script: for tests, load, and reproducing one visit exactly.

Names may be patterns, so a script survives a changed catalogue. Keeps nothing between calls: where
a session stands in its script follows from the steps it has taken. See `agent.policies.script_file`
for the file.
"""

from __future__ import annotations

import random
from fnmatch import fnmatchcase
from pathlib import Path

from agent.policies.closest_names import closest_names
from agent.policies.options import Options
from agent.policies.policy import Decision, PolicyError
from agent.policies.script_file import Script, ScriptStep, Track, read_script
from agent.sessions.session import Session
from envs.actions import (
    Action,
    Back,
    Click,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Wait,
    action_name,
    action_text,
    action_type,
)
from envs.observation import TEXT_ROLES, Observation

_OUT_OF_SCRIPT = "I have done everything I came for, so I leave."


async def load_scripted(file: str, options: Options) -> ScriptedPolicy:
    """The policy ``scripted:FILE``.

    Raises:
        PolicyChoiceError: the file cannot be read or is not a script.
    """
    return ScriptedPolicy.read(Path(file))


class ScriptedPolicy:
    """Plays one script for any number of customers."""

    def __init__(self, name: str, script: Script) -> None:
        self.name = name
        self._script = script

    @classmethod
    def read(cls, path: Path) -> ScriptedPolicy:
        """The policy of a script's file.

        Raises:
            PolicyChoiceError: the file cannot be read or is not a script.
        """
        return cls(f"scripted:{path}", read_script(path))

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        return {"policy": self.name, "steps": len(self._script.steps)}

    async def decide(self, session: Session, observation: Observation) -> Decision:
        track = self._script.track(session.user_id, session.session_id)
        start = _position(track, session)
        for position in range(start, start + len(track.steps)):
            if (step := track.at(position)) is None:
                break
            matches = matching_names(step, observation)
            if matches or not step.names:
                seed = f"{session.seed}/{session.session_id}/{position}"
                return Decision(reasoning=step.reasoning, action=action_of(step, matches, seed))
            if not step.optional:
                raise PolicyError(no_match(self.name, position, step, observation))
        return Decision(reasoning=_OUT_OF_SCRIPT, action=Terminate())

    async def forget(self, session_id: str) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """Nothing is open."""


def matching_names(step: ScriptStep, observation: Observation) -> list[str]:
    """The names on the page that `step` may mean, in document order."""
    return [
        element.name
        for element in observation.names
        if fnmatchcase(element.name, step.name or "")
        and (not step.types or element.role in TEXT_ROLES)
    ]


def _position(track: Track, session: Session) -> int:
    """How far into the track the session's steps have brought it.

    Optional steps leave no trace when passed over, so they are recognised by what was done: an
    optional entry counts as taken only when the action taken is one it describes.
    """
    position = 0
    for taken in session.steps:
        for _ in track.steps:
            step = track.at(position)
            position += 1
            if step is None or not step.optional or _describes(step, taken.action):
                break
    return position


def _describes(step: ScriptStep, action: Action) -> bool:
    name = action_name(action)
    return (
        step.type == action_type(action)
        and (name is None or fnmatchcase(name, step.name or ""))
        and action_text(action) == step.text
        and getattr(action, "direction", None) == step.direction
    )


def action_of(step: ScriptStep, matches: list[str], seed: str) -> Action:
    """The action that `step` means where these names match; `seed` is of a random pick."""
    if not step.names:
        return _nameless(step)
    name = _pick(step, matches, seed)
    if step.type == "click":
        return Click(name)
    if step.type == "hover":
        return Hover(name)
    if step.type == "scroll":
        return Scroll(name)
    typing = TypeAndSubmit if step.type == "type_and_submit" else Input
    return typing(name, step.text or "")


def _nameless(step: ScriptStep) -> Action:
    if step.type == "scroll":
        return Scroll(direction=step.direction)
    if step.type == "back":
        return Back()
    return Wait() if step.type == "wait" else Terminate()


def _pick(step: ScriptStep, matches: list[str], seed: str) -> str:
    if step.pick == "random":
        return random.Random(seed).choice(matches)
    if step.pick == "last":
        return matches[-1]
    return matches[min(step.pick, len(matches) - 1) if isinstance(step.pick, int) else 0]


def no_match(policy: str, position: int, step: ScriptStep, observation: Observation) -> str:
    """Why nothing on the page is what the step at `position` means, and what comes closest."""
    candidates = [e.name for e in observation.names if not step.types or e.role in TEXT_ROLES]
    what = "text field" if step.types else "element"
    close = closest_names(step.name or "", candidates)
    hint = f"the closest are {', '.join(close)}" if close else f"the page has no {what} at all"
    return (
        f"{policy}: step {position + 1} ({step.type}): no {what} matches {step.name!r} "
        f"on {observation.url}; {hint}. Change the script's name pattern or mark it optional."
    )
