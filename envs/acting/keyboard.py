"""Real key events over the Chrome DevTools Protocol.

Keys are named as in the UI Events specification (``Enter``, ``ArrowDown``).
Whoever calls has put the focus where the keys should go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import CDPSession

_CODES = {
    "Backspace": 8,
    "Tab": 9,
    "Enter": 13,
    "Escape": 27,
    " ": 32,
    "PageUp": 33,
    "PageDown": 34,
    "End": 35,
    "Home": 36,
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40,
    "Delete": 46,
}
_TEXTS = {"Enter": "\r", " ": " "}
_MARKS = {",": 188, "-": 189, ".": 190, "/": 191, ";": 186, "=": 187}
_BY_KEYS = 80
_CTRL = 2


async def press(cdp: CDPSession, *keys: str) -> None:
    """Press and release each of `keys` in turn."""
    await asyncio.gather(*(cdp.send("Input.dispatchKeyEvent", e) for k in keys for e in _stroke(k)))


async def select_all(cdp: CDPSession) -> None:
    """Select what the focused field holds, as Ctrl+A does."""
    event = _event("a") | {"modifiers": _CTRL, "commands": ["selectAll"]}
    event.pop("text", None)
    await asyncio.gather(
        cdp.send("Input.dispatchKeyEvent", event | {"type": "rawKeyDown"}),
        cdp.send("Input.dispatchKeyEvent", event | {"type": "keyUp", "commands": []}),
    )


async def write(cdp: CDPSession, text: str) -> None:
    """Type `text` without pauses. Of a long one all but the last letters come at once, as if
    pasted; so does what no keyboard has."""
    head, tail = text[:-_BY_KEYS], text[-_BY_KEYS:]
    events = [("Input.insertText", {"text": head})] if head else []
    for character in tail:
        events += _typed(character)
    await asyncio.gather(*(cdp.send(*event) for event in events))


async def write_slowly(
    cdp: CDPSession, text: str, between: Callable[[int], Awaitable[None]]
) -> None:
    """Character by character; `between` is awaited after each, with its index."""
    for index, character in enumerate(text):
        await asyncio.gather(*(cdp.send(*event) for event in _typed(character)))
        await between(index)


def _typed(character: str) -> list[tuple[str, dict[str, Any]]]:
    if character.isascii() and character.isprintable():
        return [("Input.dispatchKeyEvent", event) for event in _stroke(character)]
    return [("Input.insertText", {"text": character})]


def _stroke(key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    event = _event(key)
    down = "keyDown" if "text" in event else "rawKeyDown"
    released = {name: value for name, value in event.items() if name != "text"}
    return event | {"type": down}, released | {"type": "keyUp"}


def _event(key: str) -> dict[str, Any]:
    if key in _CODES:
        event: dict[str, Any] = {"key": key, "windowsVirtualKeyCode": _CODES[key]}
        event["code"] = "Space" if key == " " else key
        return event | ({"text": _TEXTS[key]} if key in _TEXTS else {})
    event = {"key": key, "text": key}
    if key.isascii() and key.isalpha():
        event |= {"code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper())}
    elif key in _MARKS:
        event["windowsVirtualKeyCode"] = _MARKS[key]
    elif key.isdigit():
        event |= {"code": f"Digit{key}", "windowsVirtualKeyCode": ord(key)}
    return event
