"""Names agree with what a person reads: before labels that say something else, without hidden words."""

from __future__ import annotations

import pytest

from tests.envs.page.looking import Glance

NAMED = {
    "text before another label": ('<button aria-label="cta-77">Add to bag</button>', "add_to_bag"),
    "a label that says more": (
        '<button aria-label="Remove Red mug">Remove</button>',
        "remove_red_mug",
    ),
    "a label for a mere number": (
        '<a href=/r aria-label="88 opinions"><i>(88)</i></a>',
        "88_opinions",
    ),
    "a label for a glyph font": (
        '<button aria-label="Wishlist"><i style="font-family:Shop Icons">favorite</i></button>',
        "wishlist",
    ),
    "hidden words of a label": (
        '<label for=z>Zip<span style="display:none"> code of five digits</span></label><input id=z>',
        "zip",
    ),
    "hidden words of what labels it": (
        '<div id=d>City<span style="position:absolute;clip:rect(0 0 0 0)"> required</span></div>'
        "<input aria-labelledby=d>",
        "city",
    ),
    "words of an icon": ('<button><i class="fa fa-heart"></i></button>', "heart"),
    "classes of style": (
        '<nav><button class="hover_text_primary flex items-center"></button></nav>',
        "navigation.button",
    ),
    "a test id": ('<button data-testid="open-filters"></button>', "open_filters"),
    "a picture to press": (
        '<img alt="Front view" onclick="" width=30 height=30 src="data:,">',
        "front_view",
    ),
    "a symbol as value": ('<input type=submit value="&gt;">', "next"),
    "a symbol with a number": ("<button>🛒 4</button>", "cart_4"),
    "an icon with a number": (
        '<a href="/my/basket"><svg width=20 height=20></svg> 4</a>',
        "basket_4",
    ),
    "hidden text without drawings": (
        "<button><svg width=9 height=9 aria-hidden=true><title>x</title></svg>"
        '<span style="display:none">Delete</span></button>',
        "delete",
    ),
    "beside, with a colon": ("<div>Street: <input placeholder='e.g. Main Road 5'></div>", "street"),
    "above": ("<div><div>Last name *</div><div><input></div></div>", "last_name"),
    "a label that is not tied": (
        "<div><label>Company</label><input placeholder=optional></div>",
        "company",
    ),
    "an example is no name": ("<p>Phone</p><input placeholder='+44 20 7946 0000'>", "phone"),
    "what heads the column": (
        "<table><tr><th>Item</th><th>Pieces</th></tr><tr><td>&nbsp;</td><td><input></td></tr></table>",
        "pieces",
    ),
}


@pytest.mark.parametrize("case", NAMED)
async def test_what_it_is_called(glance: Glance, case: str) -> None:
    html, name = NAMED[case]
    assert (await glance(html)).names == [name]


async def test_a_label_around_two_fields(glance: Glance) -> None:
    seen = await glance(
        "<label>Height <input> x Depth <input></label><label><input> to <input> cm</label>"
        "<label>Voucher <input> <button>Redeem</button></label>"
    )
    assert seen.names[:2] == ["height", "depth"]
    assert seen.names[3:] == ["to", "voucher", "redeem"]


async def test_no_name_from_another_control(glance: Glance) -> None:
    seen = await glance(
        """<style>.box input, .stars input{position:absolute;opacity:0;width:0;height:0}</style>
        <div class=box><input type=checkbox id=c> Letters by mail</div>
        <div class=stars><input type=radio name=s id=s1><label for=s1>★</label>
        <input type=radio name=s id=s2><label for=s2 title="2 stars">★</label></div>"""
    )
    assert seen.names == ["star", "2_stars"]


async def test_a_knob_is_called_by_its_words(glance: Glance) -> None:
    seen = await glance(
        """<style>input{display:none}i{display:inline-block;width:40px;height:20px;cursor:pointer}</style>
        <div><input type=checkbox checked><i></i> Letters by mail</div>"""
    )
    assert seen.names == ["letters_by_mail"]
    assert seen.tag("letters_by_mail").has_attr("checked")


SWATCHES = """<style>.w{width:26px;height:26px;border:1px solid #aaa}.w.on{outline:3px solid #000}</style>"""


async def test_swatches_are_called_by_their_colour(glance: Glance) -> None:
    html = """<button class="w on" style="background:#b00"></button>
      <button class=w style="background:#1133cc"></button><button class=w style="background:#0a7a1a"></button>
      <button class=w style="background:#111" title="Midnight"></button>"""
    seen = await glance(SWATCHES + html)
    assert seen.names == ["red", "blue", "green", "midnight"]
    assert [seen.tag(name).has_attr("selected") for name in seen.names] == [
        True,
        False,
        False,
        False,
    ]


async def test_swatches_that_are_no_buttons(glance: Glance) -> None:
    html = """<b class=w style="background:#ffe600;cursor:pointer;display:inline-block"></b>
      <b class=w style="background:#800080;cursor:pointer;display:inline-block"></b>"""
    assert (await glance(SWATCHES + html)).names == ["yellow", "purple"]


async def test_one_coloured_button_is_no_swatch(glance: Glance) -> None:
    seen = await glance(SWATCHES + '<button class=w style="background:#b00"></button>')
    assert seen.names == ["button"]


SIZES = """<style>a,button{border:1px solid #ccc;background:#fff}.on{background:#000;color:#fff}
  .off{opacity:.4;pointer-events:none}</style>"""


async def test_what_is_chosen_only_by_its_look(glance: Glance) -> None:
    html = "<p>Size <button>S</button><button class=x1 style='border-color:#000'>M</button><button>L</button></p>"
    seen = await glance(SIZES + html)
    assert [name for name in seen.names if seen.tag(name).has_attr("selected")] == ["m"]
    seen = await glance(SIZES + "<p><button class=on>Grid</button><button>List</button></p>")
    assert seen.tag("grid").has_attr("selected")


async def test_a_main_button_is_not_chosen(glance: Glance) -> None:
    html = (
        "<button>Back</button><button>Print</button><button style='background:green'>Buy</button>"
    )
    assert "selected" not in (await glance(SIZES + html)).html


async def test_what_is_faded_and_deaf_is_out_of_use(glance: Glance) -> None:
    seen = await glance(SIZES + "<button>40</button><button class=off>41</button>")
    assert seen.tag("41").has_attr("disabled")
    assert not seen.tag("40").has_attr("disabled")


async def test_what_a_field_asks_for(glance: Glance) -> None:
    seen = await glance(
        """<input aria-label=Mail required><input aria-label=Day readonly value=Monday>
        <input aria-label=Town list=towns><datalist id=towns><option value=Bonn><option value=Ulm></datalist>"""
    )
    assert seen.tag("mail").has_attr("required")
    assert seen.tag("day").has_attr("readonly")
    assert seen.tag("town")["suggestions"] == "Bonn | Ulm"


async def test_shapes_of_a_drawing_are_called_by_colour_and_form(glance: Glance) -> None:
    seen = await glance("""<style>.seat{cursor:pointer}</style>
    <svg width=200 height=60 id=plan><g class=row>
    <circle class=seat cx=20 cy=20 r=9 fill=red /><rect class=seat x=50 y=10 width=20 height=20 fill=blue />
    <polygon class=seat points="90,30 100,10 110,30" fill=green /><circle class=seat cx=140 cy=20 r=9 fill=none
    stroke=black aria-label="Seat 4" /></g></svg>""")
    assert seen.names == ["red_circle", "blue_rectangle", "green_triangle", "seat_4"]


async def test_a_long_text_in_a_field_is_told_by_both_its_ends(glance: Glance) -> None:
    words = " ".join(f"word{n}" for n in range(300))
    seen = await glance(f"<textarea aria-label=Terms>{words}</textarea>")
    value = str(seen.tag("terms")["value"])
    assert value.startswith("word0 word1 ")
    assert value.endswith(" word298 word299")
    assert " … word" in value
    assert len(value) < 520
