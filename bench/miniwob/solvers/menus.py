"""Menus that open, pies and trees."""

from __future__ import annotations

import re

from bench.miniwob.play import Play
from bench.miniwob.reasons import HOVER, ICON, NotPossible
from bench.miniwob.view import NotSeen, quoted


async def nested_menu(play: Play) -> None:
    """Select Ann, or Ann>Bob in menus within menus that open under the pointer only."""
    words = play.task.removeprefix("Select ")
    if ">" in words:
        raise NotPossible(HOVER)
    await play.click_shown(words)


async def menu_with_icons(play: Play) -> None:
    """Click "Menu", then the item with this label, or with this icon."""
    said = quoted(play.task)
    if len(said) < 2:
        raise NotPossible(ICON)
    await play.click_shown("Menu")
    if said[1] in ("Prev", "Stop", "Play", "Next"):
        await play.click_shown("Playback")
        await play.wait(0.4)
    await play.click_shown(said[1])


async def pie(play: Play) -> None:
    """Expand the pie and click on the item called so."""
    wanted = quoted(play.task)[0]
    await play.click_shown("+")
    await play.wait(1.0)
    await play.click_shown(wanted)


async def tree(play: Play) -> None:
    """Find a folder or file in a tree by opening its folders."""
    wanted = quoted(play.task)[0]
    tried: set[str] = set()
    for _ in range(12):
        found = play.view.having(says=wanted)
        if found:
            await play.click(found[0])
            return
        folder = next((n for n in folders(play) if n not in tried), None)
        if folder is None:
            raise NotSeen(f"no {wanted!r} and no folder left to open")
        tried.add(folder)
        await play.click(folder)
        await play.wait(0.4)


def folders(play: Play) -> list[str]:
    return [e.name for e in play.view.names if re.search(r"\w", play.view.words(e.name))]


SOLVERS = {
    "click-menu": nested_menu,
    "click-menu-2": menu_with_icons,
    "click-pie": pie,
    "click-pie-nodelay": pie,
    "navigate-tree": tree,
}
