"""Search, filters, sorting and pages over the catalogue.

Pure: the same request gives the same results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

import msgspec

from envs.shop.index import CatalogueIndex
from envs.shop.products import Product
from envs.shop.spelling import Speller, query_words, words_of
from envs.shop.variants import Variant
from envs.shop.wording import ShopTexts, shop_texts

PRICES = {
    "25": 2500,
    "50": 5000,
    "100": 10000,
}
"""Price filters: their value in the URL, and what prices must be under, in cents."""
RATINGS = {"4": 4.0}
"""Rating filters: their value in the URL, and the least rating."""


class SearchRequest(msgspec.Struct, frozen=True):
    """What is asked for. Filters hold the values allowed; empty means any. `exact` turns the
    correction of typos off; `page` counts from 1."""

    query: str = ""
    department: str = ""
    brands: tuple[str, ...] = ()
    prices: tuple[str, ...] = ()
    ratings: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    sort: str = "best"
    page: int = 1
    exact: bool = False


class Facet(msgspec.Struct, frozen=True):
    """One value of a filter: how it is sent and shown, how many it would leave, and if it is on."""

    value: str
    label: str
    count: int
    chosen: bool


class SearchResults(msgspec.Struct, frozen=True):
    """One page of results. `page` is the page really shown, within 1 to `pages`; `corrected` is
    the query as understood when it was not as typed."""

    request: SearchRequest
    products: tuple[Product, ...]
    total: int
    page: int
    pages: int
    facets: dict[str, tuple[Facet, ...]]
    corrected: str | None = None


_SORTS: dict[str, Callable[[Product], tuple[float, str]] | None] = {
    "best": None,
    "low": lambda p: (p.price, p.slug),
    "rating": lambda p: (-p.rating, p.slug),
}
SORTS = {"best": "best", "low": "low", "rating": "rated"}
"""Sort orders by their value in the URL, and the key of what they are called."""
_MATCHES: dict[str, Callable[[Product, tuple[str, ...]], bool]] = {
    "brands": lambda p, values: p.brand in values,
    "prices": lambda p, values: any(p.price < PRICES[v] for v in values),
    "ratings": lambda p, values: any(p.rating >= RATINGS[v] for v in values),
    "colours": lambda p, values: any(c in values for c in p.colours),
}


class Search:
    """Finds products."""

    def __init__(
        self, products: tuple[Product, ...], variant: Variant, texts: ShopTexts | None = None
    ) -> None:
        """`texts`: the language of the products; English unless told."""
        self.products = products
        self.variant = variant
        self.texts = texts or shop_texts()
        self._index = CatalogueIndex(products, self.texts["tokenizer"])
        self._speller = Speller(
            (
                f"{p.title} {p.words} {p.department} {' '.join(p.colours)} {' '.join(p.features)}"
                for p in products
            ),
            left_alone=self.texts.stop_words,
        )
        self.find = lru_cache(maxsize=4096)(self._find)
        self._ranked = lru_cache(maxsize=1024)(self._rank)

    def _find(self, request: SearchRequest) -> SearchResults:
        """The page of results that `request` asks for, or the last there is."""
        found, corrected = self._candidates(request)
        left = [p for p in found if _passes(p, request)]
        key = _SORTS[request.sort]
        ordered = sorted(left, key=key) if key else left
        size = self.variant.page_size
        pages = max(1, -(-len(ordered) // size))
        page = min(max(1, request.page), pages)
        return SearchResults(
            request=request,
            products=tuple(ordered[(page - 1) * size : page * size]),
            total=len(ordered),
            page=page,
            pages=pages,
            facets=_facets(found, request, self.texts),
            corrected=corrected,
        )

    def suggest(self, text: str, limit: int = 5) -> list[str]:
        """Searches that begin as `text` does, the most common first."""
        words = query_words(text)
        if not words:
            return []
        *whole, part = words
        names = Counter(
            name
            for product in self.products
            for name in (product.noun.lower(), product.title.lower().split(" ", 1)[1])
            if any(w.startswith(part) for w in words_of(name))
            and all(any(w.startswith(x) for w in words_of(name)) for x in whole)
        )
        ranked = sorted(names.items(), key=lambda item: (-item[1], item[0]))
        return [name for name, _ in ranked[:limit]]

    def related(self, product: Product, limit: int = 4) -> list[Product]:
        """Others of the same type, the nearest in price first."""
        others = [p for p in self.products if p.noun == product.noun and p is not product]
        return sorted(others, key=lambda p: (abs(p.price - product.price), p.slug))[:limit]

    def _candidates(self, request: SearchRequest) -> tuple[list[Product], str | None]:
        """Products in the department that answer the query, best first, before filters."""
        numbers, corrected = self._ranked(request.query, request.exact)
        found = [self.products[n] for n in numbers]
        if request.department:
            found = [p for p in found if p.department == request.department]
        return found, corrected

    def _rank(self, query: str, exact: bool) -> tuple[tuple[int, ...], str | None]:
        ceiling, text = _split_ceiling(query, self.texts)
        typed = query_words(text)
        tolerant = self.variant.typo_tolerance and not exact
        words = self._speller.correct(typed) if tolerant else typed
        telling = [w for w in words if w not in self.texts.stop_words] or words
        everything = not telling and (ceiling is not None or not query.strip())
        scores = self._scores(dict.fromkeys(telling), everything)
        kept = [n for n in scores if ceiling is None or self.products[n].price <= ceiling]
        ranked = tuple(sorted(kept, key=lambda n: (-scores[n], n)))
        changed = tolerant and words != typed and "".join(words) != "".join(typed)
        return ranked, " ".join(words) if changed else None

    def _scores(self, words: Iterable[str], everything: bool) -> dict[int, float]:
        """Products that hold most of the words that any product holds; how many of them a product
        holds counts before how strongly it holds them."""
        if everything:
            return {n: p.popularity for n, p in enumerate(self.products)}
        answers = [answer for word in words if (answer := self._index.holding(word))]
        held: dict[int, float] = {}
        count: Counter[int] = Counter()
        for answer in answers:
            for number, score in answer.items():
                held[number] = held.get(number, 0.0) + score
                count[number] += 1
        enough = min(-(-len(answers) * 3 // 5), max(count.values(), default=0))
        return {
            n: 100.0 * count[n] + held[n] + 4.0 * self.products[n].popularity
            for n in held
            if count[n] >= enough
        }


def _split_ceiling(query: str, texts: ShopTexts) -> tuple[int | None, str]:
    """A price limit said in words ("under $30"), in cents, and the query without it."""
    match = texts.ceiling.search(query)
    if not match:
        return None, query
    return 100 * int(next(filter(None, match.groups()))), query[: match.start()] + " " + query[
        match.end() :
    ]


def _passes(product: Product, request: SearchRequest, skip: str = "") -> bool:
    return all(
        matches(product, values)
        for name, matches in _MATCHES.items()
        if name != skip and (values := getattr(request, name))
    )


def _facets(
    found: list[Product], request: SearchRequest, texts: ShopTexts
) -> dict[str, tuple[Facet, ...]]:
    """Filters worth offering: those that would leave some of what is there, but not all."""
    pools = {
        name: [p for p in found if _passes(p, request, skip=name)] if found else []
        for name in _MATCHES
    }
    brands = Counter(p.brand for p in pools["brands"])
    colours = Counter(c for p in pools["colours"] for c in p.colours)
    offered = {
        "brands": [(b, b, n) for b, n in _top(brands, request.brands)],
        "prices": [
            (v, texts.say("under", amount=texts.money(most)), _count(pools, "prices", v))
            for v, most in PRICES.items()
        ],
        "ratings": [
            (v, texts.say("and_up", stars=v), _count(pools, "ratings", v)) for v in RATINGS
        ],
        "colours": [(c, c, n) for c, n in _top(colours, request.colours, 2)],
    }
    return {
        name: tuple(
            Facet(value, label, count, value in getattr(request, name))
            for value, label, count in values
            if 0 < count < len(pools[name]) or value in getattr(request, name)
        )
        for name, values in offered.items()
    }


def _top(counts: Counter[str], chosen: tuple[str, ...], limit: int = 3) -> list[tuple[str, int]]:
    """The most common values and those chosen, in a steady order."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ranked[:limit] + [item for item in ranked[limit:] if item[0] in chosen]


def _count(pools: dict[str, list[Product]], name: str, value: str) -> int:
    return sum(_MATCHES[name](p, (value,)) for p in pools[name])
