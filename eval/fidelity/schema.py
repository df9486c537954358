"""What a comparison of free visits comes to: numbers with their intervals, ready for JSON."""

from __future__ import annotations

import msgspec

from eval.stats.intervals import Interval


class _Result(msgspec.Struct, frozen=True, kw_only=True):
    """Settings common to everything that is found."""


class Distance(_Result, frozen=True, kw_only=True):
    """How far apart two populations are in one way; 0 is the same. `most` is the largest distance
    there can be, None where it has no bound. `chance`: what 95 of 100 pairs of samples of
    one population would stay below. `p`: how often such a pair comes as far apart as this."""

    label: str
    value: float
    ci95: Interval | None
    most: float | None
    chance: float
    p: float


class Matched(_Result, frozen=True, kw_only=True):
    """Visits of both that were paired `by` something, and their normalised edit distance, 0 to 1.
    `others`: the same of visits that were not paired; `gain` is how much nearer the pairs are."""

    by: str
    pairs: int
    distance: float
    ci95: Interval | None
    others: float
    gain: float
    gain_ci95: Interval | None


class Outcomes(_Result, frozen=True, kw_only=True):
    """How visits ended, counts of the first and the second by `ends`, and whether that differs.

    `p_chance` deals whole users out anew and holds for several visits of one; `p` of chi-square
    and `z` take visits for independent. None where a test has nothing to compare.
    """

    ends: tuple[str, ...]
    first: tuple[int, ...]
    second: tuple[int, ...]
    chi2: float | None
    freedom: int | None
    p: float | None
    p_chance: float | None
    z: float | None
    z_p: float | None
    few: bool
    """Whether a cell expects fewer than five, so that `p` does not hold."""


class Depth(_Result, frozen=True, kw_only=True):
    """How much deeper visits of the first go than those of the second: those who bought, those who
    did not, and the deficit, the latter less the former. `effect` is the gap of who did not buy in
    standard deviations of the second (Glass's delta)."""

    label: str
    buyers: float | None
    buyers_ci95: Interval | None
    others: float | None
    others_ci95: Interval | None
    deficit: float | None
    deficit_ci95: Interval | None
    effect: float | None


class Clue(_Result, frozen=True, kw_only=True):
    """What the first has more of than the second, or less: the means of both, and the difference
    in standard deviations."""

    label: str
    effect: float
    first: float
    second: float


class Discriminator(_Result, frozen=True, kw_only=True):
    """`auc` 0.5: it cannot tell them apart; 1: it always can. No `clues` where it cannot."""

    auc: float
    ci95: Interval | None
    clues: tuple[Clue, ...]


class Likeness(_Result, frozen=True, kw_only=True):
    """How alike visits are, 0 to 1: those of different customers, and those of one; and how much
    more alike different customers of the first are than those of the second."""

    first: float | None
    first_ci95: Interval | None
    second: float | None
    second_ci95: Interval | None
    difference_ci95: Interval | None
    first_own: float | None
    second_own: float | None


class Fidelity(_Result, frozen=True, kw_only=True):
    """Two populations of free visits: the first held against the second."""

    distances: tuple[Distance, ...] = ()
    matched: Matched | None = None
    outcomes: Outcomes
    depths: tuple[Depth, ...] = ()
    discriminator: Discriminator | None = None
    likeness: Likeness
