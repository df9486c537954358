"""A small shop page to photograph: what the sample customers saw, with the element they used."""

from __future__ import annotations

from html import escape
from types import TracebackType

from playwright.sync_api import Browser

from agent.sessions.session import Viewport
from envs.actions import Terminate, TypeAndSubmit
from envs.observation import Box
from tests.eval.report.sample import Did, Picture

_STYLE = """
body{margin:0;font:16px/1.5 'Noto Sans',sans-serif;color:#223;background:#fff}
header{display:flex;gap:24px;align-items:center;background:#14324a;color:#fff;padding:16px 32px}
header b{font:600 22px 'Noto Serif',serif} header input{flex:1;max-width:520px;padding:10px 14px;
border:0;border-radius:6px;font:inherit} main{display:grid;grid-template-columns:190px 1fr;gap:32px;
padding:28px 32px} .grid{display:grid;grid-template-columns:repeat(3,1fr);gap:24px}
.card{border:1px solid #dde;border-radius:8px;padding:16px} .art{height:150px;border-radius:6px}
.card h3{margin:12px 0 2px;font-size:16px} .price{font-weight:700}
button,.used{display:inline-block;
margin-top:10px;border:0;border-radius:6px;background:#f2a33a;padding:9px 16px;
font-weight:600}
aside label{display:block;margin:8px 0}
"""
_HUES = (205, 28, 150, 265, 340, 95)


def shop_page(did: Did) -> str:
    """The page's HTML; the element acted on has the id ``used``."""
    typed = did.action.text if isinstance(did.action, TypeAndSubmit) else "jacket"
    name = "" if isinstance(did.action, Terminate) else did.action.name
    parts = [part.replace("_", " ").capitalize() for part in name.split(".")]
    cards = "".join(_card(i, parts, did) for i in range(6))
    field = ' id="used"' if did.kind == "search" else ""
    brand = (
        f'<label id="used"><input type="checkbox"> {escape(parts[-1])}</label>'
        if did.kind in ("filter", "option")
        else ""
    )
    return (
        f"<!doctype html><title>Harbour &amp; Hill</title><style>{_STYLE}</style>"
        f'<header><b>Harbour &amp; Hill</b><input{field} value="{escape(typed)}"> Cart</header>'
        f"<main><aside><b>Refine</b><label>Price</label><label>Brand</label>{brand}</aside>"
        f'<div class="grid">{cards}</div></main>'
    )


def _card(i: int, parts: list[str], did: Did) -> str:
    mine = i == 1 and did.kind in ("product", "cart", "buy")
    title = parts[-2] if mine and len(parts) > 2 else f"Storm jacket {i + 1}"
    used = f'<span class="used" id="used">{escape(parts[-1])}</span>' if mine else ""
    return (
        f'<div class="card"><svg class="art" width="100%" viewBox="0 0 100 60">'
        f'<rect width="100" height="60" fill="hsl({_HUES[i]} 45% 86%)"/>'
        f'<path d="M30 55V22l12-10h16l12 10v33z" fill="hsl({_HUES[i]} 45% 55%)"/></svg>'
        f"<h3>{escape(title)}</h3><div>★★★★☆ {18 + 7 * i} reviews</div>"
        f'<div class="price">€{39 + 10 * i}.90</div>{used}</div>'
    )


class Photographer:
    """Takes the pictures a run would have taken."""

    def __init__(self, browser: Browser) -> None:
        self.page = browser.new_page(viewport={"width": 1280, "height": 800})

    def __enter__(self) -> Photographer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.page.close()

    def shoot(self, did: Did) -> Picture:
        self.page.set_content(shop_page(did))
        used = self.page.query_selector("#used")
        rect = used.bounding_box() if used else None
        return Picture(
            self.page.screenshot(type="jpeg", quality=70),
            Box(rect["x"], rect["y"], rect["width"], rect["height"]) if rect else None,
            Viewport(width=1280, height=800),
        )
