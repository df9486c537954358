"""Prices and words as they are printed: raised cents, lines through old prices, gaps."""

from __future__ import annotations

import pytest

from tests.envs.page.looking import Glance

STYLE = """<style>.up{font-size:55%;vertical-align:super}.row{display:flex}.left{float:left}
  .sr{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0 0 0 0)}
  .gone{text-decoration:line-through}.gap{margin-left:12px}.pill{display:inline-block;padding:0 9px}
  .line{position:relative;display:inline-block}.up2{position:relative;top:-.4em}
  .line::after{content:'';position:absolute;left:0;top:50%;width:100%;height:1px;background:#000}</style>"""

PRICES = {
    "raised": ("<p>$24<sup>50</sup></p>", "$24.50"),
    "raised after a space": ("<p>$24 <sup>50</sup></p>", "$24.50"),
    "small on the same line": ("<p>24<small>50</small> kr</p>", "24.50 kr"),
    "currency raised too": ("<p><sup>$</sup>8<sup>75</sup></p>", "$8.75"),
    "boxes of a row": (
        "<div class=row><b>$</b><b>31</b><i class=up>20</i></div>",
        "$31.20",
    ),
    "floats": ("<div><b class=left>31</b><b class='left up'>20</b> EUR</div>", "31.20 EUR"),
    "thousands": ("<p>2.450<sup>00</sup> &euro;</p>", "2.450,00 €"),
    "thousands of the other kind": ("<p>&pound;2,450<sup>00</sup></p>", "£2,450.00"),
    "as other prices here": ("<p>3,20 EUR</p><p>7<sup>15</sup> EUR</p>", "3,20 EUR 7,15 EUR"),
    "written out beside": (
        "<p><span class=sr>18,05 zł</span><span aria-hidden=true>18<sup>05</sup> zł</span></p>",
        "18,05 zł",
    ),
    "known by its label": ("<div title='Price'><b>64</b><b class=up>95</b></div>", "64.95"),
    "same size, raised": ("<p>$24<span class=up2>50</span></p>", "$24.50"),
    "an exponent": ("<p>10<sup>12</sup> stars</p>", "10 12 stars"),
    "a unit": ("<p>Room of 12 m<sup>2</sup></p>", "Room of 12 m2"),
    "a note": ("<p>15,00 &euro;<sup>3</sup></p>", "15,00 € 3"),
    "a note after decimals": ("<p>$15.00<sup>12</sup></p>", "$15.00 12"),
    "one number in two pieces": ("<p>$1<b>24</b>.00</p>", "$124.00"),
    "numbers set apart": ("<p><b>4</b><b class=gap>5</b></p>", "4 5"),
    "words set apart": ("<p><b class=pill>New</b><b class=pill>Sale</b></p>", "New Sale"),
    "a space in an element of its own": (
        "<p><b>FREE</b><span>&nbsp;</span><span>delivery</span><i><i> </i></i><b>19</b></p>",
        "FREE delivery 19",
    ),
    "letters of one word": ("<p><b>N</b>ew</p>", "New"),
}


@pytest.mark.parametrize("case", PRICES)
async def test_what_is_printed(glance: Glance, case: str) -> None:
    html, read = PRICES[case]
    assert (await glance(STYLE + html)).text == read


async def test_the_mark_of_the_language(glance: Glance) -> None:
    seen = await glance("<html lang=de><p>7<sup>15</sup> EUR</p>")
    assert seen.text == "7,15 EUR"


STRUCK = {
    "by style": "<p><span class=gone>$30</span> $20</p>",
    "around": "<p><span class=gone><b>$</b><b>30</b></span> $20</p>",
    "a line laid over": "<p><span class=line>$30</span> $20</p>",
    "a strike": "<p><strike>$30</strike> $20</p>",
}


@pytest.mark.parametrize("case", STRUCK)
async def test_an_old_price_is_told_by_its_line(glance: Glance, case: str) -> None:
    assert (await glance(STYLE + STRUCK[case])).html == "<s>$30</s> $20"


async def test_a_struck_size_stays_a_button(glance: Glance) -> None:
    seen = await glance(STYLE + "<button>S</button> <button class=gone>M</button>")
    assert seen.html == '<button name="s">S</button> <button name="m"><s>M</s></button>'


async def test_a_line_does_not_go_through_boxes_of_their_own(glance: Glance) -> None:
    html = "<p class=gone>$30 <span class=pill>$20</span></p>"
    assert (await glance(STYLE + html)).html == "<s>$30</s> $20"


async def test_many_tails_under_one_roof_stay_linear(glance: Glance) -> None:
    rows = "".join(f"<p>${n}<sup>{n % 90 + 10}</sup></p>" for n in range(1, 1500))
    seen = await glance(rows)
    assert "$1499.69" in seen.text
