"""Opening a folded part of a page is folded away in a benchmark: what counts is what comes after."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import msgspec

from agent.policies.policy import Decision
from agent.prompts.attention import unfolded
from agent.sessions.paper_actions import without_browsing
from agent.sessions.session import Cost, Session, Step
from envs.actions import Action, Click, Terminate
from envs.observation import Element, Observation
from eval.benchmark.predict import MOST_OPENED, decided
from eval.benchmark.targets import questions

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = (*(Element(f"menu.m{k}", "link") for k in range(9)), Element("buy", "button", "buy"))
HTML = (
    "<nav>"
    + "\n".join(f'<a name="menu.m{k}">Menu entry {k}</a>' for k in range(9))
    + '</nav><main><h1>Lamp</h1><button name="buy">Buy</button></main>'
)
OPENS = Click("more.menu_entry_3")


class Opens:
    """Opens folded parts so many times, then clicks; remembers what it was shown."""

    name = "opens"

    def __init__(self, times: int, **settings: int) -> None:
        self.settings: dict[str, str | int | float | bool] = dict(settings)
        self.times = times
        self.seen: list[Session] = []

    async def decide(self, session: Session, observation: Observation) -> Decision:
        self.seen.append(session)
        done = len(self.seen) > self.times
        return Decision(action=Click("buy") if done else OPENS, cost=Cost(prompt_tokens=10))

    async def forget(self, session_id: str) -> None: ...

    async def close(self) -> None: ...


def visit(*actions: Action) -> Session:
    steps = tuple(
        Step(index=k, timestamp=NOW, url="http://s.test/", context=HTML, action=action, names=NAMES)
        for k, action in enumerate(actions)
    )
    return Session(
        session_id="s", user_id="u", site="s.test", started_at=NOW, source="test", steps=steps
    )


def asked(policy: Opens) -> tuple[Decision, Session]:
    (question,) = questions(visit(Click("menu.m1"), Click("buy")), "")
    question, decision = asyncio.run(decided(policy, question))
    return decision, question.session


def test_what_a_policy_does_once_it_has_looked_counts_with_all_that_it_cost() -> None:
    policy = Opens(2, page_tokens=100)
    decision, history = asked(policy)
    assert decision.action == Click("buy") and decision.cost.prompt_tokens == 30
    assert [len(session.steps) for session in policy.seen] == [1, 2, 3]
    assert unfolded(history.steps, "http://s.test/") == (OPENS.name,)


def test_a_policy_that_only_opens_has_said_so_after_a_few_times() -> None:
    policy = Opens(99, page_tokens=100)
    assert asked(policy)[0].action == OPENS
    assert len(policy.seen) == MOST_OPENED + 1


def test_a_policy_without_a_budget_is_asked_once() -> None:
    policy = Opens(2)
    assert asked(policy)[0].action == OPENS and len(policy.seen) == 1


def test_logs_are_read_without_the_steps_that_only_open() -> None:
    whole = visit(OPENS, Click("buy"), Terminate())
    assert [s.action for s in without_browsing(whole).steps] == [Click("buy"), Terminate()]
    assert [s.index for s in without_browsing(whole).steps] == [0, 1]
    unnamed = [
        msgspec.structs.replace(step, names=()) for step in visit(OPENS, Click("menu.m1")).steps
    ]
    kept = without_browsing(msgspec.structs.replace(whole, steps=tuple(unnamed)))
    assert [s.action for s in kept.steps] == [Click("menu.m1")]
