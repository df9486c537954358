"""The embedded shop compared with itself, or with a slower one, in browsers: for `bench.aa`."""

from __future__ import annotations

import asyncio
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.runs.ab import PairRequest, run_pair, side_folders
from agent.runs.capacity import customers_at_once
from agent.runs.config import RunConfig
from agent.runs.visit import Limits
from agent.sessions.session import Persona
from agent.shoppers.user import population, visits_of
from eval.ab.comparison import AbComparison, compare_runs
from shopper.plan import people_told

POLICY = "synthetic"


def called_different(number: int, customers: int, variants: tuple[str, str]) -> dict[str, bool]:
    """One comparison of so many customers: each measure, and whether B is said to differ."""
    found = _compared(number, customers, variants)
    return {m.label: m.verdict in ("higher", "lower") for m in found.measures}


def _compared(number: int, customers: int, variants: tuple[str, str]) -> AbComparison:
    planned = (visits_of(user)[0] for user in islice(population(number), customers))
    everyone = [(Persona(id=one.user.id, text="A shopper."), one.intent) for one in planned]
    who = people_told(None, everyone, policy=POLICY, seed=number)
    a, b = (
        RunConfig(
            url=None,
            variant=variant,
            customers=who,
            concurrency=customers_at_once(POLICY),
            limits=Limits(max_steps=12),
            screenshots=False,
        )
        for variant in variants
    )
    with TemporaryDirectory() as folder:
        root = Path(folder)
        request = PairRequest(root=root, configs=(a, b), policy=POLICY, seed=number)
        asyncio.run(run_pair(request))
        return compare_runs(*side_folders(root))
