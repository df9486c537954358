"""Errors of scripts, failed requests, and how long a page took by its own clock."""

from __future__ import annotations

import pytest

from envs.access.access import Access, Credentials
from envs.actions import Click, Terminate, TypeAndSubmit
from envs.browser.browser import Browser
from envs.gateway.place import Place
from envs.troubles import Trouble
from tests.envs.acting.acting import visiting
from tests.website import Reply


async def test_what_goes_wrong_behind_the_page_is_told_of_its_step(browser: Browser, serve) -> None:
    page = """<button onclick="fetch('/none?who=me'); console.error('no stock', 7); fail()">Go</button>
              <script>console.log('fine'); console.warn('old'); lost()</script>"""
    url = serve({"/": page, "/none": Reply("", status=503), "*": Reply("", status=404)})
    async with visiting(browser, url) as environment:
        done = await environment.act(Click("go"))
        told = {(t.kind, t.text) for t in done.troubles}
        assert ("script", "lost is not defined") in told
        assert ("script", "fail is not defined") in told
        assert ("console", "no stock 7") in told
        assert ("request", f"GET {url}/none answered 503") in told
        assert len(told) == 4, told
        assert {t.page for t in done.troubles} == {f"{url}/"}
        left = await environment.act(Terminate())
        assert left.troubles == ()  # each is told once


async def test_the_same_trouble_is_counted_and_not_repeated(browser: Browser, serve) -> None:
    shout = "for (let i = 0; i < 40; i++) console.error('again')"
    many = "for (let i = 0; i < 400; i++) console.error('no ' + i)"
    url = serve({"/": f'<button onclick="{shout}">Go</button><script>{many}</script>'})
    async with visiting(browser, url) as environment:
        first = (await environment.act(Terminate())).troubles
        assert len(first) == 20
        done = await environment.act(Click("go"))
        assert done.troubles == (Trouble(kind="console", page=f"{url}/", text="again", times=40),)


async def test_a_secret_that_a_page_logs_is_not_told(browser: Browser, serve) -> None:
    form = """<form onsubmit="return false"><label>Password <input type=password
              oninput="console.error('typed ' + this.value)"></label></form>"""
    async with visiting(browser, serve({"/": form})) as environment:
        done = await environment.act(TypeAndSubmit("password", "hunter2-and-more"))
        assert done.secret and done.troubles
        assert not any("hunter2-and-more" in t.text for t in done.troubles)


async def test_credentials_that_a_page_logs_are_not_told(browser: Browser, serve) -> None:
    """However it writes them: as they are, in an address, as they are sent."""
    page = """<script>const [user, password] = ['jane.doe', 'c0rrect horse!'];
        console.error('plain ' + password, 'sent ' + btoa(user + ':' + password));
        console.error('address ' + encodeURIComponent(password));
        setTimeout(() => { throw new Error('denied to ' + user + ':' + password) });</script>
        <button>Go</button>"""
    own = Credentials(Place("127.0.0.1", (80,)), "jane.doe", "c0rrect horse!")
    hidden = Access(credentials=(own,)).hidden
    async with visiting(browser, serve({"/": page}), hidden=hidden) as environment:
        told = (await environment.act(Click("go"))).troubles
    texts = " ".join(t.text for t in told)
    assert "plain [secret]" in texts and "address [secret]" in texts and "sent [secret]" in texts
    assert not any(secret in texts for secret in ("c0rrect", "jane.doe", "amFuZS5kb2U6"))


@pytest.mark.parametrize("how", ["a change on the page", "another page"])
async def test_the_page_s_own_time_is_its_delay_and_not_our_waiting(
    browser: Browser, serve, how: str
) -> None:
    later = "fetch('/slow').then(r => r.text()).then(t => { out.textContent = t })"
    leave = "location.href = '/slow'"
    go = later if how == "a change on the page" else leave
    page = f"<button onclick=\"{go}\">Slow</button><button onclick='1'>Idle</button><p id=out></p>"
    url = serve({"/": page, "/slow": Reply("<p>it is here</p>", delay=0.7)})
    async with visiting(browser, url) as environment:
        idle = await environment.act(Click("idle"))
        assert idle.page_ms == 0 and idle.settle_ms > 0
        slow = await environment.act(Click("slow"))
        assert slow.page_ms is not None and 650 < slow.page_ms <= slow.settle_ms + 50
