"""Pages that can tell a person's hand from a script's: keys one by one, fields that are left, long
lists, touch."""

from __future__ import annotations

import time

import pytest

from envs.actions import Click, Input
from envs.browser.browser import Browser
from envs.browser.devices import window_of
from envs.faults import Fault
from tests.envs.acting.acting import name_of, opened, visiting

CODE = """<h1>We sent you a code</h1><div id=row></div><p id=told></p><script>
for (let i = 1; i <= 5; i++) {
  const box = document.createElement('input');
  box.maxLength = 1; box.setAttribute('aria-label', 'Sign ' + i); row.append(box);
  box.addEventListener('input', () => {
    if (box.value) box.nextElementSibling?.focus();
    const all = [...row.children].map(e => e.value).join('');
    if (all.length === 5) told.textContent = 'Welcome ' + all;
  });
}</script>"""


@pytest.mark.parametrize("person", [False, True], ids=["fast", "person"])
async def test_a_code_in_five_boxes_is_typed_once(browser: Browser, serve, person: bool) -> None:
    async with visiting(browser, serve({"/": CODE}), human_pace=person) as environment:
        outcome = await environment.act(Input("sign_1", "73120"))
        assert outcome.ok, outcome.error
        assert "Welcome 73120" in await environment.page.inner_text("body")
        assert "Welcome [secret]" in (await environment.observe()).html


MASKS = {
    # Takes digits only, key by key, and puts the signs between them itself.
    "by key": (
        """onkeypress="if (!/[0-9]/.test(event.key)) return false;
           if (value.length === 2 || value.length === 5) value += '/'" """,
        "31/12/1999",
        "31/12/1999",
    ),
    "with a country code": (
        "oninput=\"value = '+4' + value.replace(/^\\+4/, '')\"",
        "0123",
        "+40123",
    ),
    "in groups": (
        "oninput=\"value = value.replace(/ /g, '').replace(/(...)(?=.)/g, '$1 ')\"",
        "ABC123XY",
        "ABC 123 XY",
    ),
    "with a currency, when it is left": (
        "onchange=\"value = Number(value).toFixed(2) + ' EUR'\"",
        "35",
        "35.00 EUR",
    ),
}


@pytest.mark.parametrize("case", MASKS)
async def test_a_mask_that_only_changes_the_form_is_no_fault(
    browser: Browser, serve, case: str
) -> None:
    attributes, text, held = MASKS[case]
    page = f"<label>Field <input id=f {attributes}></label>"
    async with visiting(browser, serve({"/": page})) as environment:
        outcome = await environment.act(Input("field", text))
        assert outcome.ok, outcome.error
        assert await environment.page.evaluate("f.value") == held


async def test_another_number_than_the_one_typed_is_a_fault(browser: Browser, serve) -> None:
    page = "<label>Budget <input oninput=\"value = value.replace(/[.,]/g, '')\"></label>"
    async with visiting(browser, serve({"/": page})) as environment:
        outcome = await environment.act(Input("budget", "12,50"))
        assert outcome.fault is Fault.TEXT_NOT_KEPT


async def test_a_field_written_again_after_every_key_gets_the_whole_text(
    browser: Browser, serve
) -> None:
    page = """<label>Name <input id=f oninput="const typed = value; value = '';
      requestAnimationFrame(() => { value = typed })"></label>"""
    async with visiting(browser, serve({"/": page})) as environment:
        outcome = await environment.act(Input("name", "Maya Holm"))
        assert outcome.ok, outcome.error
        assert await environment.page.evaluate("f.value") == "Maya Holm"


async def test_a_field_that_is_emptied_a_moment_later_is_told(browser: Browser, serve) -> None:
    page = "<label>Voucher <input oninput=\"setTimeout(() => { value = '' }, 200)\"></label>"
    async with visiting(browser, serve({"/": page})) as environment:
        outcome = await environment.act(Input("voucher", "MAY5"))
        assert outcome.fault is Fault.TEXT_NOT_KEPT


LEFT = """<label>Postcode <input id=zip></label><button id=on disabled>Go on</button>
<label>Pieces <input id=pieces type=number value=1></label><p>Together <b id=sum>4</b> EUR</p>
<script>zip.onblur = () => { on.disabled = !zip.value };
pieces.onchange = () => { sum.textContent = 4 * pieces.value }</script>"""


async def test_after_typing_the_field_is_left(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": LEFT})) as environment:
        assert (await environment.act(Input("postcode", "4020"))).ok
        seen = await environment.observe()
        assert (await environment.act(Click(name_of(seen, "go_on")))).ok
        seen = await environment.observe()
        assert (await environment.act(Input(name_of(seen, "pieces"), "3"))).ok
        assert "12" in (await environment.observe()).html


TOWNS = """<label>Town <input id=town></label><ul id=list style="margin:0"></ul><script>
town.oninput = () => setTimeout(() => {
  list.innerHTML = '<li style="cursor:pointer">Linz</li>';
  list.firstChild.onclick = () => { town.value = 'Linz, Austria'; list.innerHTML = '' };
}, 120);
town.onblur = () => setTimeout(() => { if (list.children.length) town.value = list.innerHTML = '' }, 150);
</script>"""


async def test_a_field_with_something_to_choose_below_it_is_not_left(
    browser: Browser, serve
) -> None:
    async with visiting(browser, serve({"/": TOWNS})) as environment:
        assert (await environment.act(Input("town", "Lin"))).ok
        seen = await environment.observe()
        assert (await environment.act(Click(name_of(seen, "linz")))).ok
        assert await environment.page.evaluate("town.value") == "Linz, Austria"


EDITOR = """<div id=e contenteditable role=textbox aria-label=Note style="min-height:30px"></div>
<script>let text = '';
e.addEventListener('beforeinput', event => {
  event.preventDefault();
  text = event.inputType.startsWith('delete') ? '' : text + (event.data || '');
  e.textContent = text;
  getSelection().selectAllChildren(e); getSelection().collapseToEnd();
})</script>"""


async def test_an_editor_with_a_text_of_its_own_is_emptied_first(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": EDITOR})) as environment:
        for text in ("For Ines", "For Jon"):
            outcome = await environment.act(Input("note", text))
            assert outcome.ok, outcome.error
        assert await environment.page.evaluate("e.textContent") == "For Jon"


LISTS = {
    "numbered": ("'Street ' + i", 2987, "street_2987"),
    "with the same beginning": ("'Aa' + 'a'.repeat(i % 3) + ' ' + i", 1500, "aa_1500"),
    "in another script": ("'通り ' + i", 700, "通り_700"),
}


@pytest.mark.parametrize("case", LISTS)
async def test_far_down_in_a_long_list(browser: Browser, serve, case: str) -> None:
    label, wanted, ending = LISTS[case]
    page = f"""<label>Where <select id=s></select></label><p id=n></p><script>
      for (let i = 1; i <= 3000; i++) s.append(new Option({label}, i));
      let times = 0; s.onchange = () => {{ n.textContent = ++times + ' change' }}</script>"""
    async with visiting(browser, serve({"/": page})) as environment:
        name = name_of(await environment.observe(), f".{ending}")
        began = time.monotonic()
        outcome = await environment.act(Click(name))
        assert outcome.ok, outcome.error
        assert time.monotonic() - began < 5  # under 2 s on a machine at rest
        assert await environment.page.evaluate("s.value") == str(wanted)
        assert await environment.page.inner_text("#n") == "1 change"


TOUCH = """<meta name=viewport content="width=device-width"><button id=menu>Menu</button>
<button id=buy>Basket</button><p id=told></p><script>
menu.addEventListener('touchend', () => told.append('menu '));
for (const kind of ['pointerup', 'click']) buy.addEventListener(kind, e => told.append(
  kind + ' ' + e.pointerType + ' '))</script>"""


async def test_a_phone_is_pressed_with_a_finger(browser: Browser, serve) -> None:
    async with opened(browser, window_of("phone")) as environment:
        await environment.start(serve({"/": TOUCH}))
        for name in ("menu", "basket"):
            await environment.observe()
            assert (await environment.act(Click(name))).ok
        told = await environment.page.inner_text("#told")
        assert told.split() == ["menu", "pointerup", "touch", "click", "touch"]


EDITORS = """<iframe id=f title="Your story" width=300 height=90></iframe>
<iframe title=Note width=300 height=90 srcdoc="<body contenteditable=true></body>"></iframe>
<script>f.contentDocument.designMode = 'on'</script>"""


async def test_editors_in_frames_take_text(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": EDITORS})) as environment:
        for ending, text in (
            ("your_story.text_field", "Once upon"),
            ("note.text_field", "For Ann"),
        ):
            seen = await environment.observe()
            outcome = await environment.act(Input(name_of(seen, ending), text))
            assert outcome.ok, outcome.error
            assert text in (await environment.observe()).html
