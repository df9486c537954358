"""Games, shapes, colours and a price to wait for."""

from __future__ import annotations

import re
from functools import cache

from bench.miniwob.play import Play
from bench.miniwob.reasons import NotPossible
from bench.miniwob.view import NotSeen

LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (0, 4, 8), (2, 4, 6))
"""Those that the page counts: it forgets the column on the right."""


async def tic_tac_toe(play: Play) -> None:
    """Win as X. Both marks are pictures: what is marked and was not marked by us is the other's."""
    mine: set[int] = set()
    for _ in range(5):
        names = squares(play)
        taken = {at for at, name in enumerate(names) if "mark" in name.rpartition(".")[2]}
        marks = ["x" if at in mine else "o" if at in taken else "" for at in range(9)]
        move = best(marks)
        mine.add(move)
        await play.click(names[move])


def squares(play: Play) -> list[str]:
    """The nine squares in reading order."""
    placed = [e for e in play.view.names if e.box and 35 <= e.box.width <= 50]
    if len(placed) != 9:
        raise NotSeen(f"{len(placed)} squares: {[e.name for e in play.view.names]}")
    order = sorted(placed, key=lambda e: (round(e.box.y / 20), e.box.x) if e.box else (0, 0))
    return [e.name for e in order]


def best(marks: list[str]) -> int:
    """The square that wins most often against whoever puts marks anywhere."""
    free = [at for at in range(9) if not marks[at]]
    return max(free, key=lambda at: chance((*marks[:at], "x", *marks[at + 1 :]), "o"))


@cache
def chance(marks: tuple[str, ...], turn: str) -> float:
    """How likely X wins when X plays well and O half of the time."""
    for who, worth in (("x", 1.0), ("o", -0.2)):
        if any(all(marks[at] == who for at in line) for line in LINES):
            return worth
    free = [at for at in range(9) if not marks[at]]
    if not free:
        return 0.0
    other = "o" if turn == "x" else "x"
    after = [chance((*marks[:at], turn, *marks[at + 1 :]), other) for at in free]
    return max(after) if turn == "x" else (sum(after) / len(after) + min(after)) / 2


async def stock(play: Play) -> None:
    """Buy when the price is less than so much: look until it is well below."""
    found = re.search(r"less than \$(\d+\.\d+)", play.task)
    limit = float(found[1]) if found else 0.0
    for _ in range(200):
        shown = re.search(r"Stock price: \$(\d+\.\d+)", play.view.text)
        if shown and float(shown[1]) < limit - 1:
            await play.click(play.view.showing("Buy"))
        await play.wait(0.05)


async def identify(play: Play) -> None:
    """Say whether a figure is a letter, a number, a circle and so on."""
    text = play.view.text.partition(play.task)[2].split()
    figure = text[0] if text else ""
    if re.fullmatch(r"\d", figure):
        await play.click_shown("Number")
    if re.fullmatch(r"[A-Za-z]", figure):
        await play.click_shown("Letter")
    raise NotPossible("telling figures of a drawing apart: what is drawn has no words")


FORMS = ("circle", "rectangle", "triangle")


async def shape(play: Play) -> None:
    """Click on a small red circle, a large item, a letter: by words, form and size. The colour of
    letters is not told."""
    words = play.task.removeprefix("Click on a ").split()
    size = next((w for w in words if w in ("small", "large")), "")
    kind = words[-1]
    colours = [w for w in words[:-1] if w != size]
    for element in play.view.names:
        shown = play.view.words(element.name)
        own = element.name.rpartition(".")[2]
        form = next((f for f in FORMS if f in own), "letter" if shown.isalpha() else "digit")
        if kind not in ("item", form, shown) and not (kind == "shape" and form in FORMS):
            continue
        if size and element.box and (element.box.height > 15) != (size == "large"):
            continue
        if colours and (form not in FORMS or CALLED.get(colours[0], colours[0]) not in own):
            continue
        await play.click(element.name)
    raise NotPossible("telling letters of a drawing by colour: their colour is not told")


CALLED = {"aqua": "turquoise"}
"""Colours that are called otherwise than the task does."""

SOLVERS = {
    "click-shape": shape,
    "identify-shape": identify,
    "stock-market": stock,
    "tic-tac-toe": tic_tac_toe,
}
