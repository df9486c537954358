"""When a fact of a page is told by its simplified HTML. Pure functions of text; no browser.

Strict on purpose: what counts is what somebody who has only the HTML would say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec
from bs4 import BeautifulSoup, Tag

from bench.quality_scores import words_of
from envs.observation import Observation

CURRENCY = (
    r"(?:US ?\$|[$€£¥₹₩₽₺₴₸]|\b(?:EUR|USD|GBP|CAD|AUD|CHF|RON|PLN|CZK|HRK|ARS|KZT|BYN|TWD|NT|SAR|"
    r"lei|kn|zł|kr|тг|руб|б\.р|р|грн|ر\.س|ريال|元|円|원)\b\.?|元|円|원|ر\.س)"
)
NUMBER = r"\d+(?:[.,' \u00a0\u202f]\d{3})*(?:[.,]\d{1,2})?(?!\d)"
PRICE = re.compile(
    rf"(?:{CURRENCY}\s*(?P<after>{NUMBER}))|(?:(?P<before>{NUMBER})(?:,-|,–|\.-)?\s*{CURRENCY})",
    re.IGNORECASE,
)
BARE = re.compile(NUMBER)
EARLY = 5
"""Of the prices that stand after a title, so many are looked at for the true one."""


class Old(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A price that no longer holds; `beside` are the words that say so where no line does."""

    value: str
    beside: str = ""


class Rating(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number of stars, points or percent, as written with a dot; of how many, empty where the page
    does not say so."""

    value: str
    of: str = "5"


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of a page of results."""

    title: str
    price: str


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the picture of a page shows; None where it shows no such thing. Prices are written
    with a dot. `note` says what is odd about the page."""

    title: str | None = None
    price: str | None = None
    bare: bool = False
    """The price has no mark of a currency beside it."""
    old: Old | None = None
    rating: Rating | None = None
    stock: str | None = None
    buy: str | None = None
    results: tuple[Product, ...] = ()
    note: str = ""


class Told(msgspec.Struct, frozen=True):
    """A fact, whether it is told, and what stands there instead where it is not."""

    kind: str
    wanted: str
    told: bool
    instead: str = ""


def told_of(label: Label, seen: Observation) -> list[Told]:
    """Every labelled fact of a page."""
    soup = BeautifulSoup(seen.html, "html.parser")
    region = main_region(soup, label, seen)
    facts = list(_facts(label, soup, region, seen))
    for product in label.results:
        facts += _product(product, label, soup)
    return facts


def _facts(label: Label, soup: BeautifulSoup, region: Tag, seen: Observation) -> Iterator[Told]:
    text = read(region)
    if label.title is not None:
        found = saying(soup, label.title)
        heads = [" ".join(h.get_text(" ").split())[:80] for h in soup.find_all(["h1", "h2"])[:3]]
        yield Told("title", label.title, found is not None, f"headings {heads}")
    if label.price is not None:
        yield price_told(text, label.price, label.bare, label.title)
    if label.old is not None:
        yield _old(text, label.old)
    if label.rating is not None:
        yield _rating(region, label.rating)
    if label.stock is not None:
        yield Told("stock", label.stock, _says(text, label.stock), _excerpt(text))
    if label.buy is not None:
        controls = [e.name for e in seen.names]
        found = any(_says_all(soup, name, label.buy) for name in controls)
        kinds = [e.name for e in seen.names if e.kind in ("cart", "buy")][:4]
        yield Told("buy", label.buy, found, f"cart and buy controls {kinds}")


def _product(product: Product, label: Label, soup: BeautifulSoup) -> list[Told]:
    title = saying(soup, product.title)
    missed = Told("title", product.title, title is not None, "no element with these words")
    if title is None:
        return [missed, Told("price", product.price, False, "no title to look at")]
    others = [p.title for p in label.results if p.title != product.title]
    card = title
    while card.parent is not None and not any(saying(card.parent, other) for other in others):
        card = card.parent
    return [missed, price_told(read(card), product.price, label.bare)]


def main_region(soup: BeautifulSoup, label: Label, seen: Observation) -> Tag:
    """The smallest element around the title and what buys; else around the title and a price; else
    everything."""
    title = saying(soup, label.title) if label.title else None
    if title is None:
        return soup
    buys = [e.name for e in seen.names if label.buy and _says_all(soup, e.name, label.buy)]
    controls = [tag for name in buys if isinstance(tag := soup.find(attrs={"name": name}), Tag)]
    for around in (title, *title.parents):
        if controls and any(around in control.parents for control in controls):
            return around
        if not controls and around.name in ("main", "body", "[document]"):
            return around
    return soup


def saying(soup: Tag, words: str) -> Tag | None:
    """The smallest element whose own text says all `words` in order; a heading before others."""
    wanted = "".join(words_of(words))
    headings = [*soup.find_all(["h1", "h2", "h3"])]
    for tag in headings:
        if wanted in "".join(words_of(tag.get_text(" "))):
            return tag
    holders = [t for t in soup.find_all(True) if wanted in "".join(words_of(t.get_text(" ")))]
    return holders[-1] if holders else None


def read(region: Tag) -> str:
    """The words of a region as they are read, a line for what stands apart, with struck ones between
    ``⟦`` and ``⟧``; attributes that are read (labels, values) stand in their place."""
    parts: list[str] = []
    _read(region, parts)
    lines = (" ".join(line.split()) for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line)


def _read(tag: Tag, parts: list[str]) -> None:
    struck = tag.name in ("s", "del", "strike")
    parts.append("⟦" if struck else "\n")
    parts += [f"{tag[a]}\n" for a in ("aria-label", "value", "alt", "title") if tag.get(a)]
    for child in tag.children:
        if isinstance(child, Tag):
            _read(child, parts)
        else:
            parts.append(str(child))
    parts.append("⟧" if struck else "\n")


def price_told(text: str, wanted: str, bare: bool, title: str | None = None) -> Told:
    """Whether a text tells the price, by the rule at the top of `bench.facts`."""
    value = Decimal(wanted)
    open_ = re.sub(r"⟦.*?⟧", " ", text, flags=re.DOTALL)
    prices = _prices(open_, bare)
    misread = [p for p in prices if p in (value * 100, value / 100)]
    early = [_prices(part, bare)[:EARLY] for part in after(open_, title)]
    told = any(value in some for some in early) and not misread
    there = misread or [price for some in early for price in some]
    return Told("price", wanted, told, f"prices {[str(p) for p in there[:6]]}")


def after(text: str, title: str | None) -> list[str]:
    """What stands after each line that says the title, that line included; all where none does."""
    wanted = "".join(words_of(title or ""))
    lines = text.split("\n")
    found = [at for at, line in enumerate(lines) if wanted and wanted in "".join(words_of(line))]
    return ["\n".join(lines[at:]) for at in found] or [text]


def _prices(text: str, bare: bool) -> list[Decimal]:
    if bare:
        return [amount(m.group()) for m in BARE.finditer(text)]
    return [amount(m["after"] or m["before"]) for m in PRICE.finditer(text)]


def amount(number: str) -> Decimal:
    """The value of a written number: the last mark before one or two digits is the decimal one."""
    digits = re.sub(r"[\s\u00a0\u202f']", "", number)
    match = re.fullmatch(r"(.*?)[.,](\d{1,2})", digits)
    whole, cents = (match[1], match[2]) if match else (digits, "0")
    return Decimal(re.sub(r"\D", "", whole) or "0") + Decimal(f"0.{cents}")


def _old(text: str, old: Old) -> Told:
    value = Decimal(old.value)
    struck = [
        amount(m.group())
        for part in re.findall(r"⟦(.*?)⟧", text, re.DOTALL)
        for m in BARE.finditer(part)
    ]
    beside = False
    if old.beside:
        after = [text[m.end() : m.end() + 40] for m in re.finditer(re.escape(old.beside), text)]
        beside = any(value in [amount(m.group()) for m in BARE.finditer(part)] for part in after)
    return Told("old price", old.value, value in struck or beside, f"struck {struck[:6]}")


def _rating(region: Tag, rating: Rating) -> Told:
    """The number and its scale within one short run of words."""
    text = read(region)
    number = rating.value.replace(".", "[.,]")
    scale = rf"\D{{0,24}}(?<!\d){re.escape(rating.of)}(?!\d)" if rating.of else ""
    near = rf"(?<![\d.,]){number}(?:[.,]0)?(?![.,]?\d){scale}"
    told = re.search(near, text) is not None
    stars = re.findall(
        r".{0,20}(?:star|stelle|sterne|étoile|out of|von|su 5|/ ?5).{0,20}", text, re.I
    )
    return Told("rating", f"{rating.value} of {rating.of}", told, f"{stars[:3]}")


def _says(text: str, words: str) -> bool:
    return "".join(words_of(words)) in "".join(words_of(text))


def _says_all(soup: Tag, name: str, words: str) -> bool:
    """Whether the element called `name` shows `words`, or is labelled so."""
    return _tag_says(soup.find(attrs={"name": name}), words)


def _tag_says(tag: object, words: str) -> bool:
    if not isinstance(tag, Tag):
        return False
    wanted, shown = "".join(words_of(words)), "".join(words_of(read(tag)))
    return shown.startswith(wanted) or (wanted in shown and len(shown) <= 3 * len(wanted) + 10)


def buying_names(words: str, seen: Observation) -> frozenset[str]:
    """The controls that say `words`, by which one buys."""
    soup = BeautifulSoup(seen.html, "html.parser")
    tags = {str(tag["name"]): tag for tag in reversed(soup.find_all(attrs={"name": True}))}
    return frozenset(e.name for e in seen.names if _tag_says(tags.get(e.name), words))


def _excerpt(text: str) -> str:
    return repr(" ".join(text.split())[:160])
