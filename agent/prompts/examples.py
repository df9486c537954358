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
    title: str
    page: str
    reasoning: str
    action: Action


def _page(main: str, query: str = "") -> str:
    value = f' value="{query}"' if query else ""
    return (
        '<header name="header">\n<search name="header.search">\n'
        f'<input name="header.search.search_input" type="search" placeholder="Search"{value}>\n'
        '</search>\n<a name="header.cart">Cart</a>\n</header>\n'
        f"<main>\n{main}\n</main>"
    )


def _results(query: str, *found: tuple[str, str, str]) -> str:
    rows = "\n".join(f'<a name="results.{name}">{text}</a>\n{facts}' for name, text, facts in found)
    return _page(f'<h1>{query}</h1>\n<section name="results">\n{rows}\n</section>', query)


def _product(title: str, facts: str) -> str:
    return _page(
        f'<h1>{title}</h1>\n{facts}\n<button name="add_to_cart">Add to cart</button>\n'
        '<button name="buy_now">Buy now</button>'
    )


_FIELD = "header.search.search_input"
_HOME = _page('<h1>Welcome</h1>\n<a name="sports">Sports</a>\n<a name="toys">Toys</a>')
_KETTLE = "a glass tea kettle under $20"
_BOOTS = "waterproof hiking boots for a man"

EXAMPLES = (
    Example(
        _KETTLE,
        "Northgate",
        _HOME,
        "I am on the home page. I need a tea kettle, so I search for it.",
        TypeAndSubmit(_FIELD, "glass tea kettle"),
    ),
    Example(
        _KETTLE,
        "glass tea kettle | Northgate",
        _results(
            "glass tea kettle",
            ("copper_kettle", "Copper Kettle", "$64 4.1 stars (9)"),
            ("glass_kettle", "Glass Kettle", "$38 4.4 stars (17)"),
        ),
        "I found results for glass tea kettle. The Glass Kettle is made of glass, so I look at it.",
        Click("results.glass_kettle"),
    ),
    Example(
        _KETTLE,
        "Glass Kettle | Northgate",
        _product("Glass Kettle", "$38 4.4 stars (17)"),
        "I look at the Glass Kettle for $38. That is more than I want to pay, so I leave.",
        Terminate(),
    ),
    Example(
        _BOOTS,
        "Northgate",
        _HOME,
        "I am on the home page. I need hiking boots, so I search for them.",
        TypeAndSubmit(_FIELD, "waterproof hiking boots men"),
    ),
    Example(
        _BOOTS,
        "waterproof hiking boots men | Northgate",
        _results(
            "waterproof hiking boots men",
            ("city_shoe", "City Shoe", "$80 3.1 stars (4)"),
            ("trail_boot", "Trail Boot", "$74 4.6 stars (31)"),
        ),
        "I found results for waterproof hiking boots men. The Trail Boot is well rated, "
        "so I look at it.",
        Click("results.trail_boot"),
    ),
    Example(
        _BOOTS,
        "Trail Boot | Northgate",
        _product("Trail Boot", "$74 4.6 stars (31)"),
        "I look at the Trail Boot for $74. It is what I came for, so I buy it.",
        Click("buy_now"),
    ),
)
