"""Pages with layers: what covers a page, what only looks as if it did, and what lies on top of it."""

from __future__ import annotations

import pytest

from envs.actions import Click
from envs.browser.browser import Browser
from tests.envs.acting.acting import name_of, visiting

SHOP = "<h1>Jugs</h1><p>Made of clay, 12 EUR.</p><button>Put in basket</button>"
FULL = "position:fixed;inset:0;"
NO_COVERS = {
    "transparent veil": f"{SHOP}<div style='{FULL}background:#000;opacity:0'></div>",
    "veil without words": f"{SHOP}<div style='{FULL}background:#0003'><div></div></div>",
    "picture behind": f"<div style='{FULL}z-index:-1;background:linear-gradient(red,tan)'></div>{SHOP}",
    "film behind": f"<video style='{FULL}z-index:-1;width:100%;height:100%'></video>{SHOP}",
    "first screen": f"<div style='{FULL}background:#eee'><h2>Spring</h2></div><main style='position:"
    f"relative;z-index:1;margin-top:110vh;background:#fff;height:1800px'>{SHOP}</main>",
    "app shell": f"""<header style="position:fixed;top:0;left:0;right:0;height:50px">
    <a href="/basket">Basket</a></header><div style="position:fixed;inset:50px 0 0 0;overflow:auto">{SHOP}
    <div style="height:1500px"></div></div>""",
    "shell with a bar at its side": f"""<nav style="position:fixed;inset:0 auto 0 0;width:25%">
    <a href="/all">All jugs</a></nav><div style="position:fixed;inset:0 0 0 25%;overflow:auto">{SHOP}</div>""",
}
MODALS = {
    "showModal": "<dialog id=d>{}</dialog><script>d.showModal()</script>",
    "aria-modal": f"<div style='{FULL}background:#0008'></div><div role=dialog aria-modal=true "
    "style='position:fixed;inset:150px 300px;background:#fff'>{}</div>",
    "layer": f"<div style='{FULL}background:#0008;z-index:2'><div style='margin:200px;background:#fff'>"
    "{}</div></div>",
}


@pytest.mark.parametrize("case", NO_COVERS)
async def test_what_hides_nothing_is_no_cover(browser: Browser, serve, case: str) -> None:
    async with visiting(browser, serve({"/": NO_COVERS[case]})) as environment:
        seen = await environment.observe()
        assert "Made of clay" in seen.html
        assert name_of(seen, "put_in_basket")


async def test_all_of_an_app_shell_is_seen(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": NO_COVERS["app shell"]})) as environment:
        seen = await environment.observe()
        assert (await environment.act(Click(name_of(seen, "put_in_basket")))).ok
        assert name_of(await environment.observe(), "header.basket")


@pytest.mark.parametrize("case", MODALS)
async def test_a_modal_with_a_way_on_hides_the_page(browser: Browser, serve, case: str) -> None:
    modal = MODALS[case].format("<p>Cookies?</p><button>Only what is needed</button>")
    async with visiting(browser, serve({"/": SHOP + modal})) as environment:
        seen = await environment.observe()
        assert "Cookies?" in seen.html and "Made of clay" not in seen.html
        assert (await environment.act(Click(name_of(seen, "only_what_is_needed")))).ok


TOAST = """<div id=t style="position:fixed;right:9px;bottom:9px;width:300px;height:120px;z-index:99">
<a href="/chat">Ask us</a></div>"""


async def test_what_lies_above_a_modal_is_seen_with_it(browser: Browser, serve) -> None:
    modal = MODALS["aria-modal"].format("<p>Cookies?</p><button>Accept</button>")
    pages = {"/": SHOP + modal + TOAST, "/chat": "<h1>Chat</h1>"}
    async with visiting(browser, serve(pages)) as environment:
        seen = await environment.observe()
        assert "Made of clay" not in seen.html
        assert (await environment.act(Click(name_of(seen, "ask_us")))).ok
        assert "Chat" in (await environment.observe()).html


async def test_of_two_dialogs_the_one_on_top_is_seen(browser: Browser, serve) -> None:
    body = f"""{SHOP}<dialog id=first>Sizes<button>Fine</button></dialog>
    <dialog id=second>Under it<button>Go on</button></dialog>
    <script>second.showModal(); first.showModal()</script>"""
    async with visiting(browser, serve({"/": body})) as environment:
        seen = await environment.observe()
        assert [e.name for e in seen.names] == [name_of(seen, "fine")]
        assert (await environment.act(Click(name_of(seen, "fine")))).ok


TILE = """<article style="position:relative;width:300px;height:160px"><h3>Blue jug</h3><p>9 EUR</p>
<a href="/blue" style="position:absolute;inset:0;opacity:0">Blue jug</a></article>"""


async def test_a_transparent_link_over_a_tile_is_pressed(browser: Browser, serve) -> None:
    pages = {"/": TILE, "/blue": "<h1>Blue</h1>"}
    async with visiting(browser, serve(pages)) as environment:
        seen = await environment.observe()
        link = next(e.name for e in seen.names if e.role == "link")
        assert "blue_jug" in link
        assert (await environment.act(Click(link))).ok
        assert (await environment.observe()).url.endswith("/blue")
