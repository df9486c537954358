"""Think-aloud examples: the voice that synthesised thoughts shall have, as a file to replace."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from envs.actions import ActionError, parse_action
from trainer.synthesis.errors import SynthesisError

OURS = Path(__file__).with_name("examples.toml")


class ReasoningExample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a page showed, in words; the action taken there, as JSON; what the customer said."""

    page: str
    action: str
    thought: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    example: tuple[ReasoningExample, ...]


def read_examples(path: Path = OURS) -> tuple[ReasoningExample, ...]:
    """The examples of a TOML file with ``[[example]]`` tables.

    Raises:
        SynthesisError: unreadable, no example in it, or one with a wrong field or action.
    """
    try:
        examples = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File).example
        for number, example in enumerate(examples):
            try:
                parse_action(example.action)
            except ActionError as error:
                raise SynthesisError(
                    f"{path}: {error} - at `$.example[{number}].action`"
                ) from error
    except OSError as error:
        raise SynthesisError(f"cannot read the examples {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeError) as error:
        raise SynthesisError(f"{path} is not a file of think-aloud examples: {error}") from error
    if not examples:
        raise SynthesisError(f"{path} holds no examples: write at least one")
    return examples
