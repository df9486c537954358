"""A visit from start to end, in a real browser, driven by scripts."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from agent.policies import load
from agent.policies.policy import Decision, Policy
from agent.runs.folder import totals
from agent.runs.visit import Limits, visit
from agent.sessions.log import SessionLog, read_session_log
from agent.sessions.outcome import SessionOutcome, outcome_of
from agent.sessions.session import Cost, Session
from envs.actions import Input, Terminate, Typing
from envs.browser.browser import Browser
from envs.environment import Environment
from envs.faults import Fault, Notice, PageNotice
from envs.observation import Observation
from envs.options import EnvOptions

SHOP = """<title>Shop</title><main><h1>Mugs</h1><a href="/mug">Blue mug</a>
<button>Nothing happens</button></main>"""
MUG = """<title>Mug</title><main><h1>Blue mug</h1>
<form action="/thanks"><button>Buy now</button></form></main>"""
THANKS = "<title>Thanks</title><h1>Your order is confirmed</h1>"

Serve = Callable[..., str]
Visit = Callable[..., "Session"]


@pytest.fixture
def site(serve: Serve) -> str:
    return serve({"/": SHOP, "/mug": MUG, "/thanks": THANKS})


async def shop_with(
    browser: Browser,
    url: str,
    script: list[dict[str, object]] | dict[str, object],
    folder: Path,
    *,
    limits: Limits | None = None,
    options: EnvOptions | None = None,
) -> Session:
    """The session that a script leaves; also checks that the log says the same."""
    (folder / "script.json").write_text(json.dumps(script))
    policy = await load(f"scripted:{folder / 'script.json'}")
    environment = Environment(await browser.context(), options or EnvOptions())
    session = Session(
        session_id="s", user_id="u", site="x", started_at=datetime.now(UTC), source="live"
    )
    path = folder / "s.jsonl"
    try:
        with SessionLog(path, session) as log:
            done = await visit(environment, policy, session, log, url=url, limits=limits)
    finally:
        await environment.close()
    assert read_session_log(path) == done
    return done


LOOK = {"type": "click", "name": "*mug*", "reasoning": "A mug is what I need."}
BUY = {"type": "click", "name": "*buy*"}
LEAVE = {"type": "terminate", "reasoning": "Not today."}
PRESS = {"type": "click", "name": "*nothing*"}


async def test_a_visit_ends_when_the_customer_leaves(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    done = await shop_with(browser, site, [LOOK, LEAVE], tmp_path)
    assert done.end == "terminate"
    first, last = done.steps
    assert first.reasoning == "A mug is what I need."
    assert (first.title, last.title) == ("Shop", "Mug")
    assert first.result.ok
    assert first.box is not None
    assert first.names
    assert "Mugs" in first.context
    assert last.kind == "leave"


async def test_buying_on_a_foreign_site_ends_the_visit_without_an_order(
    browser: Browser, website: Callable[..., object], tmp_path: Path
) -> None:
    shop = website({"/": SHOP, "/mug": MUG, "/thanks": THANKS})
    done = await shop_with(browser, shop.url, [LOOK, BUY, LEAVE], tmp_path)  # type: ignore[attr-defined]
    assert done.end == "held" and outcome_of(done) is SessionOutcome.HELD
    last = done.steps[-1]
    assert not last.executed and last.kind == "buy"
    assert last.held is not None and last.held.layer == "words"
    counted = totals([done], 1.0)
    assert (counted.held, counted.held_back, counted.purchase) == (1, 1, 0)


async def test_an_allowed_purchase_is_carried_out(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    allowed = EnvOptions(allow_purchase=True)
    done = await shop_with(browser, site, [LOOK, BUY, LEAVE], tmp_path, options=allowed)
    assert done.end == "purchase"
    assert done.steps[-1].executed


async def test_what_is_typed_into_secret_fields_is_not_kept(
    browser: Browser, serve: Serve, tmp_path: Path
) -> None:
    url = serve({"/": "<input type=password aria-label=p><input aria-label=town>"})
    typed = [
        {"type": "input", "name": name, "text": text}
        for name, text in (("p", "hunter2"), ("p", "{{mine}}"), ("town", "Bern"))
    ]
    done = await shop_with(browser, url, [*typed, LEAVE], tmp_path)
    assert [step.action.text for step in done.steps if isinstance(step.action, Typing)] == [
        "[secret]",
        "{{mine}}",
        "Bern",
    ]
    assert "hunter2" not in (tmp_path / "s.jsonl").read_text()


async def test_what_was_typed_as_a_secret_is_in_no_reason_and_no_other_field(
    browser: Browser, serve: Serve, tmp_path: Path
) -> None:
    url = serve({"/": "<input type=password aria-label=p><input aria-label=town>"})
    why = "My password is hunter2, of course."
    typed = [
        {"type": "input", "name": name, "text": "hunter2", "reasoning": why}
        for name in ("p", "town")
    ]
    done = await shop_with(browser, url, [*typed, LEAVE], tmp_path)
    assert "hunter2" not in (tmp_path / "s.jsonl").read_text()
    assert done.steps[1].reasoning == "My password is [secret], of course."
    assert done.steps[1].action == Input("town", "[secret]")


async def test_the_same_action_on_an_unchanged_page_is_a_loop(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    script = {"steps": [PRESS], "repeat": 9}
    done = await shop_with(browser, site, script, tmp_path, limits=Limits(repeats=3))
    assert done.end == "limit"
    assert [f.kind for f in done.findings] == ["loop"]
    assert len(done.steps) == 3


LOOKS = {"type": "hover", "name": "*red*"}


async def test_looking_around_again_after_something_else_is_no_loop(
    browser: Browser, serve: Serve, tmp_path: Path
) -> None:
    names = ("red", "green", "blue", "white")
    shelf = "".join(f"<button>{name}</button>" for name in names)
    url = serve({"/": f"<title>Shop</title><main><h1>Mugs</h1>{shelf}</main>"})
    steps = [one for name in names for one in (LOOKS, {"type": "click", "name": f"*{name}*"})]
    done = await shop_with(browser, url, [*steps, LEAVE], tmp_path, limits=Limits(repeats=3))
    assert (done.end, done.findings) == ("terminate", ())
    script = {"steps": [LOOKS], "repeat": 9}
    done = await shop_with(browser, url, script, tmp_path, limits=Limits(repeats=3))
    assert (done.end, len(done.steps)) == ("limit", 3)


async def test_codes_of_faults_and_notices_are_in_the_log(
    browser: Browser, serve: Serve, tmp_path: Path
) -> None:
    page = "<button disabled>Reserve</button><button onclick=\"alert('Sold out')\">Ask</button>"
    script = [{"type": "click", "name": name} for name in ("reserve", "ask")]
    done = await shop_with(browser, serve({"/": page}), [*script, LEAVE], tmp_path)
    assert [step.result.fault for step in done.steps] == [Fault.DISABLED, None, None]
    assert done.steps[0].result.error == "'reserve' is disabled"
    assert [step.notices for step in done.steps] == [
        (),
        (),
        (PageNotice.of(Notice.ALERT, "Sold out"),),
    ]


async def test_a_visit_ends_after_its_last_step(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    done = await shop_with(
        browser, site, [PRESS, LOOK, LEAVE], tmp_path, limits=Limits(max_steps=2)
    )
    assert done.end == "limit"
    assert [f.kind for f in done.findings] == ["steps"]
    assert len(done.steps) == 2


async def test_a_policy_that_fails_ends_the_visit_with_its_words(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    done = await shop_with(browser, site, [PRESS, {"type": "click", "name": "absent"}], tmp_path)
    assert done.end is not None
    assert done.end.startswith("error: policy: ")
    assert "absent" in done.end
    assert len(done.steps) == 1


class Broken:
    """A policy with a fault in it that nobody foresaw."""

    name = "broken"
    settings: ClassVar[dict[str, str | int | float | bool]] = {}

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    async def decide(self, session: Session, observation: Observation) -> Decision:
        raise self.fault

    async def forget(self, session_id: str) -> None: ...

    async def close(self) -> None: ...


class Mumbles(Broken):
    """Answers with no action so many times, then leaves; each answer costs the same."""

    def __init__(self, times: int) -> None:
        self.times = times

    async def decide(self, session: Session, observation: Observation) -> Decision:
        self.times -= 1
        cost = Cost(prompt_tokens=100, cached_tokens=50, generated_tokens=7, seconds=0.5)
        return Decision(action=None if self.times >= 0 else Terminate(), raw="Well", cost=cost)


async def led_by(policy: Policy, browser: Browser, site: str, tmp_path: Path) -> Session:
    """A visit that `policy` leads, logged in ``s.jsonl``."""
    environment = Environment(await browser.context(), EnvOptions())
    session = Session(
        session_id="s", user_id="u", site="x", started_at=datetime.now(UTC), source="live"
    )
    with SessionLog(tmp_path / "s.jsonl", session) as log:
        done = await visit(environment, policy, session, log, url=site)
    await environment.close()
    return done


@pytest.mark.parametrize(("times", "end"), [(2, "terminate"), (3, "error: policy")])
async def test_answers_that_are_no_action_cost_tokens_too(
    browser: Browser, site: str, tmp_path: Path, times: int, end: str
) -> None:
    done = await led_by(Mumbles(times), browser, site, tmp_path)
    assert (done.end or "").startswith(end)
    if done.steps:
        assert done.steps[0].cost == Cost(
            prompt_tokens=300, cached_tokens=150, generated_tokens=21, seconds=1.5
        )
    else:
        assert "300 tokens read, 21 written" in done.findings[0].text


@pytest.mark.parametrize("fault", [ZeroDivisionError("half \ud83d"), TimeoutError("half \ud83d")])
async def test_a_fault_nobody_foresaw_ends_only_its_visit_and_keeps_where_it_was(
    browser: Browser, site: str, tmp_path: Path, fault: Exception
) -> None:
    done = await led_by(Broken(fault), browser, site, tmp_path)
    assert done.end == f"error: unexpected {type(fault).__name__}: half ?"
    (finding,) = done.findings
    assert finding.kind == "unexpected" and "raise self.fault" in finding.text
    assert read_session_log(tmp_path / "s.jsonl") == done


async def test_a_log_that_cannot_be_written_comes_through(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    environment = Environment(await browser.context(), EnvOptions(screenshots=True))
    session = Session(
        session_id="s", user_id="u", site="x", started_at=datetime.now(UTC), source="live"
    )
    (tmp_path / "script.json").write_text(json.dumps([LOOK, LEAVE]))
    policy = await load(f"scripted:{tmp_path / 'script.json'}")

    def full(step: int, image: bytes) -> str:
        raise OSError(28, "No space left on device")

    with SessionLog(tmp_path / "s.jsonl", session) as log, pytest.raises(OSError, match="space"):
        await visit(environment, policy, session, log, url=site, save_screenshot=full)
    await environment.close()


async def test_an_unreachable_start_is_named(browser: Browser, tmp_path: Path) -> None:
    done = await shop_with(browser, "http://127.0.0.1:9/", [LEAVE], tmp_path)
    assert done.end is not None
    assert done.end.startswith("error: ")
    assert "127.0.0.1:9" in done.end
    assert done.steps == ()
