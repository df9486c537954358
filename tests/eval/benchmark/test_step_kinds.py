"""The split by kind of step, the rule beside it, and voting, counted by hand."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from agent.policies.policy import Decision
from agent.sessions.session import Cost, Persona, Session
from envs.actions import Click, Terminate, TypeAndSubmit
from eval.benchmark.rule import rule
from eval.benchmark.step_kinds import blind, step_kinds
from eval.benchmark.votes import Voting, most_voted
from tests.agent.prompts.lines.shop_pages import PRODUCT, RESULTS
from tests.agent.runs.sessions import session_of
from tests.eval.benchmark.sample import BUY, CUP, LEAVE, MUG, RED, SEARCH, row

OTHER = TypeAndSubmit("header.search", "cup")


def test_kind_which_and_words() -> None:
    rows = [
        row(SEARCH, SEARCH),
        row(SEARCH, OTHER),
        row(SEARCH, LEAVE),
        row(SEARCH, None),
        row(MUG, MUG),
        row(MUG, CUP),
        row(MUG, RED),
        row(LEAVE, LEAVE),
        row(BUY, MUG),
    ]
    found = {one.kind: one for one in step_kinds(rows)}
    assert list(found) == ["search", "open", "buy", "leave"]
    search = found["search"]
    assert (search.steps, search.kind_right, search.which_right) == (4, 0.5, 0.5)
    assert search.words_right == 0.25
    opened = found["open"]
    assert (opened.kind_right, opened.which_right) == pytest.approx((2 / 3, 1 / 3))
    assert opened.words_right is None
    assert (found["leave"].kind_right, found["buy"].kind_right) == (1, 0)


def test_a_blind_draw() -> None:
    rows = [row(MUG, None, step=1), row(CUP, None, step=2), row(LEAVE, None, step=3)]
    found = {one.kind: one for one in blind(rows, {("s", 1): 2, ("s", 2): 4, ("s", 3): 0})}
    assert found["open"].kind_right == pytest.approx(2 / 3)
    assert found["open"].which_right == pytest.approx(2 / 3 * (1 / 2 + 1 / 4) / 2)
    assert found["leave"].which_right == pytest.approx(1 / 3)
    assert blind(rows, {}) == ()


def test_reading_reviews_is_a_kind_of_its_own() -> None:
    reviews = Click("reviews.read_4_more")
    given = row(reviews, reviews, truth_kind="other", prediction_kind="other", legal=True)
    (one,) = step_kinds([given])
    assert (one.kind, one.which_right) == ("reviews", 1)


def known(intent: str, care: float, *opened: str) -> Session:
    persona = Persona(id="p", text="", traits={"care": care})
    made = session_of(
        [(RESULTS.html, None, Click(name)) for name in opened], intent=intent, persona=persona
    )
    done = tuple(msgspec.structs.replace(step, kind="product") for step in made.steps)
    return msgspec.structs.replace(made, steps=done)


@pytest.mark.parametrize(
    ("intent", "opened", "action"),
    [
        ("a desk lamp", (), Click("hits.desk_lamp")),
        ("some lamp", (), Click("hits.brass_lamp")),
        ("some lamp under $100", (), Click("hits.desk_lamp")),
        ("some lamp", ("hits.brass_lamp",), Click("hits.desk_lamp")),
        ("a desk lamp", ("hits.desk_lamp",), Terminate()),
        ("a kettle", (), Terminate()),
    ],
)
def test_the_rule_opens_the_first_that_fits(
    intent: str, opened: tuple[str, ...], action: Click | Terminate
) -> None:
    assert rule(known(intent, 0.1, *opened), RESULTS) == action


def test_the_rule_reads_reviews_where_the_customer_cares() -> None:
    assert rule(known("a desk lamp", 0.9), PRODUCT) == Click("reviews.read_2_more")
    assert rule(known("a desk lamp", 0.1), PRODUCT) == Terminate()


def decision(action: Click | Terminate | None, why: str) -> Decision:
    return Decision(reasoning=why, action=action, cost=Cost(prompt_tokens=10))


def test_what_most_decisions_are_for_counts() -> None:
    drawn = [
        decision(None, "0"),
        decision(LEAVE, "1"),
        decision(MUG, "2"),
        decision(MUG, "3"),
    ]
    won = most_voted(drawn)
    assert (won.action, won.reasoning, won.cost.prompt_tokens) == (MUG, "2", 40)
    assert most_voted(drawn[:3]).action == LEAVE
    assert most_voted(drawn[:1]).action is None


async def test_voting_asks_so_often() -> None:
    class Alternating:
        name, settings = "alternating", {"a": 1}

        def __init__(self) -> None:
            self.asked = 0

        async def decide(self, session: object, observation: object) -> Decision:
            self.asked += 1
            return decision(MUG if self.asked % 3 else LEAVE, str(self.asked))

        async def forget(self, session_id: str) -> None: ...

        async def close(self) -> None: ...

    policy = Alternating()
    voting = Voting(policy, 5)
    assert (await voting.decide(session_of([]), RESULTS)).action == MUG
    assert policy.asked == 5
    assert voting.settings == {"a": 1, "votes": 5}


async def test_of_those_that_act_first_only_what_won_is_explained() -> None:
    class Acting:
        name, settings, acts_first = "acting", {}, True

        def __init__(self) -> None:
            self.first_done = False
            self.drawn = 0
            self.explained: list[Decision] = []

        async def decide(self, session: object, observation: object) -> Decision:
            raise AssertionError("its reasoning would be written for nothing")

        async def draw(self, session: object, observation: object) -> Decision:
            self.drawn += 1
            assert self.first_done or self.drawn == 1  # the prompt is computed once
            await asyncio.sleep(0)
            self.first_done = True
            return decision(LEAVE if self.drawn == 1 else MUG, "")

        async def explain(self, session: object, observation: object, won: Decision) -> Decision:
            self.explained.append(won)
            return msgspec.structs.replace(won, reasoning="I open it.")

        async def forget(self, session_id: str) -> None: ...

        async def close(self) -> None: ...

    policy = Acting()
    told = await Voting(policy, 4).decide(session_of([]), RESULTS)
    assert (told.action, told.reasoning, told.cost.prompt_tokens) == (MUG, "I open it.", 40)
    assert (policy.drawn, len(policy.explained)) == (4, 1)
