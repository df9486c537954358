"""Tasks with lists and forms of several parts."""

from __future__ import annotations

import re

from bench.miniwob.play import Play
from bench.miniwob.solvers.clicks import choice
from bench.miniwob.view import NotSeen


def option(play: Play, words: str) -> str:
    """The option that says `words`."""
    found = [
        e.name for e in play.view.names if e.role == "option" and play.view.words(e.name) == words
    ]
    if not found:
        raise NotSeen(f"no option {words!r}")
    return found[0]


async def choose_from_list(play: Play) -> None:
    """Select Ann, Bob from the list and click Submit."""
    wanted = re.fullmatch(r"Select (.*) from the (?:scroll )?list and click Submit\.", play.task)
    for words in wanted[1].split(", ") if wanted else []:
        await play.click(option(play, words))
    await play.click_shown("Submit")


async def slider_and_box(play: Play) -> None:
    """Select 3 with the slider, click the 2nd checkbox, then hit Submit."""
    found = re.search(r"Select (-?\d+) .* (\d)(?:st|nd|rd) checkbox", play.task)
    number, which = (found[1], int(found[2])) if found else ("0", 1)
    await play.input(play.view.one(role=("slider",)), number)
    await play.click(play.view.having(role=("checkbox",))[which - 1])
    await play.click_shown("Submit")


async def circle_and_number(play: Play) -> None:
    """Check the 2nd radio button and enter the number "7" into the 3rd textbox."""
    first, number, second = re.findall(r'(\d)(?:st|nd|rd)|"(-?\d+)"', play.task)
    await play.click(play.view.having(role=("radio",))[int(first[0]) - 1])
    await play.input(play.view.fields()[int(second[0]) - 1], number[1])
    await play.click_shown("Submit")


async def drawn_list(play: Play) -> None:
    """Choose 5ft 9in from a dropdown that a script draws, then press a button."""
    found = re.search(r'Choose (.*) from the dropdown, .* labeled "(.*)"', play.task)
    words, button = (found[1], found[2]) if found else ("", "")
    if not any(play.view.words(e.name) == words for e in play.view.names):
        buttons = ("Yes", "No", "Maybe")
        await play.click(
            next(e.name for e in play.view.names if play.view.words(e.name) not in buttons)
        )
    await play.click_shown(words)
    await play.click_shown(button)


SOLVERS = {
    "choose-list": choose_from_list,
    "click-scroll-list": choose_from_list,
    "form-sequence": slider_and_box,
    "form-sequence-2": circle_and_number,
    "form-sequence-3": drawn_list,
}

__all__ = ["SOLVERS", "choice", "option"]
