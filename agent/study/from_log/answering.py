"""An answer put together of what a log holds: each sentence cites the steps that it is from.

What the log does not hold is said to be missing, and never filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import msgspec

from agent.sessions.outcome import outcome_of
from agent.sessions.session import Session
from agent.study.from_log import evidence
from agent.study.from_log.evidence import Note
from agent.study.from_log.leaving import buy, leave, loops, not_buy
from agent.study.from_log.visit import MOST_NOTES, Visit, listed, sentence
from agent.study.from_log.words import Pattern, asked_about, words

MOST_STEPS = 12
"""Steps told when asked for the whole visit."""
_BEYOND = (
    "The log cannot answer this: it holds what was done, seen and thought in one visit, not what "
    "would be."
)
_UNKNOWN = (
    "The log cannot answer this: it holds what was done, seen and thought, and the question is "
    "about none of it that is known here."
)


class LogAnswer(msgspec.Struct, frozen=True):
    """What is said. `known`: the log holds something of what was asked, if only that it holds
    nothing of it; else `text` says that it cannot tell."""

    text: str
    known: bool


def answer_from_log(
    question: str, session: Session, wanted: str, ending: str, *, closed: bool = False
) -> LogAnswer:
    """What the log of a visit of at least one step says to a question in English, German, French
    or Spanish. `wanted` is what the visit was for, `ending` how it ended; both may be empty.
    `closed`: the window was closed by the study, whose task was over."""
    asked = asked_about(question)
    if asked.beyond:
        return LogAnswer(_BEYOND, known=False)
    visit = Visit(session, wanted.strip(), ending.strip(), closed)
    told = [_ACTS[act](visit) for act in asked.acts if act in _ACTS]
    told += [_subject(visit, subject) for subject in asked.subjects]
    if asked.words:
        told.append(_mention(visit, asked.words))
    if not told:
        return LogAnswer(_UNKNOWN, known=False)
    return LogAnswer(" ".join(dict.fromkeys(told)), known=True)


def _hard(visit: Visit) -> str:
    session = visit.session
    notes = [
        *evidence.failures(session),
        *evidence.searches_without_results(session),
        *evidence.waits(session),
    ]
    told = [listed(notes)] if notes else []
    told += [noted] if (noted := loops(visit).rstrip(".")) else []
    complaints = evidence.thoughts(session.steps, words().said["bad"])
    if complaints:
        told.append(f"thought {listed(complaints)}")
    if told:
        return f"What did not go smoothly by the log: {'; '.join(told)}."
    return (
        f"Nothing in the log says that anything was hard: every action worked, {visit.whole}, "
        "no page said that nothing was found, and no thought complains."
    )


def _wanted(visit: Visit) -> str:
    searches = [evidence.did(step) for step in evidence.of_kind(visit.session, "search")]
    goal = f"Came for: {evidence.quoted(visit.wanted)}." if visit.wanted else ""
    goal = goal or "The log holds no goal."
    if searches:
        return f"{goal} {sentence(listed(searches))}."
    first = evidence.did(visit.session.steps[0])
    return f"{goal} Searched for nothing; first {first}."


def _found(visit: Visit) -> str:
    """Whether it was found is for who asks to judge: what was wanted, and how it ended."""
    ended = buy(visit) if outcome_of(visit.session).ordered else leave(visit)
    return f"{_wanted(visit)} {ended}"


def _thought(visit: Visit) -> str:
    thoughts = evidence.thoughts(visit.session.steps)
    if not thoughts:
        return f"The log holds no thoughts, {visit.whole}."
    return f"Thought {listed(thoughts, MOST_STEPS // 2)}."


def _searched(visit: Visit) -> str:
    searches = [evidence.did(step) for step in evidence.of_kind(visit.session, "search")]
    if not searches:
        return f"Searched for nothing, {visit.whole}."
    failed = list(evidence.searches_without_results(visit.session))
    told = f" {sentence(listed(failed))}." if failed else ""
    return f"{sentence(listed(searches, 6))}.{told}"


def _opened(visit: Visit) -> str:
    opened = evidence.opened(visit.session)
    if not opened:
        return f"Opened no product, {visit.whole}."
    return f"Opened {listed(opened, 6)}."


def _compare(visit: Visit) -> str:
    """The products opened, which alone were seen side by side with their prices."""
    opened = evidence.opened(visit.session)
    lists = evidence.listed_products(visit.session, 4)
    beside = f" Lists showed {listed(lists)}." if lists else ""
    thoughts = evidence.thoughts(visit.session.steps, words().acts["compare"])
    thought = f" Thought {listed(thoughts)}." if thoughts else ""
    if len(opened) > 1:
        return f"Opened {len(opened)} products: {listed(opened, 6)}.{thought}"
    if opened:
        return f"Opened one product only: {opened[0]}.{beside}{thought}"
    return f"Opened no product, {visit.whole}.{beside}{thought}"


def _like(visit: Visit) -> str:
    good, bad = words().said["good"], words().said["bad"]
    notes = [n for n in evidence.thoughts(visit.session.steps, good) if not bad.search(n.text)]
    chosen = [evidence.did(step) for step in evidence.of_kind(visit.session, "cart", "buy")]
    if notes or chosen:
        told = f"Thought {listed(notes)}." if notes else ""
        return f"{told} {sentence(listed(chosen))}.".strip() if chosen else told
    opened = evidence.opened(visit.session)
    looked = f"; what was opened: {listed(opened)}" if opened else ""
    return f"No thought in the log says what was liked, {visit.whole}{looked}."


def _dislike(visit: Visit) -> str:
    complaints = evidence.thoughts(visit.session.steps, words().said["bad"])
    hitches = [*evidence.searches_without_results(visit.session), *evidence.failures(visit.session)]
    told = [f"Thought {listed(complaints)}."] if complaints else []
    told += [f"What did not work: {listed(hitches)}."] if hitches else []
    return (
        " ".join(told)
        or f"No thought in the log complains, and every action worked, {visit.whole}."
    )


def _course(visit: Visit) -> str:
    notes = [evidence.did(step) for step in visit.session.steps]
    return f"{sentence(listed(notes, MOST_STEPS))}. {visit.ending}".strip()


def _time(visit: Visit) -> str:
    steps = visit.session.steps
    seconds = (steps[-1].timestamp - visit.session.started_at).total_seconds()
    pages = len({step.url for step in steps})
    return (
        f"{len(steps)} {'step' if len(steps) == 1 else 'steps'} on {pages} "
        f"{'page' if pages == 1 else 'pages'}, {visit.whole}, in {max(0, seconds):.0f} s "
        "by the clock of the log."
    )


_ACTS: dict[str, Callable[[Visit], str]] = {
    "leave": leave,
    "not_buy": not_buy,
    "buy": buy,
    "hard": _hard,
    "wanted": _wanted,
    "found": _found,
    "thought": _thought,
    "searched": _searched,
    "opened": _opened,
    "compare": _compare,
    "dislike": _dislike,
    "like": _like,
    "course": _course,
    "time": _time,
}


def _subject(visit: Visit, subject: str) -> str:
    """What of a thing was shown, used and thought."""
    session, about = visit.session, words().subjects[subject]
    seen = _seen(visit, subject, about)
    used = [evidence.did(step) for step in session.steps if _uses(step.kind, subject)]
    thoughts = evidence.thoughts(session.steps, about)
    label = subject.capitalize()
    told = [f"{label}: pages showed {listed(seen)}."] if seen else []
    if used:
        told.append(f"{sentence(listed(used))}.")
    elif seen and subject == "filters":
        told.append("None was chosen.")
    if not told:
        told = [f"{label}: no page in the log speaks of it, {visit.whole}."]
    told.append(
        f"Thought {listed(thoughts)}." if thoughts else "No thought in the log speaks of it."
    )
    return " ".join(told)


def _seen(visit: Visit, subject: str, about: Pattern) -> list[Note]:
    match subject:
        case "price":
            return evidence.prices(visit.session, MOST_NOTES)
        case "filters":
            return evidence.filters_offered(visit.session, 5)
        case _:
            return evidence.shown(visit.session, about, MOST_NOTES)


def _uses(kind: str, subject: str) -> bool:
    return (kind, subject) in (("filter", "filters"), ("cart", "cart"))


def _mention(visit: Visit, asked: Iterable[str]) -> str:
    """Whether pages or thoughts have the very words."""
    told = []
    for word in asked:
        about = _words_like(word)
        notes = evidence.shown(visit.session, about, MOST_NOTES)
        notes = notes or evidence.thoughts(visit.session.steps, about)[:MOST_NOTES]
        where = listed(notes) if notes else f"in no page or thought of the log, {visit.whole}"
        told.append(f"“{evidence.plain(word)}”: {where}.")
    return " ".join(told)


def _words_like(word: str) -> Pattern:
    """A word, and what begins so: ``drill`` finds ``drills``."""
    return re.compile(rf"\b{re.escape(word)}", re.IGNORECASE)
