"""Why people left: their last thoughts, sorted by what they speak of, in their own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from agent.sessions.outcome import SessionOutcome
from agent.study.from_log.words import words
from eval.visits import StepView, Visit

QUOTES = 4
"""Quotes shown of a reason."""
_NOT_THERE = re.compile(
    r"\b(?:no results?|nothing (?:fits|suits|here|matches|found|of|like)"
    r"|(?:can.?t|cannot|could.?n.?t|did.?n.?t|not) find|none of"
    r"|do(?:es)?(?: not|n.?t) (?:sell|have|carry)|not what i|not sold|no such)"
    r"|\b(?:nichts (?:gefunden|passendes)|nicht gefunden|kein\w* (?:ergebnis|treffer))"
    r"|\b(?:rien trouvé|pas trouvé|aucun résultat)|\b(?:no encuentr\w+|nada|ningún resultado)",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"\b(?:broken|error|does.?n.?t work|not work\w*|nothing happen\w*|stuck|too slow|loading|"
    r"keeps? (?:coming|showing)|funktioniert nicht|fehler|ne marche pas|erreur|no funciona)\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:not (?:convinced|sure)|unsure|doubt\w*|think (?:about|it over)"
    r"|look (?:elsewhere|around)|compare|another shop|later"
    r"|nicht überzeugt|unsicher|pas (?:convaincu|sûr)|no estoy segur)",
    re.IGNORECASE,
)
_LOOKED = re.compile(
    r"\b(?:(?:only|just) (?:wanted to |want to |here to |came to )?(?:compar|look|brows)\w*"
    r"|window.?shopping|wollte nur (?:schauen|vergleichen)|nur (?:schauen|umsehen)"
    r"|voulais (?:juste|seulement) (?:regarder|comparer)"
    r"|s[oó]lo (?:quer[ií]a )?(?:mirar|comparar))",
    re.IGNORECASE,
)
_COSTS = re.compile(r"\b(?:costs?|kostet|co[uû]te|cuesta)\s+\S*\d\S*", re.IGNORECASE)
"""What is only said to cost so much is no complaint about it."""
_DEAR = re.compile(
    r"\b(?:more than|over|above|beyond|less than) (?:i|my|what i)\b|\btoo much\b", re.IGNORECASE
)
_DONE = re.compile(
    r"\b(?:task is (?:done|complete\w*)|(?:found|have|got|know) (?:what|all|everything) i|"
    r"i am done|i.?m done|that is all|fertig|j.ai (?:fini|trouvé)|he terminado)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quote:
    """What a customer thought last, at which step, and on which page."""

    visit: Visit
    step: StepView | None
    text: str


@dataclass(frozen=True)
class Reason:
    """Everybody who left for one reason, or was stopped: `chosen` says which of the two. `pages`
    are where they were, the most frequent first, each with how many."""

    label: str
    chosen: bool
    quotes: tuple[Quote, ...]
    pages: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        return len(self.quotes)

    @property
    def shown(self) -> tuple[Quote, ...]:
        """A few, each in other words."""
        told = {" ".join(one.text.casefold().split()): one for one in self.quotes if one.text}
        return tuple(told.values())[:QUOTES]


_STOPPED = {
    SessionOutcome.STUCK: "Got stuck, and did not choose to leave",
    SessionOutcome.LIMIT: "Was still shopping when the visit was ended",
}


def reasons(visits: Iterable[Visit]) -> list[Reason]:
    """Of all visits that counted and ordered nothing; who chose to leave first, the most frequent
    reason first."""
    grouped: dict[tuple[bool, str], list[Quote]] = {}
    for visit in visits:
        if visit.outcome.ordered or not visit.outcome.finished:
            continue
        quote = _last(visit)
        stopped = _STOPPED.get(visit.outcome)
        label = stopped or _label(_at_the_end(visit))
        grouped.setdefault((stopped is None, label), []).append(quote)
    found = [
        Reason(label, chosen, tuple(quotes), _pages(quotes))
        for (chosen, label), quotes in grouped.items()
    ]
    return sorted(found, key=lambda one: (not one.chosen, -one.count, one.label))


def _last(visit: Visit) -> Quote:
    """The last thought, at the end or on the way there."""
    thought = next((step for step in reversed(visit.steps) if step.reasoning), None)
    if thought is None:
        return Quote(visit, visit.steps[-1] if visit.steps else None, "")
    return Quote(visit, thought, thought.reasoning or "")


def _at_the_end(visit: Visit) -> str:
    """What was thought when leaving; what was thought on the way there is no reason for it."""
    return (visit.steps[-1].reasoning or "") if visit.steps else ""


def _label(thought: str) -> str:
    if not thought:
        return "No reason was given"
    return next((label for label, speaks in _TESTS if speaks(thought)), "Other")


def _speaks_of_price(thought: str) -> bool:
    said = _COSTS.sub(" ", thought)
    return bool(words().subjects["price"].search(said) or _DEAR.search(thought))


def _about(subject: str) -> Callable[[str], object]:
    return lambda thought: words().subjects[subject].search(thought)


_TESTS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("Something did not work", _BROKEN.search),
    ("Did not find it", _NOT_THERE.search),
    ("Only looked and compared", _LOOKED.search),
    ("The price", _speaks_of_price),
    ("Delivery and returns", _about("delivery")),
    ("Delivery and returns", _about("returns")),
    ("Not in stock, or not in the right size", _about("stock")),
    ("Had what they came for", _DONE.search),
    ("Not convinced", _UNSURE.search),
    ("Ratings and reviews", _about("reviews")),
)
"""Reasons, and what tells them; the first that fits is taken."""


def _pages(quotes: Sequence[Quote]) -> tuple[tuple[str, int], ...]:
    count: dict[str, int] = {}
    for one in quotes:
        last = one.visit.steps[-1] if one.visit.steps else None
        where = (last.title or last.page) if last else "no page was seen"
        count[where] = count.get(where, 0) + 1
    return tuple(sorted(count.items(), key=lambda item: (-item[1], item[0]))[:3])
