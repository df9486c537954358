"""The behaviour model keeps the published figures, and its parts do what they are said to do.

Rehearsed visits: the same shopper code on pages that equal those of the real browser (test_page).
"""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise
from statistics import mean

import pytest

from agent.sessions.outcome import SessionOutcome
from agent.shoppers import population, read_goal, visits_of
from agent.shoppers.parameters import CLICKS, DEFAULT
from agent.shoppers.published_figures import ShopperTally
from agent.shoppers.rehearsal import RehearsalShop
from agent.shoppers.user import PlannedVisit
from agent.shoppers.wording import intended, revision_of
from envs.actions import action_name
from tests.agent.shoppers.conftest import rehearse

SESSIONS = 1500


def first_visits(seed: int, count: int) -> list[PlannedVisit]:
    return list(islice((v for u in population(seed) for v in visits_of(u)), count))


@pytest.fixture(scope="module")
def rehearsed(rehearsal_shop: RehearsalShop) -> list[tuple[PlannedVisit, object, str, list[float]]]:
    return [(v, *rehearse(rehearsal_shop, v)) for v in first_visits(11, SESSIONS)]


@pytest.fixture(scope="module")
def tally(rehearsed: list) -> ShopperTally:  # type: ignore[type-arg]
    counted = ShopperTally()
    for _, history, end, chances in rehearsed:
        counted.add([act.kind for act in history.acts], SessionOutcome(end), chances)
    return counted


@pytest.mark.slow
def test_the_published_figures_are_kept(tally: ShopperTally) -> None:
    """Within 5 % (purchases 10 %) and two standard errors, on a seed that nothing was fitted on."""
    for figure in tally.figures():
        assert figure.within, figure


@pytest.mark.slow
def test_reviews_options_and_filters_come_as_often_as_with_people(rehearsed: list) -> None:  # type: ignore[type-arg]
    """Within a fifth, for each product opened and each search; what is done in a row counts once."""
    kinds: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for _, history, _, _ in rehearsed:
        before = ""
        for act in history.acts:
            read = (action_name(act.action) or "").startswith("reviews.")
            kind = "reviews" if read else act.kind
            kinds[kind] += 1
            runs[kind] += kind != before
            before = kind
    near = 0.2
    assert runs["reviews"] / kinds["product"] == pytest.approx(CLICKS.reviews_per_product, rel=near)
    assert runs["option"] / kinds["product"] == pytest.approx(CLICKS.options_per_product, rel=near)
    assert kinds["filter"] / kinds["search"] == pytest.approx(CLICKS.filters_per_search, rel=near)


@pytest.mark.slow
def test_searches_are_revised_as_people_revise_them(rehearsed: list) -> None:  # type: ignore[type-arg]
    """Not every way is open every time; the shares stay within ten points of people's."""
    ways: Counter[str] = Counter()
    for visit, history, _, _ in rehearsed:
        want = read_goal(visit.intent)
        meant = [intended(text, want) for text in history.queries]
        ways.update(revision_of(a, b) for a, b in pairwise(meant) if a != b)
    for way in ("add", "drop", "replace", "reorder", "new"):
        people = getattr(DEFAULT, f"revision_{way}")
        assert ways[way] / ways.total() == pytest.approx(people, abs=0.1), way


@pytest.mark.slow
def test_every_visit_begins_with_a_search_and_ends_as_visits_do(tally: ShopperTally) -> None:
    assert tally.not_first_search == 0
    assert tally.unfinished <= 0.002 * SESSIONS


@pytest.mark.slow
def test_who_comes_to_buy_buys_most(rehearsed: list) -> None:  # type: ignore[type-arg]
    def share(words: str) -> float:
        return mean(end == "purchase" for v, _, end, _ in rehearsed if words in v.intent.lower())

    assert share("today") > share("compar") > share("ideas") - 0.02


@pytest.mark.slow
def test_the_patient_stay_longer(rehearsed: list) -> None:  # type: ignore[type-arg]
    patient = [h.steps for v, h, _, _ in rehearsed if v.user.patience > 0.7]
    hasty = [h.steps for v, h, _, _ in rehearsed if v.user.patience < 0.3]
    assert mean(patient) > mean(hasty) + 0.5


def test_products_near_the_top_are_opened_most(rehearsal_shop: RehearsalShop) -> None:
    """The cascade of click models: attraction equal, chances fall with the position."""
    from agent.shoppers import History, ShoppingGoal
    from agent.shoppers.decide import clicks
    from agent.shoppers.page import Item

    user = next(population(1))
    items = tuple(Item(f"results.lamp_{i}", f"Lamp {i}", 3000, 4.5, 10) for i in range(10))
    chances = [
        c.probability for c in clicks(items, user, ShoppingGoal(noun="Lamp"), History(), DEFAULT)
    ]
    assert chances == sorted(chances, reverse=True)
    assert 0 < sum(chances) <= 1


def test_the_oracle_is_as_often_right_as_it_says(rehearsal_shop: RehearsalShop) -> None:
    """The stated chances of the most likely action add up to how often it was taken."""
    from random import Random

    from agent.shoppers import History, decide, read_goal, sample
    from agent.shoppers.rehearsal import Rehearsal
    from envs.actions import encode_action

    said, right, steps = 0.0, 0, 0
    for one in first_visits(21, 150):
        want, history, place = read_goal(one.intent), History(), Rehearsal(rehearsal_shop)
        for step in range(40):
            choices = decide(one.user, want, history, place.page)
            mass: dict[str, float] = {}
            for c in choices:
                key = encode_action(c.action)
                mass[key] = mass.get(key, 0.0) + c.probability
            best = max(mass, key=lambda k: mass[k])
            choice = sample(choices, Random(f"{one.seed}/{step}"))
            said += mass[best]
            right += encode_action(choice.action) == best
            steps += 1
            kind = place.act(choice.action)
            history = history.after(choice.action, kind)
            if kind == "leave" or place.bought:
                break
    assert abs(said - right) < 3 * (0.25 * steps) ** 0.5
