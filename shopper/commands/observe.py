"""``shopper observe``: what a customer would see of one page, live or saved.

Knows how to open the page and print the answer, not how a page is simplified.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import click
import msgspec

from envs.browser.browser import ContextOptions, launch
from envs.environment import Environment
from envs.errors import EnvError
from envs.gateway import Gateway, SiteError, SiteRules, chromium_flags
from envs.gateway.robots import AGENT
from envs.observation import Observation
from envs.options import EnvOptions
from envs.page.observer import Observer
from envs.page.saved_page import SavedPageError, open_saved, read_saved
from envs.page.script import PageScriptGone
from shopper.failure import Failure
from shopper.help import option

DEADLINE = 60.0
"""Seconds one look at a saved page may take."""

Look = Callable[[], Awaitable[Observation]]


class Timed(msgspec.Struct, frozen=True):
    """An observation and how long the client waited for it: the median of the repetitions."""

    observation: Observation
    ms: float


@click.command()
@click.argument("page")
@option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@option("--viewport", is_flag=True, help="Only what is inside the window.")
@option(
    "--repeat",
    type=click.IntRange(1, 1000),
    default=1,
    help="Observe so many times; `ms` is the median.",
)
@option("--allow", multiple=True, metavar="HOST", help="Also reach this host; repeatable.")
def command(page: str, as_json: bool, viewport: bool, repeat: int, allow: tuple[str, ...]) -> None:
    """Print the simplified HTML of PAGE: an address, or a saved page (.html or .html.gz).

    A saved page is opened offline and with its scripts off.
    """
    try:
        if _is_address(page):
            timed = asyncio.run(_observe_live(page, viewport, repeat, allow))
        else:
            timed = asyncio.run(_observe_saved(Path(page), viewport, repeat))
    except (SavedPageError, SiteError) as error:
        raise Failure(str(error), exit_code=2) from error
    except (EnvError, PageScriptGone) as error:
        raise Failure(str(error), exit_code=1) from error
    except TimeoutError as error:
        raise Failure(f"{page} was not observed within {DEADLINE:.0f} s", exit_code=1) from error
    click.echo(as_text(timed) if as_json else timed.observation.html)


def as_text(timed: Timed) -> str:
    """The object of ``--json``, on one line."""
    seen = timed.observation
    fields = {
        "url": seen.url,
        "title": seen.title,
        "html": seen.html,
        "names": seen.names,
        "elements": seen.elements,
        "ms": round(timed.ms, 2),
    }
    return msgspec.json.encode(fields).decode()


def _is_address(page: str) -> bool:
    """Whether it is on the web, and not a file.

    Raises:
        Failure: it is neither.
    """
    if urlsplit(page).scheme in ("http", "https"):
        return True
    if Path(page).exists() or Path(page).suffix in (".html", ".htm", ".gz"):
        return False
    if "://" not in page:
        raise Failure(
            f"there is no file {page}; for a page on the web write https://{page}", exit_code=2
        )
    return True


async def _observe_live(url: str, viewport: bool, repeat: int, allow: tuple[str, ...]) -> Timed:
    rules = SiteRules.for_start(url, allow)
    async with Gateway(rules) as gateway, launch(flags=chromium_flags()) as browser:
        window = ContextOptions(proxy=gateway.proxy, user_agent_suffix=AGENT)
        context = await browser.context(window)
        environment = Environment(context, EnvOptions(viewport_only=viewport), gateway.explain)
        try:
            await environment.start(rules.start)
            first = await environment.observe()
            return await _timed(environment.observe, repeat, first)
        finally:
            await environment.close()


async def _observe_saved(path: Path, viewport: bool, repeat: int) -> Timed:
    data = read_saved(path)
    async with launch() as browser, open_saved(browser, data) as world:
        observer = Observer(world)

        async def look() -> Observation:
            async with asyncio.timeout(DEADLINE):
                return await observer.observe(viewport=viewport)

        timed = await _timed(look, repeat)
    address = path.resolve().as_uri()
    return Timed(msgspec.structs.replace(timed.observation, url=address), timed.ms)


async def _timed(look: Look, repeat: int, first: Observation | None = None) -> Timed:
    """Look `repeat` times; `first` is shown instead when the page was already seen."""
    spent: list[float] = []
    for _ in range(repeat):
        began = time.perf_counter()
        seen = await look()
        spent.append((time.perf_counter() - began) * 1000)
        first = first or seen
    assert first is not None
    return Timed(first, statistics.median(spent))
