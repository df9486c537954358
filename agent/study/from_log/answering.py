"""An answer put together of what a log holds: each sentence cites the steps that it is from.

What the log does not hold is said to be missing, and never filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import msgspec

from agent.sessions.outcome import SessionOutcome, outcome_of
from agent.sessions.session import Finding, Session
from agent.study.from_log import evidence
from agent.study.from_log.evidence import Note
from agent.study.from_log.words import Pattern, asked_about, words

MOST_NOTES = 3
"""Quotations for one thing."""
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
_FAILED = (SessionOutcome.ERROR, SessionOutcome.UNFINISHED)


class LogAnswer(msgspec.Struct, frozen=True):
    """What is said. `known`: the log holds something of what was asked, if only that it holds
    nothing of it; else `text` says that it cannot tell."""

    text: str
    known: bool


class _Visit(msgspec.Struct, frozen=True):
    """A visit that is asked about: what it was for, and how it ended, in a sentence each.
    `closed`: by the study, not by the customer."""

    session: Session
    wanted: str
    ending: str
    closed: bool

    @property
    def last(self) -> int:
        return len(self.session.steps) - 1

    @property
    def whole(self) -> str:
        """The steps of all pages that were seen."""
        return "[0]" if self.last == 0 else f"[0] to [{self.last}]"


def answer_from_log(
    question: str, session: Session, wanted: str, ending: str, *, closed: bool = False
) -> LogAnswer:
    """What the log of a visit of at least one step says to a question in English, German, French
    or Spanish. `wanted` is what the visit was for, `ending` how it ended; both may be empty.
    `closed`: the window was closed by the study, whose task was over."""
    asked = asked_about(question)
    if asked.beyond:
        return LogAnswer(_BEYOND, known=False)
    visit = _Visit(session, wanted.strip(), ending.strip(), closed)
    told = [_ACTS[act](visit) for act in asked.acts if act in _ACTS]
    told += [_subject(visit, subject) for subject in asked.subjects]
    if asked.words:
        told.append(_mention(visit, asked.words))
    if not told:
        return LogAnswer(_UNKNOWN, known=False)
    return LogAnswer(" ".join(dict.fromkeys(told)), known=True)


def _leave(visit: _Visit) -> str:
    """Why the visit ended, by the thought at its end, and what led there."""
    session, last = visit.session, visit.session.steps[-1]
    outcome = outcome_of(session)
    if outcome.ordered:
        return f"Did not leave without ordering: {evidence.did(last)}.{_thought_at(visit)}"
    if outcome in _FAILED:
        return f"Did not leave: the visit broke off after [{last.index}]. {visit.ending}".strip()
    if outcome is not SessionOutcome.TERMINATE:
        told = f"Did not leave: the visit was ended; last {evidence.did(last)}."
        return f"{told} {_sentence(_loops(visit))}".strip()
    if visit.closed:
        return f"Did not choose to leave: {_closed(visit)}{_before_leaving(visit)}"
    ended = f" {visit.ending}" if visit.ending and not last.reasoning else ""
    return f"Left at [{last.index}].{_thought_at(visit)}{ended}{_before_leaving(visit)}"


def _closed(visit: _Visit) -> str:
    """That the task was over, how, and what was thought last."""
    earlier = evidence.thoughts(visit.session.steps)
    told = f"the study closed the window at [{visit.last}], the task being over. {visit.ending}"
    return told.rstrip() + (f" The last thought: {earlier[-1]}." if earlier else "")


def _thought_at(visit: _Visit) -> str:
    """The last thought; that there is none, where there is none."""
    thought = evidence.thoughts(visit.session.steps[-1:])
    if thought:
        return f" The thought then: {thought[0]}."
    earlier = evidence.thoughts(visit.session.steps)
    told = f" The log holds no reason for it: nothing was thought at [{visit.last}]."
    return told + (f" The last thought before: {earlier[-1]}." if earlier else "")


def _before_leaving(visit: _Visit) -> str:
    """What had been tried, and what of it had not worked."""
    session = visit.session
    searches = [evidence.did(step) for step in evidence.of_kind(session, "search")]
    opened = evidence.opened(session)
    told = f" Before: {_listed(searches)}." if searches else ""
    if opened:
        told += f" Opened {_listed(opened)}."
    elif searches:
        told += f" Opened no product, {visit.whole}."
    hitches = [*evidence.searches_without_results(session), *evidence.failures(session)]
    return told + (f" What did not work: {_listed(hitches)}." if hitches else "")


def _not_buy(visit: _Visit) -> str:
    if outcome_of(visit.session).ordered:
        return _buy(visit)
    carted = [
        evidence.did(step) for step in evidence.of_kind(visit.session, "cart") if step.result.ok
    ]
    told = f" For the cart: {_listed(carted)}." if carted else ""
    return f"Ordered nothing.{told} {_leave(visit)}"


def _buy(visit: _Visit) -> str:
    session = visit.session
    if not outcome_of(session).ordered:
        return f"Ordered nothing, {visit.whole}."
    about = evidence.thoughts(evidence.of_kind(session, "cart", "buy"))
    opened = evidence.opened(session)
    told = f" What was opened: {_listed(opened)}." if opened else ""
    thought = f" The thoughts then: {_listed(about)}." if about else _thought_at(visit)
    return f"Ordered: {evidence.did(session.steps[-1])}.{thought}{told}"


def _hard(visit: _Visit) -> str:
    session = visit.session
    notes = [
        *evidence.failures(session),
        *evidence.searches_without_results(session),
        *evidence.waits(session),
    ]
    told = [_listed(notes)] if notes else []
    told += [loops] if (loops := _loops(visit).rstrip(".")) else []
    complaints = evidence.thoughts(session.steps, words().said["bad"])
    if complaints:
        told.append(f"thought {_listed(complaints)}")
    if told:
        return f"What did not go smoothly by the log: {'; '.join(told)}."
    return (
        f"Nothing in the log says that anything was hard: every action worked, {visit.whole}, "
        "no page said that nothing was found, and no thought complains."
    )


def _loops(visit: _Visit) -> str:
    """What the run itself noted of a visit, e.g. that it went in a circle."""
    noted = [_finding(one, visit.last) for one in visit.session.findings]
    return f"{'; '.join(noted)}." if noted else ""


def _finding(finding: Finding, last: int) -> str:
    return f"{evidence.plain(finding.text, 120)} [{min(finding.step, last)}]"


def _wanted(visit: _Visit) -> str:
    searches = [evidence.did(step) for step in evidence.of_kind(visit.session, "search")]
    goal = f"Came for: {evidence.quoted(visit.wanted)}." if visit.wanted else ""
    goal = goal or "The log holds no goal."
    if searches:
        return f"{goal} {_sentence(_listed(searches))}."
    first = evidence.did(visit.session.steps[0])
    return f"{goal} Searched for nothing; first {first}."


def _found(visit: _Visit) -> str:
    """Whether it was found is for who asks to judge: what was wanted, and how it ended."""
    ended = _buy(visit) if outcome_of(visit.session).ordered else _leave(visit)
    return f"{_wanted(visit)} {ended}"


def _thought(visit: _Visit) -> str:
    thoughts = evidence.thoughts(visit.session.steps)
    if not thoughts:
        return f"The log holds no thoughts, {visit.whole}."
    return f"Thought {_listed(thoughts, MOST_STEPS // 2)}."


def _searched(visit: _Visit) -> str:
    searches = [evidence.did(step) for step in evidence.of_kind(visit.session, "search")]
    if not searches:
        return f"Searched for nothing, {visit.whole}."
    failed = list(evidence.searches_without_results(visit.session))
    told = f" {_sentence(_listed(failed))}." if failed else ""
    return f"{_sentence(_listed(searches, 6))}.{told}"


def _opened(visit: _Visit) -> str:
    opened = evidence.opened(visit.session)
    if not opened:
        return f"Opened no product, {visit.whole}."
    return f"Opened {_listed(opened, 6)}."


def _compare(visit: _Visit) -> str:
    """The products opened, which alone were seen side by side with their prices."""
    opened = evidence.opened(visit.session)
    lists = evidence.listed_products(visit.session, 4)
    beside = f" Lists showed {_listed(lists)}." if lists else ""
    thoughts = evidence.thoughts(visit.session.steps, words().acts["compare"])
    thought = f" Thought {_listed(thoughts)}." if thoughts else ""
    if len(opened) > 1:
        return f"Opened {len(opened)} products: {_listed(opened, 6)}.{thought}"
    if opened:
        return f"Opened one product only: {opened[0]}.{beside}{thought}"
    return f"Opened no product, {visit.whole}.{beside}{thought}"


def _like(visit: _Visit) -> str:
    good, bad = words().said["good"], words().said["bad"]
    notes = [n for n in evidence.thoughts(visit.session.steps, good) if not bad.search(n.text)]
    chosen = [evidence.did(step) for step in evidence.of_kind(visit.session, "cart", "buy")]
    if notes or chosen:
        told = f"Thought {_listed(notes)}." if notes else ""
        return f"{told} {_sentence(_listed(chosen))}.".strip() if chosen else told
    opened = evidence.opened(visit.session)
    looked = f"; what was opened: {_listed(opened)}" if opened else ""
    return f"No thought in the log says what was liked, {visit.whole}{looked}."


def _dislike(visit: _Visit) -> str:
    complaints = evidence.thoughts(visit.session.steps, words().said["bad"])
    hitches = [*evidence.searches_without_results(visit.session), *evidence.failures(visit.session)]
    told = [f"Thought {_listed(complaints)}."] if complaints else []
    told += [f"What did not work: {_listed(hitches)}."] if hitches else []
    return (
        " ".join(told)
        or f"No thought in the log complains, and every action worked, {visit.whole}."
    )


def _course(visit: _Visit) -> str:
    notes = [evidence.did(step) for step in visit.session.steps]
    return f"{_sentence(_listed(notes, MOST_STEPS))}. {visit.ending}".strip()


def _time(visit: _Visit) -> str:
    steps = visit.session.steps
    seconds = (steps[-1].timestamp - visit.session.started_at).total_seconds()
    pages = len({step.url for step in steps})
    return (
        f"{len(steps)} {'step' if len(steps) == 1 else 'steps'} on {pages} "
        f"{'page' if pages == 1 else 'pages'}, {visit.whole}, in {max(0, seconds):.0f} s "
        "by the clock of the log."
    )


_ACTS: dict[str, Callable[[_Visit], str]] = {
    "leave": _leave,
    "not_buy": _not_buy,
    "buy": _buy,
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


def _subject(visit: _Visit, subject: str) -> str:
    """What of a thing was shown, used and thought."""
    session, about = visit.session, words().subjects[subject]
    seen = _seen(visit, subject, about)
    used = [evidence.did(step) for step in session.steps if _uses(step.kind, subject)]
    thoughts = evidence.thoughts(session.steps, about)
    label = subject.capitalize()
    told = [f"{label}: pages showed {_listed(seen)}."] if seen else []
    if used:
        told.append(f"{_sentence(_listed(used))}.")
    elif seen and subject == "filters":
        told.append("None was chosen.")
    if not told:
        told = [f"{label}: no page in the log speaks of it, {visit.whole}."]
    told.append(
        f"Thought {_listed(thoughts)}." if thoughts else "No thought in the log speaks of it."
    )
    return " ".join(told)


def _seen(visit: _Visit, subject: str, about: Pattern) -> list[Note]:
    match subject:
        case "price":
            return evidence.prices(visit.session, MOST_NOTES)
        case "filters":
            return evidence.filters_offered(visit.session, 5)
        case _:
            return evidence.shown(visit.session, about, MOST_NOTES)


def _uses(kind: str, subject: str) -> bool:
    return (kind, subject) in (("filter", "filters"), ("cart", "cart"))


def _mention(visit: _Visit, asked: Iterable[str]) -> str:
    """Whether pages or thoughts have the very words."""
    told = []
    for word in asked:
        about = _words_like(word)
        notes = evidence.shown(visit.session, about, MOST_NOTES)
        notes = notes or evidence.thoughts(visit.session.steps, about)[:MOST_NOTES]
        where = _listed(notes) if notes else f"in no page or thought of the log, {visit.whole}"
        told.append(f"“{evidence.plain(word)}”: {where}.")
    return " ".join(told)


def _words_like(word: str) -> Pattern:
    """A word, and what begins so: ``drill`` finds ``drills``."""
    return re.compile(rf"\b{re.escape(word)}", re.IGNORECASE)


def _listed(notes: Iterable[Note], most: int = MOST_NOTES) -> str:
    """``a [0], b [2] and 3 more``: the first and the last where there are too many."""
    found = [str(note) for note in notes]
    if len(found) <= most:
        return ", ".join(found)
    return f"{', '.join(found[: most - 1])}, … ({len(found) - most} more), {found[-1]}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
