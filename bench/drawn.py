"""Whether digits and words are set apart as they are drawn: an oracle that shares no code with the eyes.

    python -m bench.drawn [FILE ...] [--all] [--json FILE]

The browser itself says where each piece of text is drawn (`DOMSnapshot.captureSnapshot`: one box for
each piece and line, words of style sheets included). Two pieces that follow each other on a line are

- drawn apart, where there is a gap of a fifth of their size or more between them; between two digits
  also where the size, the height they stand at, or a box of its own changes;
- drawn together, where two digits, or a letter and a small letter, touch in the same size at the
  same height and neither is a box, a link or a button of its own.

What the simplified HTML makes of each such place is looked up in its text: what is drawn apart must
not be read as one number or word, what is drawn together must not be read as two. A place whose words
are not in the text at all is another fault and is not counted here. Slow, so it is run on demand.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from bs4 import BeautifulSoup

from bench.quality_scripts import HIDE_NOSCRIPT
from bench.saved_pages import evaluate, saved_pages
from envs.browser.browser import launch
from envs.page.observer import Observer
from envs.page.saved_page import open_saved, read_saved
from envs.page.script import PageScript

STYLES = ["font-size", "visibility", "opacity", "display", "float", "position", "color"]
APART_EM = 0.2
TOUCH_EM = 0.06
SIZE = 0.1
"""Sizes that differ by a tenth are two sizes."""
RISE = 0.15
"""Heights that differ by so much of the size are two heights."""
REACH = 12
"""Characters on each side of a place that are looked up."""

THINGS = frozenset({"A", "BUTTON", "LABEL", "OPTION"})
"""What touches one of these is not one word with it, however close it is drawn."""

How = Literal["apart", "together"]


class Piece(msgspec.Struct, frozen=True):
    """Text drawn in one box: its words, its place in CSS pixels, its size; `box` tells which box of
    its own it lies in, if any."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    box: int


class Place(msgspec.Struct, frozen=True):
    """Where two pieces meet: the ends of both, how they are drawn."""

    before: str
    after: str
    how: How


class Checked(msgspec.Struct, frozen=True):
    """A page: the places that were looked up, and those that are read otherwise than drawn."""

    page: str
    places: int
    wrong: tuple[Place, ...]


async def pieces(world: PageScript) -> list[Piece]:
    """Every piece of text that is drawn in the page's own document, in the order of the page."""
    wanted = {"computedStyles": STYLES, "includePaintOrder": False, "includeDOMRects": False}
    answer = await world.cdp.send("DOMSnapshot.captureSnapshot", wanted)
    return drawn_in(answer["documents"][0], answer["strings"])


def drawn_in(document: dict[str, Any], strings: Sequence[str]) -> list[Piece]:
    layout, boxes = document["layout"], document["textBoxes"]
    parents = document["nodes"]["parentIndex"]
    tags = [strings[name] for name in document["nodes"]["nodeName"]]
    style_of_node = dict(zip(layout["nodeIndex"], layout["styles"], strict=True))
    found = []
    for at, bounds, start, length in zip(
        boxes["layoutIndex"], boxes["bounds"], boxes["start"], boxes["length"], strict=True
    ):
        style = [strings[i] if i >= 0 else "" for i in layout["styles"][at]]
        if not _seen(style) or bounds[2] <= 0 or bounds[3] <= 0:
            continue
        words = strings[layout["text"][at]][start : start + length]
        if not words.strip():
            continue
        left, top, width, height = bounds
        size = float(style[0].removesuffix("px") or 0)
        box = _own_box(layout["nodeIndex"][at], parents, tags, style_of_node, strings)
        found.append(Piece(words, left, top, left + width, top + height, size, box))
    return _in_order(found)


def _in_order(found: list[Piece]) -> list[Piece]:
    """The browser lists what style adds after an element's words before them."""
    for at in range(len(found) - 1):
        one, two = found[at : at + 2]
        beside = (
            abs(one.left - two.right) < one.size and abs(one.bottom - two.bottom) < one.size / 2
        )
        if beside and two.left < one.left:
            found[at : at + 2] = [two, one]
    return found


def _seen(style: Sequence[str]) -> bool:
    clear = style[6].startswith("rgba") and style[6].endswith(", 0)")
    return style[1] == "visible" and style[2] != "0" and not clear


def _own_box(
    node: int,
    parents: Sequence[int],
    tags: Sequence[str],
    styles: dict[int, Sequence[int]],
    strings: Sequence[str],
) -> int:
    """The nearest node around that is drawn as a box of its own, or is a thing of its own."""
    node = parents[node]  # text has the style of what it stands in
    while node >= 0:
        style = [strings[i] if i >= 0 else "" for i in styles.get(node, ())]
        if tags[node] in THINGS:
            return node
        if style and (style[3] not in ("inline", "contents") or style[4] != "none"):
            return node
        node = parents[node]
    return -1


def places(found: Sequence[Piece]) -> list[Place]:
    """Where two letters or digits of different pieces meet on a line, with how they are drawn; what
    could be read either way is left out."""
    met = []
    for one, two in itertools.pairwise(found):
        before, after = one.text[-REACH:], two.text[:REACH]
        if not (before[-1].isalnum() and after[0].isalnum()) or not _on_one_line(one, two):
            continue
        how = drawn(one, two)
        if how is not None:
            met.append(Place(before, after, how))
    return met


def drawn(one: Piece, two: Piece) -> How | None:
    """How two pieces on a line are drawn; None where that is a matter of taste."""
    size = min(one.size, two.size) or 1
    gap = two.left - one.right
    same = abs(one.size - two.size) <= SIZE * size and abs(one.bottom - two.bottom) <= RISE * size
    digits = one.text[-1].isdigit() and two.text[0].isdigit()
    if gap >= APART_EM * size or (digits and not same):
        return "apart"
    one_word = digits or (one.text[-1].isalpha() and two.text[0].islower())
    if same and one_word and abs(gap) <= TOUCH_EM * size and one.box == two.box:
        return "together"
    return None


def _on_one_line(one: Piece, two: Piece) -> bool:
    low = min(one.bottom, two.bottom) - max(one.top, two.top)
    least = min(one.bottom - one.top, two.bottom - two.top)
    return low >= least / 2 and two.left >= one.right - least / 2


def read_otherwise(place: Place, text: str, within: str) -> bool:
    """Whether the text reads a place otherwise than it is drawn. `within` holds the words of every
    single piece: what one of them says by itself is no fault of a place."""
    before, after = _end(place.before), _start(place.after)
    joined, split = before + after, f"{before} {after}"
    if place.how == "together":
        return not _has(text, joined) and _has(text, split)
    return _has(text, joined) and not _has(within, joined) and not _has(text, split)


def _end(words: str) -> str:
    """The last number or word of a piece, as far as it reaches."""
    match = re.search(r"[^\W_]+$", words)
    return match.group() if match else words


def _start(words: str) -> str:
    match = re.match(r"[^\W_]+", words)
    return match.group() if match else words


def _has(text: str, words: str) -> bool:
    return re.search(rf"(?<![^\W_]){re.escape(words)}(?![^\W_])", text) is not None


def text_of(html: str) -> str:
    """What simplified HTML reads as: a tag is a gap, but for the line through a price."""
    soup = BeautifulSoup(html, "html.parser")
    return " ".join(soup.get_text(" ").split())


def check(page: str, found: Sequence[Piece], html: str) -> Checked:
    text, within = text_of(html), "\n".join(piece.text for piece in found)
    met = [place for place in places(found) if _known(place, text)]
    wrong = tuple(place for place in met if read_otherwise(place, text, within))
    return Checked(page, len(met), wrong)


def _known(place: Place, text: str) -> bool:
    """Whether the text has the words of a place in any way: also as a number and its decimals."""
    before, after = _end(place.before), _start(place.after)
    ways = [before + after, f"{before} {after}", f"{before}.{after}", f"{before},{after}"]
    return any(_has(text, way) for way in ways)


async def check_saved(browser: Any, path: Path) -> Checked:
    async with open_saved(browser, read_saved(path)) as world:
        await evaluate(world, HIDE_NOSCRIPT)
        seen = await Observer(world).observe()
        return check(path.name.split(".")[0], await pieces(world), seen.html)


async def run(paths: Sequence[Path], every: bool) -> list[Checked]:
    checked = []
    print("| page | places | read otherwise |\n|---|---|---|")
    async with launch() as browser:
        for path in paths:
            one = await check_saved(browser, path)
            checked.append(one)
            shown = one.wrong if every else one.wrong[:5]
            told = "; ".join(f"{p.before!r} + {p.after!r}, {p.how}" for p in shown)
            print(f"| {one.page} | {one.places} | {len(one.wrong)} {told} |", flush=True)
    places_ = sum(c.places for c in checked)
    print(f"\n{sum(len(c.wrong) for c in checked)} of {places_:,} places are read otherwise")
    return checked


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.drawn", description=__doc__.splitlines()[0]
    )
    parser.add_argument("file", nargs="*", type=Path)
    parser.add_argument("--all", action="store_true", help="show every place, not five a page")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    checked = asyncio.run(run(options.file or saved_pages(), options.all))
    if options.json:
        built = [msgspec.to_builtins(one) for one in checked]
        options.json.write_text(json.dumps(built, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
