"""How a policy words and revises searches, beside people: WebShop's goals and typed queries.

    python bench/queries.py POLICY [GOALS]

With the policy ``synthetic`` it shows how the shoppers of the standard data set word a search that
their shop has no words for. Needs `webshop/goal_query_map.json` in the folder that SHOPPER_DATA names. What it can show: whether
a policy's wording is as short and as near to people's as people's own queries are. What it cannot:
what people would look for by themselves, since those people followed a written instruction.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent.policies import Options, load
from agent.prompts.prompt import PromptSettings
from agent.shoppers.language import language
from agent.shoppers.wording import revision_of
from eval.benchmark.query_wording import QueryWording, first_searches, revised_searches, wording
from eval.report.terminal import percent

DATA = Path(os.environ.get("SHOPPER_DATA", Path(__file__).parents[2] / "shared" / "data"))

GOALS = DATA / "webshop" / "goal_query_map.json"


Pairs = list[tuple[str, str]]
"""Goals or queries, and what was typed for or after them."""


def kept(pairs: Iterable[tuple[str, str]]) -> float:
    """The share of a goal's telling words that a query keeps."""
    small = language("en").leading
    shares = []
    for goal, query in pairs:
        told = {word for word in _words(goal) if word not in small}
        shares.append(len(told & set(_words(query))) / len(told) if told else 1.0)
    return sum(shares) / max(1, len(shares))


def ways(pairs: Iterable[tuple[str, str]]) -> str:
    """How queries changed, in percent."""
    found = Counter(revision_of(before, after) for before, after in pairs)
    return ", ".join(f"{way} {100 * n / found.total():.0f}" for way, n in found.most_common())


def _words(text: str) -> list[str]:
    return text.lower().replace(",", " ").replace(".", " ").split()


async def measure(spec: str, count: int) -> tuple[QueryWording, QueryWording, dict[str, Pairs]]:
    """First queries, and those after a first query of a person's that found nothing; and the pairs of
    both, the policy's and people's."""
    goals: dict[str, list[str]] = json.loads(GOALS.read_text())
    first = dict(list(goals.items())[:count])
    later = {g: q for g, q in goals.items() if len(q) > 1}
    later = dict(list(later.items())[:count])
    policy = await load(spec, Options(prompt=PromptSettings(intent=True), greedy=True))
    try:
        typed = await first_searches(policy, list(first))
        again = await revised_searches(policy, later)
    finally:
        await policy.close()
    pairs: dict[str, Pairs] = {
        "first": [(g, t) for g, t in zip(first, typed, strict=True) if t is not None],
        "first, people": [(g, queries[0]) for g, queries in first.items()],
        "revised": [(q[0], t) for q, t in zip(later.values(), again, strict=True) if t is not None],
        "revised, people": [(q[0], q[1]) for q in later.values()],
    }
    return (
        wording(list(first), typed, list(first.values())),
        wording(list(later), again, [queries[1:] for queries in later.values()]),
        pairs,
    )


def main() -> None:
    if not GOALS.exists():
        raise SystemExit(f"skipped: there is no {GOALS}; SHOPPER_DATA names the folder it is in")
    spec = sys.argv[1] if len(sys.argv) > 1 else "smollm2"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    first, later, pairs = asyncio.run(measure(spec, count))
    table = Table(title=f"{spec}: searches for a goal", title_justify="left", box=None)
    for column in ("", "first", "revised"):
        table.add_column(column, justify="right" if column else "left")
    rows = {
        "goals asked": lambda w: str(w.asked),
        "of them searched": lambda w: str(w.searched),
        "a person's very query, %": lambda w: percent(w.exact),
        "chrF to the nearest person's query": lambda w: percent(w.chrf),
        "words": lambda w: "–" if w.words is None else f"{w.words:.1f}",
        "words, people": lambda w: f"{w.people_words:.1f}",
        "words the goal does not have, %": lambda w: percent(w.foreign),
        "words the goal does not have, people, %": lambda w: percent(w.people_foreign),
    }
    for label, told in rows.items():
        table.add_row(label, told(first), told(later))
    console = Console()
    console.print(table)
    for side in ("first", "first, people"):
        console.print(f"telling words of the goal kept, {side}: {100 * kept(pairs[side]):.0f} %")
    for side in ("revised", "revised, people"):
        console.print(f"ways of revising, {side}, %: {ways(pairs[side])}")


if __name__ == "__main__":
    main()
