"""Faults in the middle of a visit: each ends in an observation or an error that names the cause."""

from __future__ import annotations

import asyncio
import os

import psutil
import pytest

from envs.actions import Click, TypeAndSubmit
from envs.browser.browser import Browser, launch
from envs.environment import Environment
from envs.errors import (
    BrowserGone,
    BrowserMissing,
    Closed,
    DeadlinePassed,
    NavigatesForever,
    PageCrashed,
)
from tests.envs.acting.acting import name_of, opened, visiting
from tests.website import Reply

START = "<a href=/next>Next</a>"


async def crash(environment: Environment) -> None:
    """Let the renderer of the page looked at crash, as a fault in the browser would."""
    session = await environment.page.context.new_cdp_session(environment.page)
    gone = asyncio.get_running_loop().create_future()
    environment.page.once("crash", lambda _: gone.set_result(None))
    asyncio.ensure_future(session.send("Page.crash")).add_done_callback(lambda t: t.exception())
    await gone


async def test_a_crashed_page_is_loaded_again(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": START, "/next": "<h1>Next</h1>"})) as environment:
        await crash(environment)
        seen = await environment.observe()
        assert "crashed and was loaded again" in seen.html
        assert (await environment.act(Click("next"))).ok
        await environment.observe()
        await crash(environment)
        assert "<h1>Next</h1>" in (await environment.observe()).html


async def test_a_page_that_keeps_crashing_is_given_up(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": START}), max_crashes=1) as environment:
        await crash(environment)
        await environment.observe()
        await crash(environment)
        with pytest.raises(PageCrashed, match="crashed 2 times"):
            await environment.observe()


@pytest.mark.browser
async def test_the_browser_is_killed_in_the_middle_of_a_step(serve) -> None:
    url = serve({"/": START, "/next": Reply("<h1>Next</h1>", delay=20)})
    async with launch() as browser:
        async with visiting(browser, url) as environment:
            acting = asyncio.create_task(environment.act(Click("next")))
            await asyncio.sleep(0.3)
            kill_browser()
            with pytest.raises(BrowserGone, match="browser ended"):
                await acting
            with pytest.raises(BrowserGone):
                await environment.observe()
        assert not browser.alive
        with pytest.raises(BrowserGone):
            await browser.context()
        await browser.relaunch()
        async with visiting(browser, url) as environment:
            assert "Next" in (await environment.observe()).html


def kill_browser() -> None:
    """Kill the youngest browser this process started, and the script that some start it with."""
    browsers = [p for p in psutil.Process().children(recursive=True) if is_browser(p)]
    known = {p.pid for p in browsers}
    # Started by a script, a browser has that as its parent, with the same command line.
    first = [p for p in browsers if p.ppid() not in known]
    youngest = max(first, key=lambda p: p.create_time())
    for process in (*youngest.children(), youngest):
        if is_browser(process):
            process.kill()


def is_browser(process: psutil.Process) -> bool:
    """Whether this is a browser itself, not one of its renderers or helpers."""
    try:
        line = process.cmdline()
    except psutil.Error:  # it has just ended
        return False
    return "--headless" in line and not any(a.startswith("--type=") for a in line)


async def test_a_closed_environment_says_so(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": START})) as environment:
        await environment.close()
        with pytest.raises(Closed):
            await environment.observe()
        await environment.close()


async def test_the_last_window_is_closed_by_the_page(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": START})) as environment:
        await environment.page.close()
        with pytest.raises(Closed, match="closed"):
            await environment.observe()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply("<h1>Oops</h1>", status=500), "HTTP 500"),
        (Reply("", status=500), "HTTP 500"),
        (Reply(raw=b""), "could not be opened"),
        (Reply(status=302, headers={"Location": "/next"}), "circles"),
        (Reply("<h1>Half</h1>", headers={"Content-Length": "99999"}), "Half"),
        (Reply(status=302, headers={"Location": "http://shop.invalid/"}), "host"),
    ],
)
async def test_a_link_that_leads_to_a_fault(browser: Browser, serve, reply: Reply, said) -> None:
    async with visiting(browser, serve({"/": START, "/next": reply}), load_s=3.0) as environment:
        await environment.act(Click("next"))
        seen = await environment.observe()
        assert said in seen.html, seen.html
        if "opened" in said:
            assert 'name="next"' in seen.html  # back on the page before


async def test_a_window_that_opens_on_a_fault_is_closed(browser: Browser, serve) -> None:
    page = "<a href=http://shop.invalid/ target=_blank>Next</a>"
    async with visiting(browser, serve({"/": page})) as environment:
        await environment.act(Click("next"))
        seen = await environment.observe()
        assert "host" in seen.html and 'name="next"' in seen.html


async def test_a_page_of_sixty_seconds(browser: Browser, serve) -> None:
    url = serve({"/": START, "/next": Reply("x", delay=60)})
    async with visiting(browser, url, load_s=1.0) as environment:
        first = await environment.act(Click("next"))
        seen = await environment.observe()
        assert "did not arrive" in seen.html and 'name="next"' in seen.html
        second = await environment.act(Click("next"))
        assert first.ok and second.ok
        assert max(first.settle_ms, second.settle_ms) < 5000


async def test_a_link_into_endless_navigation(browser: Browser, serve) -> None:
    loop = "<script>location.reload()</script><p>x"
    async with visiting(browser, serve({"/": START, "/next": loop}), load_s=3.0) as environment:
        await environment.act(Click("next"))
        with pytest.raises(NavigatesForever, match="keeps leaving"):
            await environment.observe()


@pytest.mark.parametrize(
    "script",
    [
        "while (true) alert('again')",
        "setInterval(() => alert('again'), 1)",
        "for (;;) if (!confirm('sure?')) continue",
    ],
)
@pytest.mark.parametrize("when", ["click", "load"])
async def test_dialogs_in_a_loop(browser: Browser, serve, script: str, when: str) -> None:
    run = f"<script>setTimeout(() => {{ {script} }}, 50)</script>" if when == "load" else ""
    page = f'<button onclick="{script}">Ask</button><h1>Here</h1>{run}'
    async with opened(browser) as environment:
        await environment.start(serve({"/": page}))
        told = (await environment.observe()).html
        for _ in range(8):  # a timer may leave the page at rest between two of them
            if "in a loop" in told:
                break
            await environment.act(Click("ask"))
            told = (await environment.observe()).html
        assert "in a loop" in told and "Here" in told


async def test_a_script_that_never_ends_is_stopped(browser: Browser, serve) -> None:
    page = "<button onclick='for(;;);'>Hang</button><button>Fine</button>"
    async with visiting(browser, serve({"/": page}), call_s=1.0, late_ms=500) as environment:
        await environment.act(Click("hang"))
        seen = await environment.observe()
        assert "hung and was stopped" in seen.html
        assert (await environment.act(Click("fine"))).ok


async def test_a_script_that_never_ends_while_typing(browser: Browser, serve) -> None:
    page = "<input aria-label=q oninput='for(;;);'>"
    async with visiting(browser, serve({"/": page}), call_s=1.0, late_ms=500) as environment:
        await environment.act(TypeAndSubmit("q", "tea"))
        assert "hung and was stopped" in (await environment.observe()).html


async def test_an_enter_over_which_the_page_hung_is_not_made_again(browser: Browser, serve) -> None:
    """The key may have been taken: the form's own button is left alone."""
    page = (
        "<h1>Shop</h1><script>var sent = 0; function send() { sent++; }</script>"
        "<form onsubmit='return false'><input aria-label=q onkeydown="
        "\"if (event.key == 'Enter') { event.preventDefault(); send(); for(;;); }\">"
        "<button type=submit onclick='send()'>Go</button></form>"
    )
    async with visiting(browser, serve({"/": page}), call_s=1.0, late_ms=500) as environment:
        outcome = await environment.act(TypeAndSubmit("q", "tea"))
        seen = await environment.observe()
        assert outcome.ok
        assert "hung and was stopped" in seen.html
        assert await environment.page.evaluate("sent") == 1


async def test_the_visit_has_a_deadline(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": START}), session_s=2.0) as environment:
        await asyncio.sleep(2.1)
        with pytest.raises(DeadlinePassed, match="longer than 2 s"):
            await environment.observe()


async def test_a_step_whose_time_is_up_says_so(browser: Browser, serve) -> None:
    slow = Reply("<h1>Half a page</h1>" + "<!-- -->" * 300, endless=True)
    async with opened(browser, step_s=1.0) as environment:
        with pytest.raises(DeadlinePassed, match=r"looking at .* took longer than 1 s"):
            await environment.start(serve({"/": slow}))


async def test_a_frame_that_hangs_loses_only_itself(browser: Browser, serve) -> None:
    page = "<h1>Shop</h1><iframe src=/never></iframe><button>Fine</button>"
    url = serve({"/": page, "/never": Reply("x", delay=60)})
    async with visiting(browser, url, late_ms=600) as environment:
        seen = await environment.observe()
        assert "Shop" in seen.html
        assert (await environment.act(Click(name_of(seen, "fine")))).ok


async def test_a_browser_that_is_not_there(monkeypatch) -> None:
    monkeypatch.setenv("SHOPPER_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(BrowserMissing, match="/nowhere/chromium"):
        async with launch():
            pass


@pytest.mark.browser
@pytest.mark.skipif(os.geteuid() != 0, reason="others than root may have the sandbox")
async def test_a_browser_without_the_sandbox_that_is_asked_for_is_not_started(monkeypatch) -> None:
    async with launch() as without:
        assert not without.sandboxed
    monkeypatch.setenv("SHOPPER_SANDBOX", "required")
    with pytest.raises(BrowserMissing, match=r"in its sandbox, and SHOPPER_SANDBOX=required"):
        async with launch():
            pass


async def test_a_browser_that_does_not_start(monkeypatch, tmp_path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho 'error while loading shared libraries' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("SHOPPER_CHROMIUM", str(broken))
    with pytest.raises(BrowserMissing, match=r"does not start .*shopper doctor"):
        async with launch():
            pass
