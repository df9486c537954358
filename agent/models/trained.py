"""``shopper.json``: what a model or adapter trained on sessions must be shown to act as trained.

Written by the trainer beside the weights, read by whoever loads them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import msgspec

from agent.atomic_write import write_json
from agent.models.embedded import ModelError
from agent.prompts.lines import VERSION as LINES_VERSION
from agent.prompts.prompt import AnswerOrder, PromptSettings

FILE = "shopper.json"
ANSWERS = get_args(AnswerOrder)
"""What an answer can begin with; the first where nothing is said."""
FORMS = {"html": "1", "lines": LINES_VERSION}
"""The forms of a page that a model can have been trained on, and which of each is written now."""


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
        data = path.read_bytes()
        _check_form(path, data)
        return msgspec.json.decode(data, type=Trained)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"{path} is not what the trainer writes: {error}") from error


def check_rendering(asked: PromptSettings, trained: Trained) -> None:
    """See that nobody wants a model to read pages in another form than it learned from, or to begin
    its answers with something else. Pages as HTML, and reasoning first, are what is asked for where
    nothing is.

    Raises:
        ModelError: somebody does.
    """
    if asked.page != "html" and asked.page != trained.prompt.page:
        raise ModelError(
            f"it was trained on pages as {trained.prompt.page} and cannot read them as "
            f"{asked.page}: leave the form of a page to it, or train it with "
            f'data.page = "{asked.page}"'
        )
    if asked.answer not in (ANSWERS[0], trained.prompt.answer):
        raise ModelError(
            f"it was trained to answer {trained.prompt.answer} and cannot {asked.answer}: leave "
            f'the form of an answer to it, or train it with data.answer = "{asked.answer}"'
        )


def check_actions(asked: PromptSettings, trained: Trained) -> None:
    """See that nobody wants a model to take actions that it has not learned. The paper's are what
    is asked for where nothing is.

    Raises:
        ModelError: somebody does.
    """
    if asked.actions != "paper" and asked.actions != trained.prompt.actions:
        raise ModelError(
            f"it was trained on the {trained.prompt.actions} actions and takes no others: leave "
            f'out --actions, or train it with data.actions = "{asked.actions}"'
        )


def _check_form(path: Path, data: bytes) -> None:
    """
    Raises:
        ModelError: it was trained on pages in a form that this version does not write.
        msgspec.DecodeError: it is no JSON object.
    """
    prompt = msgspec.json.decode(data, type=dict[str, Any]).get("prompt")
    form = prompt if isinstance(prompt, dict) else {}
    answer = form.get("answer", ANSWERS[0])
    if answer not in ANSWERS:
        raise ModelError(
            f"{path}: it was trained to answer {answer}, and this version of Shopper asks for "
            f"{' or '.join(ANSWERS)}: take the version that it was trained with"
        )
    page, version = form.get("page", "html"), form.get("page_version", "1")
    if FORMS.get(page) != version:
        known = " or ".join(f"{name} (form {number})" for name, number in FORMS.items())
        raise ModelError(
            f"{path}: it was trained on pages as {page} (form {version}), and this version of "
            f"Shopper shows them as {known}: train it again, or take the version that it was "
            "trained with"
        )


def write_trained(folder: Path, trained: Trained) -> None:
    kept = msgspec.to_builtins(trained)
    if trained.prompt.actions == "paper":  # which those who read it before this was known take
        del kept["prompt"]["actions"]
    write_json(folder / FILE, kept)
