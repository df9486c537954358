"""A choice that is drawn, with a native one out of sight for the form, is one choice."""

from __future__ import annotations

import pytest

from tests.envs.page.looking import Glance

OUT_OF_SIGHT = {
    "clipped": "clip-path:inset(50%);width:1px;height:1px;position:fixed;top:0;left:0",
    "transparent": "position:absolute;opacity:0;pointer-events:none;transform:translateX(-100%)",
}
BOX = "display:inline-block;width:16px;height:16px;border:1px solid"


@pytest.mark.parametrize("way", OUT_OF_SIGHT)
@pytest.mark.parametrize("kind", ["checkbox", "radio"])
async def test_a_drawn_choice_beside_its_native_one(glance: Glance, kind: str, way: str) -> None:
    native = (
        f'<input type={kind} id=w tabindex=-1 aria-hidden=true checked style="{OUT_OF_SIGHT[way]}">'
    )
    seen = await glance(
        f'<div><span role={kind} tabindex=0 aria-checked=true style="{BOX}"></span>{native}'
        "<label for=w>White</label></div>"
    )
    assert seen.names == ["white"]
    assert seen.element("white").role == kind
    assert seen.tag("white").has_attr("checked")


@pytest.mark.parametrize("way", OUT_OF_SIGHT)
async def test_a_native_choice_without_a_drawn_one_stays(glance: Glance, way: str) -> None:
    seen = await glance(
        f'<input type=checkbox id=w style="{OUT_OF_SIGHT[way]}"><label for=w>White</label>'
    )
    assert seen.names == ["white"]
