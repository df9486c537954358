"""Real key events over the Chrome DevTools Protocol.

Keys are named as in the UI Events specification (``Enter``, ``ArrowDown``).
Whoever calls has put the focus where the keys should go.
"""

from __future__ import annotations

import asyncio
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
    """Put `text` in at once, its last character by a real key where a keyboard has one.

    Pages that listen for keys rather than for input see that one, with the whole text in place.
    """
    if not text:
        return
    head, last = text[:-1], text[-1]
    typed = last.isascii() and last.isprintable()
    await asyncio.gather(
        *(
            [cdp.send("Input.insertText", {"text": head if typed else text})]
            if head or not typed
            else []
        ),
        *(cdp.send("Input.dispatchKeyEvent", e) for e in (_stroke(last) if typed else ())),
    )


async def write_slowly(cdp: CDPSession, text: str, pauses: list[float]) -> None:
    """Character by character, with `pauses` (seconds) between them."""
    for character, pause in zip(text, pauses, strict=False):
        if character.isascii() and character.isprintable():
            await press(cdp, character)
        else:
            await cdp.send("Input.insertText", {"text": character})
        await asyncio.sleep(pause)


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
    if key.isalpha():
        event |= {"code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper())}
    elif key.isdigit():
        event |= {"code": f"Digit{key}", "windowsVirtualKeyCode": ord(key)}
    return event
