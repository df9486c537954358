"""Real mouse and touch events over the Chrome DevTools Protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import CDPSession

_SEND = "Input.dispatchMouseEvent"
_LEFT = {"button": "left", "clickCount": 1}
_STRIDES = 3


async def move(cdp: CDPSession, x: float, y: float) -> None:
    """Move to a point of the window."""
    await cdp.send(_SEND, {"x": x, "y": y, "type": "mouseMoved"})


async def press(cdp: CDPSession, x: float, y: float, modifiers: int = 0) -> None:
    """Move to a point of the window and press the left button there."""
    point: dict[str, Any] = {"x": x, "y": y, "modifiers": modifiers}
    await asyncio.gather(
        cdp.send(_SEND, point | {"type": "mouseMoved"}),
        cdp.send(_SEND, point | _LEFT | {"type": "mousePressed", "buttons": 1}),
        cdp.send(_SEND, point | _LEFT | {"type": "mouseReleased"}),
    )


async def tap(cdp: CDPSession, x: float, y: float) -> None:
    """Touch a point of the window with a finger, and let go."""
    point = {"x": x, "y": y}
    touch = "Input.dispatchTouchEvent"
    await asyncio.gather(
        cdp.send(touch, {"type": "touchStart", "touchPoints": [point]}),
        cdp.send(touch, {"type": "touchEnd", "touchPoints": []}),
    )


@asynccontextmanager
async def held(
    cdp: CDPSession, x: float, y: float
) -> AsyncIterator[Callable[[float, float], Awaitable[None]]]:
    """Hold the left button down from a point on. What it gives moves the pointer so many pixels to
    the right of that point and below it, in a few strides."""
    at = {"x": x, "y": y}

    async def move(right: float, down: float) -> None:
        start_x, start_y = at["x"], at["y"]
        for stride in range(1, _STRIDES + 1):
            share = stride / _STRIDES
            at["x"] = start_x + (x + right - start_x) * share
            at["y"] = start_y + (y + down - start_y) * share
            await cdp.send(_SEND, at | {"type": "mouseMoved", "button": "left", "buttons": 1})

    await cdp.send(_SEND, at | {"type": "mouseMoved"})
    await cdp.send(_SEND, at | _LEFT | {"type": "mousePressed", "buttons": 1})
    try:
        yield move
    finally:
        await cdp.send(_SEND, at | _LEFT | {"type": "mouseReleased"})
