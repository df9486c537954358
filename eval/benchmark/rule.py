"""What four lines of thought get: the rule that a learned policy has to beat.

Of a list, open the first product that was not opened, holds as many words of what is wanted as any
other there, and costs no more than it may. On a product's page read the reviews, if the customer
cares for them. Else leave.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.prompts.lines.handles import word_of
from agent.prompts.lines.memory import Memory, memory_of, stems
from agent.prompts.lines.prices import dearer
from agent.prompts.lines.reading import Piece, read_pieces
from agent.sessions.session import Persona, Session
from agent.shoppers.history import product_part
from envs.actions import Action, Click, Terminate
from envs.observation import Observation

FACT_LINES = 3
"""So many lines right behind a product may name its price."""
CAREFUL = 0.5
"""From this share of `care` on, a synthetic customer counts as careful."""


def rule(known: Session, page: Observation) -> Action:
    """What the rule does on `page`; `known` holds the steps before it, and who came for what."""
    pieces = read_pieces(page)
    if any(_kind(piece) == "buy" for piece in pieces):
        more = next((p for p in pieces if p.element and word_of(p) == "reviews"), None)
        careful = more is not None and _is_careful(known.persona)
        return Click(more.element.name) if careful and more and more.element else Terminate()
    found = _first_fitting(pieces, memory_of(known.steps, known.intent))
    return Terminate() if found is None else Click(found)


def _first_fitting(pieces: Sequence[Piece], memory: Memory) -> str | None:
    """The name of the product to open."""
    at = [k for k, piece in enumerate(pieces) if _kind(piece) == "product"]
    matches = {k: len(stems(pieces[k].text) & memory.wanted) for k in at}
    most = max(matches.values(), default=0)
    for k in at:
        element = pieces[k].element
        assert element is not None
        dear = memory.most is not None and dearer(_facts(pieces, k), memory.most)
        if (
            most
            and matches[k] == most
            and not dear
            and product_part(element.name) not in memory.opened
        ):
            return element.name
    return None


def _facts(pieces: Sequence[Piece], at: int) -> str:
    behind = pieces[at + 1 : at + 1 + FACT_LINES]
    ends = next((k for k, piece in enumerate(behind) if piece.kind != "text"), len(behind))
    return " ".join(piece.text for piece in behind[:ends])


def _is_careful(persona: Persona | None) -> bool:
    if persona is None:
        return False
    care = persona.traits.get("care")
    if isinstance(care, int | float):
        return care >= CAREFUL
    return "review" in persona.text.lower()


def _kind(piece: Piece) -> str | None:
    return piece.element.kind if piece.element is not None else None
