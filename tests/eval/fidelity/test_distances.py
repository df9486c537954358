"""How far apart populations are, counted by hand and where it is known."""

from __future__ import annotations

import numpy as np
import pytest

from eval.fidelity.distances import FROBENIUS, L1, LENGTHS, MIX, distances
from eval.fidelity.schema import Distance
from eval.stats.permutation import by_chance
from tests.eval.fidelity.sample import crowd, trail

pytestmark = pytest.mark.slow


def by_label(found: tuple[Distance, ...]) -> dict[str, Distance]:
    return {one.label: one for one in found}


def test_transitions_by_hand() -> None:
    """From a search one side always opens, the other opens or leaves; the rest is alike."""
    one = [trail(f"a{n}", "search", "product", "leave") for n in range(2)]
    other = [trail("b0", "search", "product", "leave"), trail("b1", "search", "leave")]
    found = by_label(distances(one, other))
    # Four of the one's 8 and the other's 7 transitions come from: start, search, product, leave.
    searched = (2 / 8 + 2 / 7) / 2
    assert found[L1].value == pytest.approx(searched * (abs(1 - 1 / 2) + 1 / 2))
    assert found[FROBENIUS].value == pytest.approx((0.5**2 + 0.5**2) ** 0.5)
    assert found[L1].most == 2 and found[FROBENIUS].most is None


def test_a_population_is_at_no_distance_from_itself() -> None:
    visits = crowd("a", 30, 1)
    for one in distances(visits, visits):
        assert one.value == pytest.approx(0)
        assert one.p == 1.0


def test_nothing_in_common_is_the_largest_distance() -> None:
    one = [trail(f"a{n}", "search", "search", "search", ended="other") for n in range(12)]
    other = [trail(f"b{n}", "product", ended="other") for n in range(12)]
    found = by_label(distances(one, other))
    assert found[MIX].value == found[LENGTHS].value == pytest.approx(1)
    assert all(found[label].p < 0.001 for label in (MIX, LENGTHS, L1))


def test_who_stays_longer_is_found_and_two_samples_of_one_are_not() -> None:
    same = by_label(distances(crowd("a", 60, 1), crowd("b", 60, 2)))
    longer = by_label(distances(crowd("a", 60, 1), crowd("b", 60, 2, stay=0.9)))
    assert all(one.p > 0.05 for one in same.values())
    assert all(one.value < one.chance for one in same.values())
    assert longer[L1].p < 0.001
    assert longer[LENGTHS].p < 0.02 and longer[LENGTHS].value > longer[LENGTHS].chance


def test_one_visit_says_nothing() -> None:
    assert distances(crowd("a", 1, 1), crowd("b", 20, 2)) == ()


def test_users_are_dealt_out_whole() -> None:
    """Two users of ten visits each are two, however much they did: no p can be small."""
    one, other = (
        [trail(f"{name}{n}", *kinds, who=f"{name}{n % 2}") for n in range(20)]
        for name, kinds in (("a", ("search", "leave")), ("b", ("product", "leave")))
    )
    assert by_label(distances(one, other))[MIX].p > 0.2


def test_chance_is_uniform_where_there_is_no_difference() -> None:
    rng = np.random.default_rng(5)

    def gap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.abs(a[..., 0] / 20 - b[..., 0] / 30)

    p = [
        by_chance(rng.poisson(3, (20, 1)), rng.poisson(3, (30, 1)), {"": gap}, seed=n)[""].p
        for n in range(60)
    ]
    assert 0.35 < np.mean(p) < 0.65
    assert np.mean(np.array(p) < 0.05) <= 0.15
