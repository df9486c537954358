"""Small charts as inline SVG: shares, a visit's path, a mark on a picture.

Sizes and positions are SVG attributes, never style attributes, so the page's security policy can
refuse all inline style. Colours come from classes of the theme. Knows numbers and labels only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from agent.sessions.describe import KIND_WORDS
from eval.formatting import count, percent
from eval.visits import Shot

_TICK, _GAP = 14, 3


def bar(share: float, css: str = "") -> Markup:
    """A horizontal bar that fills `share` of its width. Decoration: the number stands beside."""
    return Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" width="100" height="10"/>'
        '<rect class="fill {}" width="{}" height="10"/></svg>'
    ).format(css, _short(100 * min(1.0, max(0.0, share))))


def stacked(parts: Mapping[str, float]) -> Markup:
    """Shares of a whole, side by side; keys become classes ``part-KEY``."""
    total = sum(parts.values()) or 1.0
    pieces, x = Markup(""), 0.0
    for key, value in parts.items():
        width = 1000 * value / total
        pieces += Markup('<rect class="part-{}" x="{}" width="{}" height="40"/>').format(
            key, _short(x), _short(max(0.0, width - 2))
        )
        x += width
    label = ", ".join(f"{key} {percent(value / total)}" for key, value in parts.items())
    return Markup(
        '<svg class="stacked" viewBox="0 0 1000 40" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>'
    ).format(label, pieces)


def path(kinds: Sequence[str], limit: int = 40) -> Markup:
    """A visit's steps as a row of marks, one a step, coloured and shaped by kind."""
    shown = kinds[:limit]
    marks = Markup("").join(_tick(i, kind) for i, kind in enumerate(shown))
    if len(kinds) > limit:
        marks += Markup('<text x="{}" y="12">+{}</text>').format(
            len(shown) * (_TICK + _GAP), len(kinds) - limit
        )
    width = max(1, len(shown) * (_TICK + _GAP) + (40 if len(kinds) > limit else 0))
    label = f"{count(len(kinds), 'step')}: " + ", ".join(kinds)
    return Markup(
        '<svg class="path" width="{0}" height="16" viewBox="0 0 {0} 16" role="img" '
        'aria-label="{1}">{2}</svg>'
    ).format(width, label, marks)


def swatch(kind: str) -> Markup:
    """One mark of `path`, for a legend."""
    return Markup(
        '<svg class="path" width="14" height="16" viewBox="0 0 14 16" aria-hidden="true">{}</svg>'
    ).format(_tick(0, kind))


def mark(shot: Shot) -> Markup:
    """The overlay for a picture: everything but the element acted on is dimmed a little, and a
    frame drawn round it. Empty when there is nothing to mark."""
    if shot.mark is None or shot.width is None or shot.height is None:
        return Markup("")
    m = shot.mark
    box = Markup('x="{}" y="{}" width="{}" height="{}" rx="5"').format(
        _short(m.x), _short(m.y), _short(m.width), _short(m.height)
    )
    hole = f"M{_short(m.x)} {_short(m.y)}h{_short(m.width)}v{_short(m.height)}h-{_short(m.width)}z"
    return Markup(
        '<svg class="mark" viewBox="0 0 {0} {1}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="veil" fill-rule="evenodd" d="M0 0h{0}v{1}h-{0}z{2}"/>'
        '<rect class="halo" {3}/><rect class="frame" {3}/></svg>'
    ).format(shot.width, shot.height, hole, box)


def _tick(i: int, kind: str) -> Markup:
    """Tall marks are steps towards a purchase, low ones are ways of looking around."""
    css = kind if kind in KIND_WORDS else "other"
    height = {"search": 16, "product": 12, "cart": 16, "buy": 16, "leave": 4}.get(css, 8)
    x = i * (_TICK + _GAP)
    if css == "buy":
        return Markup('<circle class="kind-buy" cx="{}" cy="8" r="7"/>').format(x + 7)
    return Markup('<rect class="kind-{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>').format(
        css, x, 16 - height, _TICK, height
    )


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
