"""The six rules of names, each on a small page, and properties that hold for any label."""

from __future__ import annotations

import unicodedata
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.browser.browser import Browser
from envs.page.observer import Rule
from tests.envs.page.looking import HOME, Glance, showing

CARD = """<div class="card"><a href="/p/{0}"><img alt="{0}" width=50 height=50></a>
  <h3><a href="/p/{0}">{0}</a></h3><span>$9.99</span><button>Add to cart</button></div>"""


def cards(*titles: str) -> str:
    return (
        "<section aria-label='Search results'>" + "".join(map(CARD.format, titles)) + "</section>"
    )


async def test_cards_give_context(glance: Glance) -> None:
    seen = await glance(cards("Red Shoe", "Blue Shoe", "Red Shoe"))
    assert [n for n in seen.names if "cart" in n] == [
        "search_results.red_shoe.add_to_cart",
        "search_results.blue_shoe.add_to_cart",
        "search_results.red_shoe_2.add_to_cart",
    ]
    assert "search_results.red_shoe.view_product" in seen.names
    assert seen.tag("search_results.red_shoe").name == "div"


async def test_something_inserted_elsewhere_renames_nothing(browser: Browser) -> None:
    html = (
        f"<nav><a href='/'>Home</a></nav>{cards('Red Shoe', 'Blue Shoe', 'Green Shoe')}<p>End</p>"
    )
    async with showing(browser, {HOME: html}) as looked:
        before = set((await looked.see()).names)
        await looked.page.evaluate(
            """() => { const ad = document.createElement('aside');
            ad.innerHTML = '<h2>Sale</h2><a href=/sale>Buy shoes</a><button>Add to cart</button>';
            document.body.prepend(ad); document.querySelector('section').prepend(ad.cloneNode(true));
            const toast = document.createElement('div'); toast.role = 'status';
            toast.innerHTML = 'Saved <button>Undo</button>'; document.body.append(toast); }"""
        )
        after = set((await looked.see()).names)
        assert before <= after
        await looked.page.evaluate("document.querySelectorAll('.card')[1].remove()")
        left = set((await looked.see()).names)
        assert {n for n in before if "blue" not in n} <= left


NAMED = {
    "landmark": ('<nav aria-label="Main"><a href=/a>A b</a></nav>', "main.a_b"),
    "plain nav": ("<nav><a href=/a>A b</a></nav>", "navigation.a_b"),
    "section": ("<section><h2>Top deals</h2><a href=/a>A b</a></section>", "top_deals.a_b"),
    "labelledby": (
        "<h2 id=h>Top deals</h2><div role=region aria-labelledby=h><a href=/a>A b</a></div>",
        "top_deals.a_b",
    ),
    "fieldset": (
        "<fieldset><legend>Colour</legend><label><input type=checkbox>Green</label></fieldset>",
        "colour.green",
    ),
    "form": ('<form aria-label="Log in"><input aria-label="Name"></form>', "log_in.name"),
    "search": ('<search><input type="search"></search>', "search.search_field"),
    "dialog": ("<dialog open><h1>Join us</h1><button>Yes</button></dialog>", "join_us.yes"),
    "caption": (
        "<table><caption>Cart</caption><tr><th>Shoe</th><td>2</td><td><button>Remove</button></td></tr>"
        "</table>",
        "cart.shoe.remove",
    ),
    "row": (
        "<table><tr><td>Red Shoe</td><td>2</td><td><button>Remove</button></td></tr></table>",
        "red_shoe.remove",
    ),
    "titled box": (
        "<div><h4>Brand</h4><ul><li><input type=checkbox id=x><label for=x>Nike</label></ul></div>",
        "brand.nike",
    ),
    "lead line": (
        "<div><div>Size</div><div><button>40</button><button>41</button></div></div>",
        "size.40",
    ),
    "offer with one button": (
        "<div class=t><p>Tea pot</p>$9.99 <button>Add</button></div>"
        "<div class=t><p>Tea cup</p>$4.99 <button>Add</button></div>",
        "tea_cup.add",
    ),
    "choice called after itself": (
        "<label>Size</label><span role=combobox aria-labelledby=c><span id=c>Small</span></span>",
        "size",
    ),
    "choice that nothing names": ("<div role=combobox tabindex=0>Small</div>", "small"),
    "list that opens elsewhere": (
        "<label for=c>Size</label><input id=c role=combobox aria-controls=l>"
        "<div><ul role=listbox id=l><li role=option>Large</li></ul></div>",
        "size_2.large",
    ),
    "menu": (
        "<ul><li><a href=/w>Women</a><ul><li><a href=/d>Dresses</a></li></ul></li></ul>",
        "women.dresses",
    ),
    "select": (
        "<label>Sort by <select><option>Price: low to high</option></select></label>",
        "sort_by.price_low_to_high",
    ),
    "title": ('<button title="Close it"></button>', "close_it"),
    "img alt": ('<a href="/x"><img alt="Our shop" width=9 height=9></a>', "our_shop"),
    "svg title": ("<button><svg width=9 height=9><title>Cart</title></svg></button>", "cart"),
    "sr only": (
        '<button>×<span style="position:absolute;left:-999px">Close</span></button>',
        "close",
    ),
    "symbol": ("<button>×</button>", "close"),
    "address": ('<a href="/account/orders.html"><svg width=9 height=9></svg></a>', "orders"),
    "foreign address": (
        '<a href="https://www.facebook.com/"><svg width=9 height=9></svg></a>',
        "facebook",
    ),
    "placeholder": ('<input placeholder="Your city">', "your_city"),
    "beside": ("<div>Gift wrap <input type=checkbox></div>", "gift_wrap"),
    "purpose": ('<input autocomplete="billing given-name">', "given_name"),
    "page number": ('<a href="/s?page=2">2</a>', "page_2"),
    "nothing": ("<button></button>", "button"),
}


@pytest.mark.parametrize("case", NAMED)
async def test_what_names_it(glance: Glance, case: str) -> None:
    html, name = NAMED[case]
    assert name in (await glance(html)).names


ANY_LANGUAGE = {
    "أضف إلى السلة": "أضف_إلى_السلة",
    "장바구니 담기": "장바구니_담기",
    "加入購物車": "加入購物車",
    "Добавить в корзину": "добавить_в_корзину",
    "Ｆｕｌｌ　ｗｉｄｔｈ": "full_width",
    "हिन्दी में": "हिन्दी_में",
    "می‌خواهم": "میخواهم",
    "Zero\u200bwidth\u200d!": "zerowidth",
    "Men's shoes – 50% off!": "men_s_shoes_50_off",
    "İstanbul": "i̇stanbul",
    "class": "class",
    "None": "none",
    "__proto__": "proto",
    "constructor": "constructor",
    "cart.checkout": "cart_checkout",
    "a\ud800b": "a_b",
}


@pytest.mark.parametrize("label", ANY_LANGUAGE)
async def test_any_language(glance: Glance, label: str) -> None:
    text = "".join(f"\\u{ord(c):04x}" if 0xD800 <= ord(c) < 0xE000 else c for c in label)
    html = f"<button id=b>x</button><script>b.textContent = '{text.replace(chr(39), chr(92) + chr(39))}'</script>"
    seen = await glance(html)
    assert seen.names == [ANY_LANGUAGE[label]]
    seen.html.encode()


async def test_only_invisible_characters_name_nothing(glance: Glance) -> None:
    html = "<button>\u200b\u200d\u2060</button><a href='/help-me' style='padding:5px'>\u00ad</a>"
    assert (await glance(html)).names == ["button", "help_me"]


async def test_a_part_is_cut_between_words(glance: Glance) -> None:
    long = (
        "Karcher K1800PS TruckSeries 1800 PSI Electric Pressure Washer with Hose and Three Nozzles"
    )
    seen = await glance(f"<button>{long}</button><button>{'漢字' * 60}</button>")
    assert seen.names[0] == "karcher_k1800ps_truckseries_1800_psi_electric_pressure"
    assert 20 < len(seen.names[1]) <= 60


async def test_ordinals_step_aside_for_words(glance: Glance) -> None:
    html = "<button>Size</button><button>Size 2</button><button>Size</button><button>Size</button>"
    assert (await glance(html)).names == ["size", "size_2", "size_3", "size_4"]


async def test_an_adapter_names_and_classifies(browser: Browser) -> None:
    rules = (Rule("button", name="nav_bar.go", kind="search"), Rule("a", kind="product"))
    html = "<button>Go</button><button>Go</button><a href=/x>Shoe</a>"
    async with showing(browser, {HOME: html}, adapter=rules) as looked:
        seen = await looked.see()
    assert [(e.name, e.kind) for e in seen.observation.names] == [
        ("nav_bar.go", "search"),
        ("nav_bar.go_2", "search"),
        ("shoe", "product"),
    ]


ASSIGNED = st.characters(exclude_categories=("Cn", "Cs", "Co"))
LABEL = st.text(ASSIGNED, max_size=90) | st.text("ab 12.,_-é漢字ا", max_size=200)


@settings(max_examples=20, deadline=None)
@given(labels=st.lists(LABEL, min_size=1, max_size=30))
async def test_names_of_any_labels(glance: Glance, labels: list[str]) -> None:
    """Unique, of letters and digits only, in normal form, not longer than a part may be."""
    buttons = "".join(f"<button>{escape(label)}</button>" for label in labels)
    names = (await glance(f"<section aria-label='All'>{buttons}</section>")).names
    assert len(names) == len(labels) == len(set(names))
    for name in names:
        first, own = name.split(".")
        assert first == "all"
        assert all(c == "_" or unicodedata.category(c)[0] in "LNM" for c in own), own
        assert own == unicodedata.normalize("NFKC", own)
        assert own == own.strip("_")
        assert len(own) <= 100 + len("_30")


@settings(max_examples=20, deadline=None)
@given(words=st.lists(st.text("abcdefgé漢", min_size=1, max_size=25), min_size=1, max_size=25))
async def test_a_part_holds_whole_words_from_the_start(glance: Glance, words: list[str]) -> None:
    (name,) = (await glance(f"<button>{' '.join(words)}</button>")).names
    kept = name.split("_")
    assert kept == words[: len(kept)]
    assert len(name) <= 60
    assert len(kept) == len(words) or len("_".join(words[: len(kept) + 1])) > 60
