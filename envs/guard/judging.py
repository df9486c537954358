"""May this request leave, or could it place an order? A pure function of the request and the scene.

By its method, its address, the keys of its body, what they say is to be done, and what was pressed
where. In a checkout whatever is not plainly harmless is held; elsewhere what speaks of an order is.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

import msgspec

from envs.guard.asked import Asked
from envs.guard.scene import Scene
from envs.guard.words import (
    ACCESS_KEYS,
    ADDRESS_KEYS,
    ASIDE_KEYS,
    CART_KEYS,
    CARTS,
    CHECKOUTS,
    FINAL,
    HARMLESS,
    LOOK_KEYS,
    ORDERS,
    PAYING_KEYS,
    REFINES,
    TELEMETRY,
    words_of,
)

Fate = Literal["go", "drop", "hold"]
"""Let go; kept back without being the purchase, since nothing was pressed for it or nobody waits
for it; held as the purchase."""

_FILE = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|avif|ico|css|m?js|json|woff2?|ttf|otf|mp4|webm|map|txt|xml)$"
)


class Verdict(msgspec.Struct, frozen=True):
    """What becomes of a request, and why in one clause."""

    fate: Fate
    reason: str = ""
    tell: bool = True
    """Whether the customer hears of it: it speaks of an order, and is not only not understood."""

    @property
    def leaves(self) -> bool:
        return self.fate == "go"


_GO = Verdict("go")
_PLAIN_KEYS = ADDRESS_KEYS | ACCESS_KEYS | CART_KEYS | LOOK_KEYS


class Signs(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says of itself. `final`: the last step ("place order"); `order`: an order, a
    payment; `checkout`: a checkout; `part`: of a part of an order's making ("order/address");
    `plain`: something that plainly places none; `measures`: only counts and measures; `static`: a
    file; `only`: its address says nothing but an order. `plain_keys`: all its keys are an
    address's, a login's, a cart's or a search's, of which `address_only` are an address's alone."""

    final: bool = False
    order: bool = False
    checkout: bool = False
    confirms: bool = False
    part: bool = False
    plain: bool = False
    plain_keys: bool = False
    measures: bool = False
    static: bool = False
    only: bool = False
    address_only: bool = False


def signs_of(asked: Asked) -> Signs:
    """What the address and the keys of a request say."""
    try:
        parts = urlsplit(asked.url)
        query = parse_qsl(parts.query, keep_blank_values=True)[:50]
    except ValueError:
        return Signs()
    telling = [value for key, value in query if len(value) <= 80 and _speaks(key, value)]
    phrases = [words_of(parts.path), *map(words_of, telling), *map(words_of, asked.body.said)]
    names = [words_of(key) for key in (*(key for key, _ in query), *asked.body.keys)]
    spoken = {word for phrase in phrases for word in phrase}
    bare = {word for phrase in phrases for word in _without_methods(phrase)}
    orders, checkout = bool(bare & ORDERS), bool(spoken & CHECKOUTS)
    about = [{*name} - ASIDE_KEYS for name in names if {*name} - ASIDE_KEYS]
    paying = any(one & PAYING_KEYS for one in about)
    kinds = (ADDRESS_KEYS, ACCESS_KEYS, CART_KEYS, LOOK_KEYS)
    plain_keys = (
        bool(about) and not paying and any(all(one & kind for one in about) for kind in kinds)
    )
    final = any(map(_is_final, phrases)) or any(map(_is_final, names))
    return Signs(
        final=final,
        order=orders,
        checkout=checkout,
        confirms=bool(
            spoken & {"confirm", "confirmation", "complete", "finish", "place", "success"}
        ),
        part=bool(spoken & REFINES),
        plain=bool(spoken & HARMLESS),
        plain_keys=plain_keys,
        measures=bool({*words_of(parts.path), *words_of(parts.hostname or "")} & TELEMETRY),
        only=_only(words_of(parts.path)),
        static=bool(_FILE.search(parts.path.lower())),
        address_only=bool(about) and not paying and all(one & ADDRESS_KEYS for one in about),
    )


def judge(asked: Asked, scene: Scene) -> Verdict:
    """Whether `asked` may leave."""
    if scene.free:
        return _GO
    signs = signs_of(asked)
    if signs.measures and not asked.reads:
        return _GO if not signs.final else Verdict("drop", "it speaks of placing an order")
    verdict = _of_read(asked, signs, scene) if asked.reads else _of_write(asked, signs, scene)
    if verdict.fate == "hold" and not scene.acting:
        return msgspec.structs.replace(verdict, fate="drop", tell=signs.order or signs.final)
    return verdict


def is_plain(asked: Asked) -> bool:
    """Whether it may leave wherever it is asked, so that nobody need look at the page."""
    signs = signs_of(asked)
    if asked.reads:
        return not (signs.final or signs.order or (asked.how == "page" and signs.confirms))
    return signs.plain and not (signs.final or signs.order or signs.checkout)


def _of_read(asked: Asked, signs: Signs, scene: Scene) -> Verdict:
    """Of a GET: only one that orders against all custom is held."""
    if signs.static or (asked.answers_post and not scene.doubted):
        return _GO
    speaks = signs.order or signs.final or (asked.how == "page" and signs.confirms)
    if not speaks:
        return _GO
    if asked.body.reads and not signs.final:
        return _GO  # a GraphQL query
    if signs.part and not signs.final:
        return _GO
    if scene.doubted:
        return Verdict("hold", "a dialog that spoke of an order was answered No, and this followed")
    says = scene.press.says
    if (says == "safe" and not (signs.only and scene.review)) or (
        says == "leads" and not scene.review
    ):
        return _GO
    if scene.place == "checkout" and (scene.acting or signs.final):
        return Verdict("hold", "in a checkout, its address speaks of an order")
    if says == "buys":
        return Verdict("hold", "it followed a press that buys, and its address speaks of an order")
    if scene.place == "product" and signs.final and says != "nothing":
        return Verdict("hold", "on a page that sells, its address places an order")
    if asked.how == "page" and signs.only and says == "unknown" and scene.press.kind == "other":
        return Verdict("hold", "it followed a press, and its address says nothing but an order")
    return _GO


def _of_write(asked: Asked, signs: Signs, scene: Scene) -> Verdict:
    """Of a request that may change something."""
    says = scene.press.says
    steps = says == "safe" or (says == "leads" and not scene.review)
    if signs.final:
        return Verdict("hold", "it says that it places an order")
    if signs.order and not signs.part:
        if signs.address_only and steps and scene.place != "product":
            return _GO
        return Verdict("hold", "it speaks of an order or a payment")
    if signs.order or signs.checkout:
        return _of_step(asked, signs, scene, steps)
    if signs.plain or (signs.plain_keys and (steps or not (scene.review or scene.final))):
        return _GO
    if scene.doubted:
        return Verdict("hold", "a dialog that spoke of an order was answered No, and this followed")
    if scene.place == "checkout" and not steps:
        fate: Fate = "drop" if asked.how == "beacon" or scene.fresh else "hold"
        return Verdict(fate, "in a checkout, nothing says that it is harmless", tell=fate == "hold")
    if says == "buys":
        return Verdict("hold", "it followed a press that buys")
    return _GO


def _of_step(asked: Asked, signs: Signs, scene: Scene, steps: bool) -> Verdict:
    """Of what belongs to a checkout: a part of it, or all."""
    if signs.part or steps or (signs.plain_keys and not (scene.review or scene.final)):
        return _GO
    if scene.doubted or scene.press.says == "buys":
        return Verdict("hold", "it followed a press that buys")
    if scene.place == "elsewhere":
        return _GO
    return Verdict("drop" if scene.fresh else "hold", "it sends a checkout")


def _is_final(phrase: tuple[str, ...]) -> bool:
    """Whether a verb of the last step stands beside what it completes."""
    return any(_completes(a, b) or _completes(b, a) for a, b in pairwise(phrase))


def _only(path: tuple[str, ...]) -> bool:
    """Whether a path says one order and nothing else; several are a list of them."""
    return bool(path) and {*path} <= ORDERS | FINAL and not any(w.endswith("s") for w in path)


def _completes(verb: str, thing: str) -> bool:
    if verb == thing or verb not in FINAL:
        return False
    if thing in CARTS:
        # Sections of shops are called "checkout/confirm" and "cart/checkout" before anything is.
        return verb not in {
            "confirm",
            "checkout",
            "create",
            "make",
            "do",
            "send",
            "process",
            "accept",
        }
    return thing in ORDERS and verb not in {"checkout", "accept"}


def _without_methods(phrase: tuple[str, ...]) -> tuple[str, ...]:
    """Without ``payment method``, which is chosen and not paid."""
    kept: list[str] = []
    for at, word in enumerate(phrase):
        after = phrase[at + 1] if at + 1 < len(phrase) else ""
        if word in ORDERS and after in {"method", "methods", "option", "options", "type", "types"}:
            continue
        kept.append(word)
    return tuple(kept)


def _speaks(key: str, value: str) -> bool:
    """Whether a value of the query says what is to be done, as ``route=checkout/confirm``."""
    return bool(
        {*words_of(key)}
        & {
            "route",
            "action",
            "do",
            "cmd",
            "ajax",
            "op",
            "method",
            "controller",
            "r",
            "task",
            "page",
            "fc",
            "module",
        }
    )
