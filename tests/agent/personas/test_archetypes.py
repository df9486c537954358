"""Kinds of people found in logs: those that were put there, as many, and nobody to be known by."""

from __future__ import annotations

import random

import msgspec
import numpy as np
import pytest

from agent.personas.archetypes import TooFew, archetypes, drawn, drawn_shares
from agent.personas.clustering import group, standardised
from agent.personas.habits import HABITS, Shopper, shoppers_of
from agent.personas.shared_words import phrases, shared
from agent.sessions.session import SECRET, Session
from envs.actions import Click, TypeAndSubmit
from tests.eval.benchmark.sample import BUY, LEAVE, MUG, RED, session

pytestmark = pytest.mark.slow

PLANTED = {"filters": 40, "searches": 60, "buys": 30}
"""Three kinds of people, who filter, search, or buy at once; and how many of each."""


def visit(who: str, number: int, kind: str, rng: random.Random) -> Session:
    query = TypeAndSubmit("header.search", rng.choice(["rain jacket", "mug"]))
    ways = {
        "filters": [query, *[RED] * rng.randint(3, 5), MUG, LEAVE],
        "searches": [*[query] * rng.randint(4, 6), LEAVE],
        "buys": [query, MUG, BUY],
    }
    return session(f"{who}-{number}", *ways[kind], user=who)


def people(seed: int = 1) -> list[Shopper]:
    rng = random.Random(seed)
    return shoppers_of(
        visit(f"{kind}{n}", number, kind, rng)
        for kind, size in PLANTED.items()
        for n in range(size)
        for number in range(rng.randint(2, 3))
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_the_kinds_that_are_there_are_found_with_their_shares(seed: int) -> None:
    found = archetypes(people(), seed=seed)
    assert sorted(kind.people for kind in found.kinds) == sorted(PLANTED.values())
    assert {kind.name for kind in found.kinds} >= {"deal hunter", "searcher", "buyer"}
    chosen = next(one for one in found.tried if one.groups == 3)
    assert chosen.strength > 0.9 and chosen.silhouette > 0.6
    buyer = next(kind for kind in found.kinds if kind.name == "buyer")
    assert buyer.habits["buys, of visits"] == 1 and "buy in all of their visits" in buyer.text


def test_where_people_are_of_one_kind_there_is_one() -> None:
    rng = random.Random(2)
    found = archetypes(shoppers_of(visit(f"u{n}", 0, "searches", rng) for n in range(60)))
    assert [kind.name for kind in found.kinds] == ["usual visitor"]
    noise = np.random.default_rng(1).normal(size=(200, 6))
    assert group(noise, least=5).labels.max() == 0


def test_another_number_can_be_asked_for_but_not_kinds_of_a_few() -> None:
    assert len(archetypes(people(), wanted=2).kinds) == 2
    with pytest.raises(TooFew, match="fewer than 25"):
        archetypes(people(), wanted=6, least=25)
    with pytest.raises(TooFew, match="nobody can be recognised"):
        archetypes(people()[:9])


def test_a_constant_habit_and_a_far_one_do_no_harm() -> None:
    points = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 1e9]] * 5)
    assert np.isfinite(standardised(points)).all()


def test_people_are_drawn_by_the_shares_and_more_begin_with_fewer() -> None:
    found = archetypes(people())
    few, many = drawn(found, 20, seed=3), drawn(found, 2000, seed=3)
    assert few == many[:20]
    for share in drawn_shares(found, many):
        assert share.drawn == pytest.approx(share.target, abs=0.04)
    assert {one.intent for one in many} <= {
        "I am looking for: rain jacket.",
        "I am looking for: mug.",
    }
    assert all(one.persona.text for one in few)


def test_nobody_is_in_what_is_written() -> None:
    """One person's words and id, and words that nine people share, are in no persona."""
    rng = random.Random(5)
    crowd = people()
    odd = TypeAndSubmit("header.search", "Ann Otherby engraved trombone")
    rare = TypeAndSubmit("header.search", "left-handed scissors")
    extra = [session(f"x{n}", rare, Click("results.mug"), LEAVE, user=f"rare{n}") for n in range(9)]
    one = session("secret-visit", odd, LEAVE, user="ann@mail.example")
    crowd += shoppers_of([*extra, one])
    rng.shuffle(crowd)
    found = archetypes(crowd, least=10)
    written = msgspec.json.encode((found, [p.persona for p in drawn(found, 500, 1)])).decode()
    for private in ("trombone", "Ann", "ann@", "scissors", "secret-visit", "rare", "x1"):
        assert private not in written
    assert "rain jacket" in written


def test_private_words_are_no_phrases() -> None:
    assert phrases("mail me at ann@mail.example about 4111 1111 mugs") == {
        *("mail", "me", "at", "mail me", "me at", "mail me at"),
        *("about", "mugs"),
    }
    assert phrases(f"{SECRET} https://x.example/?q=1 [redacted]") == set()
    assert "the mug" not in phrases("the mug") and "mug" in phrases("the mug")


def test_a_phrase_needs_people_not_typing() -> None:
    typed = [("a", ["mug"] * 50), ("b", ["mug"]), ("c", ["Mug "])]
    assert shared(typed, 3) == {"mug": frozenset("abc")}
    assert shared(typed, 4) == {}


def test_what_is_only_said_of_things_is_nothing_to_come_for() -> None:
    typed = [(f"u{n}", [f"white {thing}"]) for n, thing in enumerate(["mug", "shirt", "lamp"] * 8)]
    assert set(shared(typed, 4)) == {"white mug", "white shirt", "white lamp"}


def test_habits_are_counted_by_visit() -> None:
    (one,) = shoppers_of(
        [
            session("a", TypeAndSubmit("header.search", "red mug"), MUG, RED, BUY),
            session("b", TypeAndSubmit("header.search", "mug"), LEAVE),
        ]
    )
    told = dict(zip(HABITS, one.habits, strict=True))
    assert (told["visits"], told["actions a visit"], told["words a search"]) == (2, 3, 1.5)
    assert (told["buys, of visits"], told["uses the cart, of visits"]) == (0.5, 0.5)
    assert one.first_searches == ["red mug", "mug"]
