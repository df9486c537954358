"""A chat template taken apart: the fixed text around system, user and assistant turns.

Knows Jinja chat templates as Hugging Face models carry them, not what is said in a conversation.
Rendering a template once and keeping its pieces lets a prompt be encoded turn by turn, and keeps
page text out of the template's reach.
"""

from __future__ import annotations

from typing import Any, NoReturn

import msgspec
from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

_SYSTEM = "zqSYSTEMqz"
_USER = "zqUSER{}qz"
_ASSISTANT = "zqASSISTANT{}qz"
_TODAY = "26 Jul 2024"
"""What a template is told the date is, so that the same session always gives the same prompt."""


class TemplateProblem(ValueError):
    """A chat template that cannot be used; the message says why."""


class ChatFormat(msgspec.Struct, frozen=True, kw_only=True):
    """The text between contents, in the order of a conversation.

    `opening`, system content, `to_first_user`, user content, `to_assistant`, assistant content,
    `stop` (ends the turn: a model learns to write it), `to_user`, the next user content, and so on.
    """

    opening: str
    to_first_user: str
    to_assistant: str
    stop: str
    to_user: str


def chat_format(template: str, *, bos: str = "", eos: str = "") -> ChatFormat:
    """Take `template` apart; without a system role, the system text opens the first user turn.

    Raises:
        TemplateProblem: it cannot be rendered, changes contents, or rewrites earlier turns as the
            conversation grows (then no prefix could be reused and training would not match acting).
    """
    problem: TemplateProblem | None = None
    for system_role in (True, False):
        try:
            return _take_apart(template, bos, eos, system_role)
        except TemplateProblem as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _take_apart(template: str, bos: str, eos: str, system_role: bool) -> ChatFormat:
    three = _between(_render(template, 3, system_role, bos, eos), 3)
    two = _between(_render(template, 2, system_role, bos, eos), 2)
    opening, to_first_user, *turns = three
    to_assistant, between, to_assistant_2, between_2, to_assistant_3, closing = turns
    if two[:-1] != three[: len(two) - 1]:
        raise TemplateProblem("the template rewrites earlier turns when the conversation grows")
    if not (to_assistant == to_assistant_2 == to_assistant_3 and between == between_2):
        raise TemplateProblem("the template does not treat all turns alike")
    stop = _common_start(between, closing, eos)
    return ChatFormat(
        opening=opening,
        to_first_user=to_first_user,
        to_assistant=to_assistant,
        stop=stop,
        to_user=between[len(stop) :],
    )


def _common_start(between: str, closing: str, eos: str) -> str:
    """What ends an assistant turn: up to the end-of-turn token, or nothing when there is none."""
    if eos and between.startswith(eos):
        return eos
    shared = 0
    while shared < min(len(between), len(closing)) and between[shared] == closing[shared]:
        shared += 1
    return between[:shared].rstrip("\n")


def _render(template: str, turns: int, system_role: bool, bos: str, eos: str) -> str:
    messages = [{"role": "system", "content": _SYSTEM}] if system_role else []
    for i in range(turns):
        content = _USER.format(i)
        if i == 0 and not system_role:
            content = f"{_SYSTEM}\n\n{content}"
        messages.append({"role": "user", "content": content})
        messages.append({"role": "assistant", "content": _ASSISTANT.format(i)})
    try:
        return (
            _environment()
            .from_string(template)
            .render(messages=messages, bos_token=bos, eos_token=eos, add_generation_prompt=False)
        )
    except (TemplateError, TypeError, ValueError) as error:
        raise TemplateProblem(f"the chat template cannot be rendered: {error}") from error


def _between(text: str, turns: int) -> list[str]:
    """The pieces of `text` around the sentinels, first to last."""
    sentinels = [_SYSTEM]
    for i in range(turns):
        sentinels += [_USER.format(i), _ASSISTANT.format(i)]
    pieces: list[str] = []
    for sentinel in sentinels:
        before, found, text = text.partition(sentinel)
        if not found or sentinel in text:
            raise TemplateProblem("the template leaves out, repeats or reorders a message")
        pieces.append(before)
    return [*pieces, text]


def _environment() -> ImmutableSandboxedEnvironment:
    def refuse(message: str) -> NoReturn:
        raise TemplateProblem(f"the chat template refuses: {message}")

    def today(_format: str) -> str:
        return _TODAY

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    functions: dict[str, Any] = {"raise_exception": refuse, "strftime_now": today}
    environment.globals.update(functions)
    return environment
