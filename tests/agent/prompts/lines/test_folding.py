"""Lines of a page for a budget: what matters is shown, the rest opens by a handle, and a page that
fits has the lines that it always had."""

from __future__ import annotations

import msgspec
import pytest

from agent.policies.remote.chat_messages import EstimatedTokens
from agent.prompts.lines import Memory, fold, lay_out, read_answer, write_answer
from agent.sessions.page_elements import elements_of
from envs.actions import Click
from envs.observation import Kind, Observation
from tests.agent.prompts.lines.shop_pages import PRODUCT, RESULTS

RULER = EstimatedTokens()
KINDS: dict[str, Kind] = {"add_to_cart": "cart", "query": "search", "buy_now": "buy"}


def busy() -> Observation:
    """A product below a large menu, with more texts before its price than lines have room for."""
    menu = "\n".join(f'<a name="menu.thing_{k}">Thing {k} of the menu</a>' for k in range(150))
    said = "\n".join(f"Sentence {k} tells something about the shop." for k in range(30))
    about = "\n".join(f"<p>Paragraph {k} tells something about the lamp.</p>" for k in range(60))
    html = (
        f'<header><nav name="menu">\n{menu}\n</nav>\n<input name="query" type="search"></header>\n'
        f"<main>\n{said}\n<h1>Brass Lamp</h1>\n$1,240.50\nIn stock\n"
        f'<button name="add_to_cart">Add to cart</button>\n{about}\n</main>\n'
        '<footer name="footer"><a name="footer.terms">Terms</a></footer>'
    )
    return Observation(
        url="https://shop.example/lamp",
        title="Brass Lamp - Shop",
        html=html,
        names=elements_of(html, lambda name, role: KINDS.get(name, "other")),
    )


@pytest.mark.parametrize("seen", [RESULTS, PRODUCT])
def test_a_page_that_fits_and_loses_nothing_has_the_lines_it_always_had(seen: Observation) -> None:
    always = lay_out(seen, Memory(), 1000, RULER)
    assert fold(seen, Memory(), (), 1000, RULER) == always


@pytest.mark.parametrize("tokens", [200, 400, 800])
def test_what_a_shopper_looks_for_is_shown_within_the_budget(tokens: int) -> None:
    seen = busy()
    page = fold(seen, Memory(), (), tokens, RULER)
    assert RULER.count(page.text) <= tokens
    assert "# Brass Lamp" in page.text and "$1,240.50" in page.text
    assert {"add_to_cart", "query"} <= {*page.handles}
    assert page.folded
    cut = lay_out(seen, Memory(), tokens, RULER)
    assert "$1,240.50" not in cut.text, "by texts in their order it is not among the first"


def test_what_is_folded_has_a_handle_that_opens_it() -> None:
    seen = busy()
    shut = fold(seen, Memory(), (), 400, RULER)
    handle = shut.handles["menu"]
    line = next(line for line in shut.text.splitlines() if line.startswith(f"{handle}: "))
    assert line.startswith(f"{handle}: 150 links: Thing 0 of, Thing 1 of")
    assert read_answer(handle, shut.handles) == Click("menu")
    assert write_answer(Click("menu"), shut.handles) == handle
    opened = fold(seen, Memory(), ("menu",), 400, RULER)
    assert "menu.thing_3" not in shut.handles and "menu.thing_3" in opened.handles
    assert "$1,240.50" in opened.text


def test_handles_are_those_of_the_whole_page_whatever_is_folded() -> None:
    seen = busy()
    whole = lay_out(seen, Memory(), 100_000, RULER).handles
    for unfolded in ((), ("menu",), ("footer",)):
        page = fold(seen, Memory(), unfolded, 400, RULER)
        shared = {*page.handles} & {*whole}
        assert shared and all(page.handles[name] == whole[name] for name in shared)


def test_nothing_is_out_of_reach() -> None:
    seen = busy()
    found: set[str] = set()
    waiting, opened = [""], set[str]()
    while waiting and len(opened) < 100:
        name = waiting.pop(0)
        opened.add(name)
        page = fold(seen, Memory(), (name,) if name else (), 400, RULER)
        found |= {*page.handles}
        waiting += [n for n in page.folded if n not in opened | {*waiting}]
    assert {e.name for e in seen.names} <= found


def test_no_handle_of_the_page_opens_what_is_folded() -> None:
    options = "\n".join(f'<a name="more.{k}">Colour {k}</a>' for k in range(3))
    html = busy().html.replace("<main>", f'<main><div name="more">{options}</div>')

    def kind(name: str, role: str) -> Kind:
        return "option" if name.startswith("more.") else KINDS.get(name, "other")

    seen = msgspec.structs.replace(busy(), html=html, names=elements_of(html, kind))
    page = fold(seen, Memory(), (), 600, RULER)
    assert len({*page.handles.values()}) == len(page.handles)
