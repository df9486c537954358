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


STAR = "M0 8L20 8L4 20L10 0L16 20Z"
ROW = """<style>.on{fill:#fa0;color:#fa0}.off{fill:#ccc;color:#ccc}.rating i{display:inline-block;width:16px;height:16px}
  .rating .full{background:url(f.png)}.rating .half{background:url(h.png)}.rating .none{background:url(n.png)}
  .fa{font-family:shop-icons}.fa-star::before{content:'\\f005'}.fa-star-o::before{content:'\\f006'}</style>"""


def drawing(kind: str) -> str:
    return f"<svg class={kind} width=20 height=20><path d='{STAR}'/></svg>"


ROWS = {
    "drawings by fill": (
        f"<div class=stars>{drawing('on') * 4}{drawing('off')}</div>",
        "4 out of 5",
    ),
    "drawings in boxes": (
        "<div class=review-stars>"
        + "".join(f"<span>{drawing(k)}</span>" for k in ("on", "on", "off", "off", "off"))
        + "</div>",
        "2 out of 5",
    ),
    "drawings from a sheet": (
        "<div class=rating>"
        + "".join(f"<svg width=20 height=20><use href='#star-{k}'/></svg>" for k in "fffho")
        + "</div>",
        "3.5 out of 5",
    ),
    "pictures": (
        "<p class=rating>"
        + "<img src=/star-full.png width=16 height=16>" * 3
        + "<img src=/star-empty.png width=16 height=16>" * 2
        + "</p>",
        "3 out of 5",
    ),
    "boxes with pictures": (
        "<p class=rating><i class=full></i><i class=full></i><i class=half></i><i class=none></i><i class=none></i></p>",
        "2.5 out of 5",
    ),
    "icons": (
        "<p class=rating>"
        + "<i class='fa fa-star'></i>" * 4
        + "<i class='fa fa-star-o'></i>"
        + "</p>",
        "4 out of 5",
    ),
    "glyphs by colour": (
        "<p><b class=on>★</b><b class=on>★</b><b class=off>★</b></p>",
        "2 out of 3",
    ),
    "all full": (f"<p class=stars>{drawing('on') * 5}</p>", "5 out of 5"),
}


@pytest.mark.parametrize("case", ROWS)
async def test_rows_of_stars(glance: Glance, case: str) -> None:
    html, words = ROWS[case]
    assert (await glance(ROW + html)).html == f'<img alt="{words}">'


async def test_rows_of_icons_that_rate_nothing(glance: Glance) -> None:
    seen = await glance(
        f"{ROW}<p>Share</p><div class=share>{drawing('on') * 4}{drawing('off')}</div>"
    )
    assert seen.html == "Share"


COUNTED = {
    "steps": (
        "ol{list-style:none;counter-reset:s}li{counter-increment:s}li::before{content:counter(s) '. '}",
        "<ol><li>Choose</li><li>Pay</li><li>Wait</li></ol>",
        "1. Choose 2. Pay 3. Wait",
    ),
    "counted where drawn": (
        "h2::before{counter-increment:part;content:'Part ' counter(part, upper-alpha) ': '}",
        "<h2>Tea</h2><p>Words</p><h2>Cups</h2>",
        "Part A: Tea Words Part B: Cups",
    ),
    "in each other": (
        "ol{list-style:none;counter-reset:n}li{counter-increment:n}li::before{content:counters(n, '.') ' '}",
        "<ol><li>Tea<ol><li>Green</li><li>Black</li></ol></li><li>Cups</li></ol>",
        "1 Tea 1.1 Green 1.2 Black 2 Cups",
    ),
    "what is not shown does not count": (
        "li{list-style:none;counter-increment:s}li::before{content:counter(s, decimal-leading-zero) ' '}",
        "<ul><li>Tea</li><li hidden>Gone</li><li>Cups</li></ul>",
        "01 Tea 02 Cups",
    ),
}


@pytest.mark.parametrize("case", COUNTED)
async def test_counters(glance: Glance, case: str) -> None:
    style, html, read = COUNTED[case]
    assert (await glance(f"<style>{style}</style>{html}")).text == read


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
