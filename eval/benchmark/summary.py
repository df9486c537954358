"""The results of a benchmark, put together from its rows. Pure."""

from __future__ import annotations

from eval import formatting
from eval.benchmark import secondary_metrics as extras
from eval.benchmark.baselines import NAMES, RULE
from eval.benchmark.counts import tally
from eval.benchmark.predict import Finished
from eval.benchmark.results import Results, Setting, StepKind
from eval.benchmark.scoring import ceiling, positions, score, seconds_per_step, tokens
from eval.benchmark.step_kinds import blind, step_kinds
from eval.errors import EvalInputError
from eval.stats.tally import Tally

SYNTHETIC = "The data are synthetic shoppers, not people: agreement with them is not realism."


def summarise(
    finished: Finished, *, policy: str, data: str, settings: dict[str, Setting]
) -> Results:
    """Everything `results.json` says.

    Raises:
        EvalInputError: there is nothing to score.
    """
    rows = finished.rows
    if not rows:
        raise EvalInputError(
            f"{data}: nothing to score: no session has a second step (the first is context only)"
        )
    scores = score(rows)
    counted = tally(rows)
    return Results(
        policy=policy,
        data=data,
        source=", ".join(sorted(finished.sources)) or None,
        sessions=len(counted.sessions),
        steps=len(rows),
        illegal_share=scores.illegal_share,
        settings=settings,
        exact_match=scores.exact_match,
        exact_match_normalised=scores.exact_match_normalised,
        outcome=scores.outcome,
        action_type=scores.action_type,
        click_type=scores.click_type,
        errors=scores.errors,
        distribution=scores.distribution,
        ceiling=ceiling(rows),
        baselines={
            name: score(finished.baselines[name]) for name in NAMES if name in finished.baselines
        },
        near_misses=extras.near_misses(rows),
        calibration=extras.calibration(rows),
        true_action=extras.true_action(rows),
        positions=positions(rows),
        step_kinds=_step_kinds(finished),
        unanswered=finished.unanswered,
        truth_missing=finished.truth_missing / len(rows),
        clusters={"by": counted.clustered_by, "count": int(counted.clusters.max()) + 1},
        seconds_per_step=seconds_per_step(rows),
        tokens=tokens(rows),
        notes=tuple(_notes(finished, counted)),
    )


def _step_kinds(finished: Finished) -> dict[str, tuple[StepKind, ...]]:
    """The split by kind of step of the policy, and what to see it beside; without what the data do
    not tell."""
    found = {
        "policy": step_kinds(finished.rows),
        RULE: step_kinds(finished.baselines.get(RULE, [])),
        "blind": blind(finished.rows, finished.alike),
    }
    return {name: split for name, split in found.items() if split}


def _notes(finished: Finished, counted: Tally) -> list[str]:
    notes = []
    if "synthetic" in finished.sources:
        notes.append(SYNTHETIC)
    if finished.too_short:
        notes.append(
            f"Nothing is to be predicted in sessions of a single step: "
            f"{formatting.count(finished.too_short, 'session')} left out."
        )
    if finished.unanswered:
        notes.append(
            f"The policy gave no answer to {formatting.count(finished.unanswered, 'step')}, which "
            "counts as wrong; --resume asks again."
        )
    if unknown := int(counted.totals()["outcome_unknown"]):
        notes.append(
            f"In {formatting.count(unknown, 'last step')} a click is predicted on something whose "
            "kind the data do not say: whether that buys is not known, and outcomes are not scored."
        )
    if finished.truth_missing:
        share = finished.truth_missing / len(finished.rows)
        notes.append(
            f"{100 * share:.1f} % of the steps act on a name their page does not hold; nothing "
            "can match them."
        )
    return notes
