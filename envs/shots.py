"""Screenshots of the window, without secrets.

Knows nothing of when they are taken.
"""

from __future__ import annotations

from envs.tab import Tab

_SECRET = (
    'input[type="password"], [autocomplete^="cc-"], [autocomplete="one-time-code"], '
    '[autocomplete="current-password"], [autocomplete="new-password"]'
)
_HIDE = "color: transparent !important; -webkit-text-fill-color: transparent !important"
_MASK = f"{_SECRET} {{ {_HIDE}; background: #000 !important }}"
_PATIENCE_MS = 2000.0
"""Longest a picture may take; one comes in 60 ms, but Playwright first waits for all fonts."""


async def take(tab: Tab, quality: int = 70) -> bytes:
    """JPEG of what the window shows; password and payment fields are black.

    Raises:
        playwright.async_api.Error: there was none in time, or the window is gone.
    """
    return await tab.page.screenshot(
        type="jpeg",
        quality=quality,
        style=_MASK,
        animations="allow",
        caret="initial",
        scale="css",
        timeout=_PATIENCE_MS,
    )
