"""How well names and simplified HTML hold on saved pages of real shops: one row per page.

Run ``python -m bench.quality [FILE ...]``; without files, those of ``SHOPPER_DATA/pages``.
Every column is measured against the page itself (its layout and ``innerText``), by code that
shares nothing with the simplifier. Nothing is timed against a limit.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import sys
import unicodedata
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from bs4 import BeautifulSoup

from envs.browser import launch
from envs.observation import Observation
from envs.observer import Observer
from envs.saved import open_saved, read_saved
from envs.world import World

DATA = Path(os.environ.get("SHOPPER_DATA", Path(__file__).parents[2] / "shared" / "data"))

GENERIC = frozenset(
    [
        "a",
        "area",
        "button",
        "checkbox",
        "choice",
        "combobox",
        "div",
        "field",
        "form",
        "image",
        "img",
        "input",
        "item",
        "link",
        "menuitem",
        "number_field",
        "option",
        "radio",
        "search_field",
        "searchbox",
        "select",
        "slider",
        "span",
        "spinbutton",
        "switch",
        "tab",
        "text_field",
        "textarea",
        "textbox",
    ]
)
"""Parts that say nothing: roles, tag names, ``item``; with or without an ordinal."""

VISIBLE_CONTROLS = """() => {
  const wanted = 'a[href],button,input:not([type=hidden]),select,textarea,summary,' +
    '[role=button],[role=link],[role=checkbox],[role=radio],[role=tab],[role=switch],' +
    '[role=textbox],[role=combobox],[role=menuitem],[contenteditable=true]';
  const boxes = [];
  for (const el of document.querySelectorAll(wanted)) {
    if (el.closest('noscript') || !el.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const r = el.getBoundingClientRect();
    if (r.width < 2 || r.height < 2 || r.right + scrollX <= 0 || r.bottom + scrollY <= 0) continue;
    let clipped = false;
    for (let up = el.parentElement; up && !clipped; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (up === document.body || style.overflow === 'visible') continue;
      const u = up.getBoundingClientRect();
      if (/hidden|clip/.test(style.overflowX) && (r.left >= u.right || r.right <= u.left)) clipped = true;
      if (/hidden|clip/.test(style.overflowY) && (r.top >= u.bottom || r.bottom <= u.top)) clipped = true;
    }
    if (!clipped) boxes.push([r.left + scrollX, r.top + scrollY, r.width, r.height]);
  }
  return JSON.stringify(boxes);
}"""

INNER_TEXT = "() => document.body.innerText"
HIDE_NOSCRIPT = """() => { const s = document.createElement('style');
  s.textContent = 'noscript { display: none !important }'; document.head.append(s); }"""
INSERT_AD = """() => { const ad = document.createElement('div');
  ad.innerHTML = '<a href="/promo">Summer sale, up to half price</a><img alt="Sale">' +
    '<button>Close advertisement</button>';
  document.body.prepend(ad); }"""
REMOVE_ROW = """() => { const rows = [...document.querySelectorAll('li, tr, article')].filter(
    (el) => el.checkVisibility() && el.querySelector('a[href],button') && el.innerText.trim() &&
      el.innerText.length < 500);
  const row = rows[rows.length >> 1];
  const text = row ? row.innerText : '';
  if (row) row.remove();
  return text; }"""
FLOOR = """() => { const start = performance.now(); let seen = 0;
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const el = walker.currentNode;
    const box = el.getBoundingClientRect();
    if (el.checkVisibility({opacityProperty: true, visibilityProperty: true}) &&
        box.width > 0 && box.height > 0) seen++;
  }
  return String(seen); }"""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One page's figures; shares are 0 to 1."""

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
    kept: float
    stable_reload: float
    stable_ad: float
    stable_row: float


def words_of(text: str) -> list[str]:
    """Words for comparing text: letters and digits only, no case, no width."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower())


def kept_in_order(wanted: Sequence[str], shown: Sequence[str]) -> float:
    """Share of `wanted` found in `shown` in the same order: longest common subsequence.

    Bit-parallel, Hyyrö 2004, "Bit-parallel LCS-length computation revisited".
    """
    if not wanted:
        return 1.0
    places: dict[str, int] = {}
    for place, word in enumerate(wanted):
        places[word] = places.get(word, 0) | (1 << place)
    full = (1 << len(wanted)) - 1
    row = full
    for word in shown:
        both = row & places.get(word, 0)
        row = ((row + both) | (row - both)) & full
    return (len(wanted) - row.bit_count()) / len(wanted)


def shown_text(html: str) -> str:
    """The text of simplified HTML."""
    return BeautifulSoup(html, "html.parser").get_text(" ")


def is_wordless(name: str) -> bool:
    """Whether a name says nothing: no word anywhere, or its own part is a role or tag name."""
    parts = name.split(".")
    own = re.sub(r"(_\d+)+$", "", parts[-1])
    if own in GENERIC:
        return True
    if any(c.isalpha() for c in own):
        return False
    return not any(any(c.isalpha() for c in part) for part in parts[:-1])


def repeated_labels(names: Sequence[str]) -> int:
    """Names told apart by an ordinal only."""
    known = set(names)
    return sum(
        1
        for name in names
        if (match := re.fullmatch(r"(.*\D)_(\d+)", name))
        and match[1] in known
        and int(match[2]) > 1
    )


def cut_midword(html: str) -> int:
    """Long names whose last word is not a whole word of what the element shows."""
    cut = 0
    for tag in BeautifulSoup(html, "html.parser").find_all(attrs={"name": True}):
        own = str(tag["name"]).split(".")[-1]
        if len(own) < 20 or "_" not in own:
            continue
        label = str(tag.get("aria-label") or tag.get_text(" ") or tag.get("placeholder") or "")
        words = words_of(label)
        if "_".join(words).startswith(own) and "_".join(words)[len(own) : len(own) + 1] not in (
            "",
            "_",
        ):
            cut += 1
    return cut


def stable(before: Observation, after: Observation, gone: str = "") -> float:
    """Share of the names of `before` that are still there with the same text around them."""
    old, new = Counter(e.name for e in before.names), Counter(e.name for e in after.names)
    lost = sum((old - new).values())
    excused = min(lost, removed_names(before, gone)) if gone else 0
    return 1 - (lost - excused) / max(1, len(before.names))


def removed_names(before: Observation, gone: str) -> int:
    """How many names can have gone with a removed row of text `gone`: those that show it."""
    words = set(words_of(gone))
    soup = BeautifulSoup(before.html, "html.parser")
    return sum(
        1
        for tag in soup.find_all(attrs={"name": True})
        if ((own := words_of(tag.get_text(" "))) and set(own) <= words)
        or not tag.get_text(strip=True)
    )


async def evaluate(world: World, function: str) -> str:
    """Call a JavaScript function that returns a string, in the page's own document."""
    answer = await world.cdp.send(
        "Runtime.evaluate",
        {
            "expression": f"({function})()",
            "contextId": world.context_of(world.main_frame),
            "returnByValue": True,
        },
    )
    if "exceptionDetails" in answer:
        raise RuntimeError(json.dumps(answer["exceptionDetails"])[:500])
    return str(answer["result"].get("value", ""))


async def median_ms(call: Callable[[], Awaitable[Any]], times: int = 7) -> float:
    """Median wall time of `call`, round trip included."""
    loop = asyncio.get_running_loop()
    spent = []
    for _ in range(times):
        began = loop.time()
        await call()
        spent.append((loop.time() - began) * 1000)
    return statistics.median(spent)


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
        floor = await median_ms(lambda: evaluate(world, FLOOR))
        ms = await median_ms(observer.observe)
        boxes = json.loads(await evaluate(world, VISIBLE_CONTROLS))
        text = await evaluate(world, INNER_TEXT)
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
        kept=kept_in_order(words_of(text), words_of(shown_text(seen.html))),
        stable_reload=min(stable(seen, again), stable(seen, reloaded)),
        stable_ad=stable(seen, with_ad),
        stable_row=stable(seen, without_row, gone),
    )


HEADER = (
    "| page | elements | chars | tokens | of raw | ms | x bare walk | controls | missed | names | "
    "dup | wordless | ordinal | mid-word | text in order | reload | ad | row |"
)


def as_line(row: Row) -> str:
    """One row of the Markdown table."""
    return (
        f"| {row.page} | {row.elements:,} | {row.chars:,} | {row.tokens:,} | {row.share:.1%} | "
        f"{row.ms:.0f} | {row.ratio:.2f} | {row.found} | {row.missed} | {row.names} | "
        f"{row.duplicates} | {row.wordless} | {row.repeated} | {row.midword} | {row.kept:.1%} | "
        f"{row.stable_reload:.1%} | {row.stable_ad:.1%} | {row.stable_row:.1%} |"
    )


def summary(rows: Sequence[Row]) -> str:
    """The aims of issue 3 against what was measured."""
    names = sum(r.names for r in rows)
    median = statistics.median
    return "\n".join(
        (
            f"- {len(rows)} pages, {names:,} names, {sum(r.duplicates for r in rows)} duplicates",
            f"- names with words: {1 - sum(r.wordless for r in rows) / max(1, names):.2%}",
            f"- visible text kept in order: median {median(r.kept for r in rows):.2%}, "
            f"least {min(r.kept for r in rows):.2%}",
            f"- stable names: reload {median(r.stable_reload for r in rows):.2%}, "
            f"advertisement {median(r.stable_ad for r in rows):.2%}, "
            f"row removed {median(r.stable_row for r in rows):.2%} (medians); least "
            f"{min(min(r.stable_reload, r.stable_ad, r.stable_row) for r in rows):.2%}",
            f"- output: median {median(r.share for r in rows):.1%} of the raw HTML",
            f"- time: median {median(r.ratio for r in rows):.2f} times the bare walk",
        )
    )


def token_counter() -> tuple[Callable[[str], int], str]:
    """How tokens are counted here, and what to say about it."""
    return (lambda text: len(text) // 4), "characters / 4"


async def main(paths: Sequence[Path]) -> None:
    count, how = token_counter()
    print(f"Tokens: {how}.\n\n{HEADER}\n|{'---|' * HEADER.count(' | ')}---|")
    rows = []
    async with launch() as browser:
        for path in paths:
            row = await measure(path, count, lambda data: open_saved(browser, data))
            rows.append(row)
            print(as_line(row), flush=True)
    print("\n" + summary(rows))


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    files = given or sorted((DATA / "pages").glob("*.html.gz"))
    if not files:
        sys.exit(f"no saved pages in {DATA / 'pages'}: name files, or set SHOPPER_DATA")
    asyncio.run(main(files))
