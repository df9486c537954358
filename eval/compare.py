"""`shopper compare` without its command line: reads folders and data sets, compares them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from agent.sessions.dataset import read_sessions
from agent.sessions.session import RecordError, Session
from eval.behaviour import Behaviour, population, side_by_side
from eval.benchmark.comparison import ComparedPolicy, PolicyComparison, compare
from eval.benchmark.folder import BenchFolder
from eval.benchmark.predictions import read_predictions
from eval.benchmark.results import read_results
from eval.errors import EvalInputError
from eval.fidelity.compare import fidelity
from eval.fidelity.schema import Fidelity
from eval.fidelity.trails import Trail, noted
from eval.page_budgets import runs_budgets_differ
from eval.stats.tally import Tally


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """Everything after the first compared with the first: benchmarks, or populations. `fidelities`
    are of whole visits, one for each of `behaviours`. `notes`: what else differs between runs."""

    benchmarks: tuple[PolicyComparison, ...] = ()
    behaviours: tuple[Behaviour, ...] = ()
    fidelities: tuple[Fidelity, ...] = ()
    notes: tuple[str, ...] = ()


def is_benchmark(path: Path) -> bool:
    return (path / "results.json").is_file()


def compare_benchmarks(paths: Sequence[Path]) -> Compared:
    """Raises:
    EvalInputError: a folder cannot be read, or shares no step with the first.
    """
    first, *others = [_side(path) for path in paths]
    return Compared(benchmarks=tuple(compare(first, other) for other in others))


def compare_behaviour(paths: Sequence[Path]) -> Compared:
    """Raises:
    EvalInputError: a data set cannot be read, or is empty.
    """
    first, *others = [_population(path) for path in paths]
    return Compared(
        behaviours=tuple(
            side_by_side(first.tally, other.tally, (first.label, other.label)) for other in others
        ),
        fidelities=tuple(fidelity(first.trails, other.trails) for other in others),
        notes=tuple(
            f"{paths[0]} and {path}: {note}"
            for path in paths[1:]
            if (note := runs_budgets_differ(paths[0], path)) is not None
        ),
    )


def customers_and_people(customers: Path, people: Path) -> tuple[Behaviour, Fidelity]:
    """Behaviour of people first, so that differences are customers' less people's; whole visits of
    customers held against people's.

    Raises:
        EvalInputError: a folder cannot be read, or holds no visit.
    """
    one, other = _population(people), _population(customers)
    behaviour = side_by_side(one.tally, other.tally, (one.label, other.label))
    return behaviour, fidelity(other.trails, one.trails)


class _Population(NamedTuple):
    """Everyone's visits, without pages."""

    label: str
    tally: Tally
    trails: list[Trail]


def _population(path: Path) -> _Population:
    trails: list[Trail] = []
    tally = population(noted(_sessions(path), trails))
    if not tally.sessions:
        raise EvalInputError(f"{path} holds no session with a step")
    return _Population(str(path), tally, trails)


def _side(path: Path) -> ComparedPolicy:
    folder = BenchFolder(path)
    results = read_results(folder.results)
    rows = {row.place: row for row in read_predictions(folder.predictions)}
    return ComparedPolicy(
        label=str(path),
        data=results.data,
        settings={**results.settings, "policy": results.policy},
        rows=tuple(rows.values()),
        unanswered=results.unanswered,
    )


def _sessions(path: Path) -> Iterator[Session]:
    try:
        yield from read_sessions(path)
    except (RecordError, OSError) as error:
        raise EvalInputError(f"cannot read {path}: {error}") from error
