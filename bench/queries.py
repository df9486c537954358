"""How a policy words and revises searches, beside people: WebShop's goals and typed queries.

    python bench/queries.py POLICY [GOALS]

Needs `webshop/goal_query_map.json` in the folder that SHOPPER_DATA names. What it can show: whether
a policy's wording is as short and as near to people's as people's own queries are. What it cannot:
what people would look for by themselves, since those people followed a written instruction.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent.policies import Options, load
from agent.prompts.prompt import PromptSettings
from eval.benchmark.query_wording import QueryWording, first_searches, revised_searches, wording
from eval.report.terminal import percent

DATA = Path(os.environ.get("SHOPPER_DATA", Path(__file__).parents[2] / "shared" / "data"))

GOALS = DATA / "webshop" / "goal_query_map.json"


async def measure(spec: str, count: int) -> tuple[QueryWording, QueryWording]:
    """First queries, and those after a first query of a person's that found nothing."""
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
    return (
        wording(list(first), typed, list(first.values())),
        wording(list(later), again, [queries[1:] for queries in later.values()]),
    )


def main() -> None:
    if not GOALS.exists():
        raise SystemExit(f"skipped: there is no {GOALS}; SHOPPER_DATA names the folder it is in")
    spec = sys.argv[1] if len(sys.argv) > 1 else "smollm2"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    first, later = asyncio.run(measure(spec, count))
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
    Console().print(table)


if __name__ == "__main__":
    main()
