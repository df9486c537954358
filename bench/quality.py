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
from tokenizers import Tokenizer

from agent.models.embedded import NAME, embedded_folder
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

VISIBLE_TEXT = """() => {
  const seen = (el) => {
    for (let at = el; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at), box = at.getBoundingClientRect();
      if (style.opacity === '0' || /circle\\(0|inset\\((50|100)%/.test(style.clipPath)) return false;
      if (style.overflow !== 'visible' && style.display !== 'inline' && (box.width < 2 || box.height < 2)) return false;
    }
    return true;
  };
  const clipped = (rect, el) => {
    if (rect.right + scrollX <= 0 || rect.bottom + scrollY <= 0) return true;
    for (let at = el; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at), box = at.getBoundingClientRect();
      if (style.display !== 'inline' && /hidden|clip/.test(style.overflowX) &&
          (rect.left >= box.right || rect.right <= box.left)) return true;
      if (style.display !== 'inline' && /hidden|clip/.test(style.overflowY) &&
          (rect.top >= box.bottom || rect.bottom <= box.top)) return true;
      if (style.position === 'fixed') break;
    }
    return false;
  };
  const range = document.createRange(), parts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, el = text.parentElement;
    if (!text.data.trim() || el.closest('noscript,script,style,template')) continue;
    if (el.closest('select')) { parts.push(' ', text.data, ' '); continue; }
    if (!el.checkVisibility({visibilityProperty: true})) continue;
    range.selectNodeContents(text);
    const rect = range.getBoundingClientRect();
    if (rect.width > 0 && rect.height > 0 && !clipped(rect, el) && seen(el)) parts.push(text.data, ' ');
  }
  return parts.join('');
}"""
"""Text nodes with a box that nothing hides; covers are not looked for, so that a page under a modal
shows in the table as what it is."""

COVERED = """() => {
  const range = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0, under = 0;
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !el.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    range.selectNodeContents(walker.currentNode);
    const r = range.getBoundingClientRect();
    const x = r.left + r.width / 2, y = r.top + r.height / 2;
    if (!r.width || x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
    const hit = document.elementFromPoint(x, y);
    seen++;
    if (hit && !hit.contains(el) && !el.contains(hit)) under++;
  }
  return String(seen ? under / seen : 0);
}"""
"""Share of the texts in the window that something else lies over."""

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
    kept_inner: float
    letters: int
    covered: float
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


def letters_of(text: str) -> list[str]:
    """Every run of four letters: text compares the same however its words are set apart."""
    letters = "".join(words_of(text))
    return [letters[at : at + 4] for at in range(0, max(1, len(letters) - 3))]


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
    "dup | wordless | ordinal | mid-word | text in order | of innerText | reload | ad | row |"
)


def as_line(row: Row) -> str:
    """One row of the Markdown table."""
    return (
        f"| {row.page} | {row.elements:,} | {row.chars:,} | {row.tokens:,} | {row.share:.1%} | "
        f"{row.ms:.0f} | {row.ratio:.2f} | {row.found} | {row.missed} | {row.names} | "
        f"{row.duplicates} | {row.wordless} | {row.repeated} | {row.midword} | {row.kept:.1%} | {row.kept_inner:.1%} | "
        f"{row.stable_reload:.1%} | {row.stable_ad:.1%} | {row.stable_row:.1%} |"
    )


def weighted(rows: Sequence[Row], share: Callable[[Row], float]) -> float:
    """A share of the text of all pages together."""
    return sum(share(r) * r.letters for r in rows) / max(1, sum(r.letters for r in rows))


def summary(rows: Sequence[Row]) -> str:
    """What was aimed at beside what was measured; text under a modal is not visible text."""
    names = sum(r.names for r in rows)
    open_ = [r for r in rows if r.covered < 0.5]
    median = statistics.median
    worst = min(min(r.stable_reload, r.stable_ad, r.stable_row) for r in rows)
    lines = (
        f"{len(rows)} pages, {names:,} names",
        f"duplicates (0): {sum(r.duplicates for r in rows)}",
        f"names with words (99 %): {1 - sum(r.wordless for r in rows) / max(1, names):.2%}",
        f"controls without a name: {sum(r.missed for r in open_)} of {sum(r.found for r in open_):,}",
        f"visible text kept in order (99 %): {weighted(open_, lambda r: r.kept):.2%}, median page "
        f"{median(r.kept for r in open_):.2%}, least {min(r.kept for r in open_):.2%}; "
        f"of innerText {weighted(open_, lambda r: r.kept_inner):.2%}, median page "
        f"{median(r.kept_inner for r in open_):.2%}; without {len(rows) - len(open_)} pages that "
        "a modal covers",
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
