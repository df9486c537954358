"""Two short made-up visits, shown to models that were not trained on sessions.

Data only. The shop in them exists nowhere; a small model copies the form of an answer from them
better than from any instruction.
"""

from __future__ import annotations

import msgspec

from envs.actions import Action, Click, Terminate, TypeAndSubmit


class Example(msgspec.Struct, frozen=True):
    """One turn: why the customer came, what it saw, thought and did."""

    intent: str
    page: str
    reasoning: str
    action: Action


_KETTLE = "a glass tea kettle under $20"
_BOOTS = "waterproof hiking boots for a man"

_HOME = (
    '<nav><input type="search" name="top.search"><a name="top.sale">Sale</a></nav>'
    '<h1>Good morning</h1><a name="picks.tent">Tent</a>'
)
_KETTLES = (
    '<nav><input type="search" name="top.search" value="{query}"></nav><h1>Results</h1>'
    '<div name="results.copper_kettle"><a name="results.copper_kettle.view">Copper kettle</a>'
    "<span>$64.00</span></div>"
)
_BOOT_RESULTS = (
    '<nav><input type="search" name="top.search" value="hiking boots men"></nav><h1>Results</h1>'
    '<div name="results.city_shoe"><a name="results.city_shoe.view">City shoe</a>'
    "<span>3.1 stars</span><span>$80.00</span></div>"
    '<div name="results.trail_boot"><a name="results.trail_boot.view">Trail boot, waterproof</a>'
    "<span>4.6 stars</span><span>$74.00</span></div>"
)
_BOOT = (
    '<nav><input type="search" name="top.search"></nav><h1>Trail boot, waterproof</h1>'
    '<span>$74.00</span><select name="boot.size"><option name="boot.size.9">9</option></select>'
    '<button name="boot.add_to_cart">Add to cart</button>'
    '<button name="boot.buy_now">Buy now</button>'
)

EXAMPLES = (
    Example(
        _KETTLE,
        _HOME,
        "I need a tea kettle, so I search for one.",
        TypeAndSubmit("top.search", "tea kettle"),
    ),
    Example(
        _KETTLE,
        _KETTLES.format(query="tea kettle"),
        "This one is not glass and costs too much, so I search again with other words.",
        TypeAndSubmit("top.search", "glass kettle"),
    ),
    Example(
        _KETTLE,
        _KETTLES.format(query="glass kettle"),
        "There is still nothing for me here, so I leave.",
        Terminate(),
    ),
    Example(
        _BOOTS,
        _HOME,
        "I am looking for hiking boots, so I search for them.",
        TypeAndSubmit("top.search", "hiking boots men"),
    ),
    Example(
        _BOOTS,
        _BOOT_RESULTS,
        "The trail boot is waterproof, well rated and not too expensive, so I look at it.",
        Click("results.trail_boot.view"),
    ),
    Example(
        _BOOTS,
        _BOOT,
        "It is just what I came for at a good price, so I buy it now.",
        Click("boot.buy_now"),
    ),
)
