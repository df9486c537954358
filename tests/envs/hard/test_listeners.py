"""What listens for a press is something to press, though nothing but its listener says so; what only
stands in the way of presses is not."""

from __future__ import annotations

import pytest

from envs.browser.browser import Browser
from tests.envs.acting.acting import visiting
from tests.envs.hard.test_presses import SAY, press, said
from tests.envs.page.looking import Glance

ON = "addEventListener('click', () => {});"
TEA = "<div id=a><div style='height:40px;background:#eee'></div><h3>Tea</h3><span>4 EUR</span>"

LISTENING = {
    "by a listener": (f"<div id=a>More offers</div><script>a.{ON}</script>", ["more_offers"]),
    "by its property": (
        "<span id=a>Size chart</span><script>a.onclick = () => {}</script>",
        ["size_chart"],
    ),
    "by a key of the mouse": (
        "<div id=a>Zoom</div><script>a.onpointerdown = () => {}</script>",
        ["zoom"],
    ),
    "before it was in the page": (
        f"""<script>const late = document.createElement('div'); late.textContent = 'Ask us';
        late.{ON} document.body.append(late)</script>""",
        ["ask_us"],
    ),
    "no longer": (
        """<div id=a>More</div><script>const f = () => {}; a.addEventListener('click', f);
        a.removeEventListener('click', f)</script>""",
        [],
    ),
    "no longer by its property": (
        "<div id=a>More</div><script>a.onclick = () => {}; a.onclick = null</script>",
        [],
    ),
    "a picture": (
        f"<img id=a alt='Rear view' width=40 height=40><script>a.{ON}</script>",
        ["rear_view"],
    ),
    "an empty box": (
        f"""<i id=a title=Heart style="display:block;width:20px;height:20px;background:#c00"></i>
        <script>a.{ON}</script>""",
        ["heart"],
    ),
    "a tile and its button": (
        f"{TEA}<button>Add</button></div><script>a.{ON}</script>",
        ["tea", "tea.add"],
    ),
    "a tile and its heart": (
        f"{TEA}<b id=b title=Remember>♡</b></div><script>a.{ON} b.{ON}</script>",
        ["tea", "tea.remember"],
    ),
    "a heart in a tile that is a link": (
        f"""<a href="/tea" style="display:block"><h3>Tea</h3><span id=b title=Remember>♡</span></a>
        <script>b.{ON}</script>""",
        ["tea", "tea.remember"],
    ),
    "two in a bar with a hand": (
        f"""<div style="cursor:pointer"><span id=a>Reply</span> <span id=b>Forward</span></div>
        <script>a.{ON} b.{ON}</script>""",
        ["reply", "forward"],
    ),
    "a word in a button is the button": (
        f"<button><span id=a>Buy</span></button><script>a.{ON}</script>",
        ["buy"],
    ),
    "in a closed tree": (
        f"""<div id=host></div><script>const root = host.attachShadow({{mode: 'closed'}});
        root.innerHTML = '<p>Offer</p><div>Take it</div>'; root.lastChild.{ON}</script>""",
        ["take_it"],
    ),
    "in a drawing": (
        f"""<svg width=90 height=30><g id=a><rect width=40 height=20 /></g><g id=b><title>Seat 2</title>
        <rect x=50 width=40 height=20 /></g></svg><script>b.{ON}</script>""",
        ["seat_2"],
    ),
}


@pytest.mark.parametrize("case", LISTENING)
async def test_what_listens(glance: Glance, case: str) -> None:
    html, names = LISTENING[case]
    assert (await glance(f"<h1>Shop</h1><p>Words</p>{html}")).names == names


ROWS = "<div id=l><div class=row>Red</div><div class=row>Green</div></div><p>Words</p>"
GOODS = """<div id=l><section class=item data-id=1><h3>Pen</h3><p>2 EUR</p><i class=drop>x</i></section>
<section class=item data-id=2><h3>Ink</h3><p>3 EUR</p><i class=drop>x</i></section></div>"""


def heard(at: str, then: str) -> str:
    return f"<script>{at}.addEventListener('click', e => {{ {then} }})</script>"


DELEGATED = {
    "by the target": (ROWS + heard("l", "say(e.target.textContent)"), ["red", "green"]),
    "by a list": ("<ul id=l><li>S<li>M</ul>" + heard("l", "choose(e)"), ["s", "m"]),
    "by a list of one": ("<ul id=l><li>Bern</ul>" + heard("l", "say(e.target.id)"), ["bern"]),
    "by a class, from the document": (
        ROWS + heard("document", "if (e.target.classList.contains('row')) say(1)"),
        ["red", "green"],
    ),
    "by closest": (
        GOODS + heard("l", "const item = e.target.closest('.item'); if (item) say(1)"),
        ["pen", "ink"],
    ),
    "tiles and their crosses": (
        GOODS
        + heard(
            "l",
            "if (e.target.closest('.drop')) say(0); else if (e.target.closest('.item')) say(1)",
        ),
        ["pen", "pen.x", "ink", "ink.x"],
    ),
    "crosses only": (
        GOODS + heard("l", "if (e.target.matches('.drop')) say(0)"),
        ["pen.x", "ink.x"],
    ),
    "by data": (GOODS + heard("document.body", "say(e.target.dataset.id)"), ["pen", "ink"]),
    "by tag": (
        "<table id=l><tr><td>5<td>6<tr><td>12<td>13</table>"
        + heard("l", "if (e.target.tagName === 'TD') say(1)"),
        ["5", "6", "12", "13"],
    ),
    "by a helper's selector": (
        ROWS
        + """<script>const on = (where, kind, what, then) => where.addEventListener(kind, e => {
        const hit = e.target.closest(what); if (hit) then(hit); });
        on(document, 'click', '.row', hit => say(hit))</script>""",
        ["red", "green"],
    ),
    "by properties that a framework keeps": (
        """<div id=root><div><h3>Pen</h3><p>2 EUR</p></div><div><h3>Ink</h3></div></div><script>
        root.firstChild['__reactProps$k3'] = {onClick() {}};
        root.addEventListener('click', dispatch.bind(null)); function dispatch() {}
        root['__reactContainer$k3'] = {}</script>""",
        ["pen"],
    ),
    "by properties of another framework": (
        """<div id=root><p>Words</p><div>Ink</div></div><script>
        root.lastChild.$$click = () => {};
        document.addEventListener('click', e => { for (let n = e.target; n; n = n.parentNode)
        n[`$$${e.type}`]?.(e) })</script>""",
        ["ink"],
    ),
    "by selectors that a library keeps": (
        ROWS
        + """<script>const handle = e => handle.dispatch(e); l.addEventListener('click', handle);
        l.jQuery371 = {events: {click: [{selector: '.row', handler() {}}]}, handle}</script>""",
        ["red", "green"],
    ),
}


@pytest.mark.parametrize("case", DELEGATED)
async def test_what_others_listen_for(glance: Glance, case: str) -> None:
    html, names = DELEGATED[case]
    assert (await glance(f"<h1>Shop</h1>{html}")).names == names


TEXT = "<main><h1>Shop</h1><section><p>One</p><p>Two <b>words</b></p></section><a href=/p>Pen</a></main>"
NOTHING = {
    "on everything": "for (const e of document.querySelectorAll('*')) e.addEventListener('click', () => note(e))",
    "on everything in the body": "for (const e of document.querySelectorAll('body *')) e.onclick = () => note(e)",
    "on the document": "document.addEventListener('click', e => note(e.target))",
    "on the body": "document.body.onclick = () => note()",
    "on the window": "addEventListener('click', e => { if (!menu.contains(e.target)) close() })",
    "on the box of the app": "document.querySelector('main').addEventListener('click', () => note())",
    "for a press beside": "document.querySelector('section').onclick = e => { if (e.target === e.currentTarget) close() }",
    "of links": "document.addEventListener('click', e => { const a = e.target.closest('a'); if (a) note(a) })",
}


@pytest.mark.parametrize("case", NOTHING)
async def test_what_makes_no_control(glance: Glance, case: str) -> None:
    seen = await glance(f"{TEXT}<script>note = close = () => {{}}; {NOTHING[case]}</script>")
    assert seen.names == ["pen"]


async def test_many_that_listen_in_a_long_list(glance: Glance) -> None:
    seen = await glance(
        """<div id=l></div><script>for (let n = 1; n <= 3000; n++) {
        const one = document.createElement('div'); one.textContent = 'Part ' + n;
        one.addEventListener('click', () => {}); l.append(one) }</script>"""
    )
    assert len(seen.names) == 3000


async def test_a_page_cannot_tell_that_listeners_are_noted(glance: Glance) -> None:
    seen = await glance(
        """<p id=said></p><script>const native = f => /\\[native code\\]/.test(f);
        const on = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'onclick');
        const f = () => {}; said.onclick = f;
        said.textContent = [native(addEventListener), native(on.set), on.enumerable, said.onclick === f,
          (said.onclick = 5, said.onclick), addEventListener.length, addEventListener.name,
          addEventListener('click', null)].join()</script>"""
    )
    assert "true,true,true,true,,2,addEventListener," in seen.text


async def test_both_parts_of_a_tile_are_pressed(browser: Browser, serve) -> None:
    body = f"""{SAY}<style>.t{{width:220px;border:1px solid}}</style><div class=t><div style="height:50px"></div>
    <h3>Red jug</h3><p>9 EUR</p><button>Add</button></div><div class=t><div style="height:50px"></div>
    <h3>Blue jug</h3><p>8 EUR</p><button>Add</button></div><script>
    for (const tile of document.querySelectorAll('.t')) tile.addEventListener('click', event =>
      say((event.target.localName === 'button' ? 'add ' : 'open ') + tile.querySelector('h3').textContent))
    </script>"""
    async with visiting(browser, serve({"/": body})) as environment:
        assert (await press(environment, "blue_jug")).ok
        assert (await press(environment, "blue_jug.add")).ok
        assert await said(environment) == "open Blue jug add Blue jug"
