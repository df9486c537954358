"""The actions a customer can take, and their JSON.

Three as in the paper (arXiv 2503.20749, section 3), plus ``input`` (typing without submitting),
which OPeRA's logs contain.

Who tells actions apart does it in a `match` that ends in `assert_never`: mypy then names every
place that a new kind concerns. `tests/envs/test_actions_everywhere.py` names the lists that mypy
cannot see.
"""

from __future__ import annotations

from typing import assert_never, get_args

import msgspec


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


Typing = TypeAndSubmit | Input
ElementAction = Click | TypeAndSubmit | Input
"""What is done to an element of the page."""
Action = ElementAction | Terminate
ACTION_TYPES = tuple(str(kind.__struct_config__.tag) for kind in get_args(Action))
"""The tags of all actions."""

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Action] = msgspec.json.Decoder(Action)


def action_type(action: Action) -> str:
    """The action's tag: ``click``, ``type_and_submit``, ``input`` or ``terminate``."""
    return str(type(action).__struct_config__.tag)


def action_name(action: Action) -> str | None:
    """The name acted on, or None for terminate."""
    match action:
        case Click(name) | TypeAndSubmit(name) | Input(name):
            return name
        case Terminate():
            return None
        case _:
            assert_never(action)


def action_text(action: Action) -> str | None:
    """The text typed, or None where nothing is typed."""
    match action:
        case TypeAndSubmit(_, text) | Input(_, text):
            return text
        case Click() | Terminate():
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
