"""What a run may spend: counted as the policy says it cost, and not much exceeded."""

from __future__ import annotations

import pytest

from agent.policies.budget import Budget, Budgeted, BudgetSpent
from agent.policies.options import Options
from agent.policies.price import BudgetError, Price, dollars, parse_price
from agent.policies.remote.api_policy import RemotePolicy
from agent.policies.remote.openai import OpenAIModel
from agent.sessions.session import Cost
from tests.agent.policies.shopping import PAGE, SEARCH, session
from tests.servers.chat import Chat
from tests.servers.serving import serve


def test_cached_tokens_are_as_dear_as_others_unless_a_price_is_said() -> None:
    cost = Cost(prompt_tokens=1_000_000, cached_tokens=400_000, generated_tokens=100_000)
    assert dollars(cost, parse_price("3,15")) == pytest.approx(3 + 1.5)
    assert dollars(cost, parse_price("3, 15, 0.3")) == pytest.approx(1.8 + 0.12 + 1.5)
    tenth = parse_price("3,15", cached_share=0.1)
    assert dollars(cost, tenth) == pytest.approx(1.8 + 0.12 + 1.5)
    assert parse_price("3,15,2", cached_share=0.1).cached == 2


@pytest.mark.parametrize("text", ["", "3", "3;15", "3,15,1,1", "-3,15", "nan,1", "inf,1", "a,b"])
def test_a_price_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BudgetError, match="for example 3,15"):
        parse_price(text)


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (Budget(tokens=1000), r"the budget of 1,000 tokens is spent \([\d,]+ were used\)"),
        (Budget(cost=0.01, price=Price(10, 10, 10)), r"the budget of \$0.01 is spent"),
    ],
)
async def test_no_decision_begins_once_the_budget_is_reached(budget: Budget, said: str) -> None:
    server = Chat(lambda body: SEARCH)
    async with serve(server.application()) as url:
        model = OpenAIModel("m", f"{url}/v1", retries=0)
        policy = Budgeted(RemotePolicy(model, Options(), enumerate_names=True), budget)
        one = (await policy.decide(session(), PAGE)).cost
        tokens = one.prompt_tokens + one.generated_tokens
        needed = -(-1000 // tokens)
        for _ in range(needed - 1):
            await policy.decide(session(), PAGE)
        with pytest.raises(BudgetSpent, match=said):
            await policy.decide(session(), PAGE)
        assert len(server.requests) == needed
        assert policy.tokens == needed * tokens
        await policy.close()
