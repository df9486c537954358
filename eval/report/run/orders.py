"""What was bought and for how much, by what pages said where it was ordered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.prompts.lines.prices import amount_in
from agent.prompts.lines.reading import Piece, read_pieces
from agent.sessions.logged_page import observation_of
from agent.sessions.outcome import outcome_of
from agent.sessions.session import Session, Step

_TOTAL = re.compile(
    r"\b(?:grand |order |sub)?total\b|\bto pay\b|\bamount due\b"
    r"|\b(?:gesamt\w*|summe|endbetrag|zu zahlen)\b|\b(?:à payer|montant)\b|\b(?:importe|a pagar)\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|CAD|AUD)\b", re.IGNORECASE)
_NAMES = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "$": "$"}
_APART = re.compile(r"\s+[|·–—-]\s+")
"""Between what a page shows and the shop's name in its title."""
LONGEST = 90


@dataclass(frozen=True)
class Order:
    """One order: what was put into the cart, or bought at once, by the titles of the pages it was
    done on; and the amount that the last page named, with its currency, None where it named none.
    `said` is how the page put it."""

    session_id: str
    things: tuple[str, ...]
    amount: float | None
    currency: str
    said: str
    held: bool


@dataclass(frozen=True)
class Sold:
    """All orders of one thing."""

    thing: str
    session_ids: tuple[str, ...]


def order_of(session: Session) -> Order | None:
    """What a visit ordered; None where it ordered nothing."""
    outcome = outcome_of(session)
    if not outcome.ordered or not session.steps:
        return None
    last = session.steps[-1]
    said = _amount(last)
    sign = _CURRENCY.search(said)
    return Order(
        session_id=session.session_id,
        things=_things(session),
        amount=amount_in(said),
        currency=_NAMES.get(sign[0], sign[0].upper()) if sign else "",
        said=said[:LONGEST],
        held=outcome.value == "held",
    )


def sums(orders: Iterable[Order]) -> dict[str, float]:
    """What was spent, by currency."""
    found: dict[str, float] = {}
    for order in orders:
        if order.amount is not None:
            found[order.currency] = found.get(order.currency, 0.0) + order.amount
    return found


def sold(orders: Sequence[Order]) -> list[Sold]:
    """The things ordered, the most frequent first."""
    found: dict[str, list[str]] = {}
    for order in orders:
        for thing in order.things:
            found.setdefault(thing, []).append(order.session_id)
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Sold(thing, tuple(who)) for thing, who in ranked]


def _things(session: Session) -> tuple[str, ...]:
    """The titles of the pages on which something was put into the cart; bought at once, that of
    the page it was bought on."""
    put = [step for step in session.steps[:-1] if step.kind == "cart" and step.result.ok]
    put = [step for step in put if _opened(session, step)] or session.steps[-1:]  # type: ignore[assignment]
    titles = (_APART.split(step.title.strip())[0][:LONGEST] for step in put)
    return tuple(dict.fromkeys(title for title in titles if title))


def _opened(session: Session, step: Step) -> bool:
    """Whether the step was taken on a page that opening a product led to, whatever was chosen
    there since."""
    for before in reversed(session.steps[: step.index]):
        if before.kind in ("product", "search", "navigation"):
            return before.kind == "product"
    return False


def _amount(step: Step) -> str:
    """The words of a page that name what is to be paid: its last total, else its first price."""
    pieces = [one for one in read_pieces(observation_of(step)) if one.region == "main"]
    totals = [_priced(pieces, n) for n, one in enumerate(pieces) if _TOTAL.search(one.text)]
    found = [text for text in totals if text]
    if found:
        return found[-1]
    return next((one.text for one in pieces if amount_in(one.text) is not None), "")


def _priced(pieces: Sequence[Piece], place: int) -> str:
    """The total with its amount, which may stand in the piece after."""
    here = pieces[place].text
    if amount_in(here) is not None:
        return here
    after = pieces[place + 1].text if place + 1 < len(pieces) else ""
    return f"{here} {after}" if amount_in(after) is not None else ""
