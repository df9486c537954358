"""Names and roles out of simplified HTML."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.sessions.page_elements import elements_of
from envs.observation import Kind


def other(name: str, role: str) -> Kind:
    return "other"


def roles(html: str) -> dict[str, str]:
    return {element.name: element.role for element in elements_of(html, other)}


def test_roles_by_element_and_by_role() -> None:
    html = (
        '<a name="a">x</a><button name="b">x</button><input name="c"><input name="d" type=search>'
        '<input name="e" type="CHECKBOX"><textarea name="f"></textarea>'
        '<select name="g"><option name="g.one">One</option></select>'
        '<span role="switch" name="h">x</span><input name="i" type="number">'
    )
    assert roles(html) == {
        "a": "link", "b": "button", "c": "textbox", "d": "searchbox", "e": "checkbox",
        "f": "textbox", "g": "combobox", "g.one": "option", "h": "switch", "i": "spinbutton",
    }  # fmt: skip


def test_containers_are_left_out_and_named_leaves_kept() -> None:
    html = '<div name="list"><p><div name="list.tile">Tile</div></p></div><div name="box"></div>'
    assert roles(html) == {"list.tile": "generic", "box": "generic"}


def test_a_name_counts_once_and_empty_pages_have_none() -> None:
    assert [e.role for e in elements_of('<a name="x">1</a><button name="x">2</button>', other)] == [
        "link"
    ]
    for html in ("", " ", "plain text", "<p>no names</p>", "<!-- <a name='x'> -->"):
        assert roles(html) == {}


def test_deep_nesting_takes_linear_time() -> None:
    depth = 100_000
    html = "".join(f'<div name="n{i}">' for i in range(depth)) + "</div>" * depth
    assert len(elements_of(html, other)) == 1


@given(st.text())
def test_any_text_is_a_page(html: str) -> None:
    names = [element.name for element in elements_of(html, other)]
    assert len(names) == len(set(names))
