"""Pages nobody would write and somebody will: huge, deep, broken, hostile."""

from __future__ import annotations

import pytest

from envs.browser.browser import Browser
from tests.envs.page.looking import HOME, Glance, showing


async def test_one_hundred_thousand_elements(browser: Browser) -> None:
    script = """<div id=r></div><script>r.innerHTML = '<p>Row <a href=/x>Open</a></p>'.repeat(50000)
      </script>"""
    async with showing(browser, {HOME: script}) as looked:
        seen = await looked.see()
    assert seen.observation.elements > 100_000
    assert len(seen.names) == len(set(seen.names)) == 50_000
    assert seen.names[-1] == "open_50000"


async def test_ten_thousand_equal_buttons_in_shadow(browser: Browser) -> None:
    html = """<x-b></x-b><script>document.querySelector('x-b').attachShadow({mode: 'open'}).innerHTML =
      '<button>Add to cart</button>'.repeat(10000)</script>"""
    async with showing(browser, {HOME: html}) as looked:
        names = (await looked.see()).names
    assert len(set(names)) == 10_000
    assert names[:2] == ["add_to_cart", "add_to_cart_2"]


@pytest.mark.parametrize(
    ("tag", "depth"), [("div", 2000), ("section", 2000), ("span", 5000), ("b onclick=1", 5000)]
)
async def test_thousands_of_nested_elements(browser: Browser, tag: str, depth: int) -> None:
    """Chromium's own layout overflows its stack at about 3,000 nested blocks."""
    name, _, attribute = tag.partition(" ")
    html = f"""<script>let at = document.body; for (let i = 0; i < {depth}; i++) {{
      const el = document.createElement('{name}'); if ('{attribute}') el.setAttribute('onclick', 1);
      at.append(el); at = el; }} at.innerHTML = 'Deep <a href=/x>link</a>'</script>"""
    async with showing(browser, {HOME: f"<body>{html}"}) as looked:
        seen = await looked.see()
    assert seen.names[-1].endswith("link")
    assert "Deep" in seen.html


async def test_five_thousand_nested_divs_as_markup(glance: Glance) -> None:
    seen = await glance("<div><div title=x>" * 2500 + "Deep <a href=/x>link</a>")
    assert seen.names == ["link"]
    assert "Deep" in seen.text


async def test_lone_surrogates_are_made_well_formed(glance: Glance) -> None:
    html = """<title>x</title><p id=p></p><input id=i><script>p.textContent = 'a\\ud800b';
      i.value = '\\udc00x'; i.placeholder = '\\ud83d'; document.title = '\\udfff!'</script>"""
    seen = await glance(html)
    seen.html.encode()
    seen.observation.title.encode()
    assert "a\ufffdb" in seen.html


async def test_right_to_left_pages(glance: Glance) -> None:
    html = """<html dir="rtl"><main><h1>أحذية</h1><div style="width:300px;overflow-x:auto;white-space:nowrap">
      <span style="display:inline-block;width:900px">أ</span><a href="/x">ب</a></div>
      <div style="position:absolute;right:-9999px">SECRET</div></main>"""
    seen = await glance(html)
    assert seen.names == ["ب"]
    assert "SECRET" not in seen.text


async def test_ids_and_labels_that_look_like_names(glance: Glance) -> None:
    html = """<button id="search_results.shoe.add_to_cart">Go</button>
      <button>search_results.shoe.add_to_cart</button><button name="a.b">"><b name='x.y'>z</b></button>"""
    seen = await glance(html)
    assert seen.names == ["go", "search_results_shoe_add_to_cart", "z"]


async def test_a_select_of_everything(glance: Glance) -> None:
    options = "".join(f"<option>Country {i}</option>" for i in range(3000))
    seen = await glance(f"<label>Country<select>{options}</select></label>")
    assert len(set(seen.names)) == 3001


async def test_svg_math_and_unknown_elements(glance: Glance) -> None:
    html = """<svg width=50 height=50><a href="/x"><text y=20>SVG</text></a></svg><math><mi>x</mi></math>
      <x-unknown>New</x-unknown><marquee>Old</marquee><blink>Older</blink>"""
    seen = await glance(html)
    for word in ("New", "Old", "Older", "x"):
        assert word in seen.text


async def test_frameset_and_document_without_body(glance: Glance) -> None:
    assert (await glance("<frameset><frame src='about:blank'></frameset>")).names == []
    seen = await glance("<script>document.documentElement.remove()</script>")
    assert (seen.html, seen.names) == ("", [])


async def test_options_that_nobody_is_offered_are_not_listed(glance: Glance) -> None:
    seen = await glance(
        """<select aria-label="Size"><option hidden>Choose</option><option>S</option>
      <option style="display:none">XL</option><optgroup label="Kids" style="display:none">
      <option>104</option></optgroup><optgroup label="Men"><option>48</option></optgroup></select>"""
    )
    assert seen.names == ["size", "size.s", "size.men.48"]
    assert "XL" not in seen.html and "104" not in seen.html


async def test_custom_selects_and_lists(glance: Glance) -> None:
    html = """<div role="combobox" aria-expanded="true" aria-label="Sort" tabindex="0">Price</div>
      <div role="listbox" aria-label="Sort by"><div role="option" aria-selected="true">Price</div>
      <div role="option">Rating</div></div>
      <input role="combobox" aria-label="Find" aria-expanded="true"><ul role="listbox" aria-label="Suggestions">
      <li role="option">shoes</li></ul><div popover id="p">Help</div><script>p.showPopover()</script>"""
    seen = await glance(html)
    assert seen.names == ["sort", "sort_by.price", "sort_by.rating", "find", "suggestions.shoes"]
    assert "Help" in seen.text
    assert seen.tag("sort").get("expanded") == "true"
