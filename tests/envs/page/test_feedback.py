"""Transient feedback: what appeared since the last action is seen even after it has gone."""

from __future__ import annotations

from envs.browser.browser import Browser
from tests.envs.page.looking import HOME, Looked, showing

PAGE = """<button onclick="act()">Add to cart</button><span id=badge role=status></span><div id=root></div>
<script>let coming = 0; // what the page will still do by itself within a second
const after = (ms, f) => { if (ms < 1000) coming++; setTimeout(() => { f(); coming--; }, ms); };
function toast(html, style, ms) { const t = document.createElement('div'); t.innerHTML = html;
  t.style = style; document.querySelector('#root').append(t); after(ms, () => t.remove()); }</script>"""


async def run(looked: Looked, script: str, until: str = "!coming") -> str:
    """What is seen after `script`, an action, once `until` holds in the page."""
    await looked.see()
    await looked.world.call("acted")
    await looked.page.evaluate(f"() => {{ {script} }}")
    await looked.page.wait_for_function(f"() => {until}")
    return (await looked.see()).html


async def test_a_toast_that_faded_is_told(browser: Browser) -> None:
    async with showing(browser, {HOME: PAGE}) as looked:
        html = await run(
            looked, "toast('Added <b>Red &lt;Shoe&gt;</b>', 'position:fixed;top:0', 200)"
        )
        assert html.startswith('<div role="status">Added Red &lt;Shoe></div>\n')
        await looked.world.call("acted")
        assert "Added" not in (await looked.see()).html


async def test_a_toast_still_there_is_told_once(browser: Browser) -> None:
    async with showing(browser, {HOME: PAGE}) as looked:
        html = await run(looked, "toast('Added', 'position:fixed;top:0', 60000)")
        assert html.count("Added") == 1


async def test_a_box_of_buttons_still_there_is_told_once(browser: Browser) -> None:
    async with showing(browser, {HOME: PAGE}) as looked:
        box = "<button>Pay</button><button>Close</button>"
        html = await run(looked, f"toast('{box}', 'position:fixed;top:0', 60000)")
        assert html.count("Close") == 1


async def test_live_regions_and_shown_messages(browser: Browser) -> None:
    async with showing(browser, {HOME: PAGE}) as looked:
        html = await run(
            looked, "badge.textContent = '1 item'; after(200, () => badge.textContent = '')"
        )
        assert '<div role="status">1 item</div>' in html
    hidden = PAGE + '<div id=m style="position:absolute;display:none">Saved for later</div>'
    async with showing(browser, {HOME: hidden}) as looked:
        html = await run(
            looked,
            "m.style.display = 'block'; after(200, () => m.style.display = 'none')",
        )
        assert "Saved for later" in html


async def test_a_popover_that_was_shown_is_told(browser: Browser) -> None:
    page = PAGE + "<div id=m popover=manual>Saved for later</div>"
    async with showing(browser, {HOME: page}) as looked:
        html = await run(looked, "m.showPopover(); after(200, () => m.hidePopover())")
        assert '<div role="status">Saved for later</div>' in html


async def test_content_is_no_message(browser: Browser) -> None:
    async with showing(browser, {HOME: PAGE}) as looked:
        html = await run(
            looked, "toast('New products', '', 200); toast('x '.repeat(500), 'position:fixed', 200)"
        )
        assert "status" not in html


async def test_what_was_there_before_the_action_is_no_answer_to_it(browser: Browser) -> None:
    page = PAGE + "<script>toast('Welcome', 'position:fixed', 300)</script>"
    async with showing(browser, {HOME: page}) as looked:
        assert "Welcome" not in await run(looked, "")


async def test_toasts_in_shadow_trees(browser: Browser) -> None:
    page = PAGE + '<x-t><template shadowrootmode="open"><div id=h></div></template></x-t>'
    async with showing(browser, {HOME: page}) as looked:
        html = await run(
            looked,
            "const h = document.querySelector('x-t').shadowRoot.querySelector('#h');"
            "h.innerHTML = '<p role=alert>Out of stock</p>'; after(200, () => h.innerHTML = '')",
        )
        assert "Out of stock" in html


async def test_a_page_that_never_rests_stays_bounded(browser: Browser) -> None:
    page = (
        PAGE
        + """<div id=n style="position:fixed"></div><script>let i = 0;
      setInterval(() => { n.textContent = 'Tick ' + i++; n.style.left = i % 9 + 'px';
      toast('Note ' + i, 'position:fixed', 1) }, 1)</script>"""
    )
    async with showing(browser, {HOME: page}) as looked:
        html = await run(looked, "", until="i > 250")
        assert html.count('role="status"') <= 5 + 1


async def test_a_drawer_outside_the_window_is_no_message(browser: Browser) -> None:
    page = """<body style="overflow-x:hidden"><button onclick="d.innerHTML = '<b>Size guide</b> <i>Close</i>'">More</button>
    <div id=d style="position:fixed;right:0;top:0;width:200px;height:90px;transform:translateX(100%)"></div>"""
    async with showing(browser, {HOME: page}) as looked:
        await looked.see()
        await looked.page.click("button")
        await looked.page.wait_for_timeout(300)
        assert "Size guide" not in (await looked.see()).html
