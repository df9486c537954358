"""The blind test of studies: are planted usability problems found, and nothing else?

    python -m bench.blind --out runs/blind [--seeds 11 12] [--customers 12]

Sends synthetic customers who came to buy to the embedded shop as it is and to each of its variants
with one planted problem. The analysis is told neither which shop it was nor that there are
variants: its input is the logs and a definition that says nothing of them. What counts as found is
written down below, before anything is run. Goes on where it stopped; `--only NAME` does one shop.

The customers are synthetic and know the kind of shop they are in; see docs/studies.md.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
from collections import Counter
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from agent.personas.personas import Customer
from agent.policies.synthetic import persona_of
from agent.runs.folder import read_card, write_card
from agent.sessions.session import to_builtins
from agent.shoppers import population
from agent.shoppers.user import visits_of
from agent.study.conduct import StudyRequest, conduct
from agent.study.definition import OWN_INTENT, Study, StudyPopulation, Success, Task
from agent.study.folder import StudyFolder
from envs.shop import VARIANTS
from eval.usability.analysis import analyse
from eval.usability.schema import Finding

PLANTED: dict[str, tuple[str, str]] = {
    "hidden-checkout": ("far-target", "/p/*"),
    "unclear-filters": ("unclear-label", "/search"),
    "strict-search": ("typo-not-forgiven", "/search"),
    "slow-product": ("slow-page", "/p/*"),
    "late-price": ("late-price", "/search"),
}
"""The finding, by kind and page, that names the planted problem."""
STEPS = 20


def study(variant: str, seed: int, customers: int) -> Study:
    return Study(
        title="Blind test",
        site="embedded",
        variant=variant,
        policy="synthetic",
        seed=seed,
        population=StudyPopulation(customers=customers, personas="personas.jsonl"),
        tasks=(Task(id="buy", text=OWN_INTENT, success=Success(order=True), max_steps=STEPS),),
    )


def people(seed: int, count: int) -> list[Customer]:
    """The first users of a population who make a visit to buy, with that visit's intent."""
    found = (
        next((v for v in visits_of(user) if _buys(v.intent)), None) for user in population(seed)
    )
    chosen = itertools.islice((visit for visit in found if visit), count)
    return [
        Customer(n, f"customer-{n:04}", persona_of(visit.user), visit.intent, visit.seed)
        for n, visit in enumerate(chosen, 1)
    ]


def _buys(intent: str) -> bool:
    return intent.startswith(("I want to buy", "I need", "Time to order"))


async def collect(root: Path, variant: str, seed: int, customers: int, at_once: int) -> None:
    """One study's visits, unless they are there; what is kept of it does not name the variant."""
    folder = StudyFolder(root)
    begun = folder.run.card.exists()
    if begun and read_card(folder.run).totals.sessions == customers:
        return
    asked = study(variant, seed, customers)
    await conduct(
        StudyRequest(
            study=asked,
            people=tuple(people(seed, customers)),
            folder=folder,
            concurrency=at_once,
            resume=begun,
        )
    )
    card = read_card(folder.run)
    write_card(folder.run, msgspec.structs.replace(card, arguments={}))
    folder.definition.write_bytes(
        msgspec.json.encode(to_builtins(msgspec.structs.replace(asked, variant="default")))
    )


def judge(variant: str, findings: tuple[Finding, ...]) -> tuple[bool | None, list[Finding]]:
    """Whether the planted problem was found (None where there is none), and all other findings."""
    wanted = PLANTED.get(variant)
    hits = [f for f in findings if wanted and (f.kind, f.page) == wanted]
    return (bool(hits) if wanted else None), [f for f in findings if f not in hits]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs/blind"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12])
    parser.add_argument("--customers", type=int, default=12)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--only", nargs="+", default=list(VARIANTS), choices=list(VARIANTS))
    parser.add_argument("--verbose", action="store_true", help="List every finding.")
    options = parser.parse_args()
    out = Console()
    table = Table(title=f"blind test, {options.customers} synthetic customers a study")
    for column in ("shop", "found", "other findings a study", "of these medium or high"):
        table.add_column(column)
    others: Counter[tuple[str, str, str]] = Counter()
    for variant in options.only:
        found, extra, grave = [], 0, 0
        for seed in options.seeds:
            root = options.out / f"{variant}-{seed}"
            asyncio.run(collect(root, variant, seed, options.customers, options.at_once))
            result = analyse(root)
            hit, rest = judge(variant, result.findings)
            found.append(hit)
            extra += len(rest)
            grave += sum(f.severity != "low" for f in rest)
            others.update((f.kind, f.page, f.severity) for f in rest)
            if options.verbose:
                for f in result.findings:
                    mark = " " if f in rest else "*"
                    out.print(f"{mark} {variant}-{seed} {f.severity:6} {f.kind} {f.page} {f.title}")
        n = len(options.seeds)
        said = "nothing planted" if found[0] is None else f"{sum(map(bool, found))} of {n}"
        table.add_row(variant, said, f"{extra / n:.1f}", f"{grave / n:.1f}")
    out.print(table)
    for (kind, page, severity), times in others.most_common():
        out.print(f"  other: {times} x {kind} on {page} ({severity})")


if __name__ == "__main__":
    main()
