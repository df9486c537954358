"""Goals as people mistype, shorten and overdo them, and goals that the shop does not sell: shoppers
search for something that can be typed, look further, and leave."""

from __future__ import annotations

import pytest

from agent.shoppers import population, read_goal
from agent.shoppers.parameters import DEFAULT
from agent.shoppers.rehearsal import RehearsalShop
from agent.shoppers.user import PlannedVisit
from agent.shoppers.wording import first_search
from tests.agent.shoppers.conftest import rehearse

ODD = {
    "empty": "",
    "blank": " \n\t ",
    "no noun": "something nice and good",
    "no thing": "I want to buy it today.",
    "Chinese": "我想买一台电钻",
    "Chinese with a price": "一个红色的咖啡杯，不超过50元",
    "one word of 2,000": "x" * 2000,
    "2,000 characters": ("a compact tool set with a case and, if there is one, a drill " * 40)[
        :2000
    ],
    "signs": "!!! ... ???",
    "emoji": "🙂🙂",
    "digits": "12345",
}
LONGEST = 120
"""Nobody types more into a search."""


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_an_odd_goal_gives_a_search_that_can_be_typed(text: str) -> None:
    for number in range(5):
        found = first_search(read_goal(text), next(population(number)), DEFAULT)
        assert sum(found.values()) == pytest.approx(1.0)
        assert all(words.strip() and len(words) <= LONGEST for words in found)


@pytest.mark.parametrize("text", [*ODD.values(), "I need a submarine periscope today."])
def test_a_visit_for_an_odd_goal_comes_to_its_end(rehearsal_shop: RehearsalShop, text: str) -> None:
    for number in range(3):
        user = next(population(number))
        visit = PlannedVisit(id=f"odd-{number}", user=user, intent=text, seed=number)
        history, end, _ = rehearse(rehearsal_shop, visit)
        assert end in ("terminate", "purchase")
        assert history.acts[0].kind == "search"


def test_what_the_shop_does_not_sell_is_searched_revised_and_left(
    rehearsal_shop: RehearsalShop,
) -> None:
    revised = 0
    for number in range(20):
        user = next(population(number))
        visit = PlannedVisit(
            id=f"none-{number}", user=user, intent="I need a submarine periscope.", seed=number
        )
        history, end, _ = rehearse(rehearsal_shop, visit)
        assert end == "terminate"
        assert not any(act.kind in ("buy", "cart") for act in history.acts)
        assert len(set(history.queries)) == len(history.queries)  # none twice
        revised += len(history.queries) > 1
    assert revised >= 10
