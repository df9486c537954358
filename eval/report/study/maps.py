"""Where customers clicked on a page and how much of it they had in the window, drawn over it.

The ground is put together of the pictures of one visit where it can be. Attention means what was
in the window when somebody acted: where eyes went is not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from agent.sessions.describe import target
from eval.formatting import count, percent
from eval.report.study.pictures import Pictures
from eval.usability.schema import Look, PageUse, Spot

MOST_TILES = 4
"""Pictures one under the other."""
LONGEST = 6000
"""CSS pixels of a page shown."""
MOST_MARKS = 150
_SLICE = 40
"""CSS pixels: how finely attention is told apart down the page."""
_SAME = 12
"""CSS pixels between clicks counted as one place."""


@dataclass(frozen=True)
class PageMap:
    """One page's two drawings. `clicked` are the elements with how often, and how often in vain;
    `other_widths` the looks that are left out because the window was another one."""

    use: PageUse
    clicks: Markup
    attention: Markup
    clicked: tuple[tuple[str, int, int], ...]
    other_widths: int
    bare: bool


def page_map(use: PageUse, number: int, pictures: Pictures) -> PageMap | None:
    """None where nobody did anything on the page."""
    if not use.looks or not use.spots:
        return None
    width = Counter(look.viewport.width for look in use.looks).most_common(1)[0][0]
    looks = [look for look in use.looks if look.viewport.width == width]
    known = {(look.session_id, look.step) for look in looks}
    spots = [spot for spot in use.spots if (spot.session_id, spot.step) in known]
    height = min(LONGEST, max(_bottom(look) for look in looks))
    tiles = _tiles(looks, pictures)
    ground = Markup("").join(_tile(look, source, width) for look, source in tiles)
    ground = Markup('<g id="page-{}"><rect class="sheet" width="{}" height="{}"/>{}</g>').format(
        number, width, _n(height), ground
    )
    return PageMap(
        use=use,
        clicks=_drawing(
            width, height, f"{count(len(spots), 'action')} on {use.page}", ground + _marks(spots)
        ),
        attention=_drawing(
            width,
            height,
            f"How much of {use.page} was in the window",
            Markup('<use href="#page-{}"/>').format(number) + _veils(looks, width, height),
        ),
        clicked=_clicked(use.spots),
        other_widths=len(use.looks) - len(looks),
        bare=not tiles,
    )


def _drawing(width: int, height: float, label: str, inside: Markup) -> Markup:
    return Markup(
        '<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(width, _n(height), label, inside)


def _bottom(look: Look) -> float:
    return look.viewport.scroll_y + look.viewport.height


def _tiles(looks: Sequence[Look], pictures: Pictures) -> list[tuple[Look, str]]:
    """From the top down, each picture beginning where the one before ended, or as near as any."""
    order = sorted(
        (look for look in looks if look.screenshot), key=lambda look: look.viewport.scroll_y
    )
    if not order:
        return []
    first = order[0].session_id
    tiles: list[tuple[Look, str]] = []
    reached = 0.0
    while order and len(tiles) < MOST_TILES and reached < LONGEST:
        fits = [look for look in order if look.viewport.scroll_y <= reached] or order[:1]
        best = max(fits, key=lambda look: (_bottom(look), look.session_id == first))
        if _bottom(best) <= reached:
            order = [look for look in order if look.viewport.scroll_y > reached]
            continue
        source = pictures.source(best.screenshot)
        order = [look for look in order if look is not best]
        if source is not None:
            tiles.append((best, source))
            reached = _bottom(best)
    return tiles


def _tile(look: Look, source: str, width: int) -> Markup:
    return Markup(
        '<image href="{}" x="0" y="{}" width="{}" height="{}" preserveAspectRatio="none"/>'
    ).format(source, _n(look.viewport.scroll_y), width, look.viewport.height)


def _marks(spots: Sequence[Spot]) -> Markup:
    """A disc where something was done, with how often; a cross where it was in vain."""
    places: Counter[tuple[int, int, bool]] = Counter()
    for spot in spots:
        x, y = spot.box.x + spot.box.width / 2, spot.box.y + spot.box.height / 2
        places[round(x / _SAME), round(y / _SAME), spot.ok] += 1
    marks = Markup("")
    for (column, row, ok), times in places.most_common(MOST_MARKS):
        x, y, r = column * _SAME, row * _SAME, 16 + 7 * times**0.5
        cross = (
            Markup("")
            if ok
            else Markup('<path d="M{0} {2}L{1} {3}M{1} {2}L{0} {3}"/>').format(
                _n(x - r), _n(x + r), _n(y - r), _n(y + r)
            )
        )
        marks += Markup(
            '<g class="spot{}"><circle cx="{}" cy="{}" r="{}"/>{}<text x="{}" y="{}">{}</text></g>'
        ).format("" if ok else " vain", x, y, _n(r), cross, x, y + 9, times)
    return marks


def _veils(looks: Sequence[Look], width: int, height: float) -> Markup:
    """Darker where fewer had it in the window, with the share at every change."""
    edges = {0.0, height}
    for look in looks:
        edges |= {look.viewport.scroll_y // _SLICE * _SLICE, _bottom(look) // _SLICE * _SLICE}
    cuts = sorted(edge for edge in edges if 0 <= edge <= height)
    veils, before = Markup(""), -1.0
    for top, bottom in pairwise(cuts):
        middle = (top + bottom) / 2
        seen = sum(look.viewport.scroll_y <= middle < _bottom(look) for look in looks)
        share = seen / len(looks)
        veils += Markup(
            '<rect class="veil" y="{}" width="{}" height="{}" fill-opacity="{}"/>'
        ).format(_n(top), width, _n(bottom - top), _n(0.82 * (1 - share)))
        if abs(share - before) >= 0.08:
            veils += _share(share, width, min(top + 8, height - 42))
            before = share
    return veils


def _share(share: float, width: int, y: float) -> Markup:
    return Markup(
        '<g class="share"><rect x="{}" y="{}" width="112" height="38" rx="6"/>'
        '<text x="{}" y="{}">{}</text></g>'
    ).format(width - 124, _n(y), width - 68, _n(y + 28), percent(share))


def _clicked(spots: Sequence[Spot]) -> tuple[tuple[str, int, int], ...]:
    times: Counter[str] = Counter()
    vain: Counter[str] = Counter()
    for spot in spots:
        label, within = target(spot.name)
        name = f"{label} in {within}" if within else label
        times[name] += 1
        vain[name] += not spot.ok
    return tuple((name, n, vain[name]) for name, n in times.most_common(12))


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
