"""``shopper.json``: what a model or adapter trained on sessions must be shown to act as trained.

Written by the trainer beside the weights, read by whoever loads them.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.atomic_write import write_json
from agent.models.embedded import ModelError
from agent.prompts.prompt import PromptSettings

FILE = "shopper.json"


class Trained(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`base` is the model it was trained from, as named in the configuration; `prompt` what it
    was shown while it learned; `kind` what the folder holds."""

    base: str
    kind: str
    prompt: PromptSettings


def read_trained(folder: Path) -> Trained | None:
    """What the folder says about its training; None for a model that was not trained by us.

    Raises:
        ModelError: the file is there and wrong.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Trained)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"{path} is not what the trainer writes: {error}") from error


def write_trained(folder: Path, trained: Trained) -> None:
    write_json(folder / FILE, trained)
