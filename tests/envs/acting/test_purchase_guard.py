"""The purchase guard in a real browser: what must not be pressed, however a page arranges it."""

from __future__ import annotations

import pytest

from envs.actions import Click, TypeAndSubmit
from envs.browser.browser import Browser
from tests.envs.acting.acting import name_of, visiting

PAY = "onclick=\"location = '/thanks'\""
THANKS = {"/thanks": "<h1>Thank you</h1>", "/found": "<h1>Found</h1>"}
ENABLED_BY_TYPING = """<form action=/thanks><input name=cvc aria-label=code
  oninput="pay.disabled = !this.value"><button id=pay disabled>Pay now</button></form>"""

ORDERS = {
    "a button that typing enables": ENABLED_BY_TYPING,
    "the same, with Enter swallowed": ENABLED_BY_TYPING.replace(
        "oninput", "onkeydown=\"if (event.key == 'Enter') event.preventDefault()\" oninput"
    ),
    "a disabled button before another": """<form action=/thanks><input aria-label=code name=v
      oninput="pay.disabled = false"><button id=pay disabled>Place order</button>
      <button>Apply</button></form>""",
    "a button after another": f"""<form action=/found><input aria-label=code name=v onkeydown="
      if (event.key == 'Enter') {{ event.preventDefault(); pay.click() }}"><button>Apply</button>
      <button id=pay type=button {PAY}>Place order</button></form>""",
    "no form": f"""<div><div><label>code <input onkeydown="
      if (event.key == 'Enter') location = '/thanks'"></label></div><button {PAY}>Pay</button></div>""",
    "a form without a button": """<section><form action=/thanks><input aria-label=code></form>
      <button>Pay now</button></section>""",
    "a button that typing renames": """<form action=/thanks><input aria-label=code
      oninput="go.textContent = 'Place order'"><button id=go>Continue</button></form>""",
    "a button that typing renames, with Enter swallowed": """<form action=/thanks>
      <input aria-label=code oninput="go.textContent = 'Place order'"
      onkeydown="if (event.key == 'Enter') event.preventDefault()"><button id=go>Go</button></form>""",
    "a focus that typing moves": f"""<input aria-label=code oninput="pay.focus()"><main><main><main>
      <main><main><main><main><button id=pay {PAY}>Pay now</button>""",
}


@pytest.mark.parametrize("case", ORDERS)
async def test_enter_places_no_order(browser: Browser, website, case: str) -> None:
    site = website({"/": f"<!doctype html>{ORDERS[case]}"} | THANKS)
    async with visiting(browser, site.url) as environment:
        seen = await environment.observe()
        outcome = await environment.act(TypeAndSubmit(name_of(seen, "code"), "123"))
        assert outcome.ok and outcome.purchase and not outcome.executed, outcome
        assert "Thank" not in (await environment.observe()).html
    assert "/thanks" not in [request.path for request in site.requests]


async def test_a_checkout_without_a_form_is_filled_in_first(browser: Browser, serve) -> None:
    page = f"""<div><label>code <input></label><label>name <input></label>
      <button {PAY}>Pay</button></div>"""
    async with visiting(browser, serve({"/": page} | THANKS)) as environment:
        typed = await environment.act(TypeAndSubmit("code", "123"))
        assert typed.ok and typed.executed and not typed.purchase
        seen = await environment.observe()
        last = await environment.act(TypeAndSubmit(name_of(seen, "name"), "Ann"))
        assert last.purchase and not last.executed


SEARCHES = {
    "a form around the whole page": """<form action=/found><input name=q aria-label=term>
      <button>Search</button><ul><li>Lamp $9 <button>Buy now</button></li></ul></form>""",
    "a search box beside offers": """<div><input type=search aria-label=term onkeydown="
      if (event.key == 'Enter') location = '/found'"><button>Buy now</button></div>""",
    "a quantity": """<form action=/found><input type=number name=n aria-label=term>
      <button>Add to cart</button><button>Buy now</button></form>""",
}


@pytest.mark.parametrize("case", SEARCHES)
async def test_what_plainly_places_no_order_is_submitted(
    browser: Browser, serve, case: str
) -> None:
    async with visiting(browser, serve({"/": SEARCHES[case]} | THANKS)) as environment:
        seen = await environment.observe()
        outcome = await environment.act(TypeAndSubmit(name_of(seen, "term"), "2"))
        assert outcome.ok and outcome.executed and not outcome.purchase, outcome
        assert "Found" in (await environment.observe()).html


OFFER = "<aside><h2>You may also like</h2><button>Buy now</button></aside>"
ADDRESS = "<label>Name <input></label><label>Street <input></label><button>Continue</button>"
AFTER = {
    "thanks": ("<h1>Thank you</h1>", True),
    "thanks beside an offer": (f"<h1>Thank you for your order!</h1>{OFFER}", True),
    "thanks in German": (f"<h1>Vielen Dank für Ihre Bestellung</h1>{OFFER}", True),
    "thanks in Japanese": (f"<h1>ご注文ありがとうございました</h1>{OFFER}", True),
    "a number": (f"<p>Order number: <b>AB-1234</b></p>{OFFER}", True),
    "thanks and an account": ("<p>Order confirmed</p><input type=password aria-label=p>", True),
    "an address to fill in": (ADDRESS, False),
    "an address, and talk of a mail": (f"We send your order confirmation there. {ADDRESS}", False),
    "an error": (f"<p>Your card was declined.</p><button>Pay now</button>{ADDRESS}", False),
}


@pytest.mark.parametrize("case", AFTER)
async def test_an_order_that_was_placed_is_noticed(browser: Browser, serve, case: str) -> None:
    html, bought = AFTER[case]
    page = "<form action=/next><button>Buy now</button></form><p>Track it by its order number.</p>"
    async with visiting(browser, serve({"/": page, "/next": html}), allow_purchase=True) as place:
        outcome = await place.act(Click("buy_now"))
        assert outcome.ok and outcome.executed and outcome.purchase is bought
