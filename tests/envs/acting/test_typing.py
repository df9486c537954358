"""Typing: what ends up in the field, what submits, what the browser or the page objects to."""

from __future__ import annotations

import pytest

from envs.actions import Click, Input, TypeAndSubmit
from envs.browser.browser import Browser
from envs.options import Secret
from tests.envs.acting.acting import name_of, visiting


async def typed(browser, url: str, ending: str, text: str, submit: bool = False, **options):
    """The outcome of typing into one field, the observation after it, and the field's value."""
    async with visiting(browser, url, **options) as environment:
        seen = await environment.observe()
        action = (TypeAndSubmit if submit else Input)(name_of(seen, ending), text)
        outcome = await environment.act(action)
        value = await environment.page.evaluate(
            "(e => e && (e.value ?? e.innerText))(document.querySelector('[data-field]'))"
        )
        return outcome, await environment.observe(), value


@pytest.mark.parametrize(
    ("field", "text", "held"),
    [
        ("<input data-field aria-label=f value='old words'>", "new words", "new words"),
        ("<input data-field aria-label=f value='old'>", "", ""),
        ("<input data-field aria-label=f type=password>", "hunter2!", "hunter2!"),
        ("<textarea data-field aria-label=f>old</textarea>", "two\nlines", "two\nlines"),
        ("<div data-field contenteditable role=textbox aria-label=f>old</div>", "new", "new"),
        ("<input data-field aria-label=f>", "Größe 38 — 靴 👟", "Größe 38 — 靴 👟"),
        ("<input data-field aria-label=f type=number value=1>", "12", "12"),
        ("<input data-field aria-label=f type=number step=.1>", "12,5", "12.5"),
        ("<input data-field aria-label=f type=date>", "2026-03-09", "2026-03-09"),
        ("<input data-field aria-label=f type=date>", "9 March 2026", "2026-03-09"),
        ("<input data-field aria-label=f type=time>", "14:30", "14:30"),
        ("<input data-field aria-label=f type=month>", "2026-03", "2026-03"),
        ("<input data-field aria-label=f type=week>", "2026-W09", "2026-W09"),
        (
            "<input data-field aria-label=f type=datetime-local>",
            "2026-03-09T08:05",
            "2026-03-09T08:05",
        ),
        ("<input data-field aria-label=f type=range min=0 max=500 step=5>", "335", "335"),
        ("<input data-field aria-label=f type=range>", "7", "7"),
    ],
)
async def test_fields_hold_what_was_typed(
    browser: Browser, serve, field: str, text: str, held: str
) -> None:
    outcome, _, value = await typed(browser, serve({"/": field}), "f", text)
    assert outcome.ok, outcome.error
    assert value == held


async def test_a_field_that_cuts_an_emoji_in_two_is_read_back(browser: Browser, serve) -> None:
    field = "<input data-field aria-label=f oninput=\"this.value = 'Half \\ud83d'\">"
    outcome, _, _ = await typed(browser, serve({"/": field}), "f", "Half an emoji")
    assert (outcome.error or "").encode().decode().endswith('holds "Half \ufffd" after typing')


async def test_a_slider_made_of_divs(browser: Browser, serve) -> None:
    page = """<div role=slider tabindex=0 aria-label=Price aria-valuemin=0 aria-valuemax=100
      aria-valuenow=10 style="width:200px;height:20px" onkeydown="
      this.ariaValueNow = +this.ariaValueNow + (event.key == 'ArrowRight') * 5
                        - (event.key == 'ArrowLeft') * 5"></div>"""
    async with visiting(browser, serve({"/": page})) as environment:
        outcome = await environment.act(Input("price", "45"))
        assert outcome.ok, outcome.error
        assert await environment.page.evaluate("document.querySelector('div').ariaValueNow") == "45"


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("<input aria-label=f readonly value=x>", "y", "read-only"),
        ("<input aria-label=f maxlength=3>", "abcdef", '"abc"'),
        ("<input aria-label=f type=number>", "lots", "lots"),
        ("<input aria-label=f type=date>", "soon", "soon"),
        ("<input aria-label=f oninput=\"this.value='mine'\">", "yours", "mine"),
    ],
)
async def test_what_a_field_does_not_take_is_said(
    browser: Browser, serve, field: str, text: str, said: str
) -> None:
    outcome, _, _ = await typed(browser, serve({"/": field}), "f", text)
    assert not outcome.ok and said in (outcome.error or "")


async def test_a_formatted_number_counts_as_what_was_typed(browser: Browser, serve) -> None:
    field = """<input data-field aria-label=phone oninput="
      this.value = this.value.replace(/\\D/g, '').replace(/(...)(?=.)/g, '$1-')">"""
    outcome, _, value = await typed(browser, serve({"/": field}), "phone", "5551234567")
    assert outcome.ok and value.startswith("555-123")


async def test_real_keys_are_seen_by_a_page_that_listens_for_them(browser: Browser, serve) -> None:
    page = """<input aria-label=f onkeyup="out.textContent = 'keyup with ' + this.value">
    <p id=out></p>"""
    _, after, _ = await typed(browser, serve({"/": page}), "f", "boots")
    assert "keyup with boots" in after.html


async def test_human_pace_types_key_by_key(browser: Browser, serve) -> None:
    page = """<input data-field aria-label=f onkeydown="n = (window.n || 0) + 1;
    out.textContent = n + ' keys'"><p id=out></p>"""
    outcome, after, value = await typed(browser, serve({"/": page}), "f", "tea", human_pace=True)
    assert outcome.ok and value == "tea"
    assert "4 keys" in after.html or "5 keys" in after.html  # Ctrl+A is one or two of them


SEARCH = {"/found": "<h1>Found</h1>"}


@pytest.mark.parametrize(
    "form",
    [
        "<form action=/found><input aria-label=q name=q></form>",
        "<form action=/found><input aria-label=q name=q><button>Go</button></form>",
        # Two fields and no submit button: Enter alone does nothing, there is nothing to press.
        "<form action=/found><input aria-label=q name=q><input name=r><button>Go</button></form>",
        # The page swallows Enter: only its own button submits.
        """<form action=/found><input aria-label=q name=q onkeydown="
           if (event.key == 'Enter') event.preventDefault()"><button>Go</button></form>""",
        # No form at all, a listener instead.
        """<input aria-label=q onkeydown="
           if (event.key == 'Enter') location = '/found?q=' + this.value">""",
        "<form action=/found><textarea aria-label=q name=q></textarea><button>Go</button></form>",
        # No form: the one thing beside the field says that it searches.
        """<div><input aria-label=q id=i><button onclick="location = '/found?q=' + i.value">
           Search</button></div>""",
        "<form action=/found id=f></form><input aria-label=q name=q form=f>"
        "<button form=f>Go</button>",
    ],
)
async def test_submitting(browser: Browser, serve, form: str) -> None:
    outcome, after, _ = await typed(browser, serve({"/": form} | SEARCH), "q", "tea", submit=True)
    assert outcome.ok, outcome.error
    assert after.url.endswith("/found?q=tea") or "q=tea" in after.url
    assert "Found" in after.html


async def test_a_search_without_a_page_load_is_submitted_once(browser: Browser, serve) -> None:
    page = """<form onsubmit="event.preventDefault(); n = (window.n || 0) + 1;
      fetch('/hits').then(r => r.text()).then(t => out.textContent = n + ' time: ' + t)">
      <input aria-label=q><button>Go</button></form><p id=out></p>"""
    url = serve({"/": page, "/hits": "three hits"})
    outcome, after, _ = await typed(browser, url, "q", "tea", submit=True)
    assert outcome.ok and "1 time: three hits" in after.html


async def test_an_open_suggestion_list_does_not_get_the_enter(browser: Browser, serve) -> None:
    page = """<form action=/found><input aria-label=q name=q role=combobox aria-expanded=false
      oninput="list.hidden = false; this.setAttribute('aria-activedescendant', 'o1')"
      onkeydown="if (event.key == 'Escape') {
          list.hidden = true; this.removeAttribute('aria-activedescendant') }
        if (event.key == 'Enter' && !list.hidden) {
          event.preventDefault(); this.value = 'teapot'; list.hidden = true }">
      <ul role=listbox id=list hidden><li role=option id=o1>teapot</li></ul>
      <button>Go</button></form>"""
    outcome, after, _ = await typed(browser, serve({"/": page} | SEARCH), "q", "tea", submit=True)
    assert outcome.ok, outcome.error
    assert after.url.endswith("q=tea")


LISTS = {
    # Opens after a moment and swallows every Enter: only the button searches.
    "that never lets go": "if (event.key == 'Enter') event.preventDefault()",
    # Chooses its first entry on Enter, without a word to assistive technology.
    "that chooses": """if (event.key == 'Escape') list.hidden = true;
        if (event.key == 'Enter' && !list.hidden) {
          event.preventDefault(); this.value = 'teapot'; list.hidden = true }""",
}


@pytest.mark.parametrize("keys", LISTS)
async def test_a_list_that_opens_late_is_no_effect_of_enter(
    browser: Browser, serve, keys: str
) -> None:
    page = f"""<form action=/found><input aria-label=q name=q onkeydown="{LISTS[keys]}"
      oninput="setTimeout(() => list.hidden = false, 150)"><button>Go</button></form>
      <ul id=list hidden><li>teapot</li></ul>"""
    outcome, after, _ = await typed(browser, serve({"/": page} | SEARCH), "q", "tea", submit=True)
    assert outcome.ok, outcome.error
    assert after.url.endswith("q=tea")


async def test_a_line_break_in_a_text_is_no_submission(browser: Browser, serve) -> None:
    page = "<div contenteditable aria-label=q data-field style='width:99px;height:40px'></div>"
    outcome, _, _ = await typed(browser, serve({"/": page}), "q", "tea", submit=True)
    assert not outcome.ok and "nothing happened" in (outcome.error or "")


async def test_a_search_field_that_opens_over_the_one_clicked(browser: Browser, serve) -> None:
    page = """<input aria-label=q readonly onclick="" style="width:100px" id=small>
    <form action=/found id=big hidden style="position:fixed;inset:0;background:#fff">
      <input name=q aria-label=overlay></form>
    <script>small.readOnly = false; small.onfocus = () => {
      big.hidden = false; big.querySelector('input').focus() }</script>"""
    outcome, after, _ = await typed(browser, serve({"/": page} | SEARCH), "q", "tea", submit=True)
    assert outcome.ok, outcome.error
    assert after.url.endswith("q=tea")


async def test_what_the_browser_objects_to_is_told(browser: Browser, serve) -> None:
    page = """<form action=/found><label>Search <input name=q data-field></label>
      <label>Email <input required type=email></label><button>Go</button></form>"""
    outcome, after, _ = await typed(
        browser, serve({"/": page} | SEARCH), "search", "tea", submit=True
    )
    assert outcome.ok
    assert "did not accept the form" in after.html and "Email" in after.html


async def test_enter_that_does_nothing_is_said(browser: Browser, serve) -> None:
    outcome, _, _ = await typed(browser, serve({"/": "<input aria-label=q>"}), "q", "x", True)
    assert not outcome.ok and "nothing happened" in (outcome.error or "")


async def test_fields_that_hide_what_their_form_can_do(browser: Browser, serve) -> None:
    hiding = "elements matches id querySelectorAll parentNode submit action querySelector"
    fields = "".join(f"<input type=hidden name={name}>" for name in hiding.split())
    page = f"""<img name=readyState><img name=getAnimations><img name=querySelector>
      <form action=/found><input name=q aria-label=q>{fields}<button>Go</button></form>"""
    outcome, after, _ = await typed(browser, serve({"/": page} | SEARCH), "q", "tea", submit=True)
    assert outcome.ok, outcome.error
    assert "Found" in after.html


async def test_typing_in_a_frame(browser: Browser, website) -> None:
    inner = website({"/": "<form action=/found><input name=q aria-label=q></form>"} | SEARCH)
    outer = website({"/": f"<h1>Shop</h1><iframe src='{inner.url}'></iframe>"})
    async with visiting(browser, outer.url) as environment:
        seen = await environment.observe()
        outcome = await environment.act(TypeAndSubmit(name_of(seen, "q"), "tea"))
        assert outcome.ok, outcome.error
        assert "Found" in (await environment.observe()).html


async def test_a_frame_without_scripts_is_acted_in(browser: Browser, serve) -> None:
    page = """<iframe sandbox srcdoc="<label><input type=checkbox>Gift</label>
      <input aria-label=note>"></iframe>"""
    async with visiting(browser, serve({"/": page})) as environment:
        seen = await environment.observe()
        assert (await environment.act(Click(name_of(seen, "gift")))).ok
        assert (await environment.act(Input(name_of(seen, "note"), "tea"))).ok
        html = (await environment.observe()).html
        assert "checked" in html and 'value="tea"' in html


async def test_a_secret_is_filled_in_on_its_own_site_only(browser: Browser, serve) -> None:
    url = serve({"/": "<input data-field aria-label=f type=password>"})
    mine = Secret("password", "s3cret", "127.0.0.1")
    _, after, value = await typed(browser, url, "f", "{{password}}", secrets=(mine,))
    assert value == "s3cret"
    assert "s3cret" not in after.html and "s3cret" not in repr(mine)
    other = Secret("password", "s3cret", "example.com")
    _, _, value = await typed(browser, url, "f", "{{password}}", secrets=(other,))
    assert value == "{{password}}"
