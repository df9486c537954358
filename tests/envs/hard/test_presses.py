"""Pages where a press must get through as a mouse's would, however the page is drawn."""

from __future__ import annotations

import pytest

from envs.actions import Click, Input
from envs.browser.browser import Browser
from envs.environment import Environment
from envs.faults import Fault
from envs.outcome import Outcome
from tests.envs.acting.acting import name_of, visiting

SAID = "document.querySelector('output').textContent"
SAY = (
    "<output></output><script>say = t => document.querySelector('output').append(t + ' ')</script>"
)


async def press(environment: Environment, ending: str) -> Outcome:
    seen = await environment.observe()
    return await environment.act(Click(name_of(seen, ending)))


async def said(environment: Environment) -> str:
    return str(await environment.page.evaluate(SAID)).strip()


CALENDAR = """<label>Day of delivery <input id=day readonly onclick="days.hidden = false"></label>
<div id=days hidden><button onclick="day.value = 'Monday'">Monday</button></div>"""


async def test_a_read_only_field_opens_its_calendar(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": CALENDAR})) as environment:
        seen = await environment.observe()
        typed = await environment.act(Input(name_of(seen, "day_of_delivery"), "Monday"))
        assert typed.fault is Fault.READ_ONLY
        assert (await press(environment, "day_of_delivery")).ok
        assert (await press(environment, "monday")).ok
        assert await environment.page.evaluate("day.value") == "Monday"


async def test_what_only_says_it_is_disabled_can_be_pressed(browser: Browser, serve) -> None:
    body = f"""{SAY}<button aria-disabled=true onclick="say('size?')">Put in basket</button>
    <button disabled onclick="say('never')">Reserve</button>
    <section inert><button onclick="say('never')">Ask</button></section>"""
    async with visiting(browser, serve({"/": body})) as environment:
        assert (await press(environment, "put_in_basket")).ok
        assert (await press(environment, "reserve")).fault is Fault.DISABLED
        assert (await press(environment, "ask")).fault is Fault.DISABLED
        assert await said(environment) == "size?"


PICKER = """<style>.pick{position:absolute;left:2px;top:40px;width:160px;height:120px;background:#fc0}</style>
<label>Colour <input id=field></label><p><button onclick="say(field.value)">Apply</button></p>"""
OPENS = """<script>field.onfocus = () => {
  if (document.querySelector('.pick')) return;
  const made = document.createElement('div');
  made.className = 'pick';
  made.innerHTML = '<a href="#red">red</a> <a href="#blue">blue</a>';
  document.body.append(made);
  document.addEventListener('mousedown', event => { if (event.target !== field) made.remove() });
}</script>"""


async def test_a_picker_that_a_field_has_opened_is_closed_by_a_press_beside_it(
    browser: Browser, serve
) -> None:
    async with visiting(browser, serve({"/": SAY + PICKER + OPENS})) as environment:
        seen = await environment.observe()
        assert (await environment.act(Input(name_of(seen, "colour"), "teal"))).ok
        outcome = await press(environment, "apply")
        assert outcome.ok, outcome.error
        assert await said(environment) == "teal"


async def test_what_changes_under_the_pointer_is_pressed_once_it_has(
    browser: Browser, serve
) -> None:
    """Another picture comes with the pointer, and until it is there the button has no size."""
    body = f"""{SAY}<style>#heart{{display:inline-block;width:14px;height:14px;background:#c00}}
    #heart.empty{{width:0}}</style><div><span id=heart role=button aria-label=Like></span> 7</div>
    <script>heart.onmouseenter = () => {{
      if (heart.dataset.came) return;
      heart.dataset.came = true;
      heart.className = 'empty';
      setTimeout(() => {{ heart.className = '' }}, 150);
    }};
    heart.onclick = () => say('liked');</script>"""
    async with visiting(browser, serve({"/": body})) as environment:
        outcome = await press(environment, "like")
        assert outcome.ok, outcome.error
        assert await said(environment) == "liked"


SLIDERS = """<style>.both{position:relative;height:40px;width:400px}
.both input{position:absolute;width:400px;pointer-events:none}
.both input::-webkit-slider-thumb{pointer-events:auto}</style>
<div class=both><input type=range id=from aria-label="From price" max=90 value=0>
<input type=range id=to aria-label="Up to price" max=90 value=90></div>"""


async def test_two_sliders_that_lie_over_each_other_are_set(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": SLIDERS})) as environment:
        for ending, value in (("from_price", "15"), ("up_to_price", "60")):
            seen = await environment.observe()
            outcome = await environment.act(Input(name_of(seen, ending), value))
            assert outcome.ok, outcome.error
        assert await environment.page.evaluate("`${from.value} ${to.value}`") == "15 60"


HANDLES = """<style>.slider{position:relative;width:300px;height:8px;background:#ccc;margin:20px}
.slider-handle{position:absolute;width:14px;height:14px;top:-3px;background:#060}</style>
<h3>Price</h3><div><div class=slider><span class=slider-handle tabindex=0></span>
<span class=slider-handle tabindex=0></span></div><p>from <b id=low>10</b> to <b id=high>90</b></p></div>
<script>[[...document.querySelectorAll('.slider-handle')], [low, high]][0].forEach((handle, i) => {
  const shown = [low, high][i];
  const place = () => { handle.style.left = (shown.textContent - 0) * 3 + 'px' };
  place();
  handle.onkeydown = event => {
    const step = {ArrowRight: 5, ArrowLeft: -5}[event.key] || 0;
    shown.textContent = Math.max(0, Math.min(100, Number(shown.textContent) + step));
    place();
  };
});</script>"""


async def test_a_slider_that_says_nothing_is_set_by_the_number_beside_it(
    browser: Browser, serve
) -> None:
    async with visiting(browser, serve({"/": HANDLES})) as environment:
        for number, value in ((0, "35"), (1, "60")):
            seen = await environment.observe()
            handles = [element for element in seen.names if element.role == "slider"]
            assert len(handles) == 2
            outcome = await environment.act(Input(handles[number].name, value))
            assert outcome.ok, outcome.error
        assert await environment.page.evaluate("low.textContent + high.textContent") == "3560"


DRAG = """<style>#rail{position:relative;width:420px;height:20px;background:#ddd;margin:40px}
#grip{position:absolute;width:20px;height:20px;background:#060}</style><div id=rail><div id=grip
role=slider tabindex=0 aria-label="Heat" aria-valuemin=10 aria-valuemax=90 aria-valuenow=10></div></div>
<script>grip.onmousedown = () => {
  const move = event => {
    const x = Math.max(0, Math.min(400, event.clientX - rail.getBoundingClientRect().left - 10));
    grip.style.left = x + 'px';
    grip.setAttribute('aria-valuenow', Math.round(10 + x / 5));
  };
  addEventListener('mousemove', move);
  addEventListener('mouseup', () => removeEventListener('mousemove', move), { once: true });
}</script>"""


@pytest.mark.parametrize("heat", ["35", "90", "12"])
async def test_a_slider_that_knows_only_dragging_is_dragged(
    browser: Browser, serve, heat: str
) -> None:
    async with visiting(browser, serve({"/": DRAG})) as environment:
        outcome = await environment.act(Input("heat", heat))
        assert outcome.ok, outcome.error
        assert await environment.page.evaluate("grip.ariaValueNow") == heat


BOXLESS = f"""{SAY}<p>Or <button style="display:contents" onclick="say('words')">plain words</button>
</p><a href="#tile" style="display:contents" onclick="say('tile')"><h3>Green jug</h3><i>8 EUR</i></a>
<label style="display:contents"><input type=checkbox style="display:none" onchange="say('wrap')">Wrap it</label>
<div style="height:3000px"></div>
<button style="display:contents" onclick="say('far')"><b>Far down</b></button>"""


async def test_what_has_no_box_is_pressed_where_its_contents_are(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": BOXLESS})) as environment:
        for ending in ("plain_words", "green_jug", "wrap_it", "far_down"):
            outcome = await press(environment, ending)
            assert outcome.ok, outcome.error
            assert outcome.box and outcome.box.width > 1
        assert await said(environment) == "words tile wrap far"


INNER = """<body style="margin:0"><div style="height:150px"></div>
<button style="margin-left:250px" onclick="parent.postMessage('left', '*')">Left</button>
<button onclick="parent.postMessage('right', '*')">Right</button>"""
BAR = """<div style="height:2000px">Long</div><div style="position:fixed;bottom:0;left:0">
<button onclick="parent.postMessage('left', '*')">Left</button>
<button onclick="parent.postMessage('right', '*')">Right</button></div>"""
HEAR = f"{SAY}<script>onmessage = event => say(event.data)</script>"
FRAME = '<iframe src="/inner" style="width:600px;height:300px;{}"></iframe>'
FRAMES = {
    "scaled": FRAME.format("transform:scale(.6);transform-origin:0 0"),
    "zoomed": FRAME.format("zoom:1.4"),
    "turned": "<div style='height:200px'></div>" + FRAME.format("transform:rotate(20deg)"),
    "below": "<div style='height:2500px'></div>" + FRAME.format("border:9px solid"),
    "in a scaled frame": '<iframe src="/outer" style="width:900px;height:500px;transform:scale(.7);'
    'transform-origin:0 0"></iframe>',
}


@pytest.mark.parametrize("inner", [INNER, BAR], ids=["flow", "fixed bar"])
@pytest.mark.parametrize("case", FRAMES)
async def test_in_frames_that_are_scaled_or_out_of_view(
    browser: Browser, serve, case: str, inner: str
) -> None:
    outer = "<script>onmessage = e => parent.postMessage(e.data, '*')</script>" + FRAMES["scaled"]
    url = serve({"/": HEAR + FRAMES[case], "/inner": inner, "/outer": outer})
    async with visiting(browser, url) as environment:
        for ending in ("right", "left"):
            outcome = await press(environment, ending)
            assert outcome.ok, outcome.error
        assert await said(environment) == "right left"


POPUPS = {
    "dialog": """<dialog id=d><p>News by mail</p><form><input placeholder=Mail><button>Send</button>
    </form></dialog><script>d.showModal()</script>""",
    "escape": """<div id=d style="position:fixed;inset:0;background:#0008"><p style="background:#fff">
    Twenty days of sale</p></div>
    <script>onkeydown = event => event.key === 'Escape' && d.remove()</script>""",
    "press beside": """<div id=d style="position:fixed;inset:0;background:#0008"><form role=dialog
    style="margin:200px;background:#fff"><input placeholder=Mail><button>Send</button></form></div>
    <script>d.onclick = event => event.target === d && d.remove()</script>""",
    "empty veil": """<div style="position:fixed;inset:0" onclick="this.remove()"></div>""",
}


@pytest.mark.parametrize("case", POPUPS)
async def test_a_popup_without_a_way_out_is_closed_as_a_person_would(
    browser: Browser, serve, case: str
) -> None:
    body = f"""{SAY}<h1>Lamps</h1><p>A lamp for the table.</p>
    <button onclick="say('in')">Put in basket</button>{POPUPS[case]}"""
    async with visiting(browser, serve({"/": body})) as environment:
        outcome = await press(environment, "put_in_basket")
        assert outcome.ok, outcome.error
        assert await said(environment) == "in"


async def test_a_popup_with_a_way_out_is_not_closed_for_the_customer(
    browser: Browser, serve
) -> None:
    body = f"""{SAY}<button onclick="say('in')">Put in basket</button>"""
    async with visiting(browser, serve({"/": body})) as environment:
        await environment.observe()
        await environment.page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<dialog id=d>Sale<button>No</button>"
            "</dialog>'); d.showModal()"
        )
        outcome = await environment.act(Click("put_in_basket"))
        assert outcome.fault is Fault.COVERED and not outcome.executed
        assert await environment.page.evaluate("d.open")


async def test_a_list_that_is_still_opening_is_pressed_once_it_takes_presses(
    browser: Browser, serve
) -> None:
    body = f"""{SAY}<div role=listbox aria-label=Province>
    <div role=option onclick="say('Texas')" style="pointer-events:none">Texas</div></div>
    <script>open_ = () => setTimeout(() => {{
      document.querySelector('[role=option]').style.pointerEvents = 'auto' }}, 500)</script>"""
    async with visiting(browser, serve({"/": body})) as environment:
        seen = await environment.observe()
        await environment.page.evaluate("open_()")
        assert (await environment.act(Click(name_of(seen, "texas")))).ok
        assert await said(environment) == "Texas"
