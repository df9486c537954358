"""Product pictures: simple drawings, coloured, as SVG text.

Knows shapes and colours, nothing of products or pages.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import quote

_FILE = Path(__file__).with_name("shapes.toml")
_FILL = re.compile(r'(fill|stroke)="([mdlw])"')


@cache
def _shapes() -> dict[str, str]:
    read = tomllib.loads(_FILE.read_text("utf-8"))
    shapes: dict[str, str] = read["shapes"]
    return shapes | {name: shapes[other] for name, other in read["same"].items() if other in shapes}


def picture(shape: str, colour: str, tint: str) -> str:
    """An SVG document: `shape` in `colour` (hex) on a `tint` (hex) background.

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
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-14 -14 128 128">'
        f'<path fill="{tint}" d="M-14-14h128v128H-14z"/>'
        '<ellipse cx="50" cy="91" rx="34" ry="4" fill="#1c2430" opacity=".1"/>'
        f"{drawing}</svg>"
    )


def data_uri(svg: str) -> str:
    """`svg` as a URI that can stand in an ``src`` attribute within double quotes."""
    return "data:image/svg+xml," + quote(svg.replace('"', "'"), safe="~()*!.'/:;,=<> ").replace(
        "<", "%3C"
    ).replace(">", "%3E")


def _mix(first: str, second: str, share: float) -> str:
    """The colour `share` of the way from `first` to `second`, all as ``#rrggbb``."""
    pairs = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()
