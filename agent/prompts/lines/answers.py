"""An action as it is answered on a page of lines: the handle, and the words where some are typed.

``result 2`` clicks it, ``search: red lamp`` types and submits, ``leave`` leaves. One line, so that
words stand there as they do in the goal and on the page, without quotes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import assert_never

from agent.prompts.lines.handles import LEAVE
from agent.prompts.lines.memory import last_part
from envs.actions import (
    Action,
    ActionError,
    Back,
    Browsing,
    Click,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Wait,
)

BETWEEN = ": "
"""Between the handle of a field and what is typed into it."""
INPUT = "input "
"""Before the handle of a field into which is typed without submitting."""
SCROLL_TO = "scroll to "
HOVER = "hover over "
"""Before the handle of what is scrolled to, and of what the pointer is rested on."""
WITHOUT_HANDLE: dict[str, Browsing] = {
    "scroll down": Scroll(direction="down"),
    "scroll up": Scroll(direction="up"),
    "go back": Back(),
    "wait": Wait(),
}
"""Answers that look further without naming anything on the page. No handle is one of them: those
of two words have a number, or begin otherwise."""

_ESCAPED = re.compile(r"[\\\x00-\x1f\x7f\ud800-\udfff]")
_ESCAPES = re.compile(r"\\(?:(\\)|u([0-9a-f]{4}))")


def write_answer(action: Action, handles: Mapping[str, str]) -> str | None:
    """The answer that takes `action`, by the handles of its page; None where it is not shown."""
    match action:
        case Terminate():
            return LEAVE
        case Click(name):
            return handles.get(name)
        case Hover(name) | Scroll(str(name)):
            start = HOVER if isinstance(action, Hover) else SCROLL_TO
            return f"{start}{handles[name]}" if name in handles else None
        case Scroll() | Back() | Wait():
            return _bare(action)
        case TypeAndSubmit(name, text) | Input(name, text):
            if name not in handles:
                return None
            start = INPUT if isinstance(action, Input) else ""
            return f"{start}{handles[name]}{BETWEEN}{_escape(text)}"
        case _:
            assert_never(action)


def told_answer(action: Action) -> str:
    """An action whose page does not show what it acts on, for whoever reads what was done."""
    match action:
        case Terminate():
            return LEAVE
        case Click(name):
            return f"({last_part(name).replace('_', ' ')})"
        case Hover(name) | Scroll(str(name)):
            start = HOVER if isinstance(action, Hover) else SCROLL_TO
            return f"{start}({last_part(name).replace('_', ' ')})"
        case Scroll() | Back() | Wait():
            return _bare(action)
        case TypeAndSubmit(name, text) | Input(name, text):
            return f"({last_part(name).replace('_', ' ')}){BETWEEN}{_escape(text)}"
        case _:
            assert_never(action)


def read_answer(text: str, handles: Mapping[str, str]) -> Action:
    """The action that an answer takes; `handles` by names, as of the page.

    Raises:
        ActionError: it is no answer on this page.
    """
    names = {handle: name for name, handle in handles.items()}
    line = text.strip("\n")
    if line == LEAVE:
        return Terminate()
    if line in names:
        return Click(names[line])
    if (action := WITHOUT_HANDLE.get(line)) is not None:
        return action
    for start, kind in ((SCROLL_TO, Scroll), (HOVER, Hover)):
        if line.startswith(start) and (to := names.get(line.removeprefix(start))) is not None:
            return kind(to)
    before, between, typed = line.partition(BETWEEN)
    submits = not before.startswith(INPUT)
    name = names.get(before.removeprefix(INPUT))
    if not between or name is None:
        raise ActionError(f"not an answer on this page: {line!r}")
    return (TypeAndSubmit if submits else Input)(name, _unescape(typed))


def _bare(action: Browsing) -> str:
    return next(line for line, other in WITHOUT_HANDLE.items() if other == action)


def _escape(text: str) -> str:
    return _ESCAPED.sub(lambda m: r"\\" if m[0] == "\\" else f"\\u{ord(m[0]):04x}", text)


def _unescape(text: str) -> str:
    return _ESCAPES.sub(lambda m: "\\" if m[1] else chr(int(m[2], 16)), text)
