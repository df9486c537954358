"""A run from its folder to its card: who closes what, and what is left however it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.personas.personas import cast
from agent.policies.policy import Decision, PolicyChoiceError, RunOver
from agent.runs.card import RunFolder
from agent.runs.config import RunConfig
from agent.runs.folder import CannotWrite, FolderError, read_card
from agent.runs.lock import locked
from agent.runs.runner import RunRequest, RunResult, run
from agent.sessions.log import read_session_log
from agent.sessions.session import Persona, Session
from envs.actions import Click, Terminate
from envs.observation import Observation

pytestmark = pytest.mark.browser

PAGES = {"/": "<a href='/'>Home</a>"}


class Visitor:
    """Clicks the link so often, then leaves; from the second customer on it does as it is told."""

    name = "visitor"

    def __init__(self, clicks: int = 1, second: Callable[[], Decision] | None = None) -> None:
        self.clicks = clicks
        self.second = second
        self.settings: dict[str, str | int | float | bool] = {"clicks": clicks}
        self.closed = 0

    async def decide(self, session: Session, observation: Observation) -> Decision:
        if self.second is not None and session.session_id != "customer-0001":
            return self.second()
        if len(session.steps) < self.clicks:
            return Decision(action=Click(observation.names[0].name))
        return Decision(action=Terminate())

    async def forget(self, session_id: str) -> None: ...

    async def close(self) -> None:
        self.closed += 1


def request(url: str, root: Path, policy: object, customers: int = 1) -> RunRequest:
    people = tuple(cast([(Persona(id="p", text="x"), None)], customers, 0, "look"))
    config = RunConfig(url=url, customers=people, concurrency=1, screenshots=False)
    return RunRequest(config=config, policy=policy, folder=RunFolder(root))


async def test_a_run_by_a_policy_that_is_there_leaves_it_open(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    policy, heard = Visitor(), []
    asked = request(serve(PAGES), tmp_path / "run", policy, customers=2)
    result = await run(asked, lambda session, doing: heard.append(doing), heard.append)
    assert policy.closed == 0
    assert (heard[0], heard[-1]) == (0, "terminate")
    assert result.stopped is None
    assert (result.card.policy, result.card.policy_settings) == ("visitor", {"clicks": 1})
    assert result.card == read_card(result.folder)
    names = [(s.session_id, s.end, len(s.steps)) for s in result.sessions()]
    assert names == [("customer-0001", "terminate", 2), ("customer-0002", "terminate", 2)]
    assert all(step.context for session in result.sessions() for step in session.steps)


class Leaver:
    """All that a policy must have."""

    def decide(self, session: Session, observation: Observation) -> Decision:
        return Decision(action=Terminate())


async def test_an_object_that_only_decides_will_do(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    result = await run(request(serve(PAGES), tmp_path / "run", Leaver()))
    assert [session.end for session in result.sessions()] == ["terminate"]
    assert result.card.policy == f"{__name__}:Leaver"
    assert result.card.policy_settings == {"policy": result.card.policy}
    with pytest.raises(PolicyChoiceError, match="it has no method decide"):
        await run(request(serve(PAGES), tmp_path / "no run", object()))


async def test_a_run_that_is_cancelled_keeps_what_was_reached_and_lets_go(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    root, begun = tmp_path / "run", asyncio.Event()
    policy = Visitor(clicks=1000)
    asked = request(serve(PAGES), root, policy)

    def watch(session: Session, doing: str) -> None:
        if session.steps:
            begun.set()

    task = asyncio.create_task(run(asked, watch))
    await asyncio.wait_for(begun.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    kept = RunResult.kept(asked.folder, stopped="by the test")
    assert (kept.card.totals.sessions, list(kept.sessions())) == (0, [])
    assert kept.card.finished_at is not None
    log = read_session_log(asked.folder.session_log("customer-0001"))
    assert log.steps and log.end is None
    with locked(root):
        pass


async def test_a_policy_that_ends_the_run_says_why_and_the_run_can_go_on(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    def over() -> Decision:
        raise RunOver("that is enough")

    url, root = serve(PAGES), tmp_path / "run"
    result = await run(request(url, root, Visitor(second=over), customers=3))
    assert result.stopped == "stopped: that is enough"
    assert [s.session_id for s in result.sessions()] == ["customer-0001"]
    again = request(url, root, Visitor(), customers=3)
    with pytest.raises(FolderError, match="already holds a run"):
        await run(again)
    begun: list[int] = []
    resumed = RunRequest(config=again.config, policy=again.policy, folder=again.folder, resume=True)
    assert (await run(resumed, begun=begun.append)).card.totals.terminate == 3
    assert begun == [1]


async def test_a_wrong_policy_leaves_no_folder_and_a_folder_that_was_there_as_it_was(
    tmp_path: Path,
) -> None:
    for made in (False, True):
        root = tmp_path / f"run-{made}"
        if made:
            root.mkdir()
        with pytest.raises(PolicyChoiceError, match="no policy is called"):
            await run(request("http://127.0.0.1:9/", root, "nobody"))
        assert root.exists() is made
        assert not made or not list(root.iterdir())


async def test_a_log_that_cannot_be_written_ends_the_run_and_says_what_to_do(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    asked = request(serve(PAGES), tmp_path / "run", Visitor(), customers=2)

    def watch(session: Session, doing: str) -> None:
        asked.folder.session_log("customer-0002").mkdir(exist_ok=True)

    with pytest.raises(CannotWrite, match="make room and add --resume"):
        await run(asked, watch)
    assert [s.session_id for s in RunResult.kept(asked.folder).sessions()] == ["customer-0001"]
