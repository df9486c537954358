"""Screenshots of the window, without secrets.

Which fields are secret says `page/secrets.js`, as for observations.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from playwright.async_api import Error

from envs.errors import LookFailed
from envs.navigation.tab import Tab

_SECRET = (
    '[data-shopper-secret], input[type="password"], [autocomplete^="cc-"], '
    '[autocomplete="one-time-code"], [autocomplete="current-password"], '
    '[autocomplete="new-password"]'
)
"""What `page/cover.js` marks, and what is secret by itself should it come meanwhile."""
_HIDE = "color: transparent !important; -webkit-text-fill-color: transparent !important"
_MASK = f":is({_SECRET}) {{ {_HIDE}; background: #000 !important }}"
_PATIENCE_MS = 2000.0
"""Longest a picture may take; one comes in 60 ms, but Playwright first waits for all fonts."""


async def take(tab: Tab, quality: int = 70, secrets: Sequence[str] = ()) -> bytes:
    """JPEG of what the window shows; fields that hold secrets are black, and so is what shows one
    of `secrets`, which were typed before.

    Raises:
        playwright.async_api.Error: there was none in time, or the window is gone, or a document
            does not tell its secrets.
    """
    await _everywhere(tab, "cover", list(secrets))
    try:
        return await tab.page.screenshot(
            type="jpeg",
            quality=quality,
            style=_MASK,
            animations="allow",
            caret="initial",
            scale="css",
            timeout=_PATIENCE_MS,
        )
    finally:
        with suppress(Error):  # a mark that stays harms nobody
            await _everywhere(tab, "uncover")


async def _everywhere(tab: Tab, verb: str, *args: list[str]) -> None:
    """Call `verb` in all documents of the window; one that goes away needs no answer.

    Raises:
        playwright.async_api.Error: one does not answer.
    """
    calls = [tab.world.call(verb, *args, frame=frame) for frame in tab.world.frames]
    try:
        async with asyncio.timeout(_PATIENCE_MS / 1000):
            answers = await asyncio.gather(*calls, return_exceptions=True)
    except TimeoutError:
        raise Error(f"a document of {tab.page.url} does not answer") from None
    for answer in answers:
        if isinstance(answer, LookFailed):
            raise Error(str(answer)) from answer
