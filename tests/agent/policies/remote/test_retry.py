"""When a server is asked again: pauses, what it asks for itself, and giving up in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from agent.policies.options import Options
from agent.policies.policy import PolicyError
from agent.policies.remote.anthropic import AnthropicModel
from agent.policies.remote.api_policy import RemotePolicy
from agent.policies.remote.openai import OpenAIModel
from agent.policies.remote.retry import Backoff, RetriesExhausted, asked_to_wait
from tests.agent.policies.shopping import PAGE, SEARCH, session
from tests.servers.chat import Chat
from tests.servers.claude import KEY, Claude
from tests.servers.serving import NOW, Fault, serve


def openai(
    url: str, retries: int = 2, timeout: float = 5, retry_seconds: float = 5
) -> RemotePolicy:
    model = OpenAIModel(
        "m", f"{url}/v1", retries=retries, timeout=timeout, retry_seconds=retry_seconds
    )
    return RemotePolicy(model, Options(), enumerate_names=True)


def test_pauses_double_up_to_a_bound_and_are_not_all_alike() -> None:
    many = [[pauses.next() for _ in range(8)] for pauses in (Backoff(1000) for _ in range(20))]
    for tries in zip(*many, strict=True):
        assert len(set(tries)) > 10
    for one in many:
        for n, pause in enumerate(one):
            assert 0.75 <= pause / min(20.0, 0.5 * 2**n) <= 1.25


def test_what_a_server_asks_for_is_the_least() -> None:
    pauses = Backoff(1000)
    assert all(7.0 <= pauses.next(7.0) <= 8.75 for _ in range(20))
    with pytest.raises(RetriesExhausted, match="it asks to wait 2000 s, and 1000 s are the most"):
        pauses.next(2000.0)
    with pytest.raises(RetriesExhausted):
        Backoff(0.1).next()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after-ms": "250", "retry-after": "3"}, 0.25),
        ({"retry-after": "-1"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ],
)
def test_how_long_a_server_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_to_wait(headers) == seconds


def test_a_date_to_come_back_at_is_understood() -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    waited = asked_to_wait({"retry-after": then})
    assert waited is not None
    assert 28 <= waited <= 30


@pytest.fixture
async def chat() -> AsyncIterator[tuple[Chat, str]]:
    server = Chat(lambda body: SEARCH)
    async with serve(server.application()) as url:
        yield server, url


@pytest.mark.slow
async def test_retry_after_is_waited_out(chat: tuple[Chat, str]) -> None:
    server, url = chat
    server.faults.append(Fault(status=429, headers={"retry-after-ms": "700"}))
    policy = openai(url)
    began = time.monotonic()
    assert (await policy.decide(session(), PAGE)).action is not None
    assert time.monotonic() - began >= 0.7
    await policy.close()


async def test_a_server_that_asks_for_an_hour_is_not_waited_for(chat: tuple[Chat, str]) -> None:
    server, url = chat
    server.faults.append(Fault(status=429, text="slow down", headers={"retry-after": "3600"}))
    policy = openai(url)
    with pytest.raises(PolicyError, match=r"slow down, 1 times .* asks to wait 3600 s"):
        await policy.decide(session(), PAGE)
    await policy.close()


async def test_rubbish_that_passes_is_ridden_out(chat: tuple[Chat, str]) -> None:
    server, url = chat
    server.faults.append(Fault(status=200, body=b"<html>starting</html>", headers=NOW))
    policy = openai(url)
    assert (await policy.decide(session(), PAGE)).action is not None
    await policy.close()
    assert server.attempts == 2


@pytest.mark.slow
async def test_a_slow_server_is_given_up_on_in_time(chat: tuple[Chat, str]) -> None:
    server, url = chat
    server.faults.extend([Fault(seconds=0.5)] * 9)
    policy = openai(url, retries=9, timeout=0.2, retry_seconds=1.0)
    began = time.monotonic()
    with pytest.raises(PolicyError, match="did not answer in time"):
        await policy.decide(session(), PAGE)
    assert time.monotonic() - began < 3
    await policy.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pause", "complaint"), [(0.05, "did not answer in time"), (0.0, "does not end")]
)
async def test_an_answer_without_an_end_is_no_answer(pause: float, complaint: str) -> None:
    """A server that drips, for ever within every time-out, and one that pours."""

    async def forever() -> AsyncIterator[bytes]:
        while True:
            yield b"data: rubbish\n\n" * (1 if pause else 10_000)
            await asyncio.sleep(pause)

    async def answer(request: Request) -> Response:
        return StreamingResponse(forever(), media_type="text/event-stream")

    app = Starlette(routes=[Route("/v1/chat/completions", answer, methods=["POST"])])
    async with serve(app) as url:
        policy = openai(url, retries=0, timeout=1.0 if pause else 20.0, retry_seconds=30)
        with pytest.raises(PolicyError, match=complaint):
            await policy.decide(session(), PAGE)
        await policy.close()


@pytest.mark.slow
async def test_claude_is_waited_for_no_longer_than_the_patience(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    server = Claude(lambda params: SEARCH)
    async with serve(server.application()) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        server.faults.extend([Fault(seconds=2)] * 3)
        model = AnthropicModel("claude-test", timeout=5, retries=3, retry_seconds=0.5)
        policy = RemotePolicy(model, Options(), enumerate_names=False)
        with pytest.raises(PolicyError, match=r"did not answer within 0\.5 s, retries included"):
            await policy.decide(session(), PAGE)
        await policy.close()
        server.faults.clear()
        server.faults.append(Fault(status=200, body=b"<html>hello</html>"))
        model = AnthropicModel("claude-test", timeout=5, retries=3)
        policy = RemotePolicy(model, Options(), enumerate_names=False)
        assert (await policy.decide(session(), PAGE)).action is not None
        await policy.close()
