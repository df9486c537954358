"""The oracle of what is drawn: it sees where pieces of text stand, and what is made of them."""

from __future__ import annotations

import pytest

from bench.drawn import Piece, Place, check, drawn, pieces, places
from tests.envs.page.looking import HOME, showing

PAGE = """<style>.row{display:flex}.pill{display:inline-block;padding:0 9px}
  .cut::after{content:'50'}.gone{visibility:hidden}.clear{opacity:0}</style>
  <p>$24<sup>50</sup></p> <p>$1<b>24</b></p> <p><b class=pill>New</b><b class=pill>Sale</b></p>
  <p><b>N</b>ew</p> <div class=row><i>4</i><i>5</i></div> <p class=cut>7</p>
  <p class=gone>hidden</p><p class=clear>faint</p>"""


def piece(
    text: str, left: float, right: float, *, size: float = 16, bottom: float = 20, box: int = 1
) -> Piece:
    return Piece(text, left, bottom - size, right, bottom, size, box)


@pytest.mark.parametrize(
    ("one", "two", "how"),
    [
        (piece("19", 0, 18), piece("99", 18, 28, size=9, bottom=13), "apart"),
        (piece("19", 0, 18), piece("99", 18, 36, bottom=14), "apart"),
        (piece("4", 0, 9), piece("5", 21, 30), "apart"),
        (piece("New", 0, 30), piece("Sale", 48, 80), "apart"),
        (piece("1", 0, 9), piece("24", 9, 27), "together"),
        (piece("N", 0, 10), piece("ew", 10, 30), "together"),
        (piece("H", 0, 10), piece("2", 10, 16, size=9, bottom=22), None),
        (piece("4", 0, 9, box=1), piece("5", 9, 18, box=2), None),
    ],
)
def test_how_two_pieces_are_drawn(one: Piece, two: Piece, how: str | None) -> None:
    assert drawn(one, two) == how


def test_pieces_on_other_lines_do_not_meet() -> None:
    assert places([piece("19", 0, 18), piece("99", 0, 18, bottom=40)]) == []


@pytest.mark.parametrize(
    ("html", "wrong"),
    [
        ("<p>$1999</p>", True),
        ("<p>$19.99</p>", False),
        ("<p>$19 99</p>", False),
        ("<p>$20</p>", False),
    ],
)
def test_a_number_read_across_a_change_of_size(html: str, wrong: bool) -> None:
    found = [piece("$19", 0, 27), piece("99", 27, 37, size=9, bottom=13)]
    assert bool(check("page", found, html).wrong) is wrong


def test_a_number_that_is_drawn_in_one_must_not_be_parted() -> None:
    found = [piece("$1", 0, 18), piece("24", 18, 36)]
    assert check("page", found, "<p>$1 24</p>").wrong == (Place("$1", "24", "together"),)
    assert check("page", found, "<p>$124</p>").wrong == ()


def test_what_one_piece_says_by_itself_is_no_fault() -> None:
    found = [piece("Sale 1999", 0, 80, bottom=40), piece("19", 0, 18), piece("99", 40, 58)]
    assert check("page", found, "<p>Sale 1999</p><p>20</p>").wrong == ()


@pytest.mark.browser
async def test_the_browser_says_where_text_is_drawn(browser) -> None:
    async with showing(browser, {HOME: PAGE}) as looked:
        found = await pieces(looked.world)
        words = [piece.text.strip() for piece in found]
        assert words == ["$24", "50", "$1", "24", "New", "Sale", "N", "ew", "4", "5", "7", "50"]
        met = {(p.before, p.after): p.how for p in places(found)}
        assert met[("$24", "50")] == "apart"
        assert met[("$1", "24")] == "together"
        assert met[("New", "Sale")] == "apart"
        assert met[("7", "50")] == "together"
        seen = await looked.observer.observe()
        assert check("page", found, seen.html).wrong == ()
        assert check("page", found, seen.html.replace("24.50", "2450")).wrong != ()
