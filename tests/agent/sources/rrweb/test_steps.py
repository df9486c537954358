"""What people do, as rrweb records it, becomes the step that it was."""

from __future__ import annotations

import pytest

from tests.agent.sources.rrweb.tapes import BLUE, FOUND, FRONT, SHOP, Tape, session_of, told


def front() -> Tape:
    return Tape().page("/", FRONT)


CASES = {
    "a click on the text in a link is one on the link": (
        lambda: front().press("blue").page("/blue", BLUE),
        ["click blue_mug", "terminate"],
    ),
    "Enter in a search": (
        lambda: front().press("q").types("q", "mug").enters().page("/search?q=mug", FOUND),
        ["typeandsubmit search.search_input 'mug'", "terminate"],
    ),
    "Enter in a field that has no button, and the next page": (
        lambda: front().press("name").types("name", "Ada").page("/hello", BLUE),
        ["typeandsubmit name 'Ada'", "terminate"],
    ),
    "a search and its button": (
        lambda: front().press("q").types("q", "mug").leaves("q").press("go", 400).page("/search?q=mug", FOUND),
        ["typeandsubmit search.search_input 'mug'", "terminate"],
    ),
    "typing and going on to the next field": (
        lambda: front().press("name").types("name", "Ada").leaves("name").press("city", 200).types("city", "Ulm").leaves("city"),
        ["input name 'Ada'", "input city 'Ulm'", "terminate"],
    ),
    "an option of a native list": (
        lambda: front().press("size").says("size", "Large", 900),
        ["click size.large", "terminate"],
    ),
    "a box that is ticked, once": (
        lambda: front().press("gift").says("gift", "on", 3),
        ["click gift", "terminate"],
    ),
    "a click on nothing is counted, and no step": (
        lambda: front().press("nothing").press("blue"),
        ["click blue_mug", "terminate"],
    ),
    "what a program typed is nobody's": (
        lambda: front().types("city", "Berlin").press("blue"),
        ["click blue_mug", "terminate"],
    ),
    "what a program typed, said by the recorder": (
        lambda: front().press("city").types("city", "Berlin", userTriggered=False).leaves("city").press("blue"),
        ["click blue_mug", "terminate"],
    ),
    "typing without any press, by the tab key": (
        lambda: front().types("city", "Ulm", userTriggered=True).leaves("city"),
        ["input city 'Ulm'", "terminate"],
    ),
    "suggestions under a search are no answer to Enter": (
        lambda: front().press("q").types("q", "mu").grows("main", "<ul>" + "<li>mug</li>" * 20 + "</ul>").types("q", "mug").leaves("q").press("blue"),
        ["input search.search_input 'mug'", "click blue_mug", "terminate"],
    ),
    "a finger": (
        lambda: front().mouse(7, "blue", 500).mouse(9, "blue").mouse(2, "blue", 20, pointerType=2),
        ["click blue_mug", "terminate"],
    ),
    "a recorder that keeps clicks only": (
        lambda: front().mouse(2, "blue", 500).page("/blue", BLUE).mouse(2, "add", 900),
        ["click blue_mug", "click add_to_cart", "terminate"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.replace(" ", "-"))
async def test_what_was_done(case, browser, rrweb, tmp_path):
    make, expected = CASES[case]
    tape = make()
    tape.add(1, {}, 5000)
    assert told(await session_of(tape, browser, rrweb, tmp_path)) == expected


async def test_the_page_is_the_one_before_the_press(browser, rrweb, tmp_path):
    tape = front().mouse(1, "blue", 900).mutation(texts=[]).grows("main", "<p>Opening …</p>")
    tape.mouse(2, "blue", 60).page("/blue", BLUE).press("add")
    session = await session_of(tape, browser, rrweb, tmp_path)
    first, second, last = session.steps
    assert "Opening" not in first.context and "Blue mug" in first.context
    assert (first.url, second.url) == (f"{SHOP}/", f"{SHOP}/blue")
    assert (first.title, second.title) == ("Mugs", "Blue mug")
    assert second.kind == "cart" and second.box is not None and second.viewport is not None
    assert last.timestamp >= second.timestamp > first.timestamp
    assert session.site == "shop.example" and session.source == "import:rrweb"


async def test_a_page_that_answers_without_another_address_was_sent_by_enter(
    browser, rrweb, tmp_path
):
    tape = front().press("q").types("q", "mug")
    removed = [{"id": tape.nodes[n], "parentId": parent} for n, parent in parents(tape).items()]
    tape.mutation(removes=removed)
    tape.grows(
        "main", "<div>" + "".join(f"<a href='/m{i}'>Mug {i}</a>" for i in range(12)) + "</div>"
    )
    tape.add(3, {"source": 1, "positions": []}, 3000).press("main")
    session = await session_of(tape, browser, rrweb, tmp_path)
    assert told(session)[0] == "typeandsubmit search.search_input 'mug'"


def parents(tape: Tape) -> dict[str, int]:
    """Links and fields of the front page and where they stand."""
    picture = next(e for e in tape.events if e["type"] == 2)
    wanted = {
        number: name
        for name, number in tape.nodes.items()
        if name in ("blue", "red", "name", "city", "card", "size", "gift")
    }
    found: dict[str, int] = {}

    def walk(node):
        for kid in node.get("childNodes", []):
            if kid["id"] in wanted:
                found[wanted[kid["id"]]] = node["id"]
            walk(kid)

    walk(picture["data"]["node"])
    return found


async def test_an_address_that_changes_without_a_page_is_known(browser, rrweb, tmp_path):
    tape = front().custom("$pageview", {"href": f"{SHOP}/mugs?page=2"}).press("blue")
    tape.custom("breadcrumb", {"category": "navigation", "data": {"to": "/sale"}}).press("red")
    session = await session_of(tape, browser, rrweb, tmp_path)
    assert [s.url for s in session.steps[:2]] == [f"{SHOP}/mugs?page=2", f"{SHOP}/sale"]


async def test_going_back_and_scrolling_are_told_when_wanted(browser, rrweb, tmp_path):
    tape = (
        front()
        .press("blue")
        .page("/blue", BLUE.replace("<button", "<p style='height:3000px'>x</p><button"))
    )
    tape.add(3, {"source": 3, "id": 1, "x": 0, "y": 300}, 2000)
    tape.add(3, {"source": 3, "id": 1, "x": 0, "y": 700}, 100)
    tape.add(1, {}, 9000).page("/", FRONT).press("red")
    full = await session_of(tape, browser, rrweb, tmp_path, actions="full")
    assert told(full) == ["click blue_mug", "scroll down", "back", "click red_mug", "terminate"]
    paper = await session_of(tape, browser, rrweb, tmp_path)
    assert told(paper) == ["click blue_mug", "click red_mug", "terminate"]


async def test_a_page_that_comes_again_at_its_own_address_is_a_new_page(browser, rrweb, tmp_path):
    tape = front().press("name").types("name", "Ada")
    tape.add(0, {}).page("/", FRONT).press("blue")
    session = await session_of(tape, browser, rrweb, tmp_path)
    assert told(session) == ["typeandsubmit name 'Ada'", "click blue_mug", "terminate"]


async def test_another_picture_of_the_same_page_interrupts_nothing(browser, rrweb, tmp_path):
    tape = (
        front().add(1, {}).press("name").types("name", "Ad").page("/", FRONT).types("name", "Ada")
    )
    session = await session_of(tape.leaves("name").press("blue"), browser, rrweb, tmp_path)
    assert told(session) == ["input name 'Ada'", "click blue_mug", "terminate"]


async def test_going_back_at_once(browser, rrweb, tmp_path):
    tape = front().press("blue").page("/blue", BLUE).add(1, {}, 1500).page("/", FRONT).press("red")
    session = await session_of(tape, browser, rrweb, tmp_path, actions="full")
    assert told(session) == ["click blue_mug", "back", "click red_mug", "terminate"]


async def test_an_order_ends_the_visit(browser, rrweb, tmp_path):
    pay = "<html><body><h1>Your order</h1><p>Total 12 €</p><button id='pay'>Place order</button></body></html>"
    thanks = "<html><body><h1>Thank you for your order</h1><p>Order number 4711</p></body></html>"
    tape = Tape().page("/pay", pay).press("pay").page("/thanks", thanks).add(1, {}, 4000)
    tape.page("/", FRONT).press("blue")
    session = await session_of(tape, browser, rrweb, tmp_path)
    assert (told(session), session.end) == (["click place_order"], "purchase")
