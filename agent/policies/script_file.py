"""The script file of the scripted policy: which actions, for whom, how often.

Reads JSON, JSON Lines or TOML into plain data and says which entry is wrong. Knows nothing of
pages: what a name pattern matches is `agent.policies.scripted`'s business.

A script is a list of steps. As JSON either the bare list or an object::

    {"repeat": 3,
     "steps": [{"type": "type_and_submit", "name": "*search*", "text": "mug"},
               {"type": "click", "name": "search_results.*.view_product", "pick": "random"},
               {"type": "click", "name": "*.accept_cookies", "optional": true},
               {"type": "terminate", "reasoning": "Nothing here for me."}],
     "customers": {"c-000[12]": {"steps": [{"type": "terminate"}]}}}

The same keys in TOML (``[[steps]]`` tables, ``[customers."c-1"]``); in JSON Lines one step a line.
"""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from agent.parsing import from_json, from_toml, no_deeper
from agent.policies.policy import PolicyChoiceError
from envs.actions import Direction

Read = TypeVar("Read", bound=msgspec.Struct)

Pick = Literal["first", "last", "random"] | Annotated[int, msgspec.Meta(ge=0)]


class ScriptStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One action to take.

    `name` is a shell pattern (``*`` also spans dots). `pick` says which match is meant when there
    are several: the ``first`` on the page, the ``last``, a ``random`` one (seeded by the session)
    or the one at an index. A scroll has a `direction` instead of a name. An `optional`
    step is passed over when nothing matches.
    """

    type: Literal[
        "click", "type_and_submit", "input", "scroll", "hover", "back", "wait", "terminate"
    ]
    name: str | None = None
    text: str | None = None
    reasoning: str | None = None
    pick: Pick = "first"
    optional: bool = False
    direction: Direction | None = None

    def __post_init__(self) -> None:
        if self.type == "scroll" and (not self.name) == (self.direction is None):
            raise ValueError("a scroll step needs a `name` or a `direction`")
        if self.type != "scroll" and self.direction is not None:
            raise ValueError(f"a {self.type} step takes no `direction`")
        if self.names and not self.name:
            raise ValueError(f"a {self.type} step needs a `name`")
        if self.types and self.text is None:
            raise ValueError(f"a {self.type} step needs a `text`")
        if not self.types and self.text is not None:
            raise ValueError(f"a {self.type} step takes no `text`")

    @property
    def names(self) -> bool:
        """Whether the step acts on an element of the page."""
        return self.type not in ("back", "wait", "terminate") and self.direction is None

    @property
    def types(self) -> bool:
        """Whether the step types text."""
        return self.type in ("type_and_submit", "input")


class Track(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Steps in order. `repeat` plays them so many times, or for ever when true; after the last
    step the customer leaves."""

    steps: tuple[ScriptStep, ...]
    repeat: bool | Annotated[int, msgspec.Meta(ge=1)] = 1

    def at(self, position: int) -> ScriptStep | None:
        """The step at `position`, counted through the repetitions; None after the last."""
        rounds = 1 if self.repeat is False else self.repeat
        if not self.steps or (rounds is not True and position >= rounds * len(self.steps)):
            return None
        return self.steps[position % len(self.steps)]


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A track for everybody and tracks of their own for some `customers`, by a shell pattern of
    their user id or session id; the first pattern that matches counts."""

    steps: tuple[ScriptStep, ...] = ()
    repeat: bool | Annotated[int, msgspec.Meta(ge=1)] = 1
    customers: dict[str, Track] = {}

    def track(self, *ids: str) -> Track:
        for pattern, track in self.customers.items():
            if any(fnmatchcase(one, pattern) for one in ids):
                return track
        return Track(self.steps, self.repeat)


def read_script(path: Path) -> Script:
    """Read a script file; the ending (.json, .jsonl, .toml) says which form it has.

    Raises:
        PolicyChoiceError: with file, place and what is wrong there.
    """
    script = _read(path, Script)
    if not script.steps and not script.customers:
        raise PolicyChoiceError(
            f"{path} has no steps: write at least one, e.g. {{'type': 'terminate'}}"
        )
    return script


class LoginSteps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A script that logs in: its steps in order, on the page at `url` if it names one."""

    steps: Annotated[tuple[ScriptStep, ...], msgspec.Meta(min_length=1)]
    url: str = ""


def read_login_steps(path: Path) -> LoginSteps:
    """Read a script that logs in, in the same forms.

    Raises:
        PolicyChoiceError: with file, place and what is wrong there.
    """
    return _read(path, LoginSteps)


def _read(path: Path, kind: type[Read]) -> Read:
    try:
        raw = _load(path)
        with no_deeper():
            return msgspec.convert(raw, kind)
    except OSError as error:
        raise PolicyChoiceError(f"cannot read the script {path}: {error.strerror}") from error
    except (msgspec.DecodeError, tomllib.TOMLDecodeError, UnicodeError) as error:
        raise PolicyChoiceError(f"{path} is not a script: {error}") from error


def _load(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    if path.suffix == ".toml":
        return from_toml(data.decode())
    if path.suffix == ".jsonl":
        return {"steps": from_json(b"[" + b",".join(_lines(data)) + b"]")}
    loaded = from_json(data)
    if not isinstance(loaded, dict | list):
        raise msgspec.DecodeError("expected an object or an array")
    return {"steps": loaded} if isinstance(loaded, list) else loaded


def _lines(data: bytes) -> list[bytes]:
    lines = [line for line in data.splitlines() if line.strip()]
    for number, line in enumerate(lines, 1):
        try:
            from_json(line)
        except msgspec.DecodeError as error:
            raise msgspec.DecodeError(f"line {number}: {error}") from error
    return lines
