"""Logged pages: their names, and what they look like in a report."""

from __future__ import annotations

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from agent.sessions.logged_page import names_in
from envs.observation import TEXT_ROLES
from eval.report.benchmark.logged_page_html import readable

PAGE = """<div name="results"><h2>Mugs &amp; cups</h2>
<a name="results.mug">Blue mug</a><button name="results.mug.add">Add</button></div>
<form name="search"><input type="search" name="search.box" placeholder="Find">
<select name="sort"><option name="sort.price">Price</option></select></form>
<span name="badge">New</span><input type="checkbox" name="filter" checked>"""


def test_names_of_a_page_without_a_list() -> None:
    assert [(e.name, e.role) for e in names_in(PAGE)] == [
        ("results.mug", "link"),
        ("results.mug.add", "button"),
        ("search.box", "searchbox"),
        ("sort", "combobox"),
        ("sort.price", "option"),
        ("badge", "generic"),
        ("filter", "checkbox"),
    ]


def test_a_page_is_shown_with_what_was_done_and_predicted() -> None:
    shown = BeautifulSoup(readable(PAGE, "results.mug", "search.box"), "lxml")
    assert " ".join(shown.select("mark.truth")[0].text.split()) == "Blue mug"
    assert " ".join(shown.select("mark.guess")[0].text.split()) == "Find"
    assert " ".join(shown.text.split()) == "Mugs & cups Blue mug Add Find Price New ☑"


def test_a_long_page_is_cut_but_not_what_was_done() -> None:
    page = "<p>word </p>" * 4000 + '<p>far <a name="x">the target</a></p>'
    shown = readable(page, "x", None, longest=500)
    assert "the target" in shown
    assert len(shown) < 200_000
    assert "The rest of this page is not shown" in shown


def test_a_field_that_was_acted_on_does_not_keep_the_rest_of_a_long_page() -> None:
    page = '<input name="x" placeholder="Find">' + "<p>word </p>" * 4000
    assert readable(page, "x", None, longest=500).count("word") < 200


def test_a_date_is_typed() -> None:
    (field,) = names_in('<input type="date" name="day">')
    assert field.role in TEXT_ROLES


@given(st.text(alphabet="<>/\"'&=abcdiv script onerror name", max_size=200), st.text(max_size=5))
def test_nothing_of_a_pages_markup_survives(page: str, name: str) -> None:
    shown = BeautifulSoup(readable(page, name, name), "html.parser")
    allowed = {"div", "span", "mark", "br"}
    assert {tag.name for tag in shown.find_all()} <= allowed
    assert {key for tag in shown.find_all() for key in tag.attrs} <= {"class", "title"}


@given(st.text(alphabet="<>/\"' =name x", max_size=120))
def test_reading_names_never_fails(page: str) -> None:
    assert all(element.name for element in names_in(page))
