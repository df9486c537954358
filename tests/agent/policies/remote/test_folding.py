"""A model elsewhere is shown pages within a budget, may open what is folded, and nothing else that
is not there."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from agent.policies.completion import Completion, CompletionRequest
from agent.policies.options import Options
from agent.policies.policy import Decision
from agent.policies.remote.api_policy import WINDOW, RemotePolicy
from agent.policies.remote.chat_messages import count_tokens, shown_pages
from agent.prompts.prompt import PageTokens, PromptSettings, page_budget
from agent.sessions.session import Cost, Session
from envs.actions import Action, Click, encode_action
from tests.agent.prompts.attention.test_in_prompts import HTML, SEEN, session


class Answers:
    """A model that answers with these actions in turn and keeps what it was asked."""

    name = "answers"

    def __init__(self, *actions: Action) -> None:
        self.settings: dict[str, str | int | float | bool] = {}
        self._answers = [f'{{"rationale":"So.","action":{encode_action(a)}}}' for a in actions]
        self.asked: list[CompletionRequest] = []

    async def complete(self, request: CompletionRequest) -> Completion:
        self.asked.append(request)
        return Completion(text=self._answers.pop(0), cost=Cost(prompt_tokens=1))

    async def close(self) -> None: ...


def policy_of(model: Answers, page_tokens: PageTokens = None) -> RemotePolicy:
    options = Options(prompt=PromptSettings(page_tokens=page_tokens))
    return RemotePolicy(model, options, enumerate_names=True)


def decide(policy: RemotePolicy, visit: Session) -> Decision:
    return asyncio.run(policy.decide(visit, SEEN))


SHUT = shown_pages(PromptSettings(page_tokens=300)).page(session(), 0, SEEN)
(FOLDED,) = SHUT.folded
"""What is folded of the menu within 300 tokens, and the first link of it."""
FIRST = f'name="menu.m{FOLDED.rpartition("_")[2]}"'


def test_a_page_is_folded_and_what_opens_it_is_a_legal_answer() -> None:
    model = Answers(Click(FOLDED), Click("buy"))
    policy = policy_of(model, 300)
    assert decide(policy, session()).action == Click(FOLDED), "asked once, and taken"
    shut = model.asked[0].turns[-1].text
    assert count_tokens(shut) < 400 and f'name="{FOLDED}" folded=' in shut
    assert "folded=" in model.asked[0].system
    decide(policy, session(FOLDED))
    before, now = (turn.text for turn in model.asked[1].turns[::2])
    assert before == shut, "what was shown stays as it was, and in the server's cache"
    assert FIRST not in shut
    assert FIRST in now and 'name="buy"' in now


def test_the_schema_lists_what_is_shown_and_what_opens() -> None:
    model = Answers(Click("buy"))
    decide(policy_of(model, 300), session())
    schema = model.asked[0].schema
    assert schema is not None
    said = msgspec.json.encode(schema).decode()
    assert f'"{FOLDED}"' in said and '"buy"' in said and "menu.m90" not in said


def test_a_name_that_is_nowhere_is_asked_about_again() -> None:
    model = Answers(Click("menus"), Click("menu"))
    assert decide(policy_of(model, 300), session()).action == Click("menu")
    assert "menu" in model.asked[1].turns[-1].text


@pytest.mark.parametrize(
    ("asked", "told"), [(None, WINDOW // 2), (2048, 2048), ("all", "all"), ("cut", "cut")]
)
def test_the_budget_is_half_the_window_unless_it_is_said(asked: PageTokens, told: object) -> None:
    assert page_budget(policy_of(Answers(), asked).settings) == told


def test_all_shows_the_page_whole_and_a_page_that_fits_is_as_it_is() -> None:
    for asked in ("all", None):
        model = Answers(Click("buy"))
        decide(policy_of(model, asked), session())  # type: ignore[arg-type]
        assert HTML in model.asked[0].turns[-1].text
