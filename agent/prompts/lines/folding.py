"""The lines of a page for a budget: what does not fit is folded, under a handle that opens it.

A page that fits, and of which nothing would be left out, has the lines that it always had. Of
another one what matters is chosen as it is for pages of HTML (`agent.prompts.attention`), and
written as lines; handles are those of the whole page.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agent.prompts import attention
from agent.prompts.lines.handles import assign
from agent.prompts.lines.layout import BRIEF, LinesPage, write_lines
from agent.prompts.lines.memory import Memory
from agent.prompts.lines.reading import read_pieces
from agent.prompts.trim import Ruler
from envs.observation import Observation

FAR = 12
"""Characters a token of the budget beyond which lines are not measured: too many by far."""
MORE = "more"
"""The word of a handle that opens what is folded."""
_ENDLESS = 1_000_000
_ALL_OF_IT = msgspec.structs.replace(
    BRIEF, results=_ENDLESS, listed=_ENDLESS, links=_ENDLESS, texts=_ENDLESS
)
"""As `BRIEF`, and nothing left out."""
_CHOSEN = msgspec.structs.replace(_ALL_OF_IT, text_words=40, label_words=20, fact_words=40)
"""Of what was chosen to be shown no words are cut that tell a price or what a thing is."""


def fold(
    seen: Observation, memory: Memory, unfolded: Sequence[str], tokens: int, ruler: Ruler
) -> LinesPage:
    """The page in at most `tokens` tokens; `unfolded` are names that opened what was folded, the
    latest last."""
    pieces = read_pieces(seen)
    handles = assign(p for p in pieces if p.kind == "control")
    brief = write_lines(pieces, handles, memory, BRIEF)
    if brief == write_lines(pieces, handles, memory, _ALL_OF_IT) and _fits(brief, tokens, ruler):
        return brief
    whole = write_lines(pieces, handles, memory, _CHOSEN)
    if _fits(whole, tokens, ruler):
        return whole

    def written(layout: attention.Layout) -> LinesPage:
        return _written(seen, layout, handles, memory)

    layout = attention.lay_out(
        seen, unfolded, tokens, ruler, written=lambda layout: written(layout).text
    )
    return written(layout)


def _fits(page: LinesPage, tokens: int, ruler: Ruler) -> bool:
    return len(page.text) <= FAR * tokens and ruler.count(page.text) <= tokens


def _written(
    seen: Observation, layout: attention.Layout, handles: dict[str, str], memory: Memory
) -> LinesPage:
    """What is shown of a page, as lines."""
    shown = msgspec.structs.replace(seen, html=layout.text)
    pieces = read_pieces(shown, layout.folded)
    known = handles | _openers(layout.folded, handles)
    page = write_lines(pieces, known, memory, _CHOSEN)
    folded = tuple(name for name in layout.folded if name in page.handles)
    return msgspec.structs.replace(page, folded=folded)


def _openers(folded: Sequence[str], handles: dict[str, str]) -> dict[str, str]:
    """The handles of what opens folded parts, none of which anything on the page has."""
    taken, number = {*handles.values()}, 0
    found: dict[str, str] = {}
    for name in folded:
        number += 1
        while f"{MORE} {number}" in taken:
            number += 1
        found[name] = f"{MORE} {number}"
    return found
