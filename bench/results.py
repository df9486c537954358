"""The table of the results page, from benchmark folders.

    python bench/results.py NAME=DIR [NAME=DIR ...]

Prints Markdown: a row a folder, then the first folder's trivial baselines and its ceiling. Every
number is read from ``results.json``; nothing is computed here. Folders that were not made on the
same data and settings are named below the table.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.benchmark.results import Estimate, Match, OutcomeScores, Results, read_results
from eval.compare import compare_benchmarks
from eval.report.terminal import BASELINE_WORDS, percent, with_interval

HEAD = (
    "policy",
    "exact match, per session",
    "exact match, per step",
    "outcome F1, buying",
    "outcome F1, weighted",
    "action type",
    "illegal",
    "s/step",
)


def table(folders: Mapping[str, Path]) -> list[str]:
    """The lines of the table.

    Raises:
        EvalInputError: a folder holds no results.
    """
    results = {name: read_results(path / "results.json") for name, path in folders.items()}
    first = next(iter(results.values()))
    lines = [_line(HEAD), _line(["---"] * len(HEAD))]
    lines += [_line(_policy(name, found)) for name, found in results.items()]
    for name, scores in first.baselines.items():
        cells = _scores(scores.exact_match, scores.outcome)
        rest = (percent(scores.action_type.accuracy), percent(scores.illegal_share), "–")
        lines.append(_line([f"*{BASELINE_WORDS[name]}*", *cells, *rest]))
    if first.ceiling is not None:
        ceiling = [with_interval(e) for e in (first.ceiling.session_macro, first.ceiling.micro)]
        lines.append(_line(["*ceiling*", *ceiling, *["–"] * 5]))
    lines += ["", *_about(first), *_warnings(list(folders.values()))]
    return lines


def _policy(name: str, found: Results) -> list[str]:
    seconds = "–" if found.seconds_per_step is None else f"{found.seconds_per_step:.2f}"
    rest = (percent(found.action_type.accuracy), percent(found.illegal_share), seconds)
    return [name, *_scores(found.exact_match, found.outcome), *rest]


def _scores(match: Match, outcome: OutcomeScores) -> list[str]:
    estimates: tuple[Estimate, ...] = (
        match.session_macro,
        match.micro,
        outcome.f1_buy,
        outcome.weighted_f1,
    )
    return [with_interval(estimate) for estimate in estimates]


def _about(found: Results) -> list[str]:
    return [
        f"{found.sessions} sessions, {found.steps} predicted steps; percent, with 95 % intervals "
        f"over {found.clusters['count']} {found.clusters['by']}s.",
        *(f"- {note}" for note in found.notes),
    ]


def _warnings(paths: Sequence[Path]) -> list[str]:
    """What `shopper compare` warns of, for every folder beside the first."""
    if len(paths) < 2:
        return []
    found = compare_benchmarks(paths).benchmarks
    return [f"- {c.second}: {warning}" for c in found for warning in c.warnings]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    named = [argument.partition("=") for argument in sys.argv[1:]]
    if not named or not all(name and path for name, _, path in named):
        raise SystemExit("usage: python bench/results.py NAME=DIR [NAME=DIR ...]")
    print("\n".join(table({name: Path(path) for name, _, path in named})))


if __name__ == "__main__":
    main()
