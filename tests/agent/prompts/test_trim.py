"""Trimmed pages: inside the budget, balanced, and a beginning of the page."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.models import fetch_embedded
from agent.prompts.tokenizer import FastTokenizer
from agent.prompts.trim import trim
from agent.sessions.html_tags import names_in
from tests.agent.runs.sessions import page_of

VOID = {"input", "br", "img"}


class Balance(HTMLParser):
    """What is open; fails on a closing tag that closes nothing."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.names: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names += [value or "" for name, value in attrs if name == "name"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    name = st.sampled_from(["", ' name="a.b_c"', " name='caf&eacute;'", ' name="x" alt="a > b"'])
    inside = st.lists(children, max_size=5).map("".join)
    return st.builds(
        lambda tag, n, body: f"<{tag}{n}>{body}</{tag}>",
        st.sampled_from(["div", "ul", "a", "section"]),
        name,
        inside,
    )


leaves = st.sampled_from(
    ["text ", "price &lt; $20 ", '<input name="field" value="1 > 0">', "<br>", "日本語 "]
)
pages = st.lists(st.recursive(leaves, element, max_leaves=40), max_size=30).map("".join)


@pytest.fixture(scope="module")
def tokenizer() -> FastTokenizer:
    return fetch_embedded().tokenizer()


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(page=pages, tokens=st.integers(5, 200))
def test_trimmed_pages_are_balanced_beginnings(
    tokenizer: FastTokenizer, page: str, tokens: int
) -> None:
    cut = trim(page, tokens, tokenizer)
    assert len(tokenizer.encode(cut)) <= tokens
    parsed = Balance(cut)
    assert parsed.open == []
    assert set(parsed.names) == names_in(cut)
    assert parsed.names == Balance(page).names[: len(parsed.names)]
    whole = len(tokenizer.encode(page)) <= tokens
    assert (cut == page) == whole


def test_most_of_the_budget_is_used(tokenizer: FastTokenizer) -> None:
    assert 950 < len(tokenizer.encode(trim(page_of(500), 1000, tokenizer))) <= 1000


@pytest.mark.parametrize(
    "page",
    ["<", "a < b <3", "</div></div>", "<a ", '<a name="x', "<div><p>one</div>two</p>", ""],
)
def test_broken_markup_is_survived(tokenizer: FastTokenizer, page: str) -> None:
    assert trim(page, 100, tokenizer) == page
    assert len(tokenizer.encode(trim(page * 200, 50, tokenizer))) <= 50


@pytest.mark.parametrize(
    "piece", ["<div>", '<a "', "<a name='", "<li>x</li>", "< ", "</b>", '<a name="n">x</a>']
)
def test_work_grows_with_the_page_and_no_faster(tokenizer: FastTokenizer, piece: str) -> None:
    def seconds(count: int) -> float:
        page = piece * count
        started = time.process_time()
        names_in(page)
        trim(page, 500, tokenizer)
        return time.process_time() - started

    small, large = (min(seconds(n) for _ in range(3)) for n in (2_000, 32_000))
    assert large < 100 * small + 0.5
