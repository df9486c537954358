"""Questions go to the policy's model over a real connection; only what can be read is scored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from agent.policies.policy import PolicyError
from agent.policies.remote.openai import OpenAIModel
from agent.sessions.session import Session
from agent.study.definition import Questions, Study
from agent.study.outcome import ending
from agent.study.questions import SEQ_TEXT, ask_all, ask_the_log, surveyed, sus_score
from agent.study.transcript import MOST_STEPS, retell
from tests.agent.study.studies import BUY, FIND, leave, search, session, study
from tests.servers.chat import Chat
from tests.servers.serving import Fault, serve

Body = dict[str, Any]


def answer(body: Body) -> str:
    asked = body["messages"][-1]["content"]
    if SEQ_TEXT in asked:
        return '{"answer": 6}' if "Find a lamp" in asked else "Quite easy, I would say."
    if "strongly agree" in asked:
        return '{"answers": [4, 2, 4, 2, 4, 2, 4, 2, 4, 2]}'
    return "The search [1] was slow, and [7] never happened."


@pytest.fixture
async def model(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OpenAIModel]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    server = Chat(answer)
    async with serve(server.application()) as url:
        made = OpenAIModel("m", f"{url}/v1", retries=0)
        made.server = server  # type: ignore[attr-defined]
        yield made
        await made.close()


def asked_study() -> Study:
    made = study(FIND, BUY)
    return msgspec.structs.replace(made, questions=Questions(open=("What was bad?",)))


def outcome(one: Session) -> str:
    return ending(one, FIND if one.session_id.endswith("find") else BUY, None).why


VISITS = (
    session(search("/", "lamp"), leave("/list"), task="find", intent="Find a lamp."),
    session(search("/", "lamp"), leave("/list"), task="buy"),
    session(leave("/"), task="buy", customer=2, end="error: it broke"),
)


async def test_each_scale_is_asked_when_it_is_due(model: OpenAIModel) -> None:
    answers = await ask_all(model, asked_study(), VISITS, outcome)
    assert answers.model == "openai:m@" + model.name.partition("@")[2]
    by_kind = [(a.kind, a.task, a.score) for a in answers.answers]
    assert by_kind == [
        ("seq", "find", 6.0),
        ("open", "find", None),
        ("seq", "buy", None),  # words, no number: not scored
        ("open", "buy", None),
        ("sus", None, 75.0),
    ]
    assert {a.participant for a in answers.answers} == {"customer-0001"}


async def test_open_questions_are_put_to_the_log_where_the_model_is_small(
    model: OpenAIModel,
) -> None:
    made = msgspec.structs.replace(
        asked_study(), questions=Questions(open=("What did you look for?", "Would you return?"))
    )
    answers = await ask_all(model, made, VISITS, outcome, open_from_log=True)
    found = [a for a in answers.answers if a.kind == "open"]
    assert [a.model for a in found] == ["log"] * 4
    assert found[0].text == "Came for: “Find a lamp.”. Searched for “lamp” [0]."
    assert [a.steps for a in found] == [(0,), (), (0,), ()]
    assert [a.score for a in answers.answers if a.kind == "sus"] == [75.0]
    bodies = model.server.requests  # type: ignore[attr-defined]
    assert not any("look for" in body["messages"][-1]["content"] for body in bodies)


async def test_an_open_answer_cites_steps_that_exist(model: OpenAIModel) -> None:
    answers = await ask_all(model, asked_study(), VISITS, outcome)
    said, _ = [a for a in answers.answers if a.kind == "open"]
    assert said.steps == (1,)
    assert said.text is not None
    assert "never happened" in said.text


async def test_the_visit_is_retold_to_the_model(model: OpenAIModel) -> None:
    await ask_all(model, asked_study(), VISITS, outcome)
    sent = model.server.requests[0]["messages"]  # type: ignore[attr-defined]
    assert "Somebody." in sent[0]["content"]
    assert "[0] On “/”: Searched for “lamp”" in sent[-1]["content"]
    assert "Gave up and left after 2 steps." in sent[-1]["content"]


async def test_a_model_that_never_answers_is_an_error(model: OpenAIModel) -> None:
    fault = Fault(status=401, text="no key")
    model.server.faults.extend([fault] * 9)  # type: ignore[attr-defined]
    with pytest.raises(PolicyError, match="no key"):
        await ask_all(model, asked_study(), VISITS, outcome)


@pytest.mark.parametrize(
    ("visit", "said"),
    [
        (session(search("/", "lamp"), leave("/lamp/brass"), task="find"), "the study closed"),
        (session(search("/", "lamp"), leave("/find"), task="find"), "Left at [1]"),
    ],
)
def test_that_the_task_was_done_is_no_leaving(visit: Session, said: str) -> None:
    told = surveyed(visit, FIND, ending(visit, FIND, None).why, in_study=True)
    assert said in (ask_the_log("Why did you leave?", [told]).answers[0].text or "")


def test_long_visits_are_retold_in_part() -> None:
    told = retell(session(*(search("/", f"w{n}") for n in range(90))), BUY, "over")
    assert len(told.splitlines()) == MOST_STEPS + 3
    assert "60 more steps" in told


@pytest.mark.parametrize(
    ("items", "score"),
    [([3] * 10, 50.0), ([5, 1] * 5, 100.0), ([1, 5] * 5, 0.0), ([4, 2, 3, 1] * 2 + [4, 2], 75.0)],
)
def test_sus_is_scored_as_brooke_says(items: list[int], score: float) -> None:
    assert sus_score(items) == score


def test_a_sus_with_a_wrong_answer_has_no_score() -> None:
    with pytest.raises(ValueError, match="ten answers"):
        sus_score([3] * 9)
