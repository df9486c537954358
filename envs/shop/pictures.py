"""Product pictures: simple drawings, coloured, as SVG text.

Knows shapes and colours, nothing of products or pages.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("shapes.toml")
_FILL = re.compile(r'(fill|stroke)="([mdlw])"')


@cache
def _shapes() -> dict[str, str]:
    read = tomllib.loads(_FILE.read_text("utf-8"))
    shapes: dict[str, str] = read["shapes"]
    return shapes | {name: shapes[other] for name, other in read["same"].items() if other in shapes}


def picture(shape: str, colour: str, tint: str) -> str:
    """An inline SVG element: `shape` in `colour` (hex) on a `tint` (hex) background.

    Inline, because an ``<img>`` of an SVG, as file or data URI, costs the browser several times
    as much (measured: 18 against 5 ms of CPU for ten on a page).

    Raises:
        KeyError: there is no such shape.
    """
    shades = {
        "m": colour,
        "d": _mix(colour, "#101418", 0.28),
        "l": _mix(colour, "#ffffff", 0.55),
        "w": "#fbfaf7",
    }
    drawing = _FILL.sub(lambda m: f'{m[1]}="{shades[m[2]]}"', _shapes()[shape])
    return (
        '<svg class="pic" viewBox="-14 -14 128 128"'
        f' style="background:{tint}" aria-hidden="true">'
        '<ellipse cx="50" cy="91" rx="34" ry="4" fill="#1c2430" opacity=".1"/>'
        f"{drawing}</svg>"
    )


def _mix(first: str, second: str, share: float) -> str:
    """The colour `share` of the way from `first` to `second`, all as ``#rrggbb``."""
    pairs = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()
