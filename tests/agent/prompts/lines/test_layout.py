"""A page as lines: what stands where, what is folded, and that all handles are another's."""

from __future__ import annotations

import msgspec
import pytest

from agent.policies.remote.chat_messages import EstimatedTokens
from agent.prompts.lines import LinesPage, Memory, lay_out, memory_of
from agent.prompts.lines.layout import BRIEF
from envs.actions import Click, TypeAndSubmit
from envs.observation import Element, Observation
from tests.agent.prompts.lines.shop_pages import PRODUCT, RESULTS
from tests.agent.runs.sessions import session_of

RULER = EstimatedTokens()


NOTHING = Memory()


def shown(page: Observation, memory: Memory = NOTHING, tokens: int = 4000) -> LinesPage:
    return lay_out(page, memory, tokens, RULER)


def test_a_results_page() -> None:
    assert shown(RESULTS).text.split("\n") == [
        "close",
        "Our letter",
        "# lamp",
        "3 found",
        "result 1: Brass Lamp; $1,240 4.5*",
        "result 2: Desk Lamp; $35 4.1*",
        "result 3: Wall Clock; $20",
        "next",
        'search: "lamp"',
        "go",
        "sort: 1 Best (chosen), 2 Cheapest",
        "cart: 0",
        "link: 1 Help, 2 Jobs",
    ]


def test_a_product_page() -> None:
    assert shown(PRODUCT).text.split("\n") == [
        "! Please choose a size.",
        "# Desk Lamp",
        "4.1* 3 ratings",
        "$35",
        "size: 1 S, 2 L (chosen)",
        "add",
        "buy",
        "# Reviews",
        "5* Ada",
        "Bright.",
        "reviews",
        "search",
        "go",
        "cart: 0",
    ]


def test_handles_stand_for_names() -> None:
    handles = shown(PRODUCT).handles
    assert handles["size.l"] == "size 2"
    assert handles["add_to_basket"] == "add"
    assert handles["header.search.find"] == "search"
    assert set(handles) == set(PRODUCT.by_name)
    assert len(set(handles.values())) == len(handles)


def test_what_speaks_for_and_against_a_product_is_on_its_line() -> None:
    done = session_of(
        [
            (RESULTS.html, None, TypeAndSubmit("header.search.find", "lamp")),
            (RESULTS.html, None, Click("hits.desk_lamp")),
        ]
    ).steps
    steps = [
        msgspec.structs.replace(step, kind=kind)
        for step, kind in zip(done, ("search", "product"), strict=True)
    ]
    memory = memory_of(steps, "I want desk lamps for less than $1,000.")
    lines = shown(RESULTS, memory).text.split("\n")
    assert "result 1: Brass Lamp; $1,240 4.5*; +; over limit" in lines
    assert "result 2: Desk Lamp; $35 4.1*; ++; opened" in lines
    assert "result 3: Wall Clock; $20" in lines
    assert memory.told == "step 3, 1 searches, 1 opened"


def test_without_an_intent_the_last_search_is_what_is_wanted() -> None:
    (step,) = session_of([("", None, TypeAndSubmit("q", "wall clock"))]).steps
    memory = memory_of([msgspec.structs.replace(step, kind="search")], None)
    assert "result 3: Wall Clock; $20; ++" in shown(RESULTS, memory).text


def test_the_price_limit_is_told_on_a_products_page() -> None:
    memory = memory_of([], "a desk lamp under 30 dollars")
    assert "$35; over limit" in shown(PRODUCT, memory).text
    assert "# Desk Lamp; ++" in shown(PRODUCT, memory).text


def test_long_lists_are_folded() -> None:
    many = 40
    products = tuple(Element(f"hits.p{i}", "link", "product") for i in range(many))
    brands = tuple(Element(f"brand.b{i}", "link", "filter") for i in range(many))
    html = "".join(f'<a name="{e.name}">{e.name}</a>' for e in (*products, *brands))
    page = shown(Observation("", "", f"<main>{html}</main>", (*products, *brands)))
    assert f"{many - BRIEF.results} more results" in page.text
    assert f"{many - BRIEF.listed} more" in page.text.split("brand: ")[1]
    assert len(page.handles) == BRIEF.results + BRIEF.listed
    assert f"result {BRIEF.results}: " in page.text
    assert f"result {BRIEF.results + 1}: " not in page.text


@pytest.mark.parametrize("tokens", [5, 20, 40, 80, 120])
def test_what_does_not_fit_is_left_out_from_the_bottom(tokens: int) -> None:
    """Only what is still shown can be acted on."""
    whole, cut = shown(RESULTS), shown(RESULTS, tokens=tokens)
    assert whole.text.startswith(cut.text)
    assert len(RULER.encode(cut.text)) <= tokens
    for name, handle in whole.handles.items():
        word, _, number = handle.partition(" ")
        there = f"\n{handle}" in f"\n{cut.text}" or (f"\n{word}: " in f"\n{cut.text}" and number)
        assert (name in cut.handles) == bool(there)


@pytest.mark.parametrize(
    "html",
    ["", "\0", "no tags", "<<<", '<a name="x', "<p>" * 3000, "<main></main><!-- -->", "<?x ?>é"],
)
def test_any_text_is_a_page(html: str) -> None:
    page = Observation("", "", html, (Element("x", "link"),))
    assert shown(page).handles.keys() <= {"x"}


def test_of_two_fields_and_two_buttons_each_has_its_own_handle() -> None:
    names = (
        Element("a.search", "searchbox", "search"),
        Element("b.search", "searchbox", "search"),
        Element("leave.leave", "radio", "option"),
        Element("size.m", "radio", "option"),
        Element("women.size.m", "radio", "option"),
        Element("buy", "button", "buy"),
        Element("again.buy", "button", "buy"),
    )
    html = "".join(f'<input name="{e.name}">' for e in names)
    handles = shown(Observation("", "", html, names)).handles
    assert list(handles.values()) == [
        *("search", "search 2", "option 1", "size 1", "size 2", "buy", "buy 2")
    ]


@pytest.mark.parametrize(
    ("price", "limit", "over"),
    [
        ("1.299,00 €", "für höchstens 1.298 €", True),
        ("1.299,00 €", "für höchstens 1.300 €", False),
        ("49,90 €", "por menos de 49 €", True),
        ("49,90 €", "por menos de 50 €", False),
        ("1\u202f299,00\u00a0€", "pour moins de 1 298 €", True),
        ("1\u202f299,00\u00a0€", "pour moins de 1 300 €", False),
        ("EUR 1.299,00", "unter 1.298 Euro", True),
    ],
)
def test_euros_are_held_against_the_limit_on_lists_and_on_a_products_page(
    price: str, limit: str, over: bool
) -> None:
    memory = memory_of([], f"eine Messinglampe, {limit}")
    list_page = msgspec.structs.replace(
        RESULTS, html=RESULTS.html.replace("$1,240", price).replace("Brass Lamp", "Messinglampe")
    )
    first = next(x for x in shown(list_page, memory).text.split("\n") if x.startswith("result 1:"))
    assert ("over limit" in first) is over
    assert "+" in first
    product = msgspec.structs.replace(PRODUCT, html=PRODUCT.html.replace("$35", price))
    assert ("over limit" in shown(product, memory).text) is over
