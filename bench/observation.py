"""What a look at a page costs: beside the bare walk, beside Playwright's `aria_snapshot`, by size.

    python -m bench.observation [FILE] [--sizes 1000 10000 100000] [--times 9] [--alone]

Without FILE, ``SHOPPER_DATA/pages/results-amz.html.gz``; without that, only pages made here. Times
are medians of wall time with the round trip to the browser, taken in turns so that whatever else
the machine does falls on all alike: go by the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page
from rich.console import Console
from rich.table import Table

from bench.quality import medians_ms
from bench.quality_scripts import FLOOR, HIDE_NOSCRIPT
from bench.saved_pages import DATA, evaluate
from envs.browser.browser import Browser, ContextOptions, launch
from envs.page.observer import Observer
from envs.page.saved_page import ADDRESS, read_saved
from envs.page.script import PageScript

CARD = (
    '<li><h3><a href="/p/{n}">Garden chair model {n}</a></h3><img alt="Chair {n}">'
    "<p>Folds flat, <b>holds</b> 120 kg</p><span>4.3 stars</span> <span>$ {n}.99</span>"
    "<button>Add to cart</button></li>"
)
CARD_ELEMENTS = 9
PATIENCE_MS = 300_000
"""`aria_snapshot` takes more than half a minute for 100,000 elements."""
LARGE = 50_000
"""Above so many elements one round is taken instead of several."""


def made_page(elements: int) -> bytes:
    """A list of products of about `elements` elements."""
    cards = "".join(CARD.format(n=n) for n in range(1, max(2, elements // CARD_ELEMENTS)))
    page = f"<!doctype html><title>Chairs</title><main><h1>Chairs</h1><ul>{cards}</ul></main>"
    return page.encode()


@asynccontextmanager
async def shown(browser: Browser, data: bytes) -> AsyncIterator[tuple[Page, PageScript]]:
    """A window that shows `data`, with scripts off and no network."""
    context = await browser.context(ContextOptions(scripts=False, offline=True))
    try:
        page = await context.new_page()
        world = await PageScript.install(page)
        await page.route(
            ADDRESS,
            lambda route: route.fulfill(body=data, content_type="text/html; charset=utf-8"),
        )
        await page.goto(ADDRESS, wait_until="load")
        await evaluate(world, HIDE_NOSCRIPT)
        yield page, world
    finally:
        await context.close()


async def measure(
    browser: Browser, data: bytes, times: int, alone: bool
) -> tuple[int, list[float]]:
    """Elements, and milliseconds of the bare walk, our observation, aria_snapshot unless alone."""
    async with shown(browser, data) as (page, world):
        observer = Observer(world)
        seen = await observer.observe()
        calls: list[Callable[[], Awaitable[object]]] = [
            lambda: evaluate(world, FLOOR),
            observer.observe,
        ]
        if not alone:
            calls.append(lambda: page.locator("body").aria_snapshot(timeout=PATIENCE_MS))
        once = seen.elements > LARGE and not alone
        return seen.elements, await medians_ms(*calls, times=1 if once else times)


async def run(pages: Sequence[tuple[str, bytes]], times: int, alone: bool) -> None:
    table = Table(title=f"one look at a page, milliseconds, {os.cpu_count()} cores")
    columns = ("page", "elements", "bare walk", "observation", "aria_snapshot", "x bare walk")
    for column in (*columns, "aria_snapshot / observation", "us an element"):
        table.add_column(column, justify="left" if column == "page" else "right")
    async with launch() as browser:
        for name, data in pages:
            elements, (floor, ours, *aria) = await measure(browser, data, times, alone)
            theirs, beside = (f"{aria[0]:.1f}", f"{aria[0] / ours:.1f}") if aria else ("–", "–")
            row = (f"{elements:,}", f"{floor:.1f}", f"{ours:.1f}", theirs)
            ratios = (f"{ours / floor:.2f}", beside, f"{ours / elements * 1000:.1f}")
            table.add_row(name, *row, *ratios)
    Console(width=140).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=DATA / "pages/results-amz.html.gz")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--alone", action="store_true", help="without aria_snapshot")
    options = parser.parse_args()
    saved = [(options.file.name, read_saved(options.file))] if options.file.is_file() else []
    made = [(f"{size:,} elements, made here", made_page(size)) for size in options.sizes]
    asyncio.run(run([*saved, *made], options.times, options.alone))


if __name__ == "__main__":
    main()
