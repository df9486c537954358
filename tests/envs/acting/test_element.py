"""Clicking: what is pressed, what stands in the way, what has changed meanwhile."""

from __future__ import annotations

import pytest

from envs.actions import Click
from envs.browser.browser import Browser
from tests.envs.acting.acting import name_of, visiting

SAY = "onclick=\"document.querySelector('output').textContent += '!' + this.id\""


def page(body: str, style: str = "") -> str:
    return f"<!doctype html><style>{style}</style><output></output>{body}"


async def clicked(browser, url: str, ending: str):
    """The outcome of one click and the observation after it."""
    async with visiting(browser, url) as environment:
        seen = await environment.observe()
        outcome = await environment.act(Click(name_of(seen, ending)))
        return outcome, await environment.observe()


async def test_a_click_is_a_trusted_event_and_reports_where_it_went(
    browser: Browser, serve
) -> None:
    body = """<button onclick="document.querySelector('output').textContent = event.isTrusted">
    go</button>"""
    outcome, after = await clicked(browser, serve({"/": page(body)}), "go")
    assert outcome.ok and outcome.executed
    assert "true" in after.html
    assert outcome.box is not None and outcome.box.width > 10
    assert outcome.viewport is not None and outcome.viewport.width == 1280


async def test_what_covers_an_element_is_named_and_nothing_is_pressed(
    browser: Browser, serve
) -> None:
    body = f"<button id=under {SAY}>Under</button>"
    banner = f'<section aria-label="Cookie banner" {SAY} style="position:fixed;inset:0">'
    async with visiting(browser, serve({"/": page(body)})) as environment:
        await environment.page.evaluate(
            "html => document.body.insertAdjacentHTML('beforeend', html)", banner
        )
        outcome = await environment.act(Click("under"))
        assert not outcome.ok and not outcome.executed
        assert "covered by" in (outcome.error or "") and "Cookie banner" in (outcome.error or "")
        assert await environment.page.inner_text("output") == ""


async def test_half_an_emoji_in_what_covers_it_is_told_as_far_as_it_can_be(
    browser: Browser, serve
) -> None:
    body = f"<button id=under {SAY}>Under</button>"
    lid = """() => { const lid = document.createElement('section'); lid.style.position = 'fixed';
      lid.style.inset = 0; lid.setAttribute('aria-label', 'Half \\ud83d'); document.body.append(lid) }"""
    async with visiting(browser, serve({"/": page(body)})) as environment:
        await environment.page.evaluate(lid)
        outcome = await environment.act(Click("under"))
        assert "covered by a section" in (outcome.error or "")
        assert (outcome.error or "").encode().decode().endswith('"Half \ufffd"')


async def test_half_an_emoji_in_an_invalid_field_is_told(browser: Browser, serve) -> None:
    body = """<form><label>Half &#x1F600; <input required></label><button>Send</button></form>
    <script>document.querySelector('label').firstChild.data = 'x'.repeat(59) + '\U0001f600'</script>"""
    async with visiting(browser, serve({"/": page(body)})) as environment:
        assert (await environment.act(Click("send"))).ok
        html = (await environment.observe()).html
        assert "did not accept the form" in html and html.encode()


async def test_what_the_pointer_goes_through_is_not_said_to_be_covered(
    browser: Browser, serve
) -> None:
    body = f"<button id=ghost {SAY} style='pointer-events:none'>Ghost</button>"
    outcome, _ = await clicked(browser, serve({"/": page(body)}), "ghost")
    assert not outcome.ok and "does not react to the pointer" in (outcome.error or "")


async def test_a_partly_covered_element_is_pressed_where_it_is_free(
    browser: Browser, serve
) -> None:
    body = f"""<div style="position:relative;width:200px;height:40px">
    <button id=half {SAY} style="width:200px;height:40px">Half</button>
    <div {SAY} id=lid style="position:absolute;left:40px;top:0;width:160px;height:40px">
    </div></div>"""
    outcome, after = await clicked(browser, serve({"/": page(body)}), "half")
    assert outcome.ok
    assert "!half" in after.html and "!lid" not in after.html


async def test_an_element_that_went_away_is_stale(browser: Browser, serve) -> None:
    body = "<div id=box><button>Gone</button></div><button>Stay</button>"
    async with visiting(browser, serve({"/": page(body)})) as environment:
        await environment.page.evaluate("box.remove()")
        outcome = await environment.act(Click("gone"))
        assert not outcome.ok and not outcome.executed
        assert "observe again" in (outcome.error or "")


async def test_a_name_that_now_means_something_else_is_not_pressed(browser: Browser, serve) -> None:
    body = f"<ul><li><button id=a {SAY}>Apple</button><li><button id=b {SAY}>Pear</button></ul>"
    async with visiting(browser, serve({"/": page(body)})) as environment:
        # The page recycles its rows, as virtual lists do.
        await environment.page.evaluate("a.textContent = 'Pear'; b.textContent = 'Apple'")
        outcome = await environment.act(Click("apple"))
        assert not outcome.executed and "something else" in (outcome.error or "")
        after = await environment.observe()
        assert (await environment.act(Click(name_of(after, "apple")))).ok
        assert "!b" in (await environment.observe()).html


SHELF = """<section class=shelf><h2>{head}</h2><ul>{tiles}</ul></section>"""


def shelf(head: str, *goods: str) -> str:
    return SHELF.format(
        head=head,
        tiles="".join(
            f"<li><a href=#{i}>{g}</a> <b>$3.00</b><button id={g[0]} {SAY}>Add</button></li>"
            for i, g in enumerate(goods)
        ),
    )


async def test_in_a_section_with_a_countdown(browser: Browser, serve) -> None:
    alone = f"""<section><h2>Deal ends in 00:12:33</h2><a href=#x>All</a>
      <button id=go {SAY}>Go</button></section>"""
    shelves = shelf("Sale ends in 00:12:33", "Apple", "Pear") + shelf("New", "Fig", "Kiwi")
    async with visiting(browser, serve({"/": page(alone + shelves)})) as environment:
        seen = await environment.observe()
        names = [name_of(seen, "apple.add"), name_of(seen, ".go")]
        assert all("00_12_33" in name for name in names)
        for second, name in enumerate(names):
            await environment.page.evaluate(
                "s => { for (const h of document.querySelectorAll('h2'))"
                " h.textContent = h.textContent.replace(/:\\d\\d$/, ':0' + s) }",
                second,
            )
            outcome = await environment.act(Click(name))
            assert outcome.ok, outcome.error
        assert await environment.page.inner_text("output") == "!A!go"


@pytest.mark.parametrize(
    ("before", "after"), [("Apple", "Lime"), ("Phone 15", "Phone 14"), ("Apple 1kg", "Apple 2kg")]
)
async def test_another_thing_shown_in_the_place_of_one_is_not_taken_for_it(
    browser: Browser, serve, before: str, after: str
) -> None:
    body = shelf("Sale ends in 00:12:33", before, "Pear") + shelf("New", "Fig", "Kiwi")
    async with visiting(browser, serve({"/": page(body)})) as environment:
        seen = await environment.observe()
        await environment.page.evaluate(
            "text => { document.querySelector('h2').textContent = 'Sale ends in 00:12:31';"
            " document.querySelector('li a').textContent = text }",
            after,
        )
        slug = before.lower().replace(" ", "_")
        outcome = await environment.act(Click(name_of(seen, f"{slug}.add")))
        assert not outcome.executed and "something else" in (outcome.error or "")


async def test_what_the_page_draws_again_alike_is_pressed(browser: Browser, serve) -> None:
    body = f"""<p id=box></p><script>const draw = () => {{
      box.innerHTML = `<button id=again {SAY}>Again</button>` }}; draw()</script>"""
    async with visiting(browser, serve({"/": page(body)})) as environment:
        await environment.page.evaluate("() => draw()")  # while the customer thinks
        assert (await environment.act(Click("again"))).ok
        await environment.page.evaluate("() => { box.onpointerenter = draw }")  # under the pointer
        await environment.page.evaluate("() => document.querySelector('button').remove()")
        await environment.page.evaluate("() => draw()")
        await environment.observe()
        assert (await environment.act(Click("again"))).ok
        assert await environment.page.inner_text("output") == "!again!again"
        await environment.page.evaluate("() => { box.innerHTML = '<button>Other</button>' }")
        assert not (await environment.act(Click("again"))).ok


async def test_a_change_elsewhere_does_not_make_a_name_stale(browser: Browser, serve) -> None:
    body = f"<main><button id=a {SAY}>Apple</button></main><div id=ads></div>"
    async with visiting(browser, serve({"/": page(body)})) as environment:
        await environment.page.evaluate("ads.innerHTML = '<a href=/x>Ad</a>'")
        assert (await environment.act(Click("apple"))).ok


async def test_an_unknown_name_is_not_looked_for(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": page("<button>a</button>")})) as environment:
        outcome = await environment.act(Click("nothing"))
        assert not outcome.executed and "'nothing'" in (outcome.error or "")


async def test_disabled_by_the_time_of_the_click(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": page("<button id=a>Apple</button>")})) as environment:
        await environment.page.evaluate("a.disabled = true")
        outcome = await environment.act(Click("apple"))
        assert not outcome.executed and "disabled" in (outcome.error or "")


async def test_below_a_sticky_header(browser: Browser, serve) -> None:
    style = "header{position:sticky;top:0;height:200px;background:#ccc} main{height:4000px}"
    body = f"""<header>Header</header><main><div style="height:1500px"></div>
    <button id=deep {SAY}>Deep</button></main>"""
    outcome, after = await clicked(browser, serve({"/": page(body, style)}), "deep")
    assert outcome.ok and "!deep" in after.html
    assert outcome.viewport is not None and outcome.viewport.scroll_y > 500


async def test_far_along_a_list_that_scrolls_sideways(browser: Browser, serve) -> None:
    tiles = "".join(f"<li><button id=t{i} {SAY}>Tile {i}</button>" for i in range(30))
    style = (
        "ul{display:flex;width:400px;overflow-x:auto;scroll-behavior:smooth} li{min-width:150px}"
    )
    outcome, after = await clicked(
        browser, serve({"/": page(f"<ul>{tiles}</ul>", style)}), "tile_25"
    )
    assert outcome.ok and "!t25" in after.html


async def test_a_link_that_wraps_over_two_lines(browser: Browser, serve) -> None:
    body = """<p style="width:150px">Some words first <a href="#x" onclick="document.
    querySelector('output').textContent='pressed'">and a link that is wrapped</a> to the end</p>"""
    outcome, after = await clicked(browser, serve({"/": page(body)}), "wrapped")
    assert outcome.ok and "pressed" in after.html


async def test_in_an_open_shadow_root(browser: Browser, serve) -> None:
    body = """<x-card></x-card><script>customElements.define('x-card', class extends HTMLElement {
      connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML =
        '<div><button><b>Shady</b></button></div>';
        this.shadowRoot.querySelector('button').onclick = () =>
          { document.querySelector('output').textContent = 'pressed'; } } })</script>"""
    outcome, after = await clicked(browser, serve({"/": page(body)}), "shady")
    assert outcome.ok and "pressed" in after.html


async def test_inside_a_modal_dialog_and_behind_it(browser: Browser, serve) -> None:
    body = f"""<button id=behind {SAY}>Behind</button>
    <dialog id=d><p>Sale</p><button id=inside onclick="d.close()">Close</button></dialog>"""
    async with visiting(browser, serve({"/": page(body)})) as environment:
        await environment.page.evaluate("d.showModal()")
        outcome = await environment.act(Click("behind"))
        assert not outcome.executed and "dialog" in (outcome.error or "")
        seen = await environment.observe()
        assert (await environment.act(Click(name_of(seen, "close")))).ok
        await environment.observe()
        assert (await environment.act(Click("behind"))).ok


async def test_details_open(browser: Browser, serve) -> None:
    body = "<details><summary>Delivery</summary><p>Two days</p></details>"
    outcome, after = await clicked(browser, serve({"/": page(body)}), "delivery")
    assert outcome.ok and "Two days" in after.html


@pytest.mark.parametrize(
    "control",
    [
        '<label><input type=checkbox onchange="say(this.checked)"> Green</label>',
        '<input type=checkbox id=c onchange="say(this.checked)"><label for=c>Green</label>',
        '<label><input type=radio name=r onchange="say(this.checked)"> Green</label>',
        '<label><input type=checkbox onchange="say(this.checked)" '
        "style='opacity:0;position:absolute;width:0;height:0'> Green</label>",
    ],
)
async def test_boxes_and_their_labels(browser: Browser, serve, control: str) -> None:
    script = "<script>say = t => document.querySelector('output').textContent = 'now ' + t</script>"
    outcome, after = await clicked(browser, serve({"/": page(script + control)}), "green")
    assert outcome.ok and "now true" in after.html


@pytest.mark.parametrize("hide", ["hidden", "style='position:absolute;opacity:0;width:0'"])
async def test_a_choice_behind_a_label_that_is_sold_out(browser: Browser, serve, hide: str) -> None:
    body = f"<input type=radio name=s id=xl disabled {hide}><label for=xl>XL</label>"
    async with visiting(browser, serve({"/": page(body)})) as environment:
        seen = await environment.observe()
        assert "disabled" in seen.html
        outcome = await environment.act(Click(name_of(seen, "xl")))
        assert not outcome.executed and "is disabled" in (outcome.error or "")


@pytest.mark.parametrize("size", ["", "size=4", "multiple"])
async def test_options_of_a_native_select(browser: Browser, serve, size: str) -> None:
    options = "".join(
        f"<option {'disabled' if i == 2 else ''}>Size {i}</option>" for i in range(40)
    )
    body = f"""<label>Size <select {size} onchange="document.querySelector('output').textContent
    += ' chose ' + this.value">{options}</select></label>"""
    outcome, after = await clicked(browser, serve({"/": page(body)}), "size_33")
    assert outcome.ok, outcome.error
    assert after.html.count("chose") == 1 and "chose Size 33" in after.html


async def test_an_option_that_was_hidden_meanwhile_is_not_chosen(browser: Browser, serve) -> None:
    body = "<select aria-label=Size><option>S<option>M<option id=xl>XL</select>"
    async with visiting(browser, serve({"/": page(body)})) as environment:
        await environment.act(Click("size.m"))
        await environment.observe()
        await environment.page.evaluate("xl.style.display = 'none'")
        outcome = await environment.act(Click("size.xl"))
        assert not outcome.executed and "not visible" in (outcome.error or "")
        assert await environment.page.eval_on_selector("select", "s => s.value") == "M"


async def test_a_select_that_navigates(browser: Browser, serve) -> None:
    body = """<select aria-label=Sort onchange="location = '/sorted?by=' + this.value">
    <option>Best</option><option>Price</option></select>"""
    outcome, after = await clicked(
        browser, serve({"/": page(body), "/sorted": "<h1>Sorted</h1>"}), "price"
    )
    assert outcome.ok and after.url.endswith("/sorted?by=Price") and "Sorted" in after.html


async def test_a_select_that_has_navigated_when_it_is_asked(browser: Browser, serve) -> None:
    """The page it leads to, which has no such option, answers."""
    body = """<select aria-label=Sort onchange="location = '/sorted?by=' + this.value">
    <option>Best</option><option>Price</option></select>"""
    url = serve({"/": page(body), "/sorted": "<h1>Sorted</h1>"})
    async with visiting(browser, url) as environment:
        world = environment._tabs.current.world
        call = world.call

        async def late(verb: str, *args, frame: str | None = None) -> str:
            if verb == "chosen":
                await environment.page.wait_for_url("**/sorted?by=Price")
            return await call(verb, *args, frame=frame)

        world.call = late  # type: ignore[method-assign]
        assert (await environment.act(Click("sort.price"))).ok
        assert "Sorted" in (await environment.observe()).html


async def test_an_aria_listbox(browser: Browser, serve) -> None:
    body = """<div role=combobox tabindex=0 aria-label=Colour aria-expanded=false
      onclick="list.hidden=false;this.ariaExpanded='true'">Choose</div>
    <ul role=listbox id=list hidden><li role=option onclick="document.querySelector('output')
      .textContent='chose red'">Red</li><li role=option>Blue</li></ul>"""
    async with visiting(browser, serve({"/": page(body)})) as environment:
        seen = await environment.observe()
        assert (await environment.act(Click(name_of(seen, "colour")))).ok
        seen = await environment.observe()
        assert (await environment.act(Click(name_of(seen, "red")))).ok
        assert "chose red" in (await environment.observe()).html


RUNNER = """<div id=stage style="position:relative;height:60px">
    <button id=runner {say} style="position:absolute;left:0" onpointerenter="{run}">Runner</button>
    <button id=decoy {say} style="position:absolute;left:300px">Decoy</button></div>"""


async def test_an_element_that_moves_away_under_the_pointer_is_followed(
    browser: Browser, serve
) -> None:
    body = RUNNER.format(say=SAY, run="this.style.left='300px'; decoy.style.left='0'")
    outcome, after = await clicked(browser, serve({"/": page(body)}), "runner")
    assert outcome.ok and "!runner" in after.html and "!decoy" not in after.html


async def test_an_element_that_keeps_moving_away_is_not_missed_silently(
    browser: Browser, serve
) -> None:
    run = """const at = parseInt(this.style.left); decoy.style.left = at + 'px';
      this.style.left = (at + 200) + 'px'"""
    body = RUNNER.format(say=SAY, run=run)
    outcome, after = await clicked(browser, serve({"/": page(body)}), "runner")
    assert "!" not in after.html
    assert not outcome.ok and "Decoy" in (outcome.error or "")


@pytest.mark.parametrize("around", ["", "<iframe srcdoc='{}' width=900 height=500></iframe>"])
async def test_what_a_banner_moves_as_the_pointer_comes_is_pressed_where_it_is_then(
    browser: Browser, serve, around: str
) -> None:
    body = """<p id=top></p><button onclick="note.textContent = 'led on'">Next</button>
      <button style="display:block">Other</button><p id=note></p><script>
      onpointermove = () => { document.getElementById("top").style.height = "70px"; };
      </script>"""
    html = around.format(body.replace("&", "&amp;").replace("'", "&#39;")) if around else body
    outcome, after = await clicked(browser, serve({"/": page(html)}), "next")
    assert outcome.ok, outcome.error
    assert "led on" in after.html
