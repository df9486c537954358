"""What is shown of a page within a token budget: folded to it, and cut from the bottom as before, as
HTML and as lines.

    python -m bench.attention [SESSIONS] [--tokens N ...] [--json FILE]

Two measures. On the saved pages with labels (`bench.facts` says when a fact is told) the share of
product pages whose title, true price and buying control are all shown, each that the page has at
all; and of each kind of fact. Of logged SESSIONS, where some are named, the share of steps whose
target is shown: the element acted on, or an option that can be chosen though its list is folded.
Lines cut long titles short: the first ten words of one count. Times are of one look each, first with
nothing kept of the page or the shop (`first`), then again (`again`).
What it cannot say: whether a policy does better for it. Tokens are the embedded model's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from statistics import median

import msgspec

from agent.models.embedded import find_embedded
from agent.prompts import attention, lines
from agent.prompts.lines.memory import Memory
from agent.prompts.tokenizer import FastTokenizer
from agent.prompts.trim import trim
from agent.sessions.dataset import read_sessions
from agent.sessions.html_tags import names_in
from agent.sessions.logged_page import observation_of
from bench.facts import labels
from bench.facts_rules import Label, buying_names, price_told, told_of
from bench.quality_scores import words_of
from bench.quality_scripts import HIDE_NOSCRIPT
from bench.saved_pages import DATA, evaluate
from envs.actions import action_name
from envs.browser.browser import launch
from envs.observation import Observation
from envs.page.observer import Observer
from envs.page.saved_page import open_saved, read_saved

TOKENS = (1024, 2048, 4096, 8192)
KINDS = ("title", "price", "buy")
WAYS = ("cut", "folded", "lines cut", "lines folded")
TITLE_WORDS = 10


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Shares at one budget; those of pages or those of sessions. `first` and `again`: milliseconds
    of CPU time of a look, the median."""

    way: str
    tokens: int
    of: int
    all_shown: float
    by_kind: dict[str, float] = {}
    first: float = 0.0
    again: float = 0.0


async def looks(pages: Iterable[str]) -> dict[str, Observation]:
    """Each saved page as it is seen."""
    found = {}
    async with launch() as browser:
        for page in pages:
            async with open_saved(browser, read_saved(DATA / "pages" / f"{page}.html.gz")) as world:
                await evaluate(world, HIDE_NOSCRIPT)
                found[page] = await Observer(world).observe()
    return found


class Page(msgspec.Struct, frozen=True):
    """A page as it is shown in one way. `lines` where it is no HTML."""

    text: str
    names: frozenset[str]
    lines: bool = False


def laid_out(seen: Observation, way: str, tokens: int, ruler: FastTokenizer) -> Page:
    """The page as it is shown in one way."""
    if way.startswith("lines"):
        page = (
            lines.lay_out(seen, Memory(), tokens, ruler)
            if way == "lines cut"
            else lines.fold(seen, Memory(), (), tokens, ruler)
        )
        return Page(page.text, frozenset(page.handles), lines=True)
    if way == "cut":
        text = trim(seen.html, tokens, ruler)
        return Page(text, names_in(text))
    layout = attention.lay_out(seen, (), tokens, ruler)
    return Page(layout.text, names_in(layout.text) | {*layout.choosable})


class Known(msgspec.Struct, frozen=True):
    """A page as it is seen, which facts it tells as a whole, and which of its controls buy."""

    seen: Observation
    label: Label
    told: tuple[str, ...]
    buying: frozenset[str]


def known_of(label: Label, seen: Observation) -> Known:
    facts = [f.kind for f in told_of(label, seen) if f.kind in KINDS and f.told]
    buying = buying_names(label.buy, seen) if label.buy else frozenset()
    return Known(seen, label, tuple(dict.fromkeys(facts)), buying)


def told(known: Known, page: Page) -> dict[str, bool]:
    """Of the facts that the whole page tells, which are shown."""
    label, seen = known.label, known.seen
    if page.lines:
        shown = _told_by_lines(known, page)
    else:
        names = tuple(e for e in seen.names if e.name in page.names)
        left = msgspec.structs.replace(seen, html=page.text, names=names)
        shown = {fact.kind: fact.told for fact in told_of(label, left)}
    return {kind: shown.get(kind, False) for kind in known.told}


def _told_by_lines(known: Known, page: Page) -> dict[str, bool]:
    label = known.label
    start = " ".join((label.title or "").split()[:TITLE_WORDS])
    text = "".join(words_of(page.text))
    found = {"title": "".join(words_of(start)) in text}
    if label.price is not None:
        found["price"] = price_told(page.text, label.price, label.bare, start).told
    if label.buy is not None:
        found["buy"] = bool(known.buying & page.names)
    return found


def of_pages(pages: Iterable[Known], way: str, tokens: int, ruler: FastTokenizer) -> Shown:
    """What is shown of the facts that the whole pages tell."""
    shown: dict[str, list[bool]] = defaultdict(list)
    whole: list[bool] = []
    first, again = [], []
    for known in pages:
        begun = time.process_time()
        laid_out(known.seen, way, tokens, ruler)
        first.append(1000 * (time.process_time() - begun))
        begun = time.process_time()
        page = laid_out(known.seen, way, tokens, ruler)
        again.append(1000 * (time.process_time() - begun))
        facts = told(known, page)
        for kind, is_told in facts.items():
            shown[kind].append(is_told)
        if known.label.title and not known.label.results:
            whole.append(all(facts.values()))
    return Shown(
        way=way,
        tokens=tokens,
        of=len(whole),
        all_shown=_share(whole),
        by_kind={kind: _share(shown[kind]) for kind in KINDS},
        first=median(first),
        again=median(again),
    )


def of_sessions(file: Path, most: int, way: str, tokens: int, ruler: FastTokenizer) -> Shown:
    """How often what was acted on is shown; leaving needs nothing shown and is not counted."""
    shown, times = [], []
    for session in islice(read_sessions(file), most):
        for step in session.steps:
            name = action_name(step.action)
            if name is None:
                continue
            begun = time.process_time()
            page = laid_out(observation_of(step), way, tokens, ruler)
            times.append(1000 * (time.process_time() - begun))
            shown.append(name in page.names)
    return Shown(
        way=way,
        tokens=tokens,
        of=len(shown),
        all_shown=_share(shown),
        first=median(times),
    )


def _share(shown: list[bool]) -> float:
    return sum(shown) / len(shown) if shown else 1.0


def find_ruler() -> FastTokenizer:
    """The embedded model's tokenizer, with nothing kept of what it counted before."""
    embedded = find_embedded()
    if embedded is None:
        raise SystemExit("the embedded model's tokenizer is needed: run `shopper doctor`")
    return embedded.tokenizer()


def table(rows: Iterable[Shown], what: str) -> str:
    """A row a budget and way."""
    rows_of_text = [
        f"| tokens | way | {what} | all | {' | '.join(KINDS)} | ms, first | ms, again |",
        "|" + "---|" * 9,
    ]
    for row in rows:
        kinds = [f"{row.by_kind[k]:.0%}" if k in row.by_kind else "" for k in KINDS]
        rows_of_text.append(
            f"| {row.tokens:,} | {row.way} | {row.of} | {row.all_shown:.1%} | "
            f"{' | '.join(kinds)} | {row.first:.1f} | {row.again:.1f} |"
        )
    return "\n".join(rows_of_text)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.attention", description=__doc__.splitlines()[0]
    )
    parser.add_argument("sessions", nargs="?", type=Path)
    parser.add_argument("--limit", type=int, default=40, help="sessions read at most")
    parser.add_argument("--tokens", type=int, nargs="+", default=list(TOKENS))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    known = labels()
    pages = [page for page in known if (DATA / "pages" / f"{page}.html.gz").is_file()]
    if not pages and options.sessions is None:
        raise SystemExit(
            f"no labelled pages in {DATA / 'pages'}: set SHOPPER_DATA, or name sessions"
        )
    ways = [(tokens, way) for tokens in options.tokens for way in WAYS]
    found: dict[str, list[Shown]] = {}
    if pages:
        seen = asyncio.run(looks(pages))
        facts = [known_of(known[page], look) for page, look in seen.items()]
        found["pages"] = [of_pages(facts, way, n, find_ruler()) for n, way in ways]
        print(table(found["pages"], "product pages"))
    if options.sessions is not None:
        found["targets"] = [
            of_sessions(options.sessions, options.limit, way, n, find_ruler()) for n, way in ways
        ]
        print(table(found["targets"], "steps"))
    if options.json:
        options.json.write_text(json.dumps(msgspec.to_builtins(found), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
