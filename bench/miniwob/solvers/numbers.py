"""Tasks of sums and comparisons."""

from __future__ import annotations

import re

from bench.miniwob.play import Play
from bench.miniwob.solvers.digits import DIGITS
from bench.miniwob.view import quoted


async def arithmetic(play: Play) -> None:
    """Solve 3 x 4 =."""
    found = re.search(r"(\d+) ([-+x]) (\d+) =", play.view.text)
    one, sign, two = found.groups() if found else ("0", "+", "0")
    a, b = int(one), int(two)
    await answer(play, {"+": a + b, "-": a - b, "x": a * b}[sign])


async def algebra(play: Play) -> None:
    """Solve x + 3 = 7 for x, or 3 - x = 7."""
    found = re.search(r"(x|\d+) ([-+]) (x|\d+) = (\d+)", play.view.text)
    one, sign, two, total = found.groups() if found else ("x", "+", "0", "0")
    known, result = int(two if one == "x" else one), int(total)
    if sign == "+":
        await answer(play, result - known)
    await answer(play, result + known if one == "x" else known - result)


async def answer(play: Play, number: int) -> None:
    await play.input(play.view.fields()[0], str(number))
    await play.click_shown("Submit")


async def odd_or_even(play: Play) -> None:
    """Mark each number as odd or even."""
    numbers = re.findall(r"Odd (-?\d+) Even", play.view.text)
    for at, number in enumerate(numbers):
        word = "Even" if int(number) % 2 == 0 else "Odd"
        await play.click(play.view.having(says=word)[at])
    await play.click_shown("Submit")


async def guess(play: Play) -> None:
    """Guess a number from 0 to 9 by what the page says of each guess."""
    low, high = 0, 9
    while low <= high:
        middle = (low + high) // 2
        await play.input(play.view.fields()[0], str(middle))
        view = await play.click(play.view.showing("Submit"))
        low, high = (middle + 1, high) if "higher than" in view.text else (low, middle - 1)


async def generate(play: Play) -> None:
    """Press Generate until the number fits."""
    for _ in range(40):
        view = await play.click(play.view.showing("Generate"))
        if fits(play.task, generated(view.text, play.task)):
            break
    await play.click_shown("Submit")


def generated(text: str, task: str) -> int:
    found = re.search(r"(\d+)", text.partition(task)[2])
    return int(found[1]) if found else -1


def fits(task: str, number: int) -> bool:
    bound = re.search(r"(less|greater) than (\d+)", task)
    if bound:
        return number < int(bound[2]) if bound[1] == "less" else number > int(bound[2])
    return number % 2 == (1 if "odd" in task else 0)


async def greatest_card(play: Play) -> None:
    """Turn the cards, one at a time, then pick the one with the greatest number."""
    held = {}
    for at in range(3):
        view = await play.click(cards(play)[at])
        found = re.search(r"(\d+)", view.words(cards(play)[at]))
        held[at] = int(found[1]) if found else -1
    best = max(held, key=lambda at: held[at])
    if best != 2:
        await play.click(cards(play)[best])
    await play.click_shown("Submit")


def cards(play: Play) -> list[str]:
    """The three cards, whether turned or not."""
    return [n for n in play.view.having(role=("button",)) if play.view.words(n) != "Submit"]


async def draw_digit(play: Play) -> None:
    """Tick the boxes that draw a digit. The example is a picture; the ten are known."""
    pattern = DIGITS[int(quoted(play.task)[0])]
    boxes = play.view.having(role=("checkbox",))
    for box, mark in zip(boxes, "".join(pattern), strict=True):
        if mark == "#":
            await play.click(box)
    await play.click_shown("Submit")


async def coordinate(play: Play) -> None:
    """Click on a point of a grid from -2 to 2, by where the points are."""
    found = re.search(r"\((-?\d),(-?\d)\)", play.task)
    x, y = (int(found[1]), int(found[2])) if found else (0, 0)
    points = [e for e in play.view.names if e.box and e.box.width < 15 and e.box.y > 40]
    columns = sorted({round(e.box.x) for e in points if e.box})
    lines = sorted({round(e.box.y) for e in points if e.box})
    for element in points:
        if element.box and (round(element.box.x), round(element.box.y)) == (
            columns[x + 2],
            lines[2 - y],
        ):
            await play.click(element.name)


async def ascending(play: Play) -> None:
    """Click numbers in ascending order; after the first they are covered and must be remembered."""
    places = {}
    for element in play.view.names:
        shown = play.view.words(element.name)
        if re.fullmatch(r"[1-5]", shown) and element.box:
            places[int(shown)] = (element.box.x, element.box.y)
    await play.click(play.view.one(says="1"))
    for number in range(2, 6):
        await play.click(nearest(play, places[number]))


def nearest(play: Play, place: tuple[float, float]) -> str:
    def away(at: tuple[float, float]) -> float:
        return abs(at[0] - place[0]) + abs(at[1] - place[1])

    boxes = {e.name: (e.box.x, e.box.y) for e in play.view.names if e.box and e.box.width <= 25}
    return min(boxes, key=lambda name: away(boxes[name]))


SOLVERS = {
    "ascending-numbers": ascending,
    "find-greatest": greatest_card,
    "generate-number": generate,
    "grid-coordinate": coordinate,
    "guess-number": guess,
    "number-checkboxes": draw_digit,
    "odd-or-even": odd_or_even,
    "simple-algebra": algebra,
    "simple-arithmetic": arithmetic,
}
