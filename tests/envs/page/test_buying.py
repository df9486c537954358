"""What places an order is known by its words, in whatever letters and control they stand."""

from __future__ import annotations

from html import escape

import pytest

from tests.envs.page.looking import Glance
from tests.envs.page.order_labels import CHOOSING, CHOSEN_TO_ORDER, LEADING, ORDERING, TALKING

CONTROLS = {
    "button": "<button>{}</button>",
    "link": '<a href="/x">{}</a>',
    "input": '<input type=submit value="{}">',
    "aria-label": '<button aria-label="{}">Go</button>',
    "title": '<button title="{}">Go</button>',
    "menu item": "<div role=menuitem tabindex=0>{}</div>",
    "picture": '<button><img width=20 height=20 alt="{}"></button>',
}
CHOICES = {
    "box": "<label><input type=checkbox>{}</label>",
    "radio": "<label><input type=radio>{}</label>",
    "tab": "<div role=tablist><div role=tab tabindex=0>{}</div></div>",
    "option": "<select aria-label=s><option>-</option><option>{}</option></select>",
    "switch": "<div role=switch tabindex=0>{}</div>",
}


NAMES = {
    *[
        "PayPal",
        "Klarna",
        "TWINT",
        "Swish",
        "Vipps",
        "Pix",
        "UPI",
        "Alipay",
        "GPay",
        "支付宝",
        "微信支付",
        "카카오페이",
    ]
}
NAMES |= {"Shop Pay", "Cash App Pay", "Apple Pay", "Google Pay", "Amazon Pay"}
"""Of those who move the money."""


async def bought(glance: Glance, labels: list[str], control: str) -> set[str]:
    """The labels with a control that buys."""
    boxes = [f"<p>{control.format(escape(label))}</p>" for label in labels]
    found = set()
    for at in range(0, len(labels), 60):
        seen = await glance("<!doctype html>" + "".join(boxes[at : at + 60]))
        elements = [e for e in seen.observation.names if e.name != "s" and e.role != "combobox"]
        each = len(elements) // len(boxes[at : at + 60])
        for index, label in enumerate(labels[at : at + 60]):
            mine = elements[index * each : (index + 1) * each]
            if any(element.kind == "buy" for element in mine):
                found.add(label)
    return found


@pytest.mark.parametrize("control", CONTROLS)
async def test_what_places_an_order_is_known(glance: Glance, control: str) -> None:
    labels = ORDERING if control in ("button", "link") else ORDERING[::7]
    if control == "link":  # a name alone may lead to what it is
        labels = [label for label in labels if label not in NAMES]
    known = await bought(glance, labels, CONTROLS[control])
    assert [label for label in labels if label not in known] == []


@pytest.mark.parametrize("control", CONTROLS)
async def test_talk_of_orders_places_none(glance: Glance, control: str) -> None:
    labels = TALKING if control in ("button", "link") else TALKING[::7]
    assert await bought(glance, labels, CONTROLS[control]) == set()


async def test_a_link_may_lead_to_what_it_speaks_of(glance: Glance) -> None:
    assert await bought(glance, LEADING, CONTROLS["link"]) == set()


@pytest.mark.parametrize("control", CHOICES)
async def test_choices_order_only_where_they_say_so(glance: Glance, control: str) -> None:
    assert await bought(glance, CHOSEN_TO_ORDER, CHOICES[control]) == set(CHOSEN_TO_ORDER)
    assert await bought(glance, CHOOSING, CHOICES[control]) == set()


DRESSED = {
    "by style alone": '<style>.b::before{content:"Place order"}</style><button class=b></button>',
    "by style behind the text": (
        '<style>.b::after{content:" and place order"}</style><button class=b>Continue</button>'
    ),
    "letters in elements": "<button><i>P</i><i>lace</i> <b>or</b><b>der</b></button>",
    "labelled elsewhere": "<p id=l>Place order</p><button aria-labelledby=l>Go</button>",
    "label against text": "<button aria-label=Next>Place order</button>",
    "a heading inside": "<button><h3>Total $12</h3><p>Place your order</p></button>",
    "a picture in its words": '<button>Pay with <img width=9 height=9 alt="PayPal"></button>',
    "its own element": (
        "<apple-pay-button role=button tabindex=0 style='display:block;width:90px;height:30px;"
        "background:#000'></apple-pay-button>"
    ),
    "its name": "<form><button name=place_order>Continue</button></form>",
    "its id": "<button id=confirmAndPay>Continue</button>",
    "a summary": "<details><summary>Place order</summary>x</details>",
    "after two hundred letters": f"<button>{'You accept our terms of sale. ' * 9}Pay now</button>",
    "overridden direction": "<button>&#x202e;redro ecalp&#x202c;</button>",
}


@pytest.mark.parametrize("case", DRESSED)
async def test_words_are_read_wherever_they_come_from(glance: Glance, case: str) -> None:
    seen = await glance(f"<!doctype html>{DRESSED[case]}")
    assert "buy" in [element.kind for element in seen.observation.names]


HARMLESS = {
    "a table of orders": (
        "<table><tr><th>Order<th>Total</tr>"
        "<tr><td><a href=/o/1042>Order 1042</a><td>$12</tr>"
        "<tr><td><a href=/o/1043>Order 1043</a><td>$30</tr></table>"
    ),
    "a card with a badge": (
        "<ul><li><a href=/p/1><img alt=Mug width=60 height=60><h3>Blue mug</h3>$12 "
        "<span>Buy now</span></a></li><li><a href=/p/2><img alt=Cup width=60 height=60>"
        "<h3>Red cup</h3>$9 <span>Buy now</span></a></li></ul>"
    ),
    "a page in one box": (
        "<div tabindex=0><h2>Basket</h2><p>Then place your order</p>"
        "<button>Remove</button><button>Update</button></div>"
    ),
    "sorting": "<label>Order by<select><option>Price</option><option>Name</option></select></label>",
    "identifiers of lists": "<button id=order-list-toggle>Show</button><a id=my-orders href=/o>Mine</a>",
}


@pytest.mark.parametrize("case", HARMLESS)
async def test_what_only_stands_near_such_words_is_no_order(glance: Glance, case: str) -> None:
    seen = await glance(f"<!doctype html>{HARMLESS[case]}")
    assert "buy" not in [element.kind for element in seen.observation.names]
