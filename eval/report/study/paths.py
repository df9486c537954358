"""The ways customers took from page to page, as a graph from left to right.

Columns are the fewest moves from the start; ways back run underneath. Knows counts of moves only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from markupsafe import Markup

from eval.usability.schema import Move

START, ENDS = "(start)", ("(done)", "(left)")
MOST_PAGES = 12
"""Pages drawn; moves from and to the others are left out of the drawing, not of the table."""
_WIDTH, _HEIGHT, _COLUMN, _ROW, _TOP = 140.0, 46.0, 194.0, 92.0, 24.0
_LETTERS = 18


def path_graph(moves: Sequence[Move]) -> tuple[Markup, int]:
    """The drawing, and how many pages it leaves out."""
    flow: Counter[str] = Counter()
    for move in moves:
        for page in {move.start, move.end}:
            flow[page] += move.count
    fixed = {START, *ENDS}
    pages = [page for page, _ in flow.most_common() if page not in fixed]
    shown = {*pages[:MOST_PAGES], *(fixed & flow.keys())}
    kept = [move for move in moves if move.start in shown and move.end in shown]
    places = _places(kept, flow)
    again = {move.start: move.count for move in kept if move.start == move.end}
    between = [move for move in kept if move.start != move.end]
    most = max((move.count for move in between), default=1)
    edges = Markup("").join(_edge(move, places, most) for move in between)
    nodes = Markup("").join(_node(page, at, again.get(page, 0)) for page, at in places.items())
    width = max((x for x, _ in places.values()), default=0) + _WIDTH + 8
    height = max((y for _, y in places.values()), default=0) + _HEIGHT + 60
    drawing = Markup(
        '<svg class="paths" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img" '
        'aria-label="Paths from page to page; the table below says the same">{2}{3}</svg>'
    ).format(_n(width), _n(height), edges, nodes)
    return drawing, len(pages) - len(pages[:MOST_PAGES])


def _places(moves: Sequence[Move], flow: Counter[str]) -> dict[str, tuple[float, float]]:
    """Left upper corner of each page."""
    depth = _depths(moves)
    columns: defaultdict[int, list[str]] = defaultdict(list)
    for page in sorted(depth, key=lambda page: (-flow[page], page)):
        columns[depth[page]].append(page)
    tallest = max((len(column) for column in columns.values()), default=1)
    places = {}
    for column, pages in columns.items():
        shift = (tallest - len(pages)) * _ROW / 2
        for row, page in enumerate(pages):
            places[page] = (4 + column * _COLUMN, _TOP + shift + row * _ROW)
    return places


def _depths(moves: Sequence[Move]) -> dict[str, int]:
    """The fewest moves from the start to each page; the ends come last."""
    onward: defaultdict[str, set[str]] = defaultdict(set)
    for move in moves:
        onward[move.start].add(move.end)
    depth, edge = {START: 0}, [START]
    while edge:
        edge = sorted({b for a in edge for b in onward[a] if b not in depth and b not in ENDS})
        level = max(depth.values()) + 1
        depth |= dict.fromkeys(edge, level)
    last = max(depth.values()) + 1
    pages = {page for move in moves for page in (move.start, move.end)}
    return depth | {page: last if page in ENDS else 1 for page in pages - depth.keys()}


def _edge(move: Move, places: dict[str, tuple[float, float]], most: int) -> Markup:
    (ax, ay), (bx, by) = places[move.start], places[move.end]
    thick = 1.2 + 8 * move.count / most
    if bx > ax:
        x0, y0, x1, y1 = ax + _WIDTH, ay + _HEIGHT / 2, bx, by + _HEIGHT / 2
        bend = (x1 - x0) / 2
        way = (
            f"M{_n(x0)} {_n(y0)}C{_n(x0 + bend)} {_n(y0)} "
            f"{_n(x1 - bend)} {_n(y1)} {_n(x1)} {_n(y1)}"
        )
        tx, ty, css = (x0 + x1) / 2, (y0 + y1) / 2 - 6 - thick / 2, "on"
    else:
        x0, y0, x1, y1 = ax + _WIDTH / 2, ay + _HEIGHT, bx + _WIDTH / 2 + 20, by + _HEIGHT
        low = max(y0, y1) + 44
        way = f"M{_n(x0)} {_n(y0)}C{_n(x0)} {_n(low)} {_n(x1)} {_n(low)} {_n(x1)} {_n(y1)}"
        tx, ty, css = (x0 + x1) / 2, (y0 + y1) / 8 + 0.75 * low + 14, "back"
    return Markup(
        '<g class="way {}"><path d="{}" stroke-width="{}"/><text x="{}" y="{}">{}</text></g>'
    ).format(css, way, _n(thick), _n(tx), _n(ty), move.count)


def _node(page: str, at: tuple[float, float], again: int) -> Markup:
    x, y = at
    css = {"(done)": "done", "(left)": "gone", START: "begin"}.get(page, "page")
    words = {"(done)": "Done", "(left)": "Left, task not done", START: "Start"}.get(page, page)
    short = words if len(words) <= _LETTERS else words[: _LETTERS - 1] + "…"
    second = (
        Markup('<text class="again" x="{}" y="{}">{} to another</text>').format(
            _n(x + _WIDTH / 2), _n(y + 37), again
        )
        if again
        else Markup("")
    )
    return Markup(
        '<g class="node {}"><title>{}</title>'
        '<rect x="{}" y="{}" width="{}" height="{}" rx="8"/><text x="{}" y="{}">{}</text>{}</g>'
    ).format(
        css, words, _n(x), _n(y), _n(_WIDTH), _n(_HEIGHT), _n(x + _WIDTH / 2),
        _n(y + (21 if again else 28)), short, second,
    )  # fmt: skip


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
