"""What is made of an account: XML that holds it all, Markdown and commands that say only it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from shopper.ci.account import Account, Table, condition_cases
from shopper.ci.github import commands
from shopper.ci.junit import junit
from shopper.ci.markdown import MOST_ROWS, code, escaped, markdown
from shopper.fail_if import Verdict
from tests.shopper.ci.accounts import HOSTILE, account

ANYTHING = st.one_of(st.text(), st.text(alphabet="`|*_[](){}<>!#@:/\\&-+=.1 \nabw"))


def test_junit_counts_and_tells_every_case() -> None:
    (suite,) = ET.fromstring(junit(account()))
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4", "failures": "1", "errors": "1", "skipped": "1"}  # fmt: skip
    assert suite.get("timestamp") == "2026-11-28T08:00:00+00:00"
    cases = [(one.get("classname"), one.get("name"), [e.tag for e in one]) for one in suite]
    assert cases == [
        ("shopper.run", "visits", ["system-out"]),
        ("shopper.run", "--fail-if stuck>0", ["failure"]),
        ("shopper.run.side b", "--fail-if left>0", ["skipped"]),
        ("shopper.run", "start", ["error"]),
    ]
    failure = suite[1][0]
    assert failure.get("message") == failure.text == "2 of 3"


@given(ANYTHING)
def test_any_text_is_in_the_xml_as_far_as_xml_can_hold_it(said: str) -> None:
    (suite,) = ET.fromstring(junit(account(said)))
    told = suite[0][0].text or "" if len(suite[0]) else ""
    assert len(told) == len(said.replace("\r\n", "\n"))
    assert all(
        a in (b, "\ufffd", "\n") for a, b in zip(told, said.replace("\r\n", "\n"), strict=True)
    )


def tokens(text: str) -> Iterator[Token]:
    for block in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        yield block
        yield from block.children or ()


ONLY_OURS = frozenset(
    [
        "heading_open",
        "heading_close",
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "text_special",
        "strong_open",
        "strong_close",
        "bullet_list_open",
        "bullet_list_close",
        "list_item_open",
        "list_item_close",
        "table_open",
        "table_close",
        "thead_open",
        "thead_close",
        "tbody_open",
        "tbody_close",
        "tr_open",
        "tr_close",
        "th_open",
        "th_close",
        "td_open",
        "td_close",
        "blockquote_open",
        "blockquote_close",
        "code_inline",
        "softbreak",
    ]
)


@given(ANYTHING)
def test_no_text_becomes_markup(said: str) -> None:
    plain, odd = (list(tokens(markdown(account(text)))) for text in ("word", said))
    assert {token.type for token in odd} <= ONLY_OURS
    for kind in ("tr_open", "td_open", "strong_open", "list_item_open", "heading_open"):
        count = [sum(token.type == kind for token in side) for side in (plain, odd)]
        assert count[0] == count[1], kind


@given(ANYTHING)
def test_what_is_escaped_is_read_as_it_was(said: str) -> None:
    (inline,) = [t for t in MarkdownIt().parse(f"x {escaped(said)} y") if t.type == "inline"] or [
        None
    ]
    assert inline is not None
    read = "".join(token.content for token in inline.children or ())
    assert (
        read.replace("\u200b", "").split()
        == f"x {said} y".replace("\u200b", "").replace("\0", "\ufffd").split()
    )


def test_code_holds_back_ticks() -> None:
    assert code("a `b`") == "`` a `b` ``"
    assert code("runs/one") == "`runs/one`"


def test_a_long_table_says_how_much_is_left_out() -> None:
    rows = tuple((str(n), "x") for n in range(MOST_ROWS + 7))
    table = Table(heading="h", columns=("a", "b"), rows=rows)
    text = markdown(Account(command="c", title="t", headline="h", cases=(), tables=(table,)))
    assert text.count("\n| ") == MOST_ROWS + 2
    assert "and 7 more in the report" in text


def test_annotations_are_one_line_each_and_name_the_file() -> None:
    lines = commands(account(HOSTILE, file=Path("a,b: c.toml")))
    assert [line.partition(" ")[0] for line in lines] == [
        "::error",
        "::error",
        "::warning",
        "::notice",
    ]
    for line in lines:
        assert "\n" not in line and "\r" not in line
        head, _, _ = line.removeprefix("::").partition("::")
        assert "file=a%2Cb%3A c.toml" in head
    assert lines[0].startswith("::error title=shopper run%3A --fail-if stuck>0,file=")
    assert "%0A::add-mask::" in lines[0]


@pytest.mark.parametrize(
    ("failed", "status"), [(True, "failed"), (False, "passed"), (None, "skipped")]
)
def test_a_verdict_is_a_case(failed: bool | None, status: str) -> None:
    (case,) = condition_cases(
        [Verdict(condition="left>1%", failed=failed, said="s", about="side a")]
    )
    assert (case.name, case.status, case.about) == ("--fail-if left>1%", status, "side a")
