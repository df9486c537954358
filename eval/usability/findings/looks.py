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
from collections.abc import Iterator

from envs.actions import action_name
from envs.observation import Element
from eval.usability.findings.actions import words_of
from eval.usability.findings.problem import Hit, Logs, Problem
from eval.usability.reading import PRICE
from eval.usability.visits import Seen, TaskVisit

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
    bare: defaultdict[str, list[Hit]] = defaultdict(list)
    lists: defaultdict[str, list[Seen]] = defaultdict(list)
    opened: dict[str, str] = {}
    for visit in logs.visits:
        for n, seen in enumerate(visit.seen):
            cards = _cards(seen)
            if len(cards) >= FEWEST_CARDS and len(cards) >= len(seen.step.names) // 6:
                lists[seen.page].append(seen)
                priced = sum(bool(PRICE.search(card)) for card in cards.values())
                if priced < FEW_PRICES * len(cards):
                    note = f"Saw {len(cards)} products and no price."
                    bare[seen.page].append(Hit(visit, n, note))
            elif seen.arrived and PRICE.search(seen.text.text):
                opened.setdefault(visit.participant, seen.page)
    if not opened:
        return
    where = Counter(opened.values()).most_common(1)[0][0]
    for page, hits in bare.items():
        if 2 * len(hits) < len(lists[page]) or page == where:
            continue
        yield Problem(
            kind="late-price",
            page=page,
            element=None,
            title=f"Prices are shown late: not in the lists at {page}",
            detail=f"{len(hits)} of {len(lists[page])} views of this list showed no prices; "
            f"customers first met one at {where}.",
            suggestion="Show the price of every product in the list.",
            norm="Held against Baymard's guidelines for product lists: the price is needed to "
            "choose what to open.",
            impact=2,
            hits=tuple(hits),
            exposed=logs.on(page),
            standing=True,
        )


def far_targets(logs: Logs) -> Iterator[Problem]:
    """Buttons towards buying that stand below the first screen, by where they were when customers
    came to the page."""
    places: defaultdict[tuple[str, str], list[tuple[float, Hit]]] = defaultdict(list)
    for visit in logs.visits:
        for n, seen in enumerate(visit.seen):
            if not seen.arrived or seen.step.viewport is None or not seen.step.viewport.height:
                continue
            for element in _towards_buying(seen):
                assert element.box is not None
                end = element.box.y + element.box.height
                screens = end / seen.step.viewport.height
                key = seen.page, element.name.rpartition(".")[2]
                shown = _pressed(visit, n, element.name)
                note = f"Stood {screens:.1f} screens from the top of the page."
                box = None if shown != n else element.box
                places[key].append((screens, Hit(visit, shown, note, box)))
    for (page, target), found in places.items():
        middle = statistics.median(screens for screens, _ in found)
        if middle <= FIRST_SCREEN:
            continue
        pressed = {h.visit.participant for _, h in found if _acts_on(h, target)}
        people = {h.visit.participant for _, h in found}
        yield Problem(
            kind="far-target",
            page=page,
            element=target,
            title=f"“{words_of(target)}” is out of sight on {page}",
            detail=f"It ends {middle:.1f} screens from the top, so nobody sees it without "
            f"scrolling; {len(pressed)} of the {len(people)} customers who came here pressed it.",
            suggestion="Put it beside what it acts on, within the first screen, or keep it in view "
            "while the page scrolls.",
            norm="Held against Fessenden (Nielsen Norman Group, 2018): the first screen gets 57 % "
            "of the attention, everything beyond the second 26 %.",
            impact=3 if middle > SECOND_SCREEN else 2,
            hits=tuple(hit for screens, hit in found if screens > FIRST_SCREEN),
            exposed=logs.on(page),
            standing=True,
        )


def unclear_labels(logs: Logs) -> Iterator[Problem]:
    """Controls whose label says nothing, or that have none."""
    seen_on: defaultdict[str, list[Hit]] = defaultdict(list)
    labels: defaultdict[str, Counter[str]] = defaultdict(Counter)
    used: defaultdict[str, set[str]] = defaultdict(set)
    for visit in logs.visits:
        for n, seen in enumerate(visit.seen):
            unclear = {e.name: (e, said) for e in seen.step.names if (said := _nothing(e, seen))}
            if not unclear:
                continue
            labels[seen.page].update({said for _, said in unclear.values()})
            acted = action_name(seen.step.action)
            if acted in unclear:
                used[seen.page].add(visit.participant)
            shown, said = unclear.get(acted or "", next(iter(unclear.values())))
            hit = Hit(visit, n, f"Was offered “{said}”.", shown.box)
            seen_on[seen.page].append(hit)
    for page, hits in seen_on.items():
        if len(labels[page]) < FEWEST_LABELS:
            continue
        people = {hit.visit.participant for hit in hits}
        named = ", ".join(f"“{label}”" for label, _ in labels[page].most_common(5))
        yield Problem(
            kind="unclear-label",
            page=page,
            element=labels[page].most_common(1)[0][0],
            title=f"Labels on {page} say nothing: {named}",
            detail=f"{len(people)} customers saw {len(labels[page])} such labels, and "
            f"{len(used[page])} used one of them.",
            suggestion="Name each control by what it does or holds, in words customers use.",
            norm="Held against WCAG 2.2, 2.4.6 and 2.4.4: labels say what a control is for.",
            impact=1 if used[page] else 2,
            hits=tuple(hits),
            exposed=logs.on(page),
            standing=True,
        )


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


def _towards_buying(seen: Seen) -> list[Element]:
    """Controls of kind buy or cart that are alone of their name on the page."""
    ours = [e for e in seen.step.names if e.kind in ("buy", "cart") and e.box is not None]
    named = Counter(e.name.rpartition(".")[2] for e in ours)
    return [e for e in ours if named[e.name.rpartition(".")[2]] == 1]


def _pressed(visit: TaskVisit, first: int, name: str) -> int:
    """The step on this page that acted on `name`; the first look where none did."""
    for seen in visit.seen[first:]:
        if seen.key != visit.seen[first].key:
            break
        if action_name(seen.step.action) == name:
            return seen.step.index
    return first


def _acts_on(hit: Hit, element: str) -> bool:
    acted = action_name(hit.visit.seen[hit.index].step.action) or ""
    return acted.rpartition(".")[2] == element


def _nothing(element: Element, seen: Seen) -> str:
    """The label of a control that says nothing; '' for one that says something."""
    label = seen.text.label(element.name)
    if label:
        return label if _SAYS_NOTHING.match(label) else ""
    last = re.sub(r"_\d+$", "", element.name.rpartition(".")[2])
    unnamed = element.role in ("button", "link") and _SAYS_NOTHING.match(last.replace("_", " "))
    return f"({element.role} without a name)" if unnamed else ""
