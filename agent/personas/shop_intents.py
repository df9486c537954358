"""What a visitor may come for, as a shop's own first page says: its products, else its departments.

For sites of which nobody said what customers want there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import lxml.html
import msgspec

from agent.personas.personas import Customer
from agent.shoppers.asking import asked_for
from agent.shoppers.language import Language, language_of
from envs.observation import Observation

MOST = 30
"""Things that are taken from one page."""
_WORDS_OF_A_THING = 4
_LISTS = re.compile(r"categor|department|kategori|abteilung|rayon|nav|menu|shop_by", re.IGNORECASE)
_NO_DEPARTMENT = re.compile(
    r"help|account|log.?in|log.?out|sign|contact|about|home|cart|basket|bag|checkout|search|menu|blog"
    r"|terms|privacy|cookie|policy|delivery|shipping|return|language|more|next|previous|back|all\b"
    r"|hilfe|konto|anmeld|kontakt|über|start|warenkorb|kasse|suche|datenschutz|impressum|versand"
    r"|aide|compte|connexion|accueil|panier|caisse|livraison|ayuda|cuenta|inicio|cesta|caja|envío",
    re.IGNORECASE,
)


def intents_in(page: Observation) -> tuple[str, ...]:
    """What somebody may come for here, as sentences in the page's language, in page order; none
    where the page names nothing to buy."""
    said = _labels(page)
    products = [said[e.name] for e in page.names if e.kind == "product" and said.get(e.name)]
    departments = [
        label
        for e in page.names
        if e.kind == "navigation" and _LISTS.search(e.name)
        if (label := said.get(e.name)) and _is_department(label)
    ]
    words = language_of(" ".join([lxml.html.fromstring(f"<p>{page.html}</p>").text_content()]))
    things = [_thing(title, words) for title in products] or [d.lower() for d in departments]
    fresh = [thing for thing in dict.fromkeys(things) if thing][:MOST]
    return tuple(words.looking.format(thing=thing) for thing in fresh)


def with_intents(customers: Sequence[Customer], intents: Sequence[str]) -> tuple[Customer, ...]:
    """The customers, each with one of the intents: the same one for the same customer."""
    return tuple(
        msgspec.structs.replace(one, intent=intents[one.seed % len(intents)]) for one in customers
    )


def _thing(title: str, words: Language) -> str:
    """The kind of thing that a product's title names, without makers and sizes in front."""
    asked = asked_for(title, words)
    told = [w for w in asked.thing if not any(c.isdigit() for c in w)] or list(asked.thing)
    return " ".join(told[:_WORDS_OF_A_THING] if words.head_first else told[-_WORDS_OF_A_THING:])


def _is_department(label: str) -> bool:
    return len(label.split()) <= 3 and len(label) > 2 and not _NO_DEPARTMENT.search(label)


def _labels(page: Observation) -> dict[str, str]:
    root = lxml.html.fromstring(f"<div>{page.html}</div>")
    known = page.by_name
    return {
        name: " ".join(element.text_content().split())
        for element in root.iter()
        if (name := element.get("name")) in known
    }
