"""The actions a customer can take, and their JSON.

Three as in the paper (arXiv 2503.20749, section 3), plus ``input`` (typing without submitting),
which OPeRA's logs contain, and those by which one looks further without pressing anything:
``scroll``, ``hover``, ``back`` and ``wait``. A policy is offered the paper's unless asked for all.

Who tells actions apart does it in a `match` that ends in `assert_never`: mypy then names every
place that a new kind concerns. `tests/envs/test_actions_everywhere.py` names the lists that mypy
cannot see.
"""

from __future__ import annotations

from typing import Literal, assert_never, get_args

import msgspec

ActionSet = Literal["paper", "full"]
"""What a policy is offered: the paper's three actions, or all."""
Direction = Literal["down", "up"]


class ActionError(ValueError):
    """What is not one of the actions, or cannot be taken; the message says why."""


class _OnElement(msgspec.Struct, frozen=True):
    """An action on the element called `name`. Made with an element instead, it takes its name."""

    name: str

    def __post_init__(self) -> None:
        """
        Raises:
            TypeError: neither a name nor an element.
        """
        if isinstance(self.name, str):
            return
        name = getattr(self.name, "name", None)
        if not isinstance(name, str):
            raise TypeError(
                f"{type(self).__name__} takes an element of the page or its name, not {self.name!r}"
            )
        msgspec.structs.force_setattr(self, "name", name)


class Click(_OnElement, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="click"):
    """Click the element called `name`; on a select's option, choose it."""


class TypeAndSubmit(
    _OnElement, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="type_and_submit"
):
    """Type `text` into the field called `name` and submit it."""

    text: str


class Input(_OnElement, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="input"):
    """Type `text` into the field called `name` without submitting."""

    text: str


class Terminate(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="terminate"
):
    """Close the window and leave."""


class Scroll(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="type",
    tag="scroll",
):
    """Scroll until the element called `name` is in the window, or by about a window's height in
    a `direction`. It has one of both; made with an element instead of a name, it takes its name.
    """

    name: str | None = None
    direction: Direction | None = None

    def __post_init__(self) -> None:
        """
        Raises:
            TypeError: the name is neither a name nor an element's.
            ValueError: neither or both of `name` and `direction`, or no such direction.
        """
        if self.name is not None and not isinstance(self.name, str):
            name = getattr(self.name, "name", None)
            if not isinstance(name, str):
                raise TypeError(f"Scroll takes an element or its name, not {self.name!r}")
            msgspec.structs.force_setattr(self, "name", name)
        if (self.name is None) == (self.direction is None):
            raise ValueError("a scroll takes a name, or a direction")
        if self.direction not in (None, *get_args(Direction)):
            raise ValueError(f"a scroll goes up or down, not {self.direction!r}")


class Hover(_OnElement, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="hover"):
    """Rest the pointer on the element called `name`; what opens by that stays open."""


class Back(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="back"):
    """Go back to the page before, as by the browser's button."""


class Wait(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="wait"):
    """Wait until something on the page changes, for some seconds at most."""


Typing = TypeAndSubmit | Input
ElementAction = Click | TypeAndSubmit | Input
"""What is done to an element of the page."""
Browsing = Scroll | Hover | Back | Wait
"""What is done without pressing anything: it looks further, and orders nothing."""
Action = ElementAction | Browsing | Terminate
ACTION_TYPES = tuple(str(kind.__struct_config__.tag) for kind in get_args(Action))
"""The tags of all actions."""

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Action] = msgspec.json.Decoder(Action)


def action_type(action: Action) -> str:
    """The action's tag: ``click``, ``type_and_submit``, ``scroll`` and so on."""
    return str(type(action).__struct_config__.tag)


def action_name(action: Action) -> str | None:
    """The name acted on, or None where there is none."""
    match action:
        case Click(name) | TypeAndSubmit(name) | Input(name) | Hover(name) | Scroll(name):
            return name
        case Back() | Wait() | Terminate():
            return None
        case _:
            assert_never(action)


def action_text(action: Action) -> str | None:
    """The text typed, or None where nothing is typed."""
    match action:
        case TypeAndSubmit(_, text) | Input(_, text):
            return text
        case Click() | Scroll() | Hover() | Back() | Wait() | Terminate():
            return None
        case _:
            assert_never(action)


def encode_action(action: Action) -> str:
    """Compact JSON with ``type`` first: the exact text a policy is trained to write."""
    return _encoder.encode(action).decode()


def parse_action(text: str | bytes) -> Action:
    """Read one action from JSON.

    Raises:
        ActionError: not JSON, an unknown type, or a missing, surplus or mistyped field.
    """
    try:
        return _decoder.decode(text)
    except RecursionError:
        raise ActionError("not an action: it is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ActionError(f"not an action: {error}") from error
