"""Raw HTML in a log goes through the in-page script again, in a real browser."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from agent.sessions.dataset import read_sessions, write_sessions
from agent.sessions.session import Session
from agent.sources.resimplify import Simplified, simplify_sessions
from envs.actions import Click, Terminate
from envs.browser.browser import Browser
from tests.agent.sessions.test_statistics import step, visit

RAW = """<!doctype html><title>Shop</title><style>.x{display:none}</style><main>
<form role="search"><input type="search" aria-label="Search"></form>
<p class="x">nobody sees this</p><button>Add to cart</button></main><script>boom()</script>"""


def raw_visit(session_id: str, *pages: str | None) -> Session:
    steps = [
        msgspec.structs.replace(step(i, Click("gone")), raw_html=page)
        for i, page in enumerate(pages)
    ]
    return visit(session_id, "u", "terminate", *steps, step(len(steps), Terminate()))


async def simplified(browser: Browser, *sessions: Session, keep_raw: bool = False) -> list[object]:
    work = simplify_sessions(iter(sessions), browser, keep_raw=keep_raw, at_once=2)
    return [one async for one in work]


async def test_raw_pages_get_contexts_and_names(browser: Browser) -> None:
    before = raw_visit("a", RAW)
    [one] = await simplified(browser, before)
    assert isinstance(one, Simplified)
    assert (one.pages, one.lost) == (1, 1)
    page, last = one.session.steps
    assert "Add to cart" in page.context
    assert "nobody sees this" not in page.context
    assert {e.role for e in page.names} == {"searchbox", "button"}
    assert page.raw_html is None
    assert last == before.steps[1]
    assert one.session.versions["contexts"] == "from raw HTML"


async def test_order_is_kept_and_the_same_page_gives_the_same_bytes(browser: Browser) -> None:
    many = [raw_visit(str(i), RAW) for i in range(5)]
    done = await simplified(browser, *many, keep_raw=True)
    sessions = [one.session for one in done if isinstance(one, Simplified)]
    assert [session.session_id for session in sessions] == ["0", "1", "2", "3", "4"]
    assert len({session.steps[0].context for session in sessions}) == 1
    assert sessions[0].steps[0].raw_html == RAW


async def test_sessions_without_raw_pages_pass_unchanged(browser: Browser) -> None:
    plain = raw_visit("a", None)
    [one] = await simplified(browser, plain)
    assert one == Simplified(plain, 0, 0)


async def test_an_empty_page_is_a_page(browser: Browser) -> None:
    [one] = await simplified(browser, raw_visit("a", "", "<p>hi</p>"))
    assert isinstance(one, Simplified)
    assert one.session.steps[0].names == ()
    assert "hi" in one.session.steps[1].context


@pytest.mark.browser
async def test_the_command_writes_a_data_set(tmp_path: Path) -> None:
    source, out = tmp_path / "raw.jsonl", tmp_path / "simple.jsonl"
    write_sessions(source, [raw_visit("a", RAW), raw_visit("b", None)])
    command = [
        sys.executable,
        "-m",
        "shopper.cli",
        "data",
        "simplify",
        str(source),
        "--out",
        str(out),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "2 sessions, 1 page simplified again" in done.stdout
    assert "Add to cart" in next(read_sessions(out)).steps[0].context
