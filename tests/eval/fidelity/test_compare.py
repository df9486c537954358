"""Ways to compare whole visits: outcomes, depth, pairs, a discriminator, likeness."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from eval.fidelity.compare import fidelity
from eval.fidelity.depth import ACTIONS, STAGE, depths
from eval.fidelity.discriminator import discriminator
from eval.fidelity.likeness import likeness
from eval.fidelity.matched import matched
from eval.fidelity.outcomes import outcomes
from eval.fidelity.trails import Trail
from eval.report.fidelity import parts
from eval.stats.separation import _Folds, separate
from tests.eval.fidelity.sample import crowd, trail

pytestmark = pytest.mark.slow


def ended(name: str, bought: int, left: int) -> list[Trail]:
    kinds = ["buy"] * bought + ["leave"] * left
    return [trail(f"{name}{n}", "search", kind) for n, kind in enumerate(kinds)]


def test_outcomes_are_those_of_scipy_and_the_textbook() -> None:
    found = outcomes(ended("a", 30, 70), ended("b", 45, 55))
    assert found.chi2 == pytest.approx(stats.chi2_contingency([[30, 70], [45, 55]], False)[0])
    assert found.z is not None and found.z**2 == pytest.approx(found.chi2)
    assert found.z < 0 and found.z_p == pytest.approx(found.p)
    assert found.p_chance == pytest.approx(found.p, abs=0.02)
    assert not found.few and (found.first, found.second) == ((30, 70, 0), (45, 55, 0))


def test_few_purchases_are_said_and_one_way_to_end_is_no_test() -> None:
    assert outcomes(ended("a", 1, 9), ended("b", 2, 8)).few
    alike = outcomes(ended("a", 0, 9), ended("b", 0, 8))
    assert (alike.chi2, alike.p, alike.z, alike.p_chance) == (None, None, None, None)


def test_who_will_not_buy_stays_too_long() -> None:
    """Buyers alike; non-buyers make two more steps and open a product where people only search."""
    people = [trail(f"p{n}", "search", "leave") for n in range(20)]
    people += [trail(f"q{n}", "search", "product", "buy") for n in range(6)]
    customers = [trail(f"c{n}", "search", "product", "option", "leave") for n in range(20)]
    customers += [trail(f"d{n}", "search", "product", "buy") for n in range(6)]
    found = {one.label: one for one in depths(customers, people)}
    assert (found[STAGE].buyers, found[STAGE].others, found[STAGE].deficit) == (0, 1, 1)
    assert (found[ACTIONS].buyers, found[ACTIONS].others, found[ACTIONS].deficit) == (0, 2, 2)
    assert found[STAGE].deficit_ci95 == (1, 1)
    nobody = depths(ended("a", 0, 9), people)
    assert nobody[0].buyers is None and nobody[0].deficit is None


def test_a_visit_that_a_limit_ended_did_not_stay_of_its_own() -> None:
    people = ended("p", 5, 9)
    cut = [*people, trail("x", *["search"] * 90, ended="other")]
    assert depths(cut, people)[1].others == 0


def test_pairs_are_by_the_closest_thing_shared() -> None:
    one = [trail("a", "search", "product", "leave", who="u", intent="mug")]
    for other, by in (
        (trail("a", "search", "leave", who="u", intent="mug"), "visit"),
        (trail("b", "search", "leave", who="u", intent="mug"), "customer and intent"),
        (trail("b", "search", "leave", who="v", intent="mug"), "intent"),
        (trail("b", "search", "leave", who="u", intent="cup"), "customer"),
    ):
        found = matched(one, [other])
        assert found is not None and found.by == by
        assert found.distance == pytest.approx(1 / 3)
    assert matched(one, [trail("b", "search", who="v", intent="cup")]) is None


def test_the_same_number_of_a_run_is_not_the_same_visit() -> None:
    one = trail("customer-0001", "search", who="u", intent="mug")
    other = trail("customer-0001", "search", who="v", intent="cup")
    assert matched([one], [other]) is None


def test_pairs_are_nearer_than_strangers() -> None:
    ways = [("search",) * (n + 1) + ("product",) * (9 - n) for n in range(10)]
    one, other = (
        [trail(f"{s}{n}", *way, who=f"{s}{n}", intent=f"i{n}") for n, way in enumerate(ways)]
        for s in "ab"
    )
    found = matched(one, other)
    assert found is not None and (found.by, found.pairs, found.distance) == ("intent", 10, 0)
    assert found.gain_ci95 is not None and found.gain_ci95[0] > 0.1


def test_a_discriminator_knows_who_stays_longer_and_guesses_between_equals() -> None:
    longer = discriminator(crowd("a", 50, 1, stay=0.95), crowd("b", 50, 2))
    assert longer is not None and longer.auc > 0.8
    assert longer.ci95 is not None and longer.ci95[0] > 0.6
    assert longer.clues[0].effect > 0 and longer.clues[0].first > longer.clues[0].second
    equal = discriminator(crowd("a", 50, 1), crowd("b", 50, 2))
    assert equal is not None and equal.ci95 is not None and equal.ci95[0] < 0.5 < equal.ci95[1]
    assert equal.clues == ()
    assert discriminator(crowd("a", 4, 1, visits=9), crowd("b", 50, 2)) is None


def test_users_are_not_recognised_from_their_other_visits() -> None:
    """Every user has a habit of their own, which says nothing of the side they are on."""
    rng = np.random.default_rng(3)
    habits = rng.normal(size=(40, 8)) * 3
    groups = np.repeat(np.arange(40), 12)
    features = habits[groups] + rng.normal(size=(480, 8)) * 0.1
    found = separate(features, groups < 20, groups)
    assert found is not None and found.ci95 is not None
    assert found.ci95[0] < 0.5 < found.ci95[1]


def test_the_area_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    scores, second = np.round(rng.normal(size=80), 1), rng.random(80) < 0.4
    folds = _Folds(scores, second, np.zeros(80, dtype=np.intp))
    weight = rng.integers(0, 3, size=(3, 80)).astype(float)
    assert folds.auc(weight) == pytest.approx(
        [roc_auc_score(second, scores, sample_weight=one) for one in weight]
    )


def test_one_average_buyer_with_many_names_is_seen() -> None:
    people = crowd("p", 30, 1)
    clones = [trail(f"c{n}", "search", "product", "leave") for n in range(30)]
    found = likeness(clones, people)
    assert found.first == 1 and found.second is not None and found.second < 0.8
    assert found.difference_ci95 is not None and found.difference_ci95[0] > 0
    same = likeness(crowd("q", 30, 2), people)
    assert same.difference_ci95 is not None
    assert same.difference_ci95[0] < 0 < same.difference_ci95[1]


def test_likeness_is_the_mean_over_pairs_of_different_users() -> None:
    visits = [
        trail("a1", "search", "leave", who="a"),
        trail("a2", "search", "leave", who="a"),
        trail("b1", "search", "product", who="b"),
    ]
    found = likeness(visits, [])
    assert (found.first, found.first_own) == (0.5, 1.0)
    assert (found.second, found.difference_ci95) == (None, None)


@pytest.mark.parametrize("size", [0, 1, 2, 7])
def test_few_visits_are_said_and_not_measured(size: int) -> None:
    found = fidelity(crowd("a", size, 1), crowd("b", 20, 2))
    told = {part.title: part for part in parts(found)}
    assert all(part.text for part in told.values())
    assert (found.discriminator is None) == (size < 5)
    assert (found.distances == ()) == (size < 2)
