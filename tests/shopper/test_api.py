"""The library as a stranger calls it: what each function gives, and what a wrong call says."""

from __future__ import annotations

import ast
import asyncio
import gc
import inspect
import json
import signal
import subprocess
import sys
import textwrap
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import shopper
from agent.runs.config import steps_enough
from agent.runs.lock import locked
from agent.sessions.dataset import write_sessions
from agent.sessions.log import read_session_log
from envs.environment import Environment
from envs.options import EnvOptions
from envs.shop import Shop
from tests.agent.study.bad_shop import PAGES as LAMPS
from tests.eval.benchmark.sample import LEAVE, MUG, SEARCH
from tests.eval.benchmark.sample import session as sample

PAGES = {
    "/": "<title>Shop</title><a href='/mug'>Mug</a>",
    "/mug": "<h1>Mug</h1><a href='/'>Back</a>",
}
ANN, BEN = shopper.Persona(id="ann", text="Ann"), shopper.Persona(id="ben", text="Ben")


class OneClick:
    """All that a policy must have."""

    def decide(self, session: shopper.Session, observation: shopper.Observation) -> Any:
        if session.steps:
            return shopper.Decision(action=shopper.Terminate())
        return shopper.Decision(action=observation.names[0].click(), reasoning="I click.")


class Forever(OneClick):
    def decide(self, session: shopper.Session, observation: shopper.Observation) -> Any:
        return shopper.Decision(action=shopper.Click(observation.names[0].name))


def test_to_import_it_loads_next_to_nothing() -> None:
    code = "import sys, shopper; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in shown.stdout.split()}
    assert "shopper" in loaded
    assert not loaded & {"playwright", "torch", "rich", "httpx", "msgspec", "agent", "envs", "eval"}


def test_what_is_listed_is_there_and_what_type_checkers_read() -> None:
    assert all(hasattr(shopper, name) for name in shopper.__all__)
    assert set(shopper.__all__) <= set(dir(shopper))
    tree = ast.parse(inspect.getsource(shopper))
    told = {
        alias.asname: node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == shopper._HOME
    with pytest.raises(AttributeError, match="no attribute 'walk'"):
        _ = shopper.walk  # type: ignore[attr-defined]


@pytest.mark.browser
async def test_customers_shop_and_their_sessions_come_back(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    heard: list[str] = []
    run = await shopper.run(
        serve(PAGES),
        customers=2,
        intent="a mug",
        policy=OneClick(),
        out=tmp_path / "run",
        watch=lambda session, doing: heard.append(doing),
    )
    assert {"looks", "thinks", "acts", "terminate"} == set(heard)
    first, second = run.sessions()
    assert (first.session_id, second.session_id) == ("customer-0001", "customer-0002")
    assert (first.intent, first.end, len(first.steps)) == ("a mug", "terminate", 2)
    assert first.steps[0].screenshot
    assert run.stopped is None and run.card.totals.sessions == 2
    assert run.report() == tmp_path / "run" / "report.html"
    assert "I click." in run.report().read_text("utf-8")
    assert repr(run) == f"<Run '{tmp_path / 'run'}': 2 of 2 visits finished, 4 steps>"
    again = shopper.open_run(str(tmp_path / "run"))
    assert (again.card, list(again.sessions())) == (run.card, [first, second])


@pytest.mark.browser
async def test_customers_may_be_named_and_a_run_may_go_on(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    url, out = serve(PAGES), tmp_path / "run"
    options: dict[str, Any] = {"policy": OneClick(), "out": out, "screenshots": False}
    run = await shopper.run(url, customers=[(ANN, "a cup"), BEN], resume=True, **options)
    assert run.stopped is None
    told = [(s.user_id, s.intent) for s in run.sessions()]
    assert told == [("ann", "a cup"), ("ben", None)]
    drawn = await shopper.run(url, customers=2, **options | {"out": tmp_path / "other"})
    assert [s.seed for s in drawn.sessions()] == [s.seed for s in run.sessions()]
    someone = shopper.Customer(3, "eve.1", shopper.Persona(id="eve", text="Eve"), "a jug", 7)
    more = [(ANN, "a cup"), BEN, someone]
    run = await shopper.run(url, customers=more, resume=True, **options)
    assert [s.session_id for s in run.sessions()] == ["customer-0001", "customer-0002", "eve.1"]
    with pytest.raises(ValueError, match="already holds a run"):
        await shopper.run(url, customers=2, **options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"customers": 0}, "at least one customer"),
        ({"customers": []}, "at least one customer"),
        ({"customers": ["ann"]}, "customer 1 is 'ann': give a Persona"),
        ({"customers": [shopper.Customer(1, "../up", ANN, None, 0)]}, "'../up', which names files"),
        ({"customers": [shopper.Customer(1, "a", ANN, None, 0)] * 2}, "two customers have the"),
        ({"customers": [ANN], "personas": "p.jsonl"}, "not both"),
        ({"personas": "nowhere.jsonl"}, "cannot read the personas file nowhere.jsonl"),
        ({"resume": True}, "resume=True needs out="),
        ({"retry_failed": True, "out": "x"}, "retry_failed=True needs resume=True"),
        ({"url": "shop.example"}, "https://shop.example"),
        ({"url": "https://shop.example", "variant": "late-price"}, "leave out the URL"),
        ({"variant": "nowhere"}, "no variant 'nowhere'"),
        ({"variant": "default,late-price"}, "name one variant"),
        ({"device": "watch"}, "'watch'"),
        ({"max_cost": 1.0}, "--price"),
        ({"policy": "nobody"}, "no policy is called 'nobody'"),
        ({"policy": OneClick}, "it is a class"),
        ({"policy": object()}, "it has no method decide"),
        (
            {"url": "https://shop.example", "allow_purchase": True, "resume": True, "out": "x",
             "retry_failed": True},
            "would place another",
        ),
    ],
)  # fmt: skip
async def test_a_call_that_makes_no_sense_says_so_and_leaves_nothing(
    options: dict[str, Any], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        await shopper.run(**options)
    assert not list(tmp_path.iterdir())


async def test_text_stands_for_a_path_and_for_one_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sessions(tmp_path / "data.jsonl", [sample("a", SEARCH, LEAVE)])
    [session] = shopper.read_sessions(str(tmp_path / "data.jsonl"))
    assert session.session_id == "a"
    monkeypatch.chdir(tmp_path)
    wrong = "cdn example"
    with pytest.raises(ValueError, match="no policy"):  # what is wrong is not the host
        await shopper.run("https://shop.example", allow="cdn.example", policy="nobody")
    with pytest.raises(ValueError, match="'cdn example'"):
        await shopper.run("https://shop.example", allow=wrong)
    with pytest.raises(ValueError, match="'cdn example'"):
        shopper.open_environment("https://shop.example", allow=wrong)
    with pytest.raises(ValueError, match="'cdn example'"):
        await shopper.observe("https://shop.example", allow=wrong)


async def test_a_call_is_awaited_and_python_says_so_where_it_is_not() -> None:
    call = shopper.run()
    with pytest.raises(AttributeError, match="'coroutine' object has no attribute 'sessions'"):
        call.sessions()  # type: ignore[attr-defined]
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        del call
        gc.collect()
    assert "coroutine 'run' was never awaited" in str(heard[0].message)
    call = shopper.run()
    with pytest.raises(RuntimeError, match="cannot be called from a running event loop"):
        asyncio.run(call)
    call.close()


INTERRUPTED = """
import asyncio, shopper
from tests.shopper.test_api import Forever

async def main():
    await shopper.run({url!r}, customers=3, concurrency=2, max_steps=100_000, out={out!r},
                      policy=Forever(), screenshots=False)

asyncio.run(main())
"""


@pytest.mark.browser
def test_ctrl_c_stops_a_call_and_what_was_reached_is_kept(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    out = tmp_path / "run"
    code = INTERRUPTED.format(url=serve(PAGES), out=str(out))
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", code], stderr=-1, text=True, cwd=root) as process:
        log = out / "sessions" / "customer-0001.jsonl"
        deadline = time.monotonic() + 60
        while not (log.exists() and log.read_bytes().count(b"\n") > 3):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert errors.rstrip().endswith("KeyboardInterrupt")
    kept = shopper.open_run(out)
    assert kept.card.finished_at is not None
    assert kept.stopped == "stopped: 0 of 3 visits have finished"
    assert list(kept.sessions()) == [] and kept.card.totals.sessions == 0
    assert [(s.session_id, s.end) for s in kept.unfinished()] == [
        ("customer-0001", None),
        ("customer-0002", None),
    ]
    assert next(kept.unfinished()).steps == read_session_log(log).steps != ()
    with locked(out):
        pass


@pytest.mark.browser
@pytest.mark.parametrize("mistake", [ValueError("my bug"), OSError("my bug"), shopper.EnvError()])
async def test_a_mistake_in_watch_is_the_callers_and_what_was_reached_is_kept(
    serve: Callable[..., str], tmp_path: Path, mistake: Exception
) -> None:
    url = serve(PAGES)

    def watch(session: shopper.Session, doing: str) -> None:
        if session.session_id == "customer-0002" and session.steps:
            raise mistake

    options: dict[str, Any] = {"policy": OneClick(), "watch": watch, "screenshots": False}
    with pytest.raises(type(mistake)) as raised:
        await shopper.run(url, customers=2, concurrency=1, out=tmp_path / "run", **options)
    assert raised.value is mistake and raised.traceback[-1].name == "watch"
    kept = shopper.open_run(tmp_path / "run")
    assert [s.end for s in kept.sessions()] == ["terminate"]
    assert [len(s.steps) for s in kept.unfinished()] == [1]
    assert kept.stopped == "stopped: 1 of 2 visits have finished"


@pytest.mark.browser
async def test_watch_may_end_the_run_and_its_mistake_ends_a_single_visit(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    url = serve(PAGES)

    def watch(session: shopper.Session, doing: str) -> None:
        raise shopper.RunOver("seen enough") if session.end else ValueError("my bug")

    def until_end(session: shopper.Session, doing: str) -> None:
        if session.end:
            watch(session, doing)

    run = await shopper.run(
        url, customers=2, concurrency=1, policy=OneClick(), out=tmp_path / "run", watch=until_end
    )
    assert run.stopped == "stopped: seen enough" and len(list(run.sessions())) == 1
    async with shopper.open_environment(url) as environment:
        with pytest.raises(ValueError, match="my bug"):
            await shopper.visit(environment, OneClick(), ANN, watch=watch)


@pytest.mark.browser
async def test_one_visit_by_a_policy_of_ones_own(serve: Callable[..., str], tmp_path: Path) -> None:
    url, log = serve(PAGES), tmp_path / "logs" / "ann.jsonl"
    async with shopper.open_environment(url) as environment:
        session = await shopper.visit(environment, OneClick(), ANN, intent="a mug", log=log)
    assert [step.title for step in session.steps] == ["Shop", ""]
    assert (session.end, session.intent, session.user_id) == ("terminate", "a mug", "ann")
    assert session.policy == "tests.shopper.test_api:OneClick"
    assert url.endswith(session.site)
    assert read_session_log(log) == session


@pytest.mark.browser
async def test_a_visit_to_the_embedded_shop_and_to_a_world_of_ones_own() -> None:
    async with shopper.open_environment() as environment:
        session = await shopper.visit(environment, "synthetic", BEN, intent="a mug", max_steps=2)
    assert (session.site, session.policy, len(session.steps)) == ("embedded-shop", "synthetic", 2)

    class World:
        """One page on which nothing happens."""

        async def start(self, url: str) -> None: ...

        async def observe(self) -> shopper.Observation:
            mug = shopper.Element("mug", "link")
            return shopper.Observation(url="w://", title="", html="<a>Mug</a>", names=(mug,))

        async def act(self, action: shopper.Action) -> shopper.Outcome:
            return shopper.Outcome()

    session = await shopper.visit(World(), OneClick(), ANN, url="w://")
    assert [type(step.action) for step in session.steps] == [shopper.Click, shopper.Terminate]
    with pytest.raises(ValueError, match="say where the visit begins"):
        await shopper.visit(World(), OneClick(), ANN)


class Corridor(Environment):
    """A page after a page without an end, in the embedded shop or elsewhere."""

    def __init__(self, own_shop: bool) -> None:
        self.options = EnvOptions(own_shop=own_shop)
        self.home = "http://corridor.test/"
        self.doors = 0

    async def start(self, url: str) -> None: ...

    async def observe(self) -> shopper.Observation:
        self.doors += 1
        door = shopper.Element(f"door_{self.doors}", "link")
        return shopper.Observation(url=self.home, title="", html=f"{self.doors}", names=(door,))

    async def act(self, action: shopper.Action) -> shopper.Outcome:
        return shopper.Outcome()


@pytest.mark.parametrize(("own_shop", "enough"), [(True, 20), (False, 40)])
async def test_a_visit_takes_as_many_steps_as_one_of_a_run(own_shop: bool, enough: int) -> None:
    assert steps_enough(None if own_shop else "http://corridor.test/") == enough
    session = await shopper.visit(Corridor(own_shop), Forever(), ANN)
    assert (len(session.steps), session.end) == (enough, "limit")


@pytest.mark.browser
async def test_a_page_is_observed_live_and_saved(serve: Callable[..., str], tmp_path: Path) -> None:
    live = await shopper.observe(serve(PAGES))
    page = tmp_path / "page.html"
    page.write_text(PAGES["/"])
    for where in (page, str(page)):
        saved = await shopper.observe(where)
        assert saved.html == live.html
        assert saved.url == page.as_uri()
    assert [element.name for element in live.names] == ["mug"]
    with pytest.raises(ValueError, match=r"write https://shop\.example"):
        await shopper.observe("shop.example")
    with pytest.raises(ValueError, match="cannot read"):
        await shopper.observe(tmp_path / "missing.html")


@pytest.mark.browser
async def test_a_study_is_carried_out(serve: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text(
        textwrap.dedent(f"""\
        title = "Lamps"
        site = "{serve(LAMPS)}"
        [[tasks]]
        id = "lamp"
        text = "Put a lamp into the cart."
        success = {{ url = "*/thanks" }}
        """)
    )
    options: dict[str, Any] = {"out": tmp_path / "out", "policy": OneClick(), "screenshots": False}
    run = await shopper.study(file, customers=2, resume=True, recheck=30, **options)
    assert {one.recurs for one in run.result().findings} == {"again"}
    assert [s.end for s in run.sessions()] == ["terminate", "terminate"]
    assert run.result().study.policy == "tests.shopper.test_api:OneClick"
    assert len(run.result().results) == 2
    assert "Lamps" in run.report().read_text("utf-8")
    with pytest.raises(ValueError, match="is of the embedded shop"):
        await shopper.study(file, variant="late-price", **options)
    with pytest.raises(ValueError, match="cannot read the study"):
        await shopper.study(tmp_path / "nothing.toml")


async def test_a_policy_is_measured(tmp_path: Path) -> None:
    data, out = tmp_path / "data.jsonl", tmp_path / "out"
    write_sessions(data, [sample("a", SEARCH, MUG, LEAVE), sample("b", SEARCH, LEAVE)])
    results = await shopper.bench(data, policy=OneClick(), out=out)
    assert results.policy == "tests.shopper.test_api:OneClick"
    assert json.loads((out / "results.json").read_text())["policy"] == results.policy
    assert (out / "report.html").exists()
    with pytest.raises(ValueError, match="cannot say how probable"):
        await shopper.bench(data, policy=OneClick(), out=tmp_path / "p", probabilities=True)


async def test_a_policy_is_loaded_by_name_or_completed() -> None:
    named = await shopper.load_policy("synthetic")
    assert named.name == "synthetic"
    own = await shopper.load_policy(OneClick())
    assert own.name == "tests.shopper.test_api:OneClick"
    await own.close()
    with pytest.raises(shopper.PolicyError, match="no policy is called"):
        await shopper.load_policy("nobody")


@pytest.mark.browser
async def test_calls_run_side_by_side(
    shop: Shop, serve: Callable[..., str], tmp_path: Path
) -> None:
    url = serve(PAGES)
    runs = await asyncio.gather(
        *(
            shopper.run(url, customers=1, policy=OneClick(), out=tmp_path / name, screenshots=False)
            for name in "ab"
        )
    )
    assert [run.card.totals.terminate for run in runs] == [1, 1]
