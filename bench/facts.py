"""What a reader of the simplified HTML can tell of a shop's page: title, prices, rating, stock, buying.

    python -m bench.facts [PAGE ...] [--json FILE]

The pages are those in ``SHOPPER_DATA/pages``; what is true of them is in ``bench/facts_labels.json``,
written down by people who looked at their pictures, and the prices in ``SHOPPER_DATA/pages/facts.json``
are held against it. `bench.facts_rules` says when a fact is told; in short:

- a title: one element says all its words, in order, and it is the page's own text, no name or label;
- a price: within the main region (the smallest element around the title and the buying control) it
  is one of the first five prices after a line with the title that are not struck out, and no number
  a hundred times as large or small stands there as one;
- an old price: it stands there struck out, or beside the words that the label gives ("Was");
- a rating: its number stands there with its scale, or with the words that the label gives;
- stock: the page's words for it stand there;
- buying: a control that can be acted on shows the words of it;
- of a page of results the first three products: the title, and the price within its own card.

A fact that the page's picture does not show has no label and is not asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.facts_rules import Label, Told, told_of
from bench.quality_scripts import HIDE_NOSCRIPT
from bench.saved_pages import DATA, evaluate
from envs.browser.browser import launch
from envs.page.observer import Observer
from envs.page.saved_page import open_saved, read_saved

LABELS = Path(__file__).with_name("facts_labels.json")
KINDS = ("title", "price", "old price", "rating", "stock", "buy")


def labels() -> dict[str, Label]:
    """What is known of each page, by the name of its file without ``.html.gz``."""
    return msgspec.json.decode(LABELS.read_bytes(), type=dict[str, Label])


def disagreements(known: dict[str, Label], facts: Path) -> list[str]:
    """Pages whose price in `facts` is not the labelled one."""
    if not facts.is_file():
        return []
    given = json.loads(facts.read_text("utf-8"))
    lines = []
    for page, label in known.items():
        prices = given.get(f"{page}.html.gz", {}).get("price", [])
        if label.price and prices and float(label.price) not in [float(p) for p in prices]:
            lines.append(f"{page}: labelled {label.price}, facts.json says {prices}")
    return lines


async def read(pages: Sequence[str], known: dict[str, Label]) -> dict[str, list[Told]]:
    """What is told of each page's facts."""
    found = {}
    async with launch() as browser:
        for page in pages:
            data = read_saved(DATA / "pages" / f"{page}.html.gz")
            async with open_saved(browser, data) as world:
                await evaluate(world, HIDE_NOSCRIPT)
                seen = await Observer(world).observe()
            found[page] = told_of(known[page], seen)
    return found


def table(found: dict[str, list[Told]]) -> str:
    """A row a page: what is told (yes), missed (NO), not there to be told (blank)."""
    lines = [f"| page | {' | '.join(KINDS)} |", "|" + "---|" * (len(KINDS) + 1)]
    for page, facts in found.items():
        cells = []
        for kind in KINDS:
            of_kind = [f.told for f in facts if f.kind == kind]
            cells.append("" if not of_kind else "yes" if all(of_kind) else "NO")
        lines.append(f"| {page} | {' | '.join(cells)} |")
    return "\n".join(lines)


def summary(found: dict[str, list[Told]]) -> str:
    """The share told of each kind, of all, and every miss with what stands there instead."""
    every = [fact for facts in found.values() for fact in facts]
    lines = []
    for kind in (*KINDS, "all"):
        told = [f.told for f in every if kind in (f.kind, "all")]
        if told:
            lines.append(f"- {kind}: {sum(told)} of {len(told)}, {sum(told) / len(told):.1%}")
    lines += [
        f"- missed on {page}: {f.kind} {f.wanted!r}; there is {f.instead}"
        for page, facts in found.items()
        for f in facts
        if not f.told
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.facts", description=__doc__.splitlines()[0]
    )
    parser.add_argument("page", nargs="*", help="names of pages; without, all that are labelled")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    known = labels()
    pages = [p for p in options.page or known if (DATA / "pages" / f"{p}.html.gz").is_file()]
    if not pages:
        raise SystemExit(f"no labelled pages in {DATA / 'pages'}: set SHOPPER_DATA")
    for line in disagreements(known, DATA / "pages" / "facts.json"):
        print(line)
    found = asyncio.run(read(pages, known))
    print(table(found) + "\n\n" + summary(found))
    if options.json:
        built = msgspec.to_builtins(found)
        options.json.write_text(json.dumps(built, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
