"""What is shown of a page within a token budget: folded to it, and cut from the bottom as before.

    python -m bench.attention [SESSIONS] [--tokens N ...] [--json FILE]

Two measures. On the saved pages with labels (`bench.facts` says when a fact is told) the share of
product pages whose title, true price and buying control are all shown, each that the page has at
all; and of each kind of fact. Of logged SESSIONS, where some are named, the share of steps whose
target is shown: the element acted on, or an option that can be chosen though its list is folded.
What it cannot say: whether a policy does better for it. Tokens are the embedded model's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from statistics import median

import msgspec

from agent.models.embedded import find_embedded
from agent.prompts.attention import Layout, lay_out
from agent.prompts.tokenizer import FastTokenizer
from agent.prompts.trim import trim
from agent.sessions.dataset import read_sessions
from agent.sessions.html_tags import names_in
from agent.sessions.logged_page import observation_of
from bench.facts import labels
from bench.facts_rules import Label, told_of
from bench.quality_scripts import HIDE_NOSCRIPT
from bench.saved_pages import DATA, evaluate
from envs.actions import action_name
from envs.browser.browser import launch
from envs.observation import Observation
from envs.page.observer import Observer
from envs.page.saved_page import open_saved, read_saved

TOKENS = (1024, 2048, 4096, 8192)
KINDS = ("title", "price", "buy")


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Shares at one budget, `way` folded or cut; those of pages or those of sessions."""

    way: str
    tokens: int
    of: int
    all_shown: float
    by_kind: dict[str, float] = {}
    milliseconds: float = 0.0
    most_milliseconds: float = 0.0


async def looks(pages: Iterable[str]) -> dict[str, Observation]:
    """Each saved page as it is seen."""
    found = {}
    async with launch() as browser:
        for page in pages:
            async with open_saved(browser, read_saved(DATA / "pages" / f"{page}.html.gz")) as world:
                await evaluate(world, HIDE_NOSCRIPT)
                found[page] = await Observer(world).observe()
    return found


def laid_out(seen: Observation, way: str, tokens: int, ruler: FastTokenizer) -> Layout:
    """The page as it is shown in one way."""
    if way == "cut":
        return Layout(trim(seen.html, tokens, ruler))
    return lay_out(seen, (), tokens, ruler)


def of_pages(
    seen: Mapping[str, Observation], known: Mapping[str, Label], way: str, tokens: int,
    ruler: FastTokenizer,
) -> Shown:  # fmt: skip
    """What is shown of the facts that the whole pages tell."""
    told: dict[str, list[bool]] = defaultdict(list)
    whole, times = [], []
    for page, observation in seen.items():
        begun = time.process_time()
        text = laid_out(observation, way, tokens, ruler).text
        times.append(1000 * (time.process_time() - begun))
        left = names_in(text)
        shown = Observation(
            url=observation.url,
            title=observation.title,
            html=text,
            names=tuple(e for e in observation.names if e.name in left),
        )
        pairs = zip(told_of(known[page], observation), told_of(known[page], shown), strict=True)
        facts = [(b.kind, b.told) for a, b in pairs if a.told and b.kind in KINDS]
        for kind, is_told in facts:
            told[kind].append(is_told)
        if known[page].title and not known[page].results:
            whole.append(all(is_told for _, is_told in facts))
    return Shown(
        way=way,
        tokens=tokens,
        of=len(whole),
        all_shown=_share(whole),
        by_kind={kind: _share(told[kind]) for kind in KINDS},
        milliseconds=median(times),
        most_milliseconds=max(times),
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
            layout = laid_out(observation_of(step), way, tokens, ruler)
            times.append(1000 * (time.process_time() - begun))
            shown.append(name in layout.choosable or name in names_in(layout.text))
    return Shown(
        way=way,
        tokens=tokens,
        of=len(shown),
        all_shown=_share(shown),
        milliseconds=median(times),
        most_milliseconds=max(times),
    )


def _share(shown: list[bool]) -> float:
    return sum(shown) / len(shown) if shown else 1.0


def table(rows: Iterable[Shown], what: str) -> str:
    """A row a budget and way."""
    lines = [
        f"| tokens | way | {what} | all | {' | '.join(KINDS)} | ms, median | ms, most |",
        "|" + "---|" * 9,
    ]
    for row in rows:
        kinds = [f"{row.by_kind[k]:.0%}" if k in row.by_kind else "" for k in KINDS]
        lines.append(
            f"| {row.tokens:,} | {row.way} | {row.of} | {row.all_shown:.1%} | "
            f"{' | '.join(kinds)} | {row.milliseconds:.1f} | {row.most_milliseconds:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.attention", description=__doc__.splitlines()[0]
    )
    parser.add_argument("sessions", nargs="?", type=Path)
    parser.add_argument("--limit", type=int, default=40, help="sessions read at most")
    parser.add_argument("--tokens", type=int, nargs="+", default=list(TOKENS))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    embedded = find_embedded()
    if embedded is None:
        raise SystemExit("the embedded model's tokenizer is needed: run `shopper doctor`")
    ruler = embedded.tokenizer()
    known = labels()
    pages = [page for page in known if (DATA / "pages" / f"{page}.html.gz").is_file()]
    if not pages and options.sessions is None:
        raise SystemExit(
            f"no labelled pages in {DATA / 'pages'}: set SHOPPER_DATA, or name sessions"
        )
    ways = [(tokens, way) for tokens in options.tokens for way in ("cut", "folded")]
    found: dict[str, list[Shown]] = {}
    if pages:
        seen = asyncio.run(looks(pages))
        found["pages"] = [of_pages(seen, known, way, n, ruler) for n, way in ways]
        print(table(found["pages"], "product pages"))
    if options.sessions is not None:
        found["targets"] = [
            of_sessions(options.sessions, options.limit, way, n, ruler) for n, way in ways
        ]
        print(table(found["targets"], "steps"))
    if options.json:
        options.json.write_text(json.dumps(msgspec.to_builtins(found), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
