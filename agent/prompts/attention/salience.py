"""How much each unit of a page matters to somebody who shops: what a person's eye goes to first.

A function of the page alone, never of what is done on it. Every rule goes by landmarks, roles,
kinds, headings, repetition, and by how near a thing stands to the title and to what buys; none is
made for one site. The larger the number, the sooner a unit is shown; equals in reading order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache

from agent.prompts.attention.units import Page, Unit
from envs.observation import TEXT_ROLES
from envs.page.phrases import phrases, plain

_REGIONS = {
    "message": 97.0, "dialog": 95.0, "search": 60.0, "main": 50.0, "body": 48.0, "aside": 24.0,
    "header": 30.0, "nav": 20.0, "footer": 8.0,
}  # fmt: skip
TITLE, BUYS, PRICE, SEARCH = 99.0, 98.0, 97.5, 92.0
LISTED, CART, OPTION, FIELD = 88.0, 80.0, 78.0, 75.0
NEAR, PRODUCT, FILTER = 72.0, 58.0, 45.0
FIRST_OPTIONS = 12
"""So many options of a list are shown sooner than what is less important; the rest last."""
FIRST_OF_A_DIALOG = 12
"""So much of what lies on top comes before all else; the rest of a long one does not."""
NEAR_THE_TITLE = 60
"""Units behind the title that still tell of it, where nothing buys."""
FURTHEST = 250
"""Units between the title and what buys, at most."""
AHEAD = 25
"""Units before the title that may belong to it."""
A_LIST = 4
"""So many products behind the title, and before anything buys, are what the page is about."""
A_CARD = 14
"""Units of a product in a list, at most."""
A_CALLED = 8
"""Characters of what a product is called, at least."""
CLOSE = 15
"""Units behind a price within which something to press may well buy, whatever it says."""
CLOSEST = 3
"""Prices right behind the title, and right by what buys, that matter most."""
BUYING = 4
A_TITLE = 160
"""Characters of a product's link with its name: less is a button, such as "See prices"."""
AS_TITLED = 4.0
"""Of saying what the document's title says; no text that is no heading has more."""
_PRESSED = frozenset({"button", "link"})
_PRICE = re.compile(
    r"(?:[$€£¥₹₩₽₺₴₸฿₫₪]|\b(?:EUR|USD|GBP|CAD|AUD|CHF|RON|PLN|CZK|HRK|SEK|NOK|DKK|HUF|TRY|BRL|MXN|"
    r"ARS|KZT|BYN|TWD|NT|SAR|AED|INR|lei|kn|zł|Kč|kr|Ft|тг|руб|грн|лв|р|TL)\b|б\.р|ر\.س|ريال|元|円|원)",
    re.IGNORECASE,
)


def salience(page: Page) -> list[float]:
    """How much each unit of the page matters."""
    title = _title(page)
    buys = _what_buys(page, title)
    leads = _leads(page, title or 0)
    listed = _is_list(page, title or 0, leads, buys)
    scores = _by_themselves(page, title or 0)
    _in_cards(page, leads, LISTED if listed else PRODUCT, scores)
    if title is not None:
        until = leads[0] if listed else len(page.units)
        _near(page, title, buys, until, scores)
    return scores


def _by_themselves(page: Page, title: int) -> list[float]:
    """By region, kind, repetition, and how far from the title."""
    scores: list[float] = []
    seen: Counter[str] = Counter()
    options: Counter[int] = Counter()
    for k, unit in enumerate(page.units):
        region = unit.node.region
        seen[region] += 1
        inner = region in ("main", "body")
        away = max(k - title, 2 * (title - k)) if inner else seen[region]
        score = _REGIONS[region] - min(20.0, 0.05 * away)
        if region == "dialog" and seen[region] > FIRST_OF_A_DIALOG:
            score = 70.0 - min(30.0, 0.2 * seen[region])
        if unit.control is not None:
            score = _control(unit, score, seen, options)
        if unit.heading and region not in ("nav", "footer", "dialog"):
            score += 2.0 * unit.heading
        scores.append(score)
    return scores


def _is_list(page: Page, title: int, leads: list[int], buys: tuple[int, ...]) -> bool:
    """Whether a page is about many products: they come before anything buys, and no price stands
    by the title."""
    if len(leads) < A_LIST or (buys and buys[0] < leads[0]):
        return False
    between = page.units[title : leads[0]]
    return not any(unit.control is None and _priced(page, unit) for unit in between)


def _leads(page: Page, title: int) -> list[int]:
    """The controls behind the title that say what a product is called; each begins a card."""
    return [
        k
        for k, unit in enumerate(page.units)
        if k > title
        and unit.control is not None
        and unit.control.kind == "product"
        and unit.node.region in ("main", "body")
        and len(page.words(unit)) >= A_CALLED
        and not _priced(page, unit)
    ]


def _in_cards(page: Page, leads: list[int], most: float, scores: list[float]) -> None:
    """The first products of a list before the others; of each name and price before the rest."""
    for number, lead in enumerate(leads):
        score = most - min(30.0, 1.5 * number)
        until = leads[number + 1] if number + 1 < len(leads) else lead + A_CARD
        scores[lead] = score
        for k in range(lead + 1, min(until, lead + A_CARD, len(page.units))):
            unit = page.units[k]
            if unit.node.region not in ("main", "body"):
                break
            if _priced(page, unit):
                scores[k] = score - 0.1
            elif unit.control is not None and not page.words(unit):
                scores[k] = min(scores[k], score - 25.0)
            elif unit.control is not None and unit.control.kind in ("cart", "buy"):
                scores[k] = score - 0.2
            elif scores[k] < most:
                scores[k] = score - 12.0


def _control(unit: Unit, score: float, seen: Counter[str], options: Counter[int]) -> float:
    """Of something that can be acted on."""
    assert unit.control is not None
    kind, role, region = unit.control.kind, unit.control.role, unit.node.region
    if unit.node.tag in ("select", "optgroup") or role == "option":
        return _option(unit, score, options)
    if kind == "search" or region == "search":
        seen["searches"] += 1
        return SEARCH - min(60.0, 4.0 * seen["searches"])
    if kind in ("cart", "buy"):
        seen[kind] += 1
        return CART - min(50.0, 4.0 * seen[kind])
    inner = region in ("main", "body", "dialog")
    if inner and (role in TEXT_ROLES or role in ("combobox", "checkbox", "radio", "switch")):
        seen["fields"] += 1
        return max(score, FIELD - min(35.0, 0.7 * seen["fields"]))
    if kind in ("filter", "option") and inner:
        seen[kind] += 1
        return (OPTION if kind == "option" else FILTER) - min(40.0, 1.0 * seen[kind])
    return score


def _option(unit: Unit, score: float, options: Counter[int]) -> float:
    """Of one that can be chosen from a list: the first few with their list, the others at last."""
    held = unit.node.parent if unit.node.tag == "optgroup" and unit.node.parent else unit.node
    options[id(held)] += 1
    number = options[id(held)]
    inner = unit.node.region in ("main", "body", "dialog")
    if number == 1:
        return FIELD if inner else score
    if number <= FIRST_OPTIONS and inner:
        return 52.0 - number
    return 4.0


def _near(page: Page, title: int, buys: tuple[int, ...], until: int, scores: list[float]) -> None:
    """What stands by the title and by what buys tells of the thing that is for sale."""
    units = page.units
    first, last = max(0, title - AHEAD), min(len(units), title + NEAR_THE_TITLE)
    if buys:
        first, last = min(first, buys[0] - 3), max(last if buys[0] < title else 0, buys[0] + 10)
    prices: list[int] = []
    for k in range(max(0, first), min(last, until, len(units))):
        unit = units[k]
        if unit.node.region in ("nav", "footer", "message") or unit.node.tag == "select":
            continue
        away = abs(k - title) * (1 if k > title else 2)
        near = NEAR - min(24.0, 0.6 * (min(away, abs(k - buys[0])) if buys else away))
        if unit.control is not None:
            near += _pressing(unit, bool(prices) and k - prices[0] <= CLOSE)
        elif k >= title and _priced(page, unit):
            prices.append(k)
        scores[k] = max(scores[k], near)
    nearest = sorted(prices, key=lambda k: abs(k - buys[0]))[:CLOSEST] if buys else []
    for number, k in enumerate(dict.fromkeys([*prices[:CLOSEST], *nearest])):
        scores[k] = PRICE - 0.3 * number
    for number, k in enumerate(buys if until == len(units) else ()):
        scores[k] = BUYS - 0.7 * number
    scores[title] = TITLE


def _pressing(unit: Unit, priced: bool) -> float:
    """How much sooner a control by the title is looked at: buttons, and what follows a price; other
    products later."""
    assert unit.control is not None
    if unit.control.kind == "product" and unit.end - unit.start > A_TITLE:
        return -10.0
    button = 8.0 if unit.control.role == "button" else 0.0
    return button + (8.0 if priced and unit.control.role in _PRESSED else 0.0)


def _priced(page: Page, unit: Unit) -> bool:
    """Whether a unit tells a price: a number and a currency."""
    words = page.words(unit)
    return len(words) < 160 and any(c.isdigit() for c in words) and bool(_PRICE.search(words))


def _title(page: Page) -> int | None:
    """The unit that says what the page is about: a heading that the document's title repeats, else
    the largest heading, else a text that the title repeats."""
    said = _folded(page.title)
    headings = [k for k, unit in enumerate(page.units) if unit.heading]
    best = _best_title(page, headings, said)
    if best is None or best[0] <= AS_TITLED:
        best = _best_title(page, range(len(page.units)), said)
    return None if best is None else best[1]


def _best_title(page: Page, among: Iterable[int], said: str) -> tuple[float, int] | None:
    """The likeliest of these units to be the title, and how likely it is; the first of equals."""
    wanted = frozenset(said.split())
    best: tuple[float, int] | None = None
    for k in among:
        unit = page.units[k]
        if unit.end - unit.start < 3 or unit.node.region in ("footer", "message"):
            continue
        level = unit.heading
        if not level and (unit.node.region in ("nav", "search") or unit.node.tag == "select"):
            continue
        words = _folded(page.words(unit)) if level or unit.end - unit.start < 600 else ""
        if not words:
            continue
        own = words.split()
        alike = len(wanted.intersection(own)) / max(1, len({*own}))
        within = len(words) >= 6 and words in said
        much = min(1.0, len(words) / max(12.0, 0.5 * len(said)))
        score = 1.5 * level + (AS_TITLED * much if within or _told(alike, own) else 0.0)
        score -= 2.0 if unit.node.region in ("nav", "header", "aside") else 0.0
        score -= 1.0 if unit.control is not None and not level else 0.0
        if score > 0.5 and (best is None or score > best[0]):
            best = (score, k)
    return best


def _told(alike: float, own: list[str]) -> bool:
    return alike >= 0.6 and len(own) > 1


def _what_buys(page: Page, title: int | None) -> tuple[int, ...]:
    """The controls that buy what the title tells of, the likeliest first: by how surely they buy,
    and how near they are behind the title, else before it."""
    if title is None:
        return ()
    found: list[tuple[float, int]] = []
    for k in range(max(0, title - FURTHEST // 2), min(len(page.units), title + FURTHEST)):
        unit = page.units[k]
        if unit.control is None or unit.node.region in ("nav", "footer", "search"):
            continue
        certain = _buys(page, unit)
        if certain:
            away = float(k - title) if k > title else 3.0 * (title - k)
            found.append((away - 40 * certain, k))
    return tuple(k for _, k in sorted(found)[:BUYING])


def _buys(page: Page, unit: Unit) -> int:
    """How surely a control buys: by its kind, else by its words."""
    assert unit.control is not None
    kind, role = unit.control.kind, unit.control.role
    if role in TEXT_ROLES or role in ("option", "combobox", "checkbox", "radio"):
        return 0
    if kind == "buy" or (kind == "cart" and role == "button"):
        return 2
    words = page.words(unit) if unit.end - unit.start < 400 else ""
    if unit.node.region != "header" and 0 < len(words) < 90 and _says_buy(words):
        return 2 if role == "button" else 1
    return 0


@lru_cache(maxsize=4096)
def _says_buy(words: str) -> bool:
    """Whether words begin with a phrase that buys, as some labels go on after it."""
    said = plain(words).split()
    return any(" ".join(said[:n]) in _buying() for n in range(2, 5)) or (
        len(said) <= 3 and bool(said) and said[0] in _buying()
    )


@cache
def _buying() -> frozenset[str]:
    return frozenset(p.rstrip("* ") for kind in ("buy", "cart") for p in phrases(kind))


@lru_cache(maxsize=16384)
def _folded(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))


_WORDS = re.compile(r"[^\W_]+")
