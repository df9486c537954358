"""Two sides, the same customers: taking turns, and `shopper run` with two variants or addresses."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from pathlib import Path

import msgspec
import pytest

from agent.personas.personas import cast
from agent.policies.budget import Budget, Budgeted
from agent.policies.synthetic import SyntheticPolicy
from agent.runs.ab import Side, VisitTurns, apart, visiting_order
from agent.runs.card import RunCard, RunFolder
from agent.runs.config import RunConfig
from agent.runs.folder import finished_sessions, read_card
from agent.sessions.session import Persona, Session
from eval.ab.comparison import AbComparison
from tests.eval.benchmark.sample import START
from tests.shopper.commands.test_run import LEAVE, arguments, await_steps, run, script


def sides(done_on_a: int = 0) -> list[Side]:
    customers = tuple(cast([(Persona(id="p", text="x"), None)], 3, 0, None))
    card = RunCard(
        shopper_version="0",
        started_at=START,
        url="u",
        embedded_shop=True,
        policy="p",
        customers=3,
        seed=0,
    )
    over = Session(session_id="", user_id="p", site="s", started_at=START, source="live")
    finished = {c.session_id: over for c in customers[:done_on_a]}
    return [
        Side(
            label=label,
            config=RunConfig(url=None, customers=customers, concurrency=2),
            folder=RunFolder(Path(label)),
            card=card,
            finished=finished if label == "a" else {},
        )
        for label in ("a", "b")
    ]


def test_chance_decides_which_side_goes_first_and_what_is_over_is_not_waited_for() -> None:
    order = [label + name[-1] for label, name in visiting_order(sides(), 0)]
    assert order == [label + name[-1] for label, name in visiting_order(sides(), 0)]
    assert [name[-1] for name in order] == list("112233")
    for one, other in zip(order[::2], order[1::2], strict=True):
        assert {one[0], other[0]} == {"a", "b"}
    firsts = [visiting_order(sides(), seed)[number][0] for seed in range(100) for number in (0, 2)]
    assert 75 <= firsts.count("a") <= 125  # a fair coin: within 3.5 standard errors
    rest = [label + name[-1] for label, name in visiting_order(sides(done_on_a=2), 0)]
    assert rest == [visit for visit in order if visit not in ("a1", "a2")]


async def test_turns_keep_the_order_and_the_bound_whoever_is_slow() -> None:
    order = visiting_order(sides(), 0)
    turns = VisitTurns(order, at_once=2)
    begun: list[tuple[str, str]] = []
    shopping = most = 0

    async def visit(label: str, name: str) -> None:
        nonlocal shopping, most
        async with turns.of(label)(name):
            begun.append((label, name))
            shopping += 1
            most = max(most, shopping)
            await asyncio.sleep(0.02 if label == "a" else 0.001)
            shopping -= 1

    # Asked for in another order than the one to be kept, and one of them a second time.
    await asyncio.wait_for(asyncio.gather(*(visit(*one) for one in order[::-1])), 5)
    await asyncio.wait_for(visit(*order[0]), 5)
    assert begun == [*order, order[0]]
    assert most == 2


async def test_a_visit_that_is_cancelled_gives_its_turn_back() -> None:
    turns = VisitTurns([("a", "1"), ("b", "1")], at_once=1)

    async def stay() -> None:
        async with turns.of("a")("1"):
            await asyncio.sleep(60)

    task = asyncio.create_task(stay())
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5):
        async with turns.of("b")("1"):
            pass


def test_a_policy_that_keeps_nothing_sees_the_sessions_as_they_are() -> None:
    policy = Budgeted(SyntheticPolicy(), Budget())
    assert apart(policy, "synthetic", "a") is policy


class Forgetful(SyntheticPolicy):
    """Remembers which sessions it was told to forget."""

    def __init__(self) -> None:
        super().__init__()
        self.forgotten: list[str] = []

    async def forget(self, session_id: str) -> None:
        self.forgotten.append(session_id)


@pytest.mark.parametrize("spec", ["smollm2", "owner/model", "unheard of"])
async def test_a_policy_that_may_keep_something_keeps_it_for_each_side(spec: str) -> None:
    policy = Forgetful()
    for label in ("a", "b"):
        await apart(Budgeted(policy, Budget()), spec, label).forget("customer-0001")
    assert policy.forgotten == ["a customer-0001", "b customer-0001"]


@pytest.mark.slow
@pytest.mark.browser
def test_the_same_shop_twice_concludes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "aa"
    done = run("--variant", "default,default", "--customers", 4, "--policy", "synthetic",
               "--no-screenshots", "--out", out)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Nothing can be concluded." in done.stdout
    found = msgspec.json.decode((out / "comparison.json").read_bytes(), type=AbComparison)
    assert (found.pairs, found.alike, found.labels) == (4, 4, ("default", "default"))
    a, b = (finished_sessions(RunFolder(out / label)) for label in "ab")
    for name, session in a.items():
        assert [s.action for s in session.steps] == [s.action for s in b[name].steps]
        assert (session.persona, session.intent) == (b[name].persona, b[name].intent)
    page = (out / "report.html").read_text()
    assert "Nothing can be concluded." in page
    assert 'href="a/report.html"' in page and (out / "b" / "report.html").exists()


@pytest.mark.slow
@pytest.mark.browser
def test_a_comparison_that_was_stopped_goes_on(tmp_path: Path) -> None:
    out, policy = tmp_path / "ab", script(tmp_path)
    words = ["--variant", "default,strict-search", "--policy", policy, "--no-screenshots",
             "--out", out, "--concurrency", 2, "--json"]  # fmt: skip
    with subprocess.Popen(
        arguments("--customers", 300, *words), stdout=-1, stderr=-1, text=True
    ) as process:
        await_steps(out / "a", 1)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "--resume" in errors and "Traceback" not in errors
    kept = {
        p: p.read_bytes() for p in out.glob("?/sessions/*") if b'"type":"end"' in p.read_bytes()
    }
    done = run("--customers", 2, *words, "--resume")
    assert done.returncode == 0, done.stderr
    assert {p: p.read_bytes() for p in kept} == kept
    assert json.loads(done.stdout)["pairs"] >= 2
    assert read_card(RunFolder(out / "b")).arguments["variant"] == "strict-search"
    swapped = run("--customers", 2, "--variant", "strict-search,default", *words[2:], "--resume")
    assert swapped.returncode == 2
    assert "variant 'default', not 'strict-search'" in swapped.stderr


@pytest.mark.browser
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--variant", "default,nowhere"], "no variant 'nowhere'"),
        (["--variant", "default,late-price,strict-search"], "at most two"),
        (["http://127.0.0.1:9/", "--variant", "late-price"], "leave out the URL"),
        (["http://a.test/", "http://b.test/", "http://c.test/"], "at most two"),
        (["--variant", "default,default", "--resume"], "holds no"),
        (["--device", "watch"], "'desktop', 'phone'"),
        (["--timezone", "Mars/Olympus"], "is not a time zone"),
        (["--locale", "klingon!"], "is not a locale"),
    ],
)
def test_bad_sides_are_told_in_one_sentence(tmp_path: Path, words: list[str], said: str) -> None:
    done = run(*words, "--policy", script(tmp_path, LEAVE), "--out", tmp_path / "out")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert said in done.stderr


@pytest.mark.browser
def test_a_phone_shops_until_it_has_bought(tmp_path: Path) -> None:
    out = tmp_path / "phone"
    steps = [
        {"type": "click", "name": "cookies.accept", "optional": True},
        {"type": "type_and_submit", "name": "*search_input", "text": "blender"},
        {"type": "click", "name": "results.*"},
        {"type": "click", "name": "*close*", "optional": True},
        {"type": "click", "name": "colour.*"},
        {"type": "click", "name": "buy_now"},
    ]
    done = run("--device", "phone", "--locale", "de-DE", "--timezone", "Europe/Berlin",
               "--customers", 1, "--policy", script(tmp_path, steps), "--out", out)  # fmt: skip
    assert done.returncode == 0, done.stderr
    card = read_card(RunFolder(out))
    assert {k: card.arguments[k] for k in ("device", "locale", "timezone")} == {
        "device": "Pixel 7",
        "locale": "de-DE",
        "timezone": "Europe/Berlin",
    }
    [session] = finished_sessions(RunFolder(out)).values()
    assert session.end == "purchase", [(s.action, s.result) for s in session.steps]
    assert {s.viewport.width for s in session.steps if s.viewport} == {412}
