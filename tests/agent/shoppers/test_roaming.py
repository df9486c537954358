"""Shoppers that roam go back, point and wait; the others do what they always did."""

from __future__ import annotations

import asyncio
from collections import Counter

import msgspec
import pytest

from agent.policies import Options, load
from agent.policies.policy import PolicyChoiceError
from agent.policies.synthetic import SyntheticPolicy
from agent.prompts.prompt import PromptSettings
from agent.sessions.session import Session
from envs.actions import Action, Back, Click, Hover, Terminate, TypeAndSubmit, Wait
from envs.observation import Element, Observation
from tests.agent.shoppers.test_looking import EMPTY, FIELD, after

LIST = Observation(
    "http://shop.test/search",
    "Search",
    '<input name="nav.search" type="search"><h1>2 products</h1>'
    '<div name="results"><a name="results.red_mug">Red mug</a> $9.00 4.5 out of 5 stars (12) '
    '<a name="results.blue_mug">Blue mug</a> $8.00 4.0 out of 5 stars (3)</div>',
    (
        FIELD,
        Element("results.red_mug", "link", "product"),
        Element("results.blue_mug", "link", "product"),
    ),
)
MUG = Observation(
    "http://shop.test/p/mug",
    "Red mug",
    '<input name="nav.search" type="search"><h1>Red mug</h1> $90.00 3.1 out of 5 stars '
    '<button name="buy_now">Buy now</button>',
    (FIELD, Element("buy_now", "button", "buy")),
)
LOADING = Observation(
    "http://shop.test/search",
    "Search",
    '<input name="nav.search" type="search"><p>Loading ...</p>',
    (FIELD,),
)


def searched(seed: int) -> Session:
    """A red mug was searched for."""
    return did(
        msgspec.structs.replace(EMPTY, seed=seed), "search", TypeAndSubmit(FIELD.name, "mug")
    )


def did(session: Session, kind: str, action: Action, ok: bool = True) -> Session:
    done = after(session, action, ok=ok)
    last = msgspec.structs.replace(done.steps[-1], kind=kind)
    return msgspec.structs.replace(done, steps=(*done.steps[:-1], last))


def decided(policy: SyntheticPolicy, session: Session, page: Observation) -> Action:
    action = asyncio.run(policy.decide(session, page)).action
    assert action is not None
    return action


ROAMS = SyntheticPolicy(actions="full", roams=True)
STAYS = SyntheticPolicy(actions="full")


def test_from_a_product_that_is_not_wanted_they_go_back_to_the_list_and_no_further() -> None:
    found: Counter[type[Action]] = Counter()
    for seed in range(120):
        session = did(searched(seed), "product", Click("results.red_mug"))
        plain, roaming = decided(STAYS, session, MUG), decided(ROAMS, session, MUG)
        assert not isinstance(plain, Back)
        assert roaming == plain or (
            roaming == Back() and isinstance(plain, TypeAndSubmit | Terminate)
        )
        found[type(roaming)] += 1
        gone = did(session, "other", Back(), ok=False)
        assert not isinstance(decided(ROAMS, gone, MUG), Back), "not where that did nothing"
    assert found[Back] > 10


def test_a_product_is_pointed_at_before_it_is_opened_now_and_then() -> None:
    opened = pointed = 0
    for seed in range(200):
        session = searched(seed)
        plain, roaming = decided(STAYS, session, LIST), decided(ROAMS, session, LIST)
        opened += isinstance(plain, Click)
        if isinstance(roaming, Hover):
            pointed += 1
            assert plain == Click(roaming.name)
            assert decided(ROAMS, did(session, "other", roaming), LIST) == plain
        else:
            assert roaming == plain
    assert 0.05 < pointed / opened < 0.3


def test_they_wait_while_a_page_says_that_it_is_loading_and_not_for_ever() -> None:
    session = searched(1)
    assert not isinstance(decided(STAYS, session, LOADING), Wait)
    for _ in range(2):
        assert decided(ROAMS, session, LOADING) == Wait()
        session = did(session, "other", Wait())
    assert not isinstance(decided(ROAMS, session, LOADING), Wait)
    assert not isinstance(decided(ROAMS, searched(1), LIST), Wait)


async def test_the_policy_needs_all_actions_and_says_its_name() -> None:
    with pytest.raises(PolicyChoiceError, match="--actions full"):
        await load("roaming")
    policy = await load("roaming", Options(prompt=PromptSettings(actions="full")))
    assert policy.settings["policy"] == policy.name == "roaming"
    plain = await load("synthetic", Options(prompt=PromptSettings(actions="full")))
    assert plain.settings["policy"] == "synthetic"
