"""Pages that hide what people need: prices that come late, buttons far down, labels that say
nothing.

Sources: Baymard Institute, Product lists and filtering (2015): list items need the price;
Fessenden, Scrolling and attention (Nielsen Norman Group, 2018): 57 % of viewing time is spent on
the first screen and 74 % on the first two; WCAG 2.2, 2.4.6 (headings and labels), 2.4.4 and
4.1.2, and its failure F84.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping

from envs.actions import action_name
from envs.observation import Element
from eval.usability.findings.actions import words_of
from eval.usability.findings.problem import Hit, Logs, Problem
from eval.usability.page_text import PRICE
from eval.usability.task_visits import Seen, TaskVisit

FEWEST_CARDS = 3
"""Products on a page that is a list."""
FEW_PRICES = 0.1
"""A list shows no prices when fewer of its products than this have one."""
FIRST_SCREEN = 1.0
SECOND_SCREEN = 2.0
"""Screens from the top of the page."""
_GENERIC = (
    "attribute block box button category choice column element feature field filter group icon "
    "image img item label link list menu option parameter property section tab type value untitled "
    "undefined null placeholder"
)
_SAYS_NOTHING = re.compile(
    rf"^(?:(?:{'|'.join(_GENERIC.split())})[\s_#-]*(?:\d{{1,3}}|[a-z])?|click here|here|link text)"
    "$",
    re.I,
)
FEWEST_LABELS = 2
"""One odd label may be a word the shop means; two are a habit."""


def late_prices(logs: Logs) -> Iterator[Problem]:
    """Lists of products without prices, though there are prices further on."""
    hits: defaultdict[str, list[Hit]] = defaultdict(list)
    lists: Counter[str] = Counter()
    opened: dict[str, str] = {}
    header = _everywhere(logs)
    for visit in logs.visits:
        for n, seen in enumerate(visit.seen):
            if _sells(seen, header):
                if PRICE.search(seen.text.text):
                    opened.setdefault(visit.participant, seen.page)
            elif len(cards := _cards(seen)) >= FEWEST_CARDS:
                lists[seen.page] += 1
                priced = sum(bool(PRICE.search(card)) for card in cards.values())
                if priced < FEW_PRICES * len(cards):
                    note = f"Saw {len(cards)} products and no price."
                    hits[seen.page].append(Hit(visit, n, note))
    bare = {page: theirs for page, theirs in hits.items() if 2 * len(theirs) >= lists[page]}
    priced_pages = Counter(opened.values())
    if not bare or not priced_pages:
        return
    where = priced_pages.most_common(1)[0][0]
    pages = sorted(bare, key=lambda page: -len(bare[page]))
    found = [hit for page in pages for hit in bare[page]]
    views = sum(lists[page] for page in pages)
    yield Problem(
        kind="late-price",
        page=pages[0],
        element=None,
        title=f"Prices are shown late: not in the lists at {' and '.join(pages[:3])}",
        detail=f"{len(found)} of {views} views of lists showed no prices; customers first met one "
        f"at {where}.",
        suggestion="Show the price of every product in the list.",
        norm="Measured against Baymard's guidelines for product lists: the price is needed "
        "to choose "
        "what to open.",
        impact=2,
        hits=tuple(found),
        exposed=frozenset().union(*(logs.on(page) for page in pages)),
        standing=True,
    )


def far_targets(logs: Logs) -> Iterator[Problem]:
    """Buttons towards buying that stand below the first screen, by where they were when customers
    came to the page; all those of a kind of page together."""
    places: defaultdict[str, defaultdict[str, list[tuple[float, Hit]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for visit in logs.visits:
        for n, seen in enumerate(visit.seen):
            for element, screens in _towards_buying(seen):
                step = _pressed(visit, n, element.name)
                note = f"“{_own_name(element)}” stood {screens:.1f} screens from the top."
                hit = Hit(visit, step, note, element.box if step == n else None)
                places[seen.page][_own_name(element)].append((screens, hit))
    for page, targets in places.items():
        far = {
            target: middle
            for target, found in targets.items()
            if (middle := statistics.median(screens for screens, _ in found)) > FIRST_SCREEN
        }
        if far:
            found = [one for target in far for one in targets[target]]
            yield _far(page, far, found)


def _far(page: str, far: dict[str, float], found: list[tuple[float, Hit]]) -> Problem:
    """The problem of a page whose buttons `far` end so many screens from its top."""
    names = " and ".join(f"“{words_of(target)}”" for target in sorted(far))
    middle = min(far.values())
    people = {hit.visit.participant for _, hit in found}
    pressed = {hit.visit.participant for _, hit in found if _acts_on(hit, far)}
    return Problem(
        kind="far-target",
        page=page,
        element=min(far, key=lambda target: far[target]),
        title=f"{names} {'is' if len(far) == 1 else 'are'} out of sight on {page}",
        detail=f"{middle:.1f} screens from the top, so nobody sees it without scrolling; "
        f"{len(pressed)} of the {len(people)} customers who came here pressed it.",
        suggestion="Put it beside what it acts on, within the first screen, or keep it in view "
        "while the page scrolls.",
        norm="Measured against Fessenden (Nielsen Norman Group, 2018): the first screen gets "
        "57 % of "
        "the attention, everything beyond the second 26 %.",
        impact=3 if middle > SECOND_SCREEN else 2,
        hits=tuple(hit for screens, hit in found if screens > FIRST_SCREEN),
        exposed=frozenset(people),
        standing=True,
    )


def unclear_labels(logs: Logs) -> Iterator[Problem]:
    """Controls whose label says nothing, or that have none; pages that share them together."""
    hits: defaultdict[str, list[Hit]] = defaultdict(list)
    users: defaultdict[str, set[str]] = defaultdict(set)
    labels: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for visit in logs.visits:
        for n, seen in enumerate(visit.seen):
            unclear = {e.name: (e, said) for e in seen.step.names if (said := _nothing(e, seen))}
            if unclear:
                labels[seen.page].update({said for _, said in unclear.values()})
                acted = action_name(seen.step.action) or ""
                shown, said = unclear.get(acted, next(iter(unclear.values())))
                note = f"Was offered “{said}”."
                if acted in unclear:
                    note = f"Used “{said}”."
                    users[seen.page].add(visit.participant)
                hits[seen.page].append(Hit(visit, n, note, shown.box))
    for pages in _alike(labels):
        met = [hit for page in pages for hit in hits[page]]
        all_said = {label for page in pages for label in labels[page]}
        if len(all_said) >= FEWEST_LABELS:
            used = frozenset().union(*(users[page] for page in pages))
            yield _unclear(logs, pages, all_said, met, used)


def _unclear(
    logs: Logs, pages: list[str], said: set[str], hits: list[Hit], used: frozenset[str]
) -> Problem:
    """`used` are the participants who used one of the controls."""
    people = {hit.visit.participant for hit in hits}
    named = ", ".join(f"“{label}”" for label in sorted(said)[:5])
    return Problem(
        kind="unclear-label",
        about="",
        page=pages[0],
        element=min(said),
        title=f"Labels on {' and '.join(pages[:3])} say nothing: {named}",
        detail=f"{len(people)} customers saw {len(said)} such labels, and {len(used)} used one.",
        suggestion="Name each control by what it does or holds, in words customers use.",
        norm="Measured against WCAG 2.2, 2.4.6 and 2.4.4: labels say what a control is for.",
        impact=1 if used else 2,
        hits=tuple(hits),
        exposed=frozenset().union(*(logs.on(page) for page in pages)),
        standing=True,
    )


def _alike(labels: Mapping[str, Counter[str]]) -> list[list[str]]:
    """Pages in groups that share a label, those with most of them first."""
    groups: list[tuple[set[str], list[str]]] = []
    for page in sorted(labels, key=lambda page: -labels[page].total()):
        known = next((g for g in groups if g[0] & set(labels[page])), None)
        if known is None:
            groups.append((set(labels[page]), [page]))
        else:
            known[0].update(labels[page])
            known[1].append(page)
    return [pages for _, pages in groups]


def _everywhere(logs: Logs) -> frozenset[str]:
    """Controls of kind buy or cart on the pages where visits began: the shop's frame."""
    first = (visit.seen[0] for visit in logs.visits if visit.seen)
    return frozenset(e.name for s in first for e in s.step.names if e.kind in ("buy", "cart"))


def _sells(seen: Seen, frame: Collection[str]) -> bool:
    """Whether something can be bought on this very page."""
    return any(e.kind in ("buy", "cart") and e.name not in frame for e in seen.step.names)


def _cards(seen: Seen) -> dict[str, str]:
    """The products of a page, by name, with the words in each and up to the next."""
    cards: dict[str, str] = {}
    last = ""
    for element in seen.step.names:
        if element.kind == "product":
            last = element.name
            cards[last] = seen.text.label(last)
        if last and element.name in (last, *(() if element.kind == "product" else (element.name,))):
            cards[last] += f" {seen.text.after(element.name)}"
    return _joined(cards)


def _joined(cards: dict[str, str]) -> dict[str, str]:
    """Cards with the same words before the price are one product linked twice (picture, title)."""
    merged: dict[str, str] = {}
    for name, words in cards.items():
        key = name.rpartition(".")[0] or name
        merged[key] = f"{merged.get(key, '')} {words}"
    return merged if len(merged) * 2 >= len(cards) else cards


def _towards_buying(seen: Seen) -> Iterator[tuple[Element, float]]:
    """Controls of kind buy or cart that are alone of their name on a page just come to, and how
    many screens from the top they end."""
    view = seen.step.viewport
    if not seen.arrived or view is None or not view.height:
        return
    ours = [e for e in seen.step.names if e.kind in ("buy", "cart")]
    named = Counter(map(_own_name, ours))
    if max(named.values(), default=0) >= FEWEST_CARDS:
        return  # a list whose items have such buttons: those further down are far by nature
    for element in ours:
        if element.box is not None and named[_own_name(element)] == 1:
            yield element, (element.box.y + element.box.height) / view.height


def _own_name(element: Element) -> str:
    return element.name.rpartition(".")[2]


def _pressed(visit: TaskVisit, first: int, name: str) -> int:
    """The step on this page that acted on `name`; the first look where none did."""
    for seen in visit.seen[first:]:
        if seen.key != visit.seen[first].key:
            break
        if action_name(seen.step.action) == name:
            return seen.step.index
    return first


def _acts_on(hit: Hit, targets: Collection[str]) -> bool:
    acted = action_name(hit.visit.seen[hit.index].step.action) or ""
    return acted.rpartition(".")[2] in targets


def _nothing(element: Element, seen: Seen) -> str:
    """The label of a control that says nothing; '' for one that says something."""
    label = seen.text.label(element.name)
    if label:
        return label if _SAYS_NOTHING.match(label) else ""
    last = re.sub(r"_\d+$", "", element.name.rpartition(".")[2])
    unnamed = element.role in ("button", "link") and _SAYS_NOTHING.match(last.replace("_", " "))
    return f"({element.role} without a name)" if unnamed else ""
