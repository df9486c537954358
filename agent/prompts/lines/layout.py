"""The lines of a page: what matters first, lists cut short, the rest cut to a budget.

A function of the observation, of what was done before and of the budget, never of what is done on
the page. Knows pieces and handles, not how they were read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from agent.prompts.lines.handles import SINGLE, assign, word_of
from agent.prompts.lines.memory import Memory, stems
from agent.prompts.lines.prices import dearer
from agent.prompts.lines.reading import Piece, read_pieces
from agent.prompts.trim import Ruler
from agent.shoppers.history import product_part
from envs.observation import TEXT_ROLES, Observation

FACT_LINES = 3
"""So many lines right behind a product tell of it."""
_LISTED = frozenset({"link", "button"})
_COUNT = re.compile(r"\s\(\d[\d.,]*\)")
"""How many people rated it: left out, for on every line it costs as much as the price."""
_STARS = re.compile(r"(\d(?:[.,]\d+)?) (?:stars?|out of 5)\b")


class LinesPage(msgspec.Struct, frozen=True):
    """A page as text, and the handles that stand in it by the names they stand for. `folded` are
    the names that open what is folded; they have handles, too."""

    text: str
    handles: dict[str, str]
    folded: tuple[str, ...] = ()


class Most(msgspec.Struct, frozen=True):
    """How much is told at most: `results` products of a list, `listed` filters of a group or
    options, `links` or buttons that stand together, `texts` of the main part; and `text_words`,
    `label_words`, `fact_words` of each."""

    results: int = 12
    listed: int = 12
    links: int = 6
    texts: int = 8
    text_words: int = 12
    label_words: int = 8
    fact_words: int = 12


BRIEF = Most()


class _Line(msgspec.Struct, frozen=True):
    """One line and the names whose handles it shows; the lower the `rank`, the sooner it comes."""

    text: str
    rank: int
    names: tuple[str, ...] = ()


def lay_out(seen: Observation, memory: Memory, tokens: int, ruler: Ruler) -> LinesPage:
    """The page in at most `tokens` tokens: lines that do not fit are left out from the bottom."""
    pieces = read_pieces(seen)
    handles = assign(p for p in pieces if p.kind == "control")
    return _page(_within(lines_of(pieces, handles, memory, BRIEF), tokens, ruler), handles)


def write_lines(
    pieces: Sequence[Piece], handles: dict[str, str], memory: Memory, most: Most
) -> LinesPage:
    """All lines of these pieces, whatever they take."""
    return _page(lines_of(pieces, handles, memory, most), handles)


def _page(lines: Sequence[_Line], handles: dict[str, str]) -> LinesPage:
    shown = {name for line in lines for name in line.names}
    return LinesPage(
        "\n".join(line.text for line in lines),
        {name: handle for name, handle in handles.items() if name in shown},
    )


def lines_of(
    pieces: Sequence[Piece], handles: dict[str, str], memory: Memory, most: Most
) -> list[_Line]:
    """The lines of these pieces, what matters first."""
    return sorted(_lines(pieces, handles, memory, most), key=lambda line: line.rank)


def _within(lines: Sequence[_Line], tokens: int, ruler: Ruler) -> Sequence[_Line]:
    """As many lines from the top as fit."""
    end = ruler.head("\n".join(line.text for line in lines), tokens)
    kept: list[_Line] = []
    for line in lines:
        end -= len(line.text) + bool(kept)
        if end < 0:
            break
        kept.append(line)
    return kept


def _lines(
    pieces: Sequence[Piece], handles: dict[str, str], memory: Memory, most: Most
) -> Iterator[_Line]:
    """Every line of the page, in reading order."""
    sells = any(p.element is not None and p.element.kind == "buy" for p in pieces)
    results = texts = 0
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        at += 1
        if piece.kind == "folded":
            yield _folded(piece, handles)
            continue
        if piece.kind != "control":
            if at < len(pieces) and _heads(piece, pieces[at], handles):
                continue
            texts += piece.kind == "text" and piece.region == "main"
            if piece.kind != "text" or texts <= most.texts:
                yield _said(piece, memory if sells else Memory(), most)
            continue
        word = word_of(piece)
        if word == "result":
            facts = _facts(pieces, at)
            at += len(facts)
            results += 1
            if results <= most.results:
                yield _result(piece, " ".join(f.text for f in facts), handles, memory, most)
        elif _is_listed(piece, word):
            more = _alike(pieces, at, word)
            at += len(more)
            yield _list([piece, *more], word, handles, most)
        else:
            count = _count(pieces, at) if word == "cart" else ""
            at += bool(count)
            yield _single(piece, word, handles, count, most)
    if results > most.results:
        yield _Line(f"{results - most.results} more results", 1)


def _folded(piece: Piece, handles: dict[str, str]) -> _Line:
    assert piece.element is not None
    name = piece.element.name
    return _Line(f"{handles[name]}: {piece.text}", _rank(piece), (name,))


def _heads(piece: Piece, following: Piece, handles: dict[str, str]) -> bool:
    """Whether a text is but the heading of the list or field behind it, which says the same."""
    if following.element is None:
        return False
    word = handles[following.element.name].rpartition(" ")[0]
    return piece.text.casefold() in (word, following.text.casefold())


def _said(piece: Piece, memory: Memory, most: Most) -> _Line:
    """A heading, a message or a text; on a product's page `memory` tells how it fits."""
    if piece.kind == "message":
        return _Line(f"! {_short(piece.text, 2 * most.text_words)}", 0)
    parts = [_short(piece.text, most.text_words)]
    if piece.kind == "heading":
        parts.append(_fit(piece.text, memory) if piece.level == 1 else "")
        return _Line(f"# {'; '.join(filter(None, parts))}", _rank(piece))
    if memory.most is not None and dearer(piece.text, memory.most):
        parts.append("over limit")
    return _Line("; ".join(parts), _rank(piece))


def _result(piece: Piece, facts: str, handles: dict[str, str], memory: Memory, most: Most) -> _Line:
    """A product: what it is called, its facts, and what speaks for and against opening it."""
    assert piece.element is not None
    name = piece.element.name
    told_facts = _short(_COUNT.sub("", facts), most.fact_words)
    parts = [_short(piece.text, most.text_words), told_facts]
    parts.append(_fit(piece.text, memory))
    if memory.most is not None and dearer(facts, memory.most):
        parts.append("over limit")
    if product_part(name) in memory.opened:
        parts.append("opened")
    told = "; ".join(part for part in parts if part)
    return _Line(f"{handles[name]}: {told}", _rank(piece), (name,))


def _fit(title: str, memory: Memory) -> str:
    """A sign for each word of what is wanted that the title has."""
    return "+" * len(stems(title) & memory.wanted)


def _list(pieces: Sequence[Piece], word: str, handles: dict[str, str], most: Most) -> _Line:
    """Controls of one list on one line: ``size: 1 S, 2 M (chosen), 3 L``."""
    names, parts = [], []
    count = most.links if word in _LISTED else most.listed
    for piece in pieces[:count]:
        assert piece.element is not None
        names.append(piece.element.name)
        number = handles[piece.element.name].removeprefix(f"{word} ")
        parts.append(f"{number} {_short(piece.text, most.label_words)}{_marks(piece)}")
    if len(pieces) > count:
        parts.append(f"{len(pieces) - count} more")
    return _Line(f"{word}: {', '.join(parts)}", _rank(pieces[0]), tuple(names))


def _single(piece: Piece, word: str, handles: dict[str, str], count: str, most: Most) -> _Line:
    assert piece.element is not None
    handle = handles[piece.element.name]
    label = "" if handle in SINGLE else _short(piece.text, most.label_words)
    value = f'"{_short(piece.value, most.label_words)}"' if _is_field(piece) and piece.value else ""
    told = " ".join(part for part in (label, value, count) if part)
    text = f"{handle}: {told}{_marks(piece)}" if told else handle
    return _Line(text, _rank(piece), (piece.element.name,))


def _facts(pieces: Sequence[Piece], at: int) -> Sequence[Piece]:
    """The texts right behind a product, which tell of it."""
    end = at
    while end < min(len(pieces), at + FACT_LINES) and pieces[end].kind == "text":
        end += 1
    return pieces[at:end]


def _count(pieces: Sequence[Piece], at: int) -> str:
    """How many things are in a cart, where the number stands behind it."""
    behind = pieces[at].text if at < len(pieces) and pieces[at].kind == "text" else ""
    return behind if behind.isdigit() else ""


def _alike(pieces: Sequence[Piece], at: int, word: str) -> list[Piece]:
    """The controls behind one that belong to its list."""
    found: list[Piece] = []
    region = pieces[at - 1].region
    for piece in pieces[at:]:
        if piece.kind != "control" or word_of(piece) != word or piece.region != region:
            break
        found.append(piece)
    return found


def _is_listed(piece: Piece, word: str) -> bool:
    assert piece.element is not None
    return (piece.element.kind in ("filter", "option") and not _is_field(piece)) or word in _LISTED


def _is_field(piece: Piece) -> bool:
    return piece.element is not None and piece.element.role in TEXT_ROLES


def _rank(piece: Piece) -> int:
    """Messages and what lies on top first, then the main part, search, filters, and the rest."""
    if piece.region == "dialog":
        return 0
    if piece.element is not None and not _is_field(piece) and piece.element.kind == "filter":
        return 3
    if piece.element is not None and piece.element.kind == "search":
        return 2
    return {"main": 1, "nav": 3, "aside": 4, "header": 4, "footer": 5}[piece.region]


def _marks(piece: Piece) -> str:
    return f" ({', '.join(piece.marks)})" if piece.marks else ""


def _short(text: str, words: int) -> str:
    """The first words of a text; stars as signs, for they stand on every line."""
    kept = _STARS.sub(r"\1*", text).split(" ", words)
    return " ".join(kept[:words]) + ("…" if len(kept) > words else "")
