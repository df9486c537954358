"""What counts as seen: only what a person could have seen, and all of it."""

from __future__ import annotations

import pytest

from envs.browser.browser import Browser
from tests.envs.page.looking import HOME, Glance, showing

HIDDEN = {
    "display": '<p style="display:none">SECRET</p>',
    "visibility": '<p style="visibility:hidden">SECRET</p>',
    "opacity": '<div style="opacity:0"><p>SECRET</p></div>',
    "attribute": "<p hidden>SECRET</p>",
    "until found": '<p hidden="until-found">SECRET</p>',
    "zero size": '<div style="width:0;height:0;overflow:hidden">SECRET</div>',
    "one pixel": '<span style="position:absolute;width:1px;height:1px;overflow:hidden">SECRET</span>',
    "off the page": '<span style="position:absolute;left:-9999px">SECRET</span>',
    "above the page": '<span style="position:absolute;top:-9999px">SECRET</span>',
    "indented": '<p style="text-indent:-9999px">SECRET</p>',
    "no font": '<p style="font-size:0">SECRET</p>',
    "clip path": '<p style="clip-path:inset(100%)">SECRET</p>',
    "clip rect": '<p style="position:absolute;clip:rect(0,0,0,0)">SECRET</p>',
    "scaled": '<p style="transform:scale(0)">SECRET</p>',
    "clipped": '<div style="height:30px;overflow:hidden"><p style="margin-top:80px">SECRET</p></div>',
    "clipped deeper": '<div style="height:30px;overflow:hidden;position:relative"><div>'
    '<p style="margin:0;height:60px">a</p><span><b>SECRET</b></span></div></div>',
    "closed details": "<details><summary>More</summary><p>SECRET</p></details>",
    "closed dialog": "<dialog>SECRET</dialog>",
    "closed popover": "<div popover>SECRET</div>",
    "template": "<template><p>SECRET</p></template>",
    "noscript": "<noscript><p>SECRET</p></noscript>",
    "script": "<script>/* SECRET */</script><style>/* SECRET */</style>",
    "comment": "<!-- SECRET -->",
    "datalist": '<datalist id="d"><option>SECRET</option></datalist>',
    "content visibility": '<div style="content-visibility:hidden"><p>SECRET</p></div>',
    "fallback": "<canvas>SECRET</canvas><video>SECRET</video><object>SECRET</object>",
    "tags": "<p>a\U000e0053\U000e0045\U000e0043b</p>",
}


@pytest.mark.parametrize("case", HIDDEN)
async def test_hidden_is_not_seen(glance: Glance, case: str) -> None:
    seen = await glance(f"<p>Shown</p>{HIDDEN[case]}<p>Also shown</p>")
    assert "SECRET" not in seen.html
    assert not any("\U000e0000" <= c <= "\U000e007f" for c in seen.html)
    assert seen.text.startswith("Shown")
    assert seen.text.endswith("Also shown")


SHOWN = {
    "visible in hidden": '<div style="visibility:hidden">no <b style="visibility:visible">YES</b></div>',
    "display contents": '<div style="display:contents"><p>YES</p></div>',
    "zero box, visible overflow": '<div style="height:0">YES</div>',
    "float in a line": "<a href='/x'><span style='float:left'>YES</span></a>",
    "scrolled list": '<div style="width:200px;overflow-x:auto;white-space:nowrap">'
    '<span style="display:inline-block;width:900px">a</span><span>YES</span></div>',
    "scrolled down": '<div style="height:50px;overflow:auto"><div style="height:900px">a</div>YES</div>',
    "escapes a clip": '<div style="overflow:hidden;height:20px"><div style="position:absolute;top:300px">'
    "YES</div></div>",
    "fixed escapes": '<div style="overflow:hidden;height:0"><div style="position:fixed;top:9px">YES</div></div>',
    "below the fold": '<div style="height:5000px"></div><p>YES</p>',
    "open details": "<details open><summary>More</summary><p>YES</p></details>",
    "open dialog": "<dialog open>YES</dialog>",
    "sticky header": '<div style="position:sticky;top:0">YES</div><div style="height:3000px">a</div>',
    "body clips": '<style>body{overflow:hidden}</style><div style="height:3000px">a</div>YES',
    "body scrolls": "<style>html,body{height:100%;overflow:auto;margin:0}</style>"
    '<div style="height:3000px">a</div>YES',
    "shadow": '<div><template shadowrootmode="open"><p>YES</p></template></div>',
    "slotted": '<div><template shadowrootmode="open"><slot></slot></template><p>YES</p></div>',
    "icon with words": '<i style="display:inline-block;width:80px;height:18px;background-image:linear-gradient('
    'red,blue)"><span style="opacity:0">YES</span></i>',
}


@pytest.mark.parametrize("case", SHOWN)
async def test_shown_is_seen(glance: Glance, case: str) -> None:
    assert "YES" in (await glance(SHOWN[case])).text


async def test_unslotted_children_are_not_seen(glance: Glance) -> None:
    html = '<div><template shadowrootmode="open"><p>Shown</p></template><p>SECRET</p></div>'
    assert (await glance(html)).text == "Shown"


MODALS = {
    "showModal": '<dialog id="d">Join <button>Close</button></dialog>'
    "<script>d.showModal()</script>",
    "aria-modal": '<div role="dialog" aria-modal="true" style="position:fixed;inset:30%">Join '
    "<button>Close</button></div>",
    "overlay": '<div style="position:fixed;inset:0;background:#0008"><div>Join <button>Close'
    "</button></div></div>",
    "backdrop beside": '<div style="position:fixed;inset:0;background:#0008"></div>'
    '<div style="position:fixed;inset:30%">Join <button>Close</button></div>',
}


@pytest.mark.parametrize("case", MODALS)
async def test_a_modal_hides_what_it_covers(glance: Glance, case: str) -> None:
    seen = await glance(f"<h1>Shop</h1><a href='/a'>Shoes</a>{MODALS[case]}")
    assert "Shoes" not in seen.html
    assert "Join" in seen.text
    assert [name.split(".")[-1] for name in seen.names] == ["close"]


async def test_an_app_in_a_fixed_box_is_no_modal(glance: Glance) -> None:
    html = (
        '<div id="app" style="position:fixed;inset:0;overflow:auto"><header>Shop</header>'
        '<main><a href="/a">Shoes</a><div style="height:3000px"></div><p>End</p></main></div>'
    )
    seen = await glance(html)
    assert seen.text == "Shop Shoes End"


async def test_a_cookie_bar_hides_nothing(glance: Glance) -> None:
    html = (
        '<p>Shop</p><div role="dialog" aria-modal="true" style="position:fixed;bottom:0;width:100%">'
        "Cookies <button>Accept</button></div>"
    )
    assert (await glance(html)).text == "Shop Cookies Accept"


async def test_viewport_only(browser: Browser) -> None:
    html = (
        '<p>Top</p><a href="/a">A</a><div style="height:5000px"></div><p>End</p><a href="/b">B</a>'
    )
    async with showing(browser, {HOME: html}) as looked:
        assert (await looked.see(viewport=True)).names == ["a"]
        await looked.page.evaluate("scrollTo(0, 9999)")
        seen = await looked.see(viewport=True)
        assert (seen.names, seen.text) == (["b"], "End B")
        assert (await looked.see()).names == ["a", "b"]


async def test_boxes_are_in_page_coordinates(browser: Browser) -> None:
    html = (
        '<button style="position:absolute;left:30px;top:2000px;width:90px;height:40px">Go</button>'
    )
    async with showing(browser, {HOME: html}) as looked:
        before = (await looked.see()).element("go").box
        await looked.page.evaluate("scrollTo(0, 1500)")
        after = (await looked.see()).element("go").box
    assert before is not None
    assert before == after
    assert (before.x, before.y, before.width, before.height) == (30, 2000, 90, 40)


async def test_large_parts_that_fade_in_further_down_are_seen(glance: Glance) -> None:
    faded = '<div style="opacity:0;height:300px"><button>{}</button></div>'
    page = faded.format("Near") + '<p style="height:2000px">Text</p>' + faded.format("Far")
    seen = await glance(page)
    assert seen.names == ["far"]
