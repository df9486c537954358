"""What a log holds that an answer can rest on: what was done, thought and shown, by step.

Everything is a quotation with the step it is from; nothing is concluded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from agent.prompts.lines.prices import amount_in
from agent.prompts.lines.reading import Piece, read_pieces
from agent.sessions.describe import describe_action, describe_step, target
from agent.sessions.logged_page import observation_of
from agent.sessions.session import Session, Step
from agent.study.from_log.words import Pattern, words
from envs.actions import Click

LONGEST_QUOTE = 140
"""Characters."""
LONG_WAIT = 2000.0
"""Milliseconds."""


class Note(msgspec.Struct, frozen=True):
    """Something at a step, in words that can stand in an answer."""

    step: int
    text: str

    def __str__(self) -> str:
        return f"{self.text} [{self.step}]"


def quoted(text: str) -> str:
    """Words of the log, cut, in quotation marks; nothing in them looks like a citation."""
    return f"“{plain(text, LONGEST_QUOTE)}”"


def plain(text: str, longest: int = 2 * LONGEST_QUOTE) -> str:
    """On one line, without control characters or square brackets, cut between words."""
    words = "".join(c if c.isprintable() else " " for c in text).split()
    line = " ".join(words).replace("[", "(").replace("]", ")")
    if len(line) <= longest:
        return line
    return line[:longest].rpartition(" ")[0].rstrip(" ,;:") + "…"


def did(step: Step) -> Note:
    """What was done in a step, and what kept it from working."""
    text = plain(str(describe_step(step)))
    if not step.result.ok:
        text += f", which did not work ({plain(step.result.error or 'no reason known', 120)})"
    return Note(step.index, text[:1].lower() + text[1:])


def thoughts(steps: Iterable[Step], about: Pattern | None = None) -> list[Note]:
    """What was thought, of that only sentences that hold what is asked `about`."""
    found = []
    for step in steps:
        said = _sentences(step.reasoning or "", about)
        if said:
            found.append(Note(step.index, quoted(said)))
    return found


def _sentences(text: str, about: Pattern | None) -> str:
    if about is None:
        return text.strip()
    parts = re.split(r"(?<=[.!?…])\s+", text.strip())
    return " ".join(part for part in parts if about.search(part))


def of_kind(session: Session, *kinds: str) -> list[Step]:
    return [step for step in session.steps if step.kind in kinds]


def opened(session: Session) -> list[Note]:
    """The products opened, each once, with the price on its page where one was seen."""
    found: dict[str, Note] = {}
    for step in of_kind(session, "product"):
        thing = plain(describe_step(step).thing)
        if not step.result.ok or thing.casefold() in found:
            continue
        price = _price_behind(session, step)
        found[thing.casefold()] = Note(step.index, f"“{thing}”{f' ({price})' if price else ''}")
    return list(found.values())


def _price_behind(session: Session, step: Step) -> str | None:
    """The price on the page that opening a product led to, with its step."""
    if step.index + 1 >= len(session.steps):
        return None
    after = session.steps[step.index + 1]
    note = _first(after, _is_price) or _first(after, _has_amount)
    return None if note is None else str(note)


def _has_amount(piece: Piece) -> bool:
    return amount_in(piece.text) is not None


def _is_price(piece: Piece) -> bool:
    """Whether it has an amount and speaks of none that delivery or a voucher is tied to, as
    "Free delivery over $50" does."""
    others = (words().subjects[one] for one in ("delivery", "returns", "discounts"))
    return _has_amount(piece) and not any(about.search(piece.text) for about in others)


def shown(session: Session, about: Pattern, most: int) -> list[Note]:
    """What pages said of something, each wording once; what product pages said comes first."""
    pages = _product_pages(session)
    first = {step.index for step in pages}
    others = [step for step in session.steps if step.index not in first]
    said = (
        Note(step.index, quoted(piece.text))
        for step in (*pages, *others)
        for piece in read_pieces(observation_of(step))
        if about.search(piece.text)
    )
    return sorted(_distinct(said, most), key=lambda note: note.step)


def prices(session: Session, most: int) -> list[Note]:
    """Prices shown: those on the pages of products opened, without one those of lists; any amount
    only where there is no other."""
    for fits in (_is_price, _has_amount):
        for pages in (_product_pages(session), session.steps):
            first = (_first(step, fits) for step in pages)
            found = _distinct((note for note in first if note is not None), most)
            if found:
                return found
    return []


def _product_pages(session: Session) -> list[Step]:
    """The steps taken on pages to which the opening of a product led."""
    behind = {step.index + 1 for step in of_kind(session, "product") if step.result.ok}
    return [step for step in session.steps if step.index in behind]


def filters_offered(session: Session, most: int) -> list[Note]:
    """The filters of the first page that had any."""
    for step in session.steps:
        found = [_in_words(e.name) for e in step.names if e.kind == "filter"]
        if found:
            return [_some(step, found, most)]
    return []


def listed_products(session: Session, most: int) -> list[Note]:
    """What stood in the list behind the last search; without a search, on the first page."""
    searches = of_kind(session, "search")
    at = min(searches[-1].index + 1, len(session.steps) - 1) if searches else 0
    step = session.steps[at]
    clicks = (Click(e.name) for e in step.names if e.kind == "product")
    found = [plain(describe_action(click, "product").thing) for click in clicks]
    return [_some(step, list(dict.fromkeys(found)), most)] if found else []


def _in_words(name: str) -> str:
    label, within = target(name)
    return plain(f"{within}: {label}" if within else label)


def _some(step: Step, found: Sequence[str], most: int) -> Note:
    rest = f" and {len(found) - most} more" if len(found) > most else ""
    return Note(step.index, ", ".join(f"“{one}”" for one in found[:most]) + rest)


def searches_without_results(session: Session) -> Iterator[Note]:
    """Searches behind which the page said that nothing was found."""
    nothing = words().said["nothing_found"]
    for step in of_kind(session, "search"):
        if step.index + 1 < len(session.steps):
            after = session.steps[step.index + 1]
            said = _first(after, lambda piece: bool(nothing.search(piece.text)))
            if said is not None:
                yield Note(step.index, f"{did(step).text} found nothing, the page said {said}")


def failures(session: Session) -> list[Note]:
    """Actions that did not work, each once."""
    return _distinct((did(step) for step in session.steps if not step.result.ok), 5)


def waits(session: Session) -> Iterator[Note]:
    for step in session.steps:
        if step.result.settle_ms > LONG_WAIT:
            yield Note(step.index, f"waited {step.result.settle_ms / 1000:.0f} s")


def _first(step: Step, fits: Callable[[Piece], bool]) -> Note | None:
    """The first piece of a page's main part that fits."""
    pieces = (p for p in read_pieces(observation_of(step)) if p.region == "main")
    return next((Note(step.index, quoted(p.text)) for p in pieces if fits(p)), None)


def _distinct(notes: Iterable[Note], most: int) -> list[Note]:
    found: dict[str, Note] = {}
    for note in notes:
        found.setdefault(note.text.casefold(), note)
        if len(found) == most:
            break
    return list(found.values())
