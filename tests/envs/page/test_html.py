"""The simplified HTML: structure that means something, state, and nothing that is secret."""

from __future__ import annotations

import pytest

from envs.browser.browser import Browser
from envs.faults import Notice, PageNotice
from tests.envs.page.looking import HOME, Glance, showing


async def test_structure_stays_and_wrappers_go(glance: Glance) -> None:
    html = """<div class="w"><div><section><h2>Deals</h2><div><span>Cheap <b>things</b></span></div>
      <ul><li>Fast</li><li>Light</li></ul></section></div></div>
      <table><tr><th>Size</th><td>42</td></tr><tr><th>Weight</th><td>1 kg</td></tr></table>"""
    seen = await glance(html)
    assert seen.html == (
        "<section>\n<h2>Deals</h2>\nCheap things\n<ul>\n<li>Fast</li>\n<li>Light</li>\n</ul>\n</section>\n"
        "<table>\n<tr>\n<th>Size</th>\n<td>42</td>\n</tr>\n<tr>\n<th>Weight</th>\n<td>1 kg</td>\n</tr>\n"
        "</table>"
    )


async def test_layout_tables_are_wrappers(glance: Glance) -> None:
    html = "<table><tr><td>Left</td><td><table><tr><td>Inner</td></tr></table></td></tr></table>"
    assert "<t" not in (await glance(html)).html


async def test_inline_text_is_joined_as_it_is_read(glance: Glance) -> None:
    html = "<p>It costs <b>$1</b><sup>99</sup>, <i>really</i>.</p><p>Next</p>"
    assert (await glance(html)).html == "It costs $1.99, really.\nNext"


async def test_text_is_escaped(glance: Glance) -> None:
    seen = await glance("<p>a &lt;b&gt; &amp; c</p><a href=x title='\"&lt;'>&lt;/a&gt;</a>")
    assert "<b>" not in seen.html
    assert seen.text == "a <b> & c </a>"


@pytest.mark.parametrize(
    ("control", "state"),
    [
        ('<input type="checkbox" checked aria-label="Box">', {"type": "checkbox", "checked": ""}),
        ('<input type="radio" aria-label="Box">', {"type": "radio"}),
        ('<input type="search" placeholder="Box">', {"type": "search", "placeholder": "Box"}),
        ('<input aria-label="Box" value="typed">', {"value": "typed"}),
        ('<textarea aria-label="Box">typed</textarea>', {"value": "typed"}),
        ("<button disabled>Box</button>", {"disabled": ""}),
        ("<fieldset disabled><button>Box</button></fieldset>", {"disabled": ""}),
        ("<main inert><button>Box</button></main>", {"disabled": ""}),
        ('<button aria-expanded="false">Box</button>', {"expanded": "false"}),
        ('<button aria-pressed="true">Box</button>', {"pressed": ""}),
        ('<div role="tab" aria-selected="true">Box</div>', {"role": "tab", "selected": ""}),
        ('<div role="checkbox" aria-checked="true">Box</div>', {"role": "checkbox", "checked": ""}),
        ('<input type="range" value="7" aria-label="Box">', {"type": "range", "value": "7"}),
        ('<a href="/x" aria-current="page">Box</a>', {"current": ""}),
        ("<details open><summary>Box</summary>x</details>", {"expanded": "true"}),
        (
            '<button aria-label="Box"><svg width="9" height="9"></svg></button>',
            {"aria-label": "Box"},
        ),
    ],
)
async def test_state_is_shown(glance: Glance, control: str, state: dict[str, str]) -> None:
    tag = (await glance(control)).tag("box")
    assert {key: tag.get(key) for key in state} == state


async def test_typed_text_is_shown(browser: Browser) -> None:
    async with showing(browser, {HOME: '<input aria-label="City">'}) as looked:
        await looked.page.fill("input", "Köln")
        assert (await looked.see()).tag("city")["value"] == "Köln"


SECRETS = [
    '<input type="password" aria-label="Box" value="{}">',
    '<input autocomplete="cc-number" aria-label="Box" value="{}">',
    '<input autocomplete="section-a billing cc-csc" aria-label="Box" value="{}">',
    '<input autocomplete="one-time-code" aria-label="Box" value="{}">',
    '<input name="cardNumber" aria-label="Box" value="{}">',
    '<input id="cvv" aria-label="Box" value="{}">',
    '<input aria-label="Box" placeholder="Kartennummer" value="{}">',
    '<label>Numéro de carte <input title="x" value="{}"></label>',
    '<label for="n">カード番号</label><input id="n" value="{}">',
    '<input aria-label="Номер карты" value="{}">',
    '<textarea name="password">{}</textarea>',
]


@pytest.mark.parametrize("field", SECRETS)
async def test_secrets_are_never_shown(glance: Glance, field: str) -> None:
    seen = await glance(field.format("s3cr3t-9911"))
    assert "s3cr3t" not in seen.html
    assert "filled" in seen.html
    assert seen.names


async def test_a_card_number_is_never_shown_wherever_it_was_typed(glance: Glance) -> None:
    seen = await glance('<input aria-label="Note" value="4111 1111 1111 1111">')
    assert "4111" not in seen.html
    shown = await glance('<input aria-label="Note" value="4111 1111 1111 1112">')
    assert "1112" in shown.html


async def test_showing_the_password_does_not_show_it_to_us(browser: Browser) -> None:
    html = '<input type="password" aria-label="Box" value="s3cr3t">'
    async with showing(browser, {HOME: html}) as looked:
        await looked.see()
        await looked.page.evaluate("document.querySelector('input').type = 'text'")
        assert "s3cr3t" not in (await looked.see()).html


async def test_the_chosen_expiry_month_is_not_shown(glance: Glance) -> None:
    html = '<select autocomplete="cc-exp-month" aria-label="Month"><option>01<option selected>07</select>'
    assert "selected" not in (await glance(html)).html


async def test_notices_come_first(browser: Browser) -> None:
    async with showing(browser, {HOME: "<p>Shop</p>"}) as looked:
        seen = await looked.observer.observe(
            notices=[PageNotice(code=Notice.ALERT, text="A dialog said: 1 < 2")]
        )
    assert seen.html == '<p role="alert">A dialog said: 1 &lt; 2</p>\nShop'


async def test_labels_without_visible_input_are_what_is_clicked(glance: Glance) -> None:
    html = """<style>input{position:absolute;opacity:0;width:0}</style>
      <label><input type="checkbox" checked> Green</label>
      <input type="radio" id="r" style="display:none"><label for="r">Red</label>"""
    seen = await glance(html)
    assert seen.names == ["green", "red"]
    assert [e.role for e in seen.observation.names] == ["checkbox", "radio"]
    assert seen.tag("green").get("checked") == ""
    assert seen.element("red").box is not None


async def test_an_empty_page(glance: Glance) -> None:
    seen = await glance("")
    assert (seen.html, seen.names, seen.observation.elements) == ("", [], 3)


async def test_a_page_that_breaks_the_platform_changes_nothing(glance: Glance) -> None:
    html = """<script>JSON.stringify = () => 'bad'; Element.prototype.getAttribute = () => 'bad';
      Array.prototype.push = () => 0; String.prototype.trim = () => 'bad';
      Object.prototype.toJSON = () => 'bad'; window.getComputedStyle = null;</script>
      <form id="f"><input name="id" value="x"><input name="getAttribute"><input name="localName">
      <input name="firstChild"><input name="nextSibling"><input name="children"><input name="querySelector">
      <input name="parentElement"><input name="attributes"><input name="checkVisibility">
      <input name="getBoundingClientRect"><input name="hasAttribute"><button>Go</button></form>"""
    seen = await glance(html)
    assert len(seen.names) == 13
    assert seen.names[-1].endswith("go") or seen.names[-1].endswith("go_button")


async def test_pressable_boxes_are_buttons(glance: Glance) -> None:
    html = """<style>.b{cursor:pointer}</style><div class="b"><span>Buy it</span></div>
      <div class="b"><a href="/x">Link</a></div><div onclick="1">Old</div><div tabindex="0">Tab</div>"""
    seen = await glance(html)
    assert seen.names == ["buy_it", "link", "old", "tab"]
    assert [e.role for e in seen.observation.names] == ["button", "link", "button", "button"]
