"""What comes only when one scrolls is seen: a customer has been down the page and back."""

from __future__ import annotations

import re

import pytest

from envs.actions import Click
from envs.browser.browser import Browser
from envs.environment import Environment
from tests.envs.acting.acting import name_of, opened, visiting

STYLE = (
    "<!doctype html><style>body{margin:0} section{min-height:900px} iframe{display:block}</style>"
)

SECTIONS = (
    STYLE
    + """<h1>Jug</h1><section>About it</section><section id=reviews></section>
<section id=more></section><footer><a href=/imprint>Imprint</a></footer><script>
const seen = new IntersectionObserver(entries => entries.forEach(async ({isIntersecting, target}) => {
  if (!isIntersecting) return;
  seen.unobserve(target);
  target.innerHTML = await (await fetch('/' + target.id)).text();
}));
seen.observe(reviews); seen.observe(more);</script>"""
)

THROTTLED = (
    STYLE
    + """<h1>Jug</h1><section>About it</section><section id=reviews></section><script>
let due = 0;
onscroll = () => { due ||= setTimeout(() => {
  due = 0;
  if (reviews.getBoundingClientRect().top < innerHeight) reviews.innerHTML = '<p>It leaks, says Bo</p>';
}, 150); };</script>"""
)

APP = (
    STYLE.replace("body{margin:0}", "html,body{margin:0;height:100%;overflow:hidden}")
    + """<main style="height:100%;overflow:auto"><section>About it</section><section id=reviews></section>
</main><script>new IntersectionObserver(([entry]) => {
  if (entry.isIntersecting) reviews.innerHTML = '<p>It leaks, says Bo</p>';
}).observe(reviews)</script>"""
)

FRAMED = (
    STYLE
    + "<h1>Jug</h1><section>About it</section>"
    + "<section></section>" * 4
    + "<iframe loading=lazy src=/reviews width=400 height=200></iframe>"
)

PLACEHOLDERS = (
    STYLE
    + """<h1>Jug</h1><section>About it</section><section id=reviews>
<div class=skeleton style="height:90px"></div></section><script>
const timer = setInterval(() => {
  if (reviews.getBoundingClientRect().top > innerHeight) return;
  clearInterval(timer);
  reviews.innerHTML = '<p>It leaks, says Bo</p>';
}, 20)</script>"""
)


@pytest.mark.parametrize("page", [SECTIONS, THROTTLED, APP, FRAMED, PLACEHOLDERS])
async def test_parts_that_come_into_view(browser: Browser, serve, page: str) -> None:
    pages = {"/": page, "/reviews": "<p>It leaks, says Bo</p>", "/more": "<a href=/cup>Cup</a>"}
    async with opened(browser) as environment:
        await environment.start(serve(pages))
        seen = await environment.observe()
        assert "It leaks, says Bo" in seen.html
        assert ("cup" in " ".join(seen.by_name)) is (page is SECTIONS)
        assert "scrolls down" not in seen.html
        assert await environment.page.evaluate("scrollY") == 0


@pytest.mark.parametrize(
    "page", ["<h1>Jug</h1>", STYLE + "<section>Jug</section>" * 9], ids=["short", "long"]
)
async def test_a_page_that_is_all_there_is_left_alone(browser: Browser, serve, page: str) -> None:
    page += "<button onclick='document.title = 1'>Go</button>"
    page += "<script>scrolls = 0; onload = () => addEventListener('shopper', () => 0)</script>"
    async with visiting(browser, serve({"/": page})) as environment:
        asked = await verbs_of(environment, Click("go"))
        assert "observe" in asked and not {"pass", "hovering"} & set(asked)


async def verbs_of(environment: Environment, action: Click) -> list[str]:
    """What the page is asked over an action and the look after it."""
    world = environment._tabs.current.world
    call, asked = world.call, []

    async def heard(verb: str, *args, frame: str | None = None) -> str:
        asked.append(verb)
        return await call(verb, *args, frame=frame)

    world.call = heard  # type: ignore[method-assign]
    assert (await environment.act(action)).ok
    await environment.observe()
    return asked


ENDLESS = (
    STYLE
    + """<h1>Jugs</h1><ul id=list></ul><div id=end style="height:1px"></div><script>
let count = 0;
const add = () => { for (let i = 0; i < 10; i++) list.insertAdjacentHTML('beforeend',
  `<li style="height:150px"><a href="/${++count}">Jug ${count}</a></li>`); };
add();
new IntersectionObserver(([entry]) => { if (entry.isIntersecting) setTimeout(add, 50); },
  {rootMargin: '300px'}).observe(end);
</script><button style="position:fixed;top:0;right:0" onclick="document.title = 'on'">Go</button>"""
)


async def test_an_endless_list_is_looked_at_for_a_few_screens(browser: Browser, serve) -> None:
    async with opened(browser) as environment:
        await environment.start(serve({"/": ENDLESS}))
        seen = await environment.observe()
        jugs = [name for name in seen.by_name if "jug_" in name]
        assert 40 <= len(jugs) <= 120
        assert "more of it comes as one scrolls down" in seen.html
        for _ in range(2):  # it does not grow with every step
            assert (await environment.act(Click("go"))).ok
            seen = await environment.observe()
            assert [name for name in seen.by_name if "jug_" in name] == jugs
            assert "more of it comes as one scrolls down" in seen.html


GRID = (
    STYLE
    + """<h1>Jugs</h1><button id=cheap>Cheap only</button><div id=grid style="position:relative"></div>
<footer><a href=/imprint>Imprint</a></footer><p id=out></p><script>
let jugs = [...Array(60).keys()].map(i => i + 1);
const HIGH = 260, ROW = 3;
function draw() {
  grid.style.height = Math.ceil(jugs.length / ROW) * HIGH + 'px';
  const first = Math.max(0, Math.floor((scrollY - grid.offsetTop) / HIGH)) * ROW;
  grid.innerHTML = jugs.slice(first, first + 12).map((jug, i) => `<article style="position:absolute;
    width:200px;height:${HIGH - 10}px;left:${(first + i) % ROW * 220}px;top:${Math.floor((first + i) / ROW) * HIGH}px">
    <h3><a href="/jug/${jug}">Jug ${jug}</a></h3><p>${jug} EUR</p>
    <button onclick="out.textContent += 'added ${jug} '">Add to cart</button></article>`).join('');
}
addEventListener('scroll', () => requestAnimationFrame(draw));
cheap.onclick = () => { jugs = jugs.filter(jug => jug <= 20); draw(); };
draw();</script>"""
)

REUSED = (
    STYLE
    + """<h1>Jugs</h1><div id=grid style="position:relative;height:15600px"></div><p id=out></p><script>
const tiles = [...Array(8)].map(() => {
  const tile = document.createElement('article');
  tile.style = 'position:absolute;top:0;height:250px;width:400px';
  tile.innerHTML = '<h3><a></a></h3><p></p><button>Add to cart</button>';
  tile.querySelector('button').onclick = () => { out.textContent += 'added ' + tile.jug + ' '; };
  grid.append(tile);
  return tile;
});
function draw() {
  const first = Math.min(52, Math.max(0, Math.floor((scrollY - grid.offsetTop) / 260) - 1));
  for (let jug = first + 1; jug <= first + 8; jug++) {
    const tile = tiles[jug % 8];
    tile.jug = jug;
    tile.style.transform = `translateY(${(jug - 1) * 260}px)`;
    tile.querySelector('a').textContent = 'Jug ' + jug;
    tile.querySelector('a').href = '/jug/' + jug;
    tile.querySelector('p').textContent = jug + ' EUR';
  }
}
onscroll = draw;
draw();</script>"""
)


KEYED = (
    STYLE
    + """<h1>Jugs</h1><div id=box style="height:600px;overflow-y:auto"><div id=rows></div></div><p id=out></p><script>
const drawn = new Map();
function draw() {
  const first = Math.max(0, Math.floor(box.scrollTop / 200) - 1), last = Math.min(60, first + 6);
  rows.style.paddingTop = first * 200 + 'px';
  rows.style.paddingBottom = (60 - last) * 200 + 'px';
  for (const [jug, row] of drawn) if (jug <= first || jug > last) { row.remove(); drawn.delete(jug); }
  for (let jug = first + 1; jug <= last; jug++) {
    if (drawn.has(jug)) continue;
    const row = document.createElement('article');
    row.style = 'height:200px;overflow:hidden';
    row.innerHTML = `<h3><a href="/jug/${jug}">Jug ${jug}</a></h3><p>${jug} EUR</p><button>Add to cart</button>`;
    row.querySelector('button').onclick = () => { out.textContent += `added ${jug} `; };
    const next = [...drawn.keys()].filter(one => one > jug).sort((a, b) => a - b)[0];
    rows.insertBefore(row, next ? drawn.get(next) : null);
    drawn.set(jug, row);
  }
}
box.addEventListener('scroll', draw, {passive: true});
draw();</script>"""
)

SHADOWED = (
    STYLE
    + """<h1>Jugs</h1><jug-list style="display:block;position:relative;height:15600px"></jug-list><p id=out></p><script>
const host = document.querySelector('jug-list'), tree = host.attachShadow({mode: 'open'});
function draw() {
  const first = Math.max(0, Math.floor((scrollY - host.offsetTop) / 260));
  tree.innerHTML = [0, 1, 2, 3, 4].map(i => first + i + 1).filter(jug => jug <= 60).map(jug => `<article
    style="position:absolute;height:250px;top:${(jug - 1) * 260}px"><h3><a href="/jug/${jug}">Jug ${jug}</a></h3>
    <p>${jug} EUR</p><button id=b${jug}>Add to cart</button></article>`).join('');
  for (const button of tree.querySelectorAll('button')) button.onclick = () => { out.textContent += `added ${button.id.slice(1)} `; };
}
addEventListener('scroll', draw);
draw();</script>"""
)

EMPTIED = (
    STYLE
    + """<h1>Jugs</h1><div id=grid></div><p id=out></p><script>
for (let jug = 1; jug <= 60; jug++) grid.insertAdjacentHTML('beforeend', `<div data-jug=${jug} style="height:250px"></div>`);
const seen = new IntersectionObserver(entries => entries.forEach(({isIntersecting, target}) => {
  const {jug} = target.dataset;
  target.innerHTML = isIntersecting ? `<article><h3><a href="/jug/${jug}">Jug ${jug}</a></h3><p>${jug} EUR</p>
    <button onclick="out.textContent += 'added ${jug} '">Add to cart</button></article>` : '';
}), {rootMargin: '200px'});
for (const place of grid.children) seen.observe(place);</script>"""
)

GRIDS = {
    "made anew": GRID,
    "used again": REUSED,
    "kept while near, in a box": KEYED,
    "in a shadow tree": SHADOWED,
    "emptied when out of view": EMPTIED,
}


def jugs_in(text: str) -> list[int]:
    return [int(number) for number in re.findall(r">Jug (\d+)</a>", text)]


@pytest.mark.parametrize("page", GRIDS)
async def test_a_grid_that_draws_what_is_in_view(browser: Browser, serve, page: str) -> None:
    async with opened(browser) as environment:
        await environment.start(serve({"/": GRIDS[page], "/jug/57": "<h1>Jug 57</h1>"}))
        seen = await environment.observe()
        assert jugs_in(seen.html) == list(range(1, 61))
        names = [element.name for element in seen.names]
        assert len(set(names)) == len(names)
        adds = [element for element in seen.names if element.name.endswith("add_to_cart")]
        assert len(adds) == 60 and all(element.kind == "cart" for element in adds)
        assert await environment.page.evaluate("scrollY") == 0
        for jug in (41, 3, 60):
            name = next(e.name for e in seen.names if e.name.endswith(f"jug_{jug}.add_to_cart"))
            outcome = await environment.act(Click(name))
            assert outcome.ok, outcome.error
            seen = await environment.observe()
            assert f"added {jug}" in seen.html
            assert jugs_in(seen.html) == list(range(1, 61))
        assert "added 41 added 3 added 60" in seen.html
        link = next(e.name for e in seen.names if re.search(r"jug_57\.(view|jug_57)", e.name))
        assert (await environment.act(Click(link))).ok
        assert "Jug 57" in (await environment.observe()).html


async def test_a_grid_that_is_told_late_what_is_in_view(browser: Browser, serve) -> None:
    late = EMPTIED.replace("jug <= 60", "jug <= 9")
    late = late.replace("entries => entries", "entries => setTimeout(() => entries")
    late = late.replace("}), {rootMargin", "}), 120), {rootMargin")
    async with opened(browser) as environment:
        await environment.start(serve({"/": late}))
        for name in ("jug_9.add_to_cart", "jug_1.add_to_cart", "jug_6.add_to_cart"):
            assert jugs_in((await environment.observe()).html) == list(range(1, 10))
            outcome = await environment.act(Click(name))
            assert outcome.ok, outcome.error
        assert "added 9 added 1 added 6" in (await environment.observe()).html


async def test_a_list_that_was_filtered_is_seen_anew(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": GRID})) as environment:
        assert (await environment.act(Click("cheap_only"))).ok
        assert jugs_in((await environment.observe()).html) == list(range(1, 21))


BOX = """<!doctype html><h1>Where to</h1><div id=box style="height:120px;overflow:auto;width:200px">
<div id=rows style="position:relative;height:2400px"></div></div><p id=out></p><script>
const draw = () => {
  const first = Math.floor(box.scrollTop / 24);
  rows.innerHTML = '';
  for (let i = first; i < Math.min(100, first + 7); i++) rows.insertAdjacentHTML('beforeend', `<div role=option
    style="position:absolute;top:${i * 24}px;height:24px" onclick="out.textContent = 'to land ${i + 1}'">Land ${i + 1}</div>`);
};
box.onscroll = draw;
draw();</script>"""


async def test_a_list_in_a_box_that_scrolls(browser: Browser, serve) -> None:
    async with opened(browser) as environment:
        await environment.start(serve({"/": BOX}))
        seen = await environment.observe()
        lands = [e.name for e in seen.names if "land_" in e.name]
        assert lands == [f"land_{i}" for i in range(1, 101)]
        assert "status" not in seen.html
        assert (await environment.act(Click("land_77"))).ok
        seen = await environment.observe()
        assert "to land 77" in seen.html
        assert name_of(seen, "land_100")


async def test_behind_a_dialog_nobody_scrolls(browser: Browser, serve) -> None:
    page = (
        SECTIONS + "<dialog id=d><p>Cookies?</p><button onclick='d.close()'>Yes</button></dialog>"
    )
    page += "<script>d.showModal()</script>"
    pages = {"/": page, "/reviews": "<p>It leaks, says Bo</p>", "/more": "<a href=/cup>Cup</a>"}
    async with opened(browser) as environment:
        await environment.start(serve(pages))
        assert [e.name.split(".")[-1] for e in (await environment.observe()).names] == ["yes"]
        assert (await environment.act(Click((await environment.observe()).names[0].name))).ok
        assert "It leaks, says Bo" in (await environment.observe()).html
