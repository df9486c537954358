"""The actions a customer can take, and their JSON.

Three as in the paper (arXiv 2503.20749, section 3), plus ``input`` (typing without submitting),
which OPeRA's logs contain.
"""

from __future__ import annotations

import msgspec


class ActionError(ValueError):
    """Text that is not one of the actions; the message names the field that is wrong."""


class Click(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="click"):
    """Click the element called `name`; on a select's option, choose it."""

    name: str


class TypeAndSubmit(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="type_and_submit"
):
    """Type `text` into the field called `name` and submit it."""

    name: str
    text: str


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="input"):
    """Type `text` into the field called `name` without submitting."""

    name: str
    text: str


class Terminate(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="terminate"
):
    """Close the window and leave."""


Action = Click | TypeAndSubmit | Input | Terminate
Typing = TypeAndSubmit | Input

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Action] = msgspec.json.Decoder(Action)


def action_type(action: Action) -> str:
    """The action's tag: ``click``, ``type_and_submit``, ``input`` or ``terminate``."""
    return str(type(action).__struct_config__.tag)


def action_name(action: Action) -> str | None:
    """The name acted on, or None for terminate."""
    return None if isinstance(action, Terminate) else action.name


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
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ActionError(f"not an action: {error}") from error
