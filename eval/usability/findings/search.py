"""Searches that find nothing, and those that fail for a typo.

A search found nothing when its page says so, and not only where every page does (an empty cart at
the top: "no products"), or shows no product where other searches of the study show some. It failed
for a typo when one of its words is a slip away from a word that the shop or the customer's task
uses, is not one itself, and what it found has the word that was meant much less often than what is
found when the word is spelt right.

Sources: Baymard Institute, Deconstructing e-commerce search (2014): no-results pages and spelling
errors; Damerau (CACM 7, 1964): four in five misspellings are one letter left out, added, swapped
or wrong.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import OSA

from envs.actions import Typing
from eval.usability.findings.problem import Hit, Logs, Problem
from eval.usability.task_results import is_search
from eval.usability.task_visits import Seen, TaskVisit

NOTHING = re.compile(
    r"\b(?:no (?:results?|products?|items?|matches)|nothing (?:was )?found|0 (?:results|products|"
    r"items)|did(?: not|n.t) (?:match|find)|keine? (?:ergebnisse|treffer|produkte|artikel)|aucun "
    r"(?:résultat|produit)|sin resultados|no se (?:han encontrado|encontraron)|nessun (?:risultato|"
    r"prodotto)|geen (?:resultaten|producten)|inga (?:resultat|träffar|produkter)|brak wyników|"
    r"nenhum (?:resultado|produto)|ничего не найдено)\b|見つかりませんでした|没有找到"
    r"|검색 결과가 없",
    re.I,
)
SHORTEST = 4
"""Letters of a word that may be a typo."""
UNDERSTOOD = 0.5
"""A mistyped word is understood when what it finds has the word meant more than this often, beside
what is found when it is spelt right."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class _Search:
    """One search and the page it led to."""

    visit: TaskVisit
    index: int
    query: str
    page: Seen

    @property
    def products(self) -> list[str]:
        return [e.name for e in self.page.step.names if e.kind == "product"]

    @cached_property
    def titles(self) -> list[frozenset[str]]:
        """The words of each title found."""
        return [frozenset(_words(self.page.text.label(name))) for name in self.products]

    def share_with(self, word: str) -> float:
        """The share of what was found that has `word` in its title."""
        return sum(_known(word, title) for title in self.titles) / max(1, len(self.titles))

    @property
    def wanted(self) -> frozenset[str]:
        """The words of what the customer was asked to do."""
        return frozenset(_words(self.visit.session.intent or ""))


def failed_searches(logs: Logs) -> Iterator[Problem]:
    searches = list(_searches(logs))
    fruitful = any(search.products for search in searches)
    everywhere = _said_everywhere(logs, {search.page.page for search in searches})
    spelling = _Spelling(searches)
    everyone = frozenset(search.visit.participant for search in searches)
    typos: list[Hit] = []
    plain: list[Hit] = []
    for search in searches:
        empty = _is_empty(search, fruitful, everywhere)
        note = f"Searched for “{search.query}” and found {'nothing' if empty else 'other things'}"
        if meant := spelling.missed(search):
            typos.append(Hit(search.visit, search.index + 1, f"{note}; meant “{meant}”."))
        elif empty:
            plain.append(Hit(search.visit, search.index + 1, f"{note}."))
    if typos:
        yield Problem(
            kind="typo-not-forgiven",
            page=typos[0].visit.seen[typos[0].index].page,
            element=None,
            title="Search does not find what was meant when a word is mistyped",
            detail="With one typo in a word, few or none of the products that were meant "
            "were found: "
            f"{_examples(typos)}",
            suggestion="Correct spelling towards the words of the catalogue, say so, and offer the "
            "search as it was typed.",
            norm="Measured against Baymard's search guidelines: spelling errors are to be "
            "understood.",
            impact=2,
            hits=tuple(typos),
            exposed=everyone,
        )
    if plain:
        yield Problem(
            kind="empty-results",
            page=plain[0].visit.seen[plain[0].index].page,
            element=None,
            title="Searches find nothing",
            detail=f"Searches of customers came to an empty page: {_examples(plain)}",
            suggestion="Match fewer of the words before giving up, know the customers' words for "
            "what you sell, and show what comes close.",
            norm="Measured against Baymard's search guidelines: a page without results is a "
            "dead end.",
            impact=2,
            hits=tuple(plain),
            exposed=everyone,
        )


def _searches(logs: Logs) -> Iterator[_Search]:
    for visit in logs.visits:
        for n, seen in enumerate(visit.seen):
            after = visit.after(n)
            if after is not None and is_search(seen.step) and isinstance(seen.step.action, Typing):
                yield _Search(visit, n, seen.step.action.text, after)


def _is_empty(search: _Search, fruitful: bool, everywhere: Counter[str]) -> bool:
    if _says_nothing(search.page) - everywhere:
        return True
    return fruitful and not search.products


def _said_everywhere(logs: Logs, found_on: Set[str]) -> Counter[str]:
    """What pages say that no search leads to, as often as the one of them that says it most."""
    others = (seen for visit in logs.visits for seen in visit.seen if seen.page not in found_on)
    most: Counter[str] = Counter()
    for seen in others:
        most |= _says_nothing(seen)
    return most


def _says_nothing(seen: Seen) -> Counter[str]:
    return Counter(words.lower() for words in NOTHING.findall(seen.text.text))


class _Spelling:
    """What the shop's words are, and how well they are found when they are spelt right."""

    def __init__(self, searches: list[_Search]) -> None:
        self._words = frozenset(w for s in searches for title in s.titles for w in title)
        self._searches = searches

    def missed(self, search: _Search) -> str | None:
        """The query with its mistyped word put right, when it was not understood; None when no
        word is a slip, or it was."""
        for word in _words(search.query):
            if len(word) < SHORTEST or _known(word, self._words | search.wanted):
                continue
            meant = sorted(w for w in search.wanted if _is_slip(word, w))
            meant += sorted(w for w in self._words if _is_slip(word, w))
            right = [search.query.lower().replace(word, w) for w in meant]
            if any(_says(search.page, query) for query in right):
                continue
            if meant and not any(self._understood(search, w) for w in meant):
                return right[0]
        return None

    def _understood(self, search: _Search, word: str) -> bool:
        """For a word that finds nothing when spelt right, too, the typo is not to blame."""
        right = [s.share_with(word) for s in self._searches if word in _words(s.query)]
        if not right:
            return not _known(word, self._words) or search.share_with(word) > 0
        usual = statistics.fmean(right)
        return usual == 0 or search.share_with(word) > UNDERSTOOD * usual


def _says(page: Seen, query: str) -> bool:
    """Whether the page repeats the whole query spelt right, as shops do that put a typo right. One
    word alone could be part of a title."""
    return len(_words(query)) > 1 and query in " ".join(page.text.text.lower().split())


def _known(word: str, vocabulary: frozenset[str]) -> bool:
    """Whether it is one of the words, in singular or plural."""
    return bool({word, f"{word}s", word.removesuffix("s"), word.removesuffix("es")} & vocabulary)


def _is_slip(word: str, other: str) -> bool:
    """One letter left out, added or wrong, or two neighbours swapped."""
    if len(other) < SHORTEST or word[0] != other[0]:
        return False
    return OSA.distance(word, other, score_cutoff=1) == 1


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _examples(hits: list[Hit]) -> str:
    quoted = dict.fromkeys(hit.note.partition("“")[2].partition("”")[0] for hit in hits)
    shown = [f"“{query}”" for query in list(quoted)[:5]]
    return ", ".join(shown) + ("." if len(quoted) <= 5 else ", and others.")
