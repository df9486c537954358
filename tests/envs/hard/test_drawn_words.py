"""Words that are not the text of an element: of style, pictures, drawings, gauges and maps."""

from __future__ import annotations

import pytest

from tests.envs.page.looking import Glance

STYLE = """<style>.cost::before{content:attr(data-cost)}.out::after{content:'Gone'}
  .buy::before{content:'Put in basket'}.icon::before{content:'\\e90a';font-family:shop-icons}
  .icon2::before{content:'\\e90b' / 'Compare'}.now::before{content:'Now '}.must::after{content:' *'}
  .pic{display:inline-block;width:90px;height:18px;background:#fc0}
  .back{position:relative;display:inline-block}.front{position:absolute;left:0;top:0;overflow:hidden;white-space:nowrap}
  .rating{width:100px;height:20px;background:url(s.png)}.rating i{display:block;height:20px;background:url(f.png)}
  </style>"""

DRAWN = {
    "a price": ("<p class=cost data-cost='17,40 EUR'></p>", "17,40 EUR"),
    "a badge": ("<div class=out></div>", "Gone"),
    "before a price": ("<p><span class=now>$5</span></p>", "Now $5"),
    "a required mark": ("<label class=must>City</label>", "City *"),
    "glyphs are no words": ("<p>Shop<i class=icon></i></p>", "Shop"),
}


@pytest.mark.parametrize("case", DRAWN)
async def test_words_of_style(glance: Glance, case: str) -> None:
    html, read = DRAWN[case]
    assert (await glance(STYLE + html)).text == read


async def test_buttons_of_style(glance: Glance) -> None:
    seen = await glance(STYLE + "<button class=buy></button><button class=icon2></button>")
    assert seen.names == ["put_in_basket", "compare"]
    assert seen.text == "Put in basket Compare"


RATINGS = {
    "a labelled picture": (
        "<span role=img aria-label='4.6 of 5 stars' class=pic></span>",
        "4.6 of 5 stars",
    ),
    "a labelled box": ("<div aria-label='Rated 3 of 5' class=pic></div>", "Rated 3 of 5"),
    "labelled glyphs": ("<span role=img aria-label='2 of 5'>★★☆☆☆</span>", "2 of 5"),
    "titled glyphs": ("<span title='4 of 5'>★★★★☆</span>", "4 of 5"),
    "glyphs cut by width": (
        "<span class=back>★★★★★<b class=front style='width:70%'>★★★★★</b></span>",
        "3.5 out of 5",
    ),
    "pictures cut by width": (
        "<div class=rating><i style='width:86%'></i></div>",
        "4.3 out of 5",
    ),
    "glyphs coloured to a stop": (
        "<span style='background:linear-gradient(90deg, gold 64%, #ccc 64%);"
        "-webkit-background-clip:text;color:transparent'>★★★★★</span>",
        "3.2 out of 5",
    ),
    "a progress bar of boxes": (
        "<div role=progressbar aria-valuenow=30 class=pic></div>",
        "30 of 100",
    ),
}


@pytest.mark.parametrize("case", RATINGS)
async def test_what_a_picture_says(glance: Glance, case: str) -> None:
    html, words = RATINGS[case]
    assert (await glance(STYLE + html)).html == f'<img alt="{words}">'


async def test_gauges(glance: Glance) -> None:
    seen = await glance(
        "<meter value=3.5 max=5>no meter</meter><progress value=40 max=80></progress>"
    )
    assert (
        seen.html == '<meter value="3.5" max="5"></meter><progress value="40" max="80"></progress>'
    )


async def test_a_picture_with_words_keeps_them(glance: Glance) -> None:
    seen = await glance("<div role=img aria-label='Card'>Red kettle <b>$12</b></div>")
    assert seen.text == "Red kettle $12"


async def test_drawings(glance: Glance) -> None:
    seen = await glance(
        """<svg width=200 height=60><a href="/row-1"><text x=5 y=20>Row 1</text></a>
        <g role=button tabindex=0 aria-label="Row 2"><rect width=40 height=20 x=60 /></g>
        <g style="cursor:pointer"><rect width=40 height=20 x=120 /><text x=125 y=15>Row 3</text></g>
        <text x=5 y=55>From $9</text></svg>"""
    )
    assert seen.names == ["row_1", "row_2", "row_3"]
    assert "From $9" in seen.text


async def test_image_maps(glance: Glance) -> None:
    seen = await glance(
        """<img usemap="#rooms" width=200 height=100 alt="Rooms" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
        <map name=rooms><area shape=rect coords="0,0,100,100" href="#hall" alt="Hall">
        <area shape=circle coords="150,50,40" href="#attic" alt="Attic"><area alt="Nowhere"></map>"""
    )
    assert seen.names == ["hall", "attic"]
    box = seen.element("attic").box
    assert box is not None
    assert (box.width, box.height) == (80, 80)


async def test_option_groups(glance: Glance) -> None:
    seen = await glance(
        """<select aria-label=Fit><option>Any<optgroup label=Slim><option>M<option>L</optgroup>
        <optgroup label=Wide><option>M</optgroup></select>"""
    )
    assert seen.names == ["fit", "fit.any", "fit.slim.m", "fit.slim.l", "fit.wide.m"]
    assert 'label="Wide"' in seen.html
