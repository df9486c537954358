"""``results.json``: what a benchmark found, and reading and writing it.

Shares are between 0 and 1. What is undefined is null, never 0. Data only.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.atomic_write import write_json
from agent.parsing import from_json
from eval.errors import EvalInputError

Setting = str | int | float | bool | None


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A value with its 95 % cluster bootstrap interval."""

    value: float | None = None
    ci95: tuple[float, float] | None = None


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """Exact match, averaged over sessions (the paper) and over steps (OPeRA)."""

    session_macro: Estimate = Estimate()
    micro: Estimate = Estimate()


class OutcomeScores(msgspec.Struct, frozen=True, kw_only=True):
    """The last step of sessions that ended by buying or leaving."""

    f1_buy: Estimate = Estimate()
    weighted_f1: Estimate = Estimate()
    accuracy: Estimate = Estimate()
    sessions: int = 0


class ActionType(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the type of action was predicted. Macro F1 is over the types that occur."""

    accuracy: float | None = None
    macro_f1: float | None = None


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of the kinds of action, in the data and as predicted, and their Jensen-Shannon
    distance. `intervals` has `data` and `policy` by kind, and `js_distance` under ``all``."""

    data: dict[str, float] = {}
    policy: dict[str, float] = {}
    js_distance: float | None = None
    intervals: dict[str, dict[str, tuple[float, float] | None]] = {}


class NearMisses(msgspec.Struct, frozen=True, kw_only=True):
    """Where both the truth and the prediction type a text: how near the texts are."""

    pairs: int = 0
    chrf: float | None = None
    edit_similarity: float | None = None
    edit_distance: float | None = None


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """Of the probability of buying at the last step. `bins` are (mean probability, share that
    bought, sessions)."""

    sessions: int
    brier: float
    expected_error: float
    bins: tuple[tuple[float, float, int], ...]


class TrueAction(msgspec.Struct, frozen=True, kw_only=True):
    """The true action among the page's legal ones, after the policy's own reasoning."""

    steps: int
    mean_logprob: float | None
    mean_reciprocal_rank: float | None
    top5: float | None


class ClickTypes(msgspec.Struct, frozen=True, kw_only=True):
    """F1 of predicted click types, where the data has them."""

    macro_f1: float | None
    weighted_f1: float | None
    f1: dict[str, float | None]


class StepPosition(msgspec.Struct, frozen=True, kw_only=True):
    """Exact match at one place in the session."""

    step: int
    steps: int
    right: int


class StepKind(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of the steps of one kind in which the kind of action was right; and which one; and, of
    searches, the words."""

    kind: str
    steps: int
    kind_right: float
    which_right: float
    words_right: float | None = None


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """Everything counted on one set of predictions: a policy's or a baseline's."""

    illegal_share: float | None
    exact_match: Match
    exact_match_normalised: Match
    outcome: OutcomeScores
    action_type: ActionType
    click_type: ClickTypes | None
    errors: dict[str, int]
    distribution: Distribution | None


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    prompt: int = 0
    cached: int = 0
    generated: int = 0


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """`results.json`. `unanswered` steps got no answer from the policy and count as wrong;
    `truth_missing` is the share of true names that their own page does not have; `step_kinds` has
    the split by kind of step of the ``policy``, the ``rule`` and a ``blind`` draw."""

    policy: str
    data: str
    source: str | None = None
    sessions: int
    steps: int
    illegal_share: float | None
    settings: dict[str, Setting] = {}
    exact_match: Match
    exact_match_normalised: Match
    outcome: OutcomeScores
    action_type: ActionType
    click_type: ClickTypes | None = None
    errors: dict[str, int]
    distribution: Distribution | None = None
    ceiling: Match | None = None
    baselines: dict[str, Scores] = {}
    near_misses: NearMisses = NearMisses()
    calibration: Calibration | None = None
    true_action: TrueAction | None = None
    positions: tuple[StepPosition, ...] = ()
    step_kinds: dict[str, tuple[StepKind, ...]] = {}
    unanswered: int = 0
    truth_missing: float | None = None
    clusters: dict[str, str | int] = {}
    seconds_per_step: float | None = None
    tokens: Tokens = Tokens()
    notes: tuple[str, ...] = ()


def write_results(path: Path, results: Results) -> None:
    """Replace the file in one step."""
    write_json(path, results)


def read_results(path: Path) -> Results:
    """Raises:
    EvalInputError: missing, or not results, with the field that is wrong.
    """
    try:
        return from_json(path.read_bytes(), Results)
    except OSError as error:
        raise EvalInputError(
            f"cannot read {path}: {error.strerror}; name the --out folder of `shopper bench`"
        ) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise EvalInputError(f"{path} holds no benchmark results: {error}") from error
