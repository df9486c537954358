"""A chat template taken apart: the fixed text around system, user and assistant turns.

Knows Jinja chat templates as Hugging Face models carry them, not what is said in a conversation.
Rendering a template once and keeping its pieces lets a prompt be encoded turn by turn, and keeps
page text out of the template's reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NoReturn

import msgspec
from jinja2 import TemplateError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

_SYSTEM = "zqSYSTEMqz"
_USER = "zqUSER{}qz"
_ASSISTANT = "zqASSISTANT{}qz"
_TODAY = "26 Jul 2024"
"""What a template is told the date is, so that the same session always gives the same prompt."""
_NO_THINKING = {"enable_thinking": False, "thinking": False}
"""What templates of models that can think before they answer ask for: ours write their reasoning
into the answer."""
_EMPTY_THOUGHT = re.compile(r"<think>\s*</think>\s*$")


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


def chat_format(
    template: str, *, bos: str = "", eos: str = "", controls: Iterable[str] = ()
) -> ChatFormat:
    """Take `template` apart; without a system role, the system text opens the first user turn.
    `controls` are the model's control tokens, none of which is cut in two.

    An empty thought that hybrid models get before their last answer only (Qwen3) is left out: no
    turn may change when the next one follows. A template that ends no turn gets `eos` as its end.

    Raises:
        TemplateProblem: it cannot be rendered, changes contents, or rewrites earlier turns as the
            conversation grows (then no prefix could be reused and training would not match acting).
    """
    problem: TemplateProblem | None = None
    for system_role in (True, False):
        try:
            return _take_apart(template, bos, eos, system_role, tuple(controls))
        except TemplateProblem as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _take_apart(
    template: str, bos: str, eos: str, system_role: bool, controls: tuple[str, ...]
) -> ChatFormat:
    three = _pieces(_render(template, 3, system_role, bos, eos), 3)
    two = _pieces(_render(template, 2, system_role, bos, eos), 2)
    opening, to_first_user, *turns = three
    to_assistant, between, to_assistant_2, between_2, to_assistant_3, closing = turns
    if two[:-1] != three[: len(two) - 1]:
        raise TemplateProblem("the template rewrites earlier turns when the conversation grows")
    if not (to_assistant == to_assistant_2 == to_assistant_3 and between == between_2):
        raise TemplateProblem("the template does not treat all turns alike")
    stop, to_user = _ending(between, closing, eos, controls)
    return ChatFormat(
        opening=opening,
        to_first_user=to_first_user,
        to_assistant=to_assistant,
        stop=stop,
        to_user=to_user,
    )


def _ending(between: str, closing: str, eos: str, controls: tuple[str, ...]) -> tuple[str, str]:
    """What ends an assistant's turn, and what follows before the next user's.

    Space before the end is left out: it would be taken for the end itself.
    """
    shared = 0
    while shared < min(len(between), len(closing)) and between[shared] == closing[shared]:
        shared += 1
    for control in controls:
        start = between.find(control)
        if 0 <= start < shared < start + len(control):
            shared = start
    stop = between[:shared].strip()
    if not stop:
        return eos, between
    if eos and stop.startswith(eos):
        stop = eos
    return stop, between[between.index(stop) + len(stop) :]


def _pieces(text: str, turns: int) -> list[str]:
    """The pieces around the sentinels, without an empty thought that only the last turn has."""
    pieces = _between(text, turns)
    first, last = pieces[2], pieces[-2]
    if last != first and _EMPTY_THOUGHT.sub("", last) == first:
        pieces[-2] = first
    return pieces


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
            .render(
                messages=messages,
                bos_token=bos,
                eos_token=eos,
                add_generation_prompt=False,
                **_NO_THINKING,
            )
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
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols", _Generation]
    )
    functions: dict[str, Any] = {"raise_exception": refuse, "strftime_now": today}
    environment.globals.update(functions)
    return environment


class _Generation(Extension):
    """``{% generation %}`` marks what an assistant writes, for those who mask by it; it renders as
    what it holds."""

    tags = {"generation"}  # noqa: RUF012 - as jinja2 declares it

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)
