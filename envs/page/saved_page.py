"""Saved pages: opening a page from a file, offline and with its scripts off.

Nothing is fetched: the file is all there is. Timers do not run then, and what a page hides by
script stays shown, so what is observed is a best effort.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Error, Page, Route
from playwright.async_api import TimeoutError as Timeout

from envs.browser.browser import Browser, ContextOptions
from envs.errors import EnvError
from envs.page.script import PageScript

ADDRESS = "https://saved-page.invalid/"
"""Where a saved page believes it is; the name cannot exist (RFC 2606)."""

MAX_BYTES = 256 * 2**20
"""The largest page opened, unpacked: beyond it is not a page but a mistake."""

_PICTURES_MS = 5000

_STAYS = {"Content-Security-Policy": "sandbox allow-same-origin"}
"""In a sandbox a page does not leave by itself, as `<meta http-equiv=refresh>` would have it."""


class SavedPageError(ValueError):
    """A file that is not a page; the message names it and says why."""


def read_saved(path: Path) -> bytes:
    """The bytes of a saved page, unpacked when the file is gzipped.

    Raises:
        SavedPageError: no such file, not readable, not gzip although called so, too large, empty,
            or not HTML.
    """
    try:
        with path.open("rb") as file:
            head = file.read(2)
        opener = gzip.open if head == b"\x1f\x8b" else open
        with opener(path, "rb") as file:
            data: bytes = file.read(MAX_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SavedPageError(f"{path} is not a whole gzip file: {error}") from error
    except OSError as error:
        raise SavedPageError(f"cannot read {path}: {error.strerror or error}") from error
    if len(data) > MAX_BYTES:
        raise SavedPageError(f"{path} is larger than {MAX_BYTES >> 20} MiB: not a page")
    _check_html(path, data)
    return data


def _check_html(path: Path, data: bytes) -> None:
    if not data.strip():
        raise SavedPageError(f"{path} is empty: give a saved page")
    if b"<" not in data and b"\x3c\x00" not in data:
        raise SavedPageError(f"{path} is not HTML: give a saved page (.html or .html.gz)")


@asynccontextmanager
async def open_saved(
    browser: Browser,
    data: bytes,
    options: ContextOptions | None = None,
    parts: Sequence[str] = (),
) -> AsyncIterator[PageScript]:
    """Our script in a window that shows `data`, for as long as the block runs; `parts` of it are
    added to the usual ones.

    Raises:
        EnvError: the browser cannot show it.
    """
    settings = options or ContextOptions()
    context = await browser.context(_offline(settings))
    try:
        page = await context.new_page()
        world = await PageScript.install(page, parts)

        async def serve(route: Route) -> None:
            headers = _STAYS | {"Content-Type": _content_type(data)}
            await route.fulfill(body=data, headers=headers)

        await page.route(ADDRESS, serve)
        await page.goto(ADDRESS, wait_until="domcontentloaded")
        await _settled(page)
        yield world
    except Error as error:
        reason = error.message.splitlines()[0]
        raise EnvError(f"the saved page cannot be shown: {reason}") from error
    finally:
        await context.close()


async def _settled(page: Page) -> None:
    """Wait until every picture has failed or is there: until then its words have no place."""
    try:
        await page.wait_for_load_state("load", timeout=_PICTURES_MS)
    except Timeout:
        return  # what is there by now is looked at


def _offline(options: ContextOptions) -> ContextOptions:
    return ContextOptions(
        width=options.width,
        height=options.height,
        device=options.device,
        locale=options.locale,
        timezone=options.timezone,
        scripts=False,
        offline=True,
    )


def _content_type(data: bytes) -> str:
    """UTF-8 when the bytes are; otherwise the browser finds out, as it does for a site."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "text/html"
    return "text/html; charset=utf-8"
