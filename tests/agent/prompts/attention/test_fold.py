"""The layout of a page for a budget: what is shown, what is folded, and that nothing is out of
reach."""

from __future__ import annotations

import re

import pytest

from agent.policies.remote.chat_messages import EstimatedTokens
from agent.prompts.attention import Layout, lay_out
from agent.sessions.html_tags import names_in
from agent.sessions.page_elements import elements_of
from envs.observation import Element, Kind, Observation

RULER = EstimatedTokens()


def page(html: str, title: str = "", **kinds: Kind) -> Observation:
    """A page whose elements are of these kinds by the last part of their names."""

    def kind(name: str, role: str) -> Kind:
        return kinds.get(name.rsplit(".", 1)[-1], "other")

    return Observation(url="https://shop.example/", title=title, html=html, names=_all(html, kind))


def _all(html: str, kind: object) -> tuple[Element, ...]:
    return elements_of(html, kind)  # type: ignore[arg-type]


def product_page() -> Observation:
    menu = "\n".join(f'<a name="menu.thing_{k}">Thing {k} of the menu</a>' for k in range(150))
    text = " ".join(f"Sentence {k} tells something about the lamp." for k in range(120))
    more = "\n".join(f'<a name="also.lamp_{k}">Another nice lamp {k}</a>' for k in range(40))
    html = (
        f'<header><nav name="menu">\n{menu}\n</nav>\n<input name="query" type="search"></header>\n'
        "<main>\n<h1>Brass Lamp</h1>\n$1,240.50\nIn stock\n"
        '<button name="add_to_cart">Add to cart</button>\n'
        f'<h2>About it</h2>\n{text}\n<div name="also">\n{more}\n</div>\n</main>\n'
        '<footer name="footer"><a name="footer.terms">Terms</a> <a name="footer.jobs">Jobs</a></footer>'
    )
    return page(html, "Brass Lamp - Shop", add_to_cart="cart", query="search")


def checkout() -> Observation:
    """29,000 characters, most of them options."""
    lists = []
    for field, many in (("country", 240), ("region", 230)):
        options = "\n".join(
            f'<option name="address.{field}.{field}_{k}">{field.title()} {k}</option>'
            for k in range(many)
        )
        lists.append(f'{field.title()}\n<select name="address.{field}">{options}</select>')
    fields = "\n".join(
        f'Field number {k} <input name="address.field_{k}"> <a name="help_{k}">What is this?</a>'
        for k in range(45)
    )
    html = (
        f'<main>\n<h1>Checkout</h1>\n<form name="address">\n{fields}\n{lists[0]}\n{lists[1]}\n'
        '<button name="address.place_order">Place order</button>\n</form>\n</main>'
    )
    return page(html, "Checkout", place_order="buy")


def reached(seen: Observation, tokens: int, most: int) -> set[str]:
    """Every name that is shown or choosable sooner or later, when all that is folded is opened."""
    found: set[str] = set()
    waiting: list[str] = [""]
    opened: set[str] = set()
    while waiting and len(opened) < most:
        name = waiting.pop(0)
        layout = lay_out(seen, (name,) if name else (), tokens, RULER)
        opened.add(name)
        found |= names_in(layout.text) | {*layout.choosable}
        waiting += [n for n in dict.fromkeys(layout.folded) if n not in opened | {*waiting}]
    return found


def test_a_page_that_fits_is_given_as_it_is() -> None:
    seen = product_page()
    whole = lay_out(seen, (), len(RULER.encode(seen.html)), RULER)
    assert whole == Layout(seen.html)


@pytest.mark.parametrize("tokens", [300, 500, 1000, 2000])
def test_what_a_shopper_looks_for_is_shown_within_the_budget(tokens: int) -> None:
    layout = lay_out(product_page(), (), tokens, RULER)
    assert len(RULER.encode(layout.text)) <= tokens
    for wanted in ("<h1>Brass Lamp</h1>", "$1,240.50", 'name="add_to_cart"', 'name="query"'):
        assert wanted in layout.text


def test_a_menu_is_folded_with_its_name_its_count_and_its_first_words() -> None:
    layout = lay_out(product_page(), (), 500, RULER)
    folded = re.search(r'<nav name="menu" folded="([^"]*)"></nav>', layout.text)
    assert folded is not None and "menu" in layout.folded
    assert folded[1].startswith("150 links: Thing 0 of, Thing 1 of")


def test_a_folded_part_is_opened_by_its_name_and_the_lamp_stays() -> None:
    seen = product_page()
    shut, open_ = (lay_out(seen, names, 700, RULER) for names in ((), ("menu",)))
    assert 'name="menu.thing_3"' not in shut.text
    assert 'name="menu.thing_3"' in open_.text
    assert 'name="add_to_cart"' in open_.text and "$1,240.50" in open_.text


def test_nothing_is_out_of_reach() -> None:
    seen = product_page()
    assert {e.name for e in seen.names} <= reached(seen, 500, 200)


def test_folding_makes_no_names_and_changes_none() -> None:
    seen = product_page()
    layout = lay_out(seen, (), 700, RULER)
    assert names_in(layout.text) - {*layout.folded} <= names_in(seen.html)
    assert not {*layout.folded} & {e.name for e in seen.names}


def test_the_layout_is_a_function_of_the_page() -> None:
    assert lay_out(product_page(), ("menu",), 700, RULER) == lay_out(
        product_page(), ("menu",), 700, RULER
    )


def test_an_advertisement_elsewhere_changes_no_name_of_what_is_folded() -> None:
    seen = product_page()
    html = seen.html.replace("<main>", '<aside><a name="ad">Buy carpets</a></aside>\n<main>')
    with_ad = Observation(url=seen.url, title=seen.title, html=html, names=_all(html, _other))
    before, after = (lay_out(one, (), 700, RULER).folded for one in (seen, with_ad))
    assert "menu" in before and "menu" in after


def _other(name: str, role: str) -> Kind:
    return {"add_to_cart": "cart", "query": "search"}.get(name, "other")  # type: ignore[return-value]


def test_a_checkout_of_options_fits_and_every_option_can_be_chosen() -> None:
    seen = checkout()
    options = [e.name for e in seen.names if e.role == "option"]
    assert len(seen.html) > 28_000 and len(options) == 470
    layout = lay_out(seen, (), 2048, RULER)
    assert len(RULER.encode(layout.text)) <= 2048
    shown = names_in(layout.text)
    assert {"address.country", "address.region", "address.place_order"} <= shown
    assert {*options} <= shown | {*layout.choosable}
    assert sum(f"address.field_{k}" in shown for k in range(45)) > 20


def test_a_budget_smaller_than_the_title() -> None:
    layout = lay_out(product_page(), (), 5, RULER)
    assert len(RULER.encode(layout.text)) <= 5


def test_one_huge_text_is_read_on_by_opening_what_is_folded() -> None:
    words = " ".join(f"word{k}" for k in range(20_000))
    seen = page(f"<main>{words}</main>")
    first = lay_out(seen, (), 600, RULER)
    assert "word0 " in first.text and len(RULER.encode(first.text)) <= 600
    assert first.folded
    second = lay_out(seen, first.folded[-1:], 600, RULER)
    assert len(RULER.encode(second.text)) <= 600
    last = max(int(n) for n in re.findall(r"word(\d+)\b", re.sub("<[^>]*>", "", first.text)))
    assert f"word{last + 1} " in re.sub("<[^>]*>", "", second.text)


def test_ten_thousand_equal_buttons() -> None:
    html = "".join(f'<button name="go_{k}">Go</button>\n' for k in range(10_000))
    seen = page(f"<main>\n{html}</main>")
    layout = lay_out(seen, (), 1000, RULER)
    assert len(RULER.encode(layout.text)) <= 1000
    assert 'name="go_0"' in layout.text and len(layout.folded) < 10
    opened = lay_out(seen, layout.folded[-1:], 1000, RULER)
    assert names_in(opened.text) - names_in(layout.text)


def test_a_dialog_larger_than_the_budget_leaves_the_lamp() -> None:
    seen = product_page()
    said = " ".join(f"We value privacy, paragraph {k}." for k in range(600))
    dialog = (
        f'<dialog name="cookies">\n{said}\n<button name="cookies.accept">Accept</button></dialog>'
    )
    html = dialog + seen.html
    both = Observation(url=seen.url, title=seen.title, html=html, names=_all(html, _other))
    layout = lay_out(both, (), 1000, RULER)
    assert "We value privacy, paragraph 0." in layout.text
    assert "<h1>Brass Lamp</h1>" in layout.text and 'name="add_to_cart"' in layout.text
    assert "cookies.accept" in reached(both, 1000, 400)


@pytest.mark.parametrize("html", ["", "<", "<p <b", "</div></div>", "<div>" * 500, "&amp;" * 900])
def test_what_is_hardly_html(html: str) -> None:
    layout = lay_out(page(html), (), 100, RULER)
    assert len(RULER.encode(layout.text)) <= 100
