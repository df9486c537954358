"""The layout of a page for a budget: what matters most is shown, the rest is folded.

A pure function of the observation, of what was unfolded before and of the budget. What is shown
stays in reading order and byte for byte as it was; what is folded leaves a mark in its place, with
a name, a count and the first words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from agent.prompts.attention.salience import salience
from agent.prompts.attention.units import Node, Page, Unit, read_page
from agent.prompts.attention.writing import Layout, Writer
from agent.prompts.trim import Ruler, trim
from agent.sessions.folds import MORE
from envs.observation import Observation

MARK = 26
"""Tokens of a mark, about."""
BYTES_A_TOKEN, BYTES_A_FOREIGN_TOKEN = 2.4, 1.2
"""Of ASCII and of other letters, to begin with; what was measured counts."""
FAR = 6
"""So many bytes a token of the budget, and a page is not measured as a whole."""
TRIES = 8
NEARLY = 0.94
"""Of a budget: more is not looked for."""
AIM = 0.975
APART = 8
"""So many units or more of a landmark or list have a mark of their own."""
ROOM = 2048
"""Tokens below which there is less room for marks."""
SMALL = 60
"""Bytes that are not folded, for a mark would cost as much."""
UNFOLDED = 96.0
"""What was unfolded comes behind the title, what buys and the price alone."""
_REGION_TAGS = frozenset({"nav", "footer", "aside", "header", "main", "dialog", "select", "form"})


def _as_html(layout: Layout) -> str:
    return layout.text


def lay_out(
    seen: Observation,
    unfolded: Sequence[str],
    tokens: int,
    ruler: Ruler,
    written: Callable[[Layout], str] = _as_html,
) -> Layout:
    """The page in at most `tokens` tokens; as it is where it fits.

    `unfolded` are names that opened what was folded, the latest last. The budget is that of what is
    `written` of the layout, where that is not its HTML; whoever writes it knows whether all fits.
    """
    near = written is _as_html and _size(seen.html, 0, len(seen.html)) <= FAR * tokens
    if near and ruler.count(seen.html) <= tokens:
        return Layout(seen.html)
    page = read_page(seen)
    scores = salience(page)
    for number, name in enumerate(unfolded):
        _unfold(page, name, scores, number / max(1, len(unfolded)))
    return _Folder(page, scores, written).fit(tokens, ruler)


def opened(page: Page, name: str) -> range | None:
    """The units that `name` opens, None where it is not the name of anything folded."""
    if name.startswith(MORE):
        try:
            first = page.anchors.index(name)
        except ValueError:
            return None
        return range(first, _section_end(page, first))
    for node in page.nodes:
        if node.name == name and node.element is None:
            return range(node.first, node.last)
    return None


def _section_end(page: Page, first: int) -> int:
    """Where what begins there ends: with the landmark or list that it stands in."""
    node: Node | None = page.units[first].node
    while node is not None and node.parent is not None and node.tag not in _REGION_TAGS:
        node = node.parent
    return len(page.units) if node is None else max(node.last, first + 1)


def _unfold(page: Page, name: str, scores: list[float], lately: float) -> None:
    units = opened(page, name)
    for k in units or ():
        scores[k] = max(scores[k], UNFOLDED + lately - 1e-4 * (k - units.start if units else 0))


class _Folder:
    def __init__(self, page: Page, scores: list[float], written: Callable[[Layout], str]) -> None:
        self._page = page
        self._written = written
        self._order = sorted(range(len(scores)), key=lambda k: (-scores[k], k))
        self._costs = [*accumulate(self._increments())]

    def fit(self, tokens: int, ruler: Ruler) -> Layout:
        """As much as fits, found by trying: what a text costs is known when it is measured."""
        self._apart = APART if tokens >= ROOM else 5 * APART
        few, many = 0, len(self._order) + 1
        best: Layout | None = None
        rate = _usual_rate(self._page.html)
        count = bisect_right(self._costs, AIM * tokens * rate)
        for _ in range(TRIES):
            count = min(max(count, few + 1), many - 1)
            layout = self._render(self._order[:count])
            used = ruler.count(self._written(layout))
            if used <= tokens:
                few, best = count, layout
            else:
                many = count
            if few >= many - 1 or NEARLY * tokens <= used <= tokens:
                break
            rate = self._costs[count - 1] / used if used else rate
            guess = bisect_right(self._costs, AIM * tokens * rate)
            count = guess if few < guess < many else (few + many) // 2
        if best is None:
            return Layout(trim(self._page.html, tokens, ruler))
        whole = Layout(self._page.html)
        if not best.folded and ruler.count(self._written(whole)) <= tokens:
            return whole
        return best

    def _increments(self) -> Iterable[float]:
        """What each unit adds in bytes, in the order in which they are shown: itself, the tags
        around it, and a mark more or less for what is folded beside it."""
        units = self._page.units
        shown = bytearray(len(units) + 2)
        tagged: set[int] = set()
        for k in self._order:
            unit = units[k]
            cost = float(_size(self._page.html, unit.start, unit.end)) + 1
            node: Node | None = unit.node
            while node is not None and node.parent is not None and id(node) not in tagged:
                tagged.add(id(node))
                cost += node.inside - node.start + node.end - node.ends + 2
                node = node.parent
            cost += MARK * BYTES_A_TOKEN * (1 - shown[k] - shown[k + 2]) * 0.6
            shown[k + 1] = 1
            yield max(cost, 0.0)

    def _render(self, shown: Sequence[int]) -> Layout:
        """The page with these units, and marks for the others."""
        page, units = self._page, self._page.units
        out = Writer(page)
        at = 0
        for k in sorted(shown):
            if 0 < units[k].start - units[at].start <= SMALL:
                for between in range(at, k):
                    out.show(units[between])
                at = k
            for gap in self._gaps(at, k):
                out.fold(gap)
            out.show(units[k])
            at = k + 1
        for gap in self._gaps(at, len(units)):
            out.fold(gap)
        return out.done()

    def _gaps(self, start: int, end: int) -> Iterable[range]:
        """What is folded between two shown units, parted where a landmark or list does."""
        if start >= end:
            return
        units = self._page.units
        begin = start
        first, last = _shown_list(units, start - 1), _shown_list(units, end)
        holder = _holder(units[start].node)
        for k in range(start + 1, end):
            now = _holder(units[k].node)
            if now is not holder:
                of_list = (holder is first and first is not None) or now is last
                if of_list or (k - begin >= self._apart and end - k >= self._apart):
                    yield range(begin, k)
                    begin = k
                holder = now
        yield range(begin, end)


def _shown_list(units: Sequence[Unit], k: int) -> Node | None:
    """The list of options that a shown unit stands in: what is folded of it stays in it."""
    if not 0 <= k < len(units):
        return None
    holder = _holder(units[k].node)
    return holder if holder.tag == "select" else None


def _holder(node: Node) -> Node:
    """The landmark or list around a node."""
    while node.parent is not None and node.tag not in _REGION_TAGS:
        node = node.parent
    return node


def _usual_rate(html: str) -> float:
    """Bytes a token, as a text of so many other letters than ASCII's usually has."""
    if html.isascii():
        return BYTES_A_TOKEN
    size = _size(html, 0, len(html))
    foreign = (size - len(html)) / size
    return BYTES_A_TOKEN - (BYTES_A_TOKEN - BYTES_A_FOREIGN_TOKEN) * min(1.0, 2 * foreign)


def _size(text: str, start: int, end: int) -> int:
    """Bytes of a piece of text."""
    piece = text[start:end]
    return len(piece) if piece.isascii() else len(piece.encode("utf-8", "replace"))
