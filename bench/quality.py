"""How well names and simplified HTML hold on saved pages of real shops: one row per page.

Run ``python -m bench.quality [FILE ...]``; without files, those of ``SHOPPER_DATA/pages``.
Every column is measured against the page itself (its layout, ``innerText``, and where the browser
says that text is drawn), by code that shares nothing with the simplifier. A page that comes out
empty, or at which a look fails, has a row that says so. Nothing is timed against a limit.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from tokenizers import Tokenizer

from agent.models.embedded import NAME, embedded_folder
from bench.drawn import check, pieces
from bench.quality_scores import (
    cut_midword,
    is_wordless,
    kept_in_order,
    letters_of,
    repeated_labels,
    shown_text,
    stable,
)
from bench.quality_scripts import (
    COVERED,
    FLOOR,
    HIDE_NOSCRIPT,
    INNER_TEXT,
    INSERT_AD,
    REMOVE_ROW,
    VISIBLE_CONTROLS,
    VISIBLE_TEXT,
)
from bench.saved_pages import evaluate, saved_pages
from envs.browser.browser import launch
from envs.errors import EnvError
from envs.observation import Observation
from envs.page.observer import Observer
from envs.page.saved_page import open_saved, read_saved
from envs.page.script import PageScriptGone


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One page's figures; shares are 0 to 1. Of `places` where two pieces of text meet on a line,
    `apart` are read otherwise than they are drawn (`bench.drawn`)."""

    page: str
    elements: int
    chars: int
    tokens: int
    share: float
    ms: float
    ratio: float
    found: int
    missed: int
    names: int
    duplicates: int
    wordless: int
    repeated: int
    midword: int
    places: int
    apart: int
    kept: float
    kept_inner: float
    letters: int
    covered: float
    stable_reload: float
    stable_ad: float
    stable_row: float


async def medians_ms(*calls: Callable[[], Awaitable[Any]], times: int = 9) -> list[float]:
    """Median wall time of each call, round trip included; taken in turns, so that load is shared."""
    loop = asyncio.get_running_loop()
    spent: list[list[float]] = [[] for _ in calls]
    for _ in range(times):
        for call, took in zip(calls, spent, strict=True):
            began = loop.time()
            await call()
            took.append((loop.time() - began) * 1000)
    return [statistics.median(took) for took in spent]


def count_missed(boxes: Sequence[Sequence[float]], seen: Observation) -> int:
    """Visible controls without a name in the same place."""
    named = {(round(e.box.x), round(e.box.y)) for e in seen.names if e.box}

    def near(x: float, y: float) -> bool:
        return any(
            (round(x) + dx, round(y) + dy) in named for dx in (-1, 0, 1) for dy in (-1, 0, 1)
        )

    return sum(not near(x, y) for x, y, _, _ in boxes)


async def measure(path: Path, count_tokens: Callable[[str], int], open_: Any) -> Row:
    """All figures of one saved page."""
    data = read_saved(path)
    async with open_(data) as world:
        observer = Observer(world)
        await evaluate(world, HIDE_NOSCRIPT)
        seen = await observer.observe()
        again = await observer.observe()
        floor, ms = await medians_ms(lambda: evaluate(world, FLOOR), observer.observe)
        boxes = json.loads(await evaluate(world, VISIBLE_CONTROLS))
        text = await evaluate(world, VISIBLE_TEXT)
        inner = await evaluate(world, INNER_TEXT)
        covered = float(await evaluate(world, COVERED))
        drawn = check(path.name, await pieces(world), seen.html)
        await evaluate(world, INSERT_AD)
        with_ad = await observer.observe()
    async with open_(data) as world:
        observer = Observer(world)
        await evaluate(world, HIDE_NOSCRIPT)
        reloaded = await observer.observe()
        gone = await evaluate(world, REMOVE_ROW)
        without_row = await observer.observe()
    names = [e.name for e in seen.names]
    return Row(
        page=path.name.split(".")[0],
        elements=seen.elements,
        chars=len(seen.html),
        tokens=count_tokens(seen.html),
        share=len(seen.html.encode()) / len(data),
        ms=ms,
        ratio=ms / floor,
        found=len(boxes),
        missed=count_missed(boxes, seen),
        names=len(names),
        duplicates=len(names) - len(set(names)),
        wordless=sum(map(is_wordless, names)),
        repeated=repeated_labels(names),
        midword=cut_midword(seen.html),
        places=drawn.places,
        apart=len(drawn.wrong),
        kept=kept_in_order(letters_of(text), letters_of(shown_text(seen.html))),
        letters=len(letters_of(text)),
        covered=covered,
        kept_inner=kept_in_order(letters_of(inner), letters_of(shown_text(seen.html))),
        stable_reload=min(stable(seen, again), stable(seen, reloaded)),
        stable_ad=stable(seen, with_ad),
        stable_row=stable(seen, without_row, gone),
    )


HEADER = (
    "| page | elements | chars | tokens | of raw | ms | x bare walk | controls | missed | names | "
    "dup | wordless | ordinal | mid-word | gaps | text in order | of innerText | reload | ad | row |"
)


def as_line(row: Row) -> str:
    """One row of the Markdown table."""
    return (
        f"| {row.page} | {row.elements:,} | {row.chars:,} | {row.tokens:,} | {row.share:.1%} | "
        f"{row.ms:.0f} | {row.ratio:.2f} | {row.found} | {row.missed} | {row.names} | "
        f"{row.duplicates} | {row.wordless} | {row.repeated} | {row.midword} | "
        f"{row.apart} of {row.places:,} | {row.kept:.1%} | {row.kept_inner:.1%} | "
        f"{row.stable_reload:.1%} | {row.stable_ad:.1%} | {row.stable_row:.1%} |"
    )


def weighted(rows: Sequence[Row], share: Callable[[Row], float]) -> float:
    """A share of the text of all pages together."""
    return sum(share(r) * r.letters for r in rows) / max(1, sum(r.letters for r in rows))


def is_empty(row: Row) -> bool:
    """Whether a look saw nothing of a page that has words."""
    return row.letters > 0 and (row.chars == 0 or (row.names == 0 and row.kept == 0))


def summary(rows: Sequence[Row]) -> str:
    """What was aimed at beside what was measured; text under a modal is not visible text."""
    names = sum(r.names for r in rows)
    empty = [r.page for r in rows if is_empty(r)]
    open_ = [r for r in rows if r.covered < 0.5]
    median = statistics.median
    worst = min(min(r.stable_reload, r.stable_ad, r.stable_row) for r in rows)
    lines = (
        f"{len(rows)} pages, {names:,} names",
        f"pages that come out empty (0): {len(empty)} {', '.join(empty)}".rstrip(),
        f"duplicates (0): {sum(r.duplicates for r in rows)}",
        f"names with words (99 %): {1 - sum(r.wordless for r in rows) / max(1, names):.2%}",
        f"controls without a name: {sum(r.missed for r in open_)} of {sum(r.found for r in open_):,}",
        f"visible text kept in order (99 %): {weighted(open_, lambda r: r.kept):.2%}, median page "
        f"{median(r.kept for r in open_):.2%}, least {min(r.kept for r in open_):.2%}; "
        f"of innerText {weighted(open_, lambda r: r.kept_inner):.2%}, median page "
        f"{median(r.kept_inner for r in open_):.2%}; without {len(rows) - len(open_)} pages that "
        "a modal covers",
        f"words and numbers joined or parted otherwise than drawn (0): {sum(r.apart for r in open_)} "
        f"of {sum(r.places for r in open_):,} places",
        f"stable names (99 %): median page {median(r.stable_reload for r in rows):.2%} after a "
        f"reload, {median(r.stable_ad for r in rows):.2%} after an advertisement, "
        f"{median(r.stable_row for r in rows):.2%} after a removed row; least {worst:.2%}",
        f"output (under 12 % of the raw page): median {median(r.share for r in rows):.1%}",
        f"time (within 3 times the bare walk): median {median(r.ratio for r in rows):.2f}",
    )
    return "\n".join(f"- {line}" for line in lines)


def token_counter() -> tuple[Callable[[str], int], str]:
    """Counts tokens with the embedded model's tokenizer, where it is set up; and what counts."""
    file = embedded_folder() / "tokenizer.json"
    if not file.is_file():
        return (lambda text: len(text) // 4), "characters / 4 (the embedded model is not set up)"
    encoder = Tokenizer.from_file(str(file))
    return (lambda text: len(encoder.encode(text).ids)), f"counted by {NAME}'s tokenizer"


async def main(paths: Sequence[Path]) -> None:
    count, how = token_counter()
    print(f"Tokens: {how}.\n\n{HEADER}\n|{'---|' * HEADER.count(' | ')}---|")
    rows: list[Row] = []
    failed: list[str] = []
    async with launch() as browser:
        for path in paths:
            try:
                row = await measure(path, count, lambda data: open_saved(browser, data))
            except (EnvError, PageScriptGone, RuntimeError) as error:
                failed.append(path.name.split(".")[0])
                print(f"| {failed[-1]} | a look at it fails: {error} |", flush=True)
                continue
            rows.append(row)
            print(as_line(row), flush=True)
    print(f"\n- pages at which a look fails (0): {len(failed)} {', '.join(failed)}".rstrip())
    if rows:
        print(summary(rows))


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    asyncio.run(main(given or saved_pages()))
