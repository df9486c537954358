"""``shopper simulate`` and the synthetic policy, through the real browser."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from agent.policies import load
from agent.policies.synthetic import SyntheticPolicy, persona_of, shopper_of
from agent.sessions.dataset import read_sessions
from agent.sessions.session import Persona, Session
from agent.shoppers import population, read_goal, visits_of
from agent.sources.settled import ADDRESS
from agent.sources.simulation import SimulationJob, simulate, visits
from envs.actions import Back, Hover, Scroll, Terminate, TypeAndSubmit
from envs.browser.browser import Browser
from envs.observation import Observation
from envs.shop import Shop
from tests.envs.test_faults import is_browser


async def run(*arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shopper", "simulate", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


@pytest.fixture(scope="module")
async def sessions() -> list[Session]:
    """Ten sessions of seed 3, six at a time."""
    found: list[Session] = []
    await simulate(SimulationJob(sessions=10, seed=3, concurrency=6), found.append)
    return found


@pytest.mark.browser
async def test_sessions_look_as_they_should(sessions: list[Session]) -> None:
    assert [s.session_id for s in sessions] == [
        v.id for v in visits(SimulationJob(sessions=10, seed=3, concurrency=1))
    ]
    for session in sessions:
        assert session.source == "synthetic"
        assert session.end in ("purchase", "terminate")
        assert isinstance(session.steps[0].action, TypeAndSubmit)
        assert session.steps[0].kind == "search"
        assert session.persona
        assert session.intent
        for step in session.steps:
            assert step.result.ok, step.result.error
            assert step.reasoning
            assert step.oracle
            assert 0 < step.oracle.p_max <= 1
            assert step.url.startswith(ADDRESS)
            assert step.notices is None and step.result.fault is None
            name = getattr(step.action, "name", None)
            assert name is None or f'name="{name}"' in step.context
    assert sum(len(s.steps) for s in sessions) >= 40


@pytest.mark.browser
async def test_the_same_seed_gives_the_same_sessions_at_any_concurrency(
    sessions: list[Session],
) -> None:
    alone: list[Session] = []
    await simulate(SimulationJob(sessions=3, seed=3, concurrency=1), alone.append)
    assert alone == sessions[:3]


@pytest.mark.browser
async def test_rehearsed_sessions_are_those_of_the_browser(sessions: list[Session]) -> None:
    """Every page line for line, every name, decision and outcome."""
    rehearsed: list[Session] = []
    job = SimulationJob(sessions=10, seed=3, concurrency=4, rehearsed=True)
    await simulate(job, rehearsed.append)
    for one, other in zip(rehearsed, sessions, strict=True):
        for step, seen in zip(one.steps, other.steps, strict=True):
            assert step.context.splitlines() == seen.context.splitlines()
            assert step == seen
    assert rehearsed == sessions


def browsers() -> set[int]:
    """Process ids of the browsers started from here."""
    started = psutil.Process().children(recursive=True)
    return {process.pid for process in started if is_browser(process)}


@pytest.mark.browser
async def test_a_killed_browser_changes_nothing(sessions: list[Session]) -> None:
    """The browser is killed while two customers shop; the sessions come out as if it had not been."""
    others, found = browsers(), []
    work = asyncio.create_task(
        simulate(SimulationJob(sessions=3, seed=3, concurrency=2), found.append)
    )
    while not found and not work.done():
        await asyncio.sleep(0.01)
    ours = browsers() - others
    assert len(found) < 3
    for pid in ours:
        psutil.Process(pid).kill()
    await work
    assert ours
    assert found == sessions[:3]


async def test_the_shop_saw_what_the_shoppers_did(browser: Browser, shop: Shop) -> None:
    """A session's searches and orders are in the shop's own log."""
    from agent.runs.visit import NoLog, visit
    from envs.environment import Environment
    from envs.options import EnvOptions

    one = visits_of(next(population(9)))[0]
    context = await browser.context()
    environment = Environment(context, EnvOptions(own_shop=True))
    session = Session(
        session_id=one.id,
        user_id=one.user.id,
        site="embedded-shop",
        started_at=datetime.now(UTC),
        source="synthetic",
        persona=persona_of(one.user),
        intent=one.intent,
        seed=one.seed,
    )
    try:
        done = await visit(environment, SyntheticPolicy(), session, NoLog(), url=shop.entry(one.id))
    finally:
        await environment.close()
    searched = [s.action.text for s in done.steps if isinstance(s.action, TypeAndSubmit)]
    seen = await shop.events(one.id)
    assert [e.data["query"] for e in seen if e.type == "search"][: len(searched)] == searched
    assert any(e.type == "order" for e in seen) == (done.end == "purchase")


@pytest.mark.browser
async def test_the_command_writes_a_data_set_and_prints_figures(tmp_path: Path) -> None:
    out = tmp_path / "sim.jsonl.zst"
    code, printed, errors = await run(
        *("--sessions", "3", "--seed", "3", "--out", str(out), "--no-reasoning", "--json")
    )
    assert (code, errors) == (0, "")
    report = json.loads(printed)
    written = list(read_sessions(out))
    assert report["sessions"] == len(written) == 3
    assert report["steps"] == sum(len(s.steps) for s in written)
    assert [f["name"] for f in report["figures"]][:2] == [
        "actions per session",
        "searches per session",
    ]
    assert all(step.reasoning is None for s in written for step in s.steps)


@pytest.mark.slow
async def test_bad_arguments_are_one_sentence(tmp_path: Path) -> None:
    code, _, errors = await run("--sessions", "1", "--out", str(tmp_path / "sim.txt"))
    assert code == 2
    assert "must end in one of .jsonl" in errors
    assert "Traceback" not in errors
    code, _, errors = await run("--sessions", "0", "--out", str(tmp_path / "sim.jsonl"))
    assert code == 2


async def test_a_user_is_found_again_in_the_persona() -> None:
    one = visits_of(next(population(2)))[0]
    session = Session(
        session_id="s",
        user_id=one.user.id,
        site="x",
        started_at=datetime.now(UTC),
        source="synthetic",
        persona=persona_of(one.user),
        intent=one.intent,
    )
    user, want = shopper_of(session)
    for trait in ("price_sensitivity", "patience", "typing", "care", "means", "style", "id"):
        assert getattr(user, trait) == getattr(one.user, trait)
    assert want == read_goal(one.intent)


@pytest.mark.parametrize("persona", [None, Persona(id="anyone", text="", traits={"style": 3})])
async def test_anybody_can_be_played_anywhere(persona: Persona | None) -> None:
    """Without persona or intent, on a page that is no shop: it decides, and leaves."""
    policy = await load("synthetic")
    session = Session(
        session_id="s",
        user_id="u",
        site="x",
        started_at=datetime.now(UTC),
        source="live",
        persona=persona,
    )
    page = Observation("http://x/", "x", "<p>nothing here</p>", ())
    decision = await policy.decide(session, page)
    assert isinstance(decision.action, Terminate)
    assert decision.reasoning


@pytest.mark.browser
@pytest.mark.slow
async def test_data_sets_of_all_actions_are_made_where_they_are_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "full.jsonl"
    asked = ("--sessions", "2", "--seed", "5", "--actions", "full", "--out", str(out))
    code, _, said = await run(*asked)
    assert code == 0, said
    sessions = list(read_sessions(out))
    steps = [step for session in sessions for step in session.steps]
    assert {Scroll, Back, Hover} < {type(step.action) for step in steps}
    assert all(step.result.ok and step.reasoning for step in steps)
    assert all(session.versions["actions"] == "full" for session in sessions)
    assert {session.end for session in sessions} <= {"purchase", "terminate"}
    code, _, said = await run(*asked[:6], "--rehearse", "--out", str(tmp_path / "none.jsonl"))
    assert code == 2 and "--rehearse has no window" in said
