"""Tasks that are done by pressing what the words name: buttons, links, boxes, tabs, sections."""

from __future__ import annotations

import asyncio
import re

from bench.miniwob.play import Play
from bench.miniwob.view import NotSeen, quoted, slug


async def press_quoted(play: Play) -> None:
    """Click on the "Send" button."""
    await play.click_shown(quoted(play.task)[0])


async def the_button(play: Play) -> None:
    """Click the button. There is only one."""
    await play.click(play.view.one(role=("button",)))


async def button_called(play: Play) -> None:
    """Click button ONE."""
    await play.click_shown(play.task.split()[-1].rstrip("."))


async def one_then_two(play: Play) -> None:
    """Click button ONE, then click button TWO; perhaps with seconds between."""
    wait = re.search(r"wait (\d+)", play.task)
    clock = asyncio.get_running_loop().time
    began = clock()
    await play.click_shown("ONE")
    if wait:
        await asyncio.sleep(max(0.0, began + int(wait[1]) - clock()))
    await play.click_shown("TWO")


async def close_dialog(play: Play) -> None:
    """Close the dialog, or press the button in it that is named."""
    wanted = quoted(play.task)[0]
    if wanted == "x":
        await play.click(play.view.one(own=r"(.*_)?(close|x)(_\d+)?"))
    await play.click_shown(wanted)


async def choose_and_submit(play: Play) -> None:
    """Select a, b, c and click Submit."""
    wanted = re.fullmatch(r"Select (.*) and click Submit\.", play.task)
    for words in wanted[1].split(", ") if wanted and wanted[1] != "nothing" else []:
        await play.click(choice(play, words))
    await play.click_shown("Submit")


def choice(play: Play, words: str) -> str:
    """The box or circle beside `words`; case counts, since some differ in it only."""
    boxes = [e.name for e in play.view.names if e.role in ("checkbox", "radio")]
    for name in boxes:
        if play.view.label(name) == words:
            return name
    same = [n for n in boxes if re.fullmatch(re.escape(slug(words)) + r"(_\d+)?", n.split(".")[-1])]
    if not same:
        raise NotSeen(f"no box beside {words!r}; there are {boxes}")
    return same[0]


ALIKE = [
    "big large huge enormous gigantic",
    "small tiny little mini petite",
    "red scarlet crimson vermillion",
    "happy cheerful joyful gleeful delighted",
    "sad unhappy sorrowful miserable tragic",
    "angry mad furious irritated",
    "evil wicked immoral sinful corrupt depraved",
    "wrong incorrect mistaken erroneous",
    "real genuine actual",
    "strange odd peculiar unusual weird",
    "stop cease halt end finish",
    "scared terrified panicked fearful frightened afraid",
    "quiet calm peaceful serene mild",
    "old aged archaic",
    "love like adore favor",
    "kill murder assassinate",
    "keep retain preserve sustain maintain",
    "hide conceal camouflage",
    "hate despise loathe detest dislike",
    "funny humorous amusing comical laughable",
    "fat fleshy plump chubby",
    "stupid dumb dull unwise",
    "delicious savory delectable appetizing",
    "cut slice carve chop",
    "brave courageous fearless",
    "begin start initiate launch",
    "answer reply response",
    "television televisions tv tvs",
    "house home houses homes",
    "fire flame fires flames",
    "pig pork swine",
    "rabbit rabbits bunny bunnies",
    "car cars automobile automobiles vehicle vehicles",
    "water",
]
"""Words of like meaning, as anybody who speaks English knows them."""


async def choose_alike(play: Play) -> None:
    """Select words similar to these and click Submit."""
    wanted = re.fullmatch(r"Select words similar to (.*) and click Submit\.", play.task)
    asked = wanted[1].lower().split(", ") if wanted else []
    like = {word for line in ALIKE for word in line.split() if set(asked) & set(line.split())}
    for element in play.view.names:
        if element.role == "checkbox" and play.view.label(element.name).lower() in like:
            await play.click(element.name)
    await play.click_shown("Submit")


async def choose_one_and_submit(play: Play) -> None:
    await choose_and_submit(play)


async def focus(play: Play) -> None:
    """Focus into the 2nd input textbox."""
    which = re.search(r"(\d)(?:st|nd|rd)", play.task)
    await play.click(play.view.fields()[int(which[1]) - 1 if which else 0])


WIDGETS = {
    "radio": ("radio",),
    "checkbox": ("checkbox",),
    "button": ("button",),
}


async def widget(play: Play) -> None:
    """Click on a "textarea" widget."""
    wanted = quoted(play.task)[0]
    if wanted in WIDGETS:
        await play.click(play.view.one(role=WIDGETS[wanted]))
    tag = "textarea" if wanted == "textarea" else "input"
    await play.click(next(n for n in play.view.fields() if play.view.tag(n).name == tag))


async def tab_called(play: Play) -> None:
    """Click on Tab #2."""
    await play.click_shown(play.task.removeprefix("Click on ").rstrip("."))


async def link_in_tabs(play: Play) -> None:
    """Switch between the tabs to find and click on a link."""
    wanted = quoted(play.task)[0]
    tabs = play.view.having(role=("tab",))
    for tab in ["", *tabs]:
        if tab:
            await play.click(tab)
        link = link_saying(play, wanted)
        if link:
            await play.click(link)
    raise NotSeen(f"no link {wanted!r} in {len(tabs)} tabs")


def link_saying(play: Play, words: str) -> str:
    """The first thing outside tabs and headers that shows exactly `words`; else nothing."""
    outside = [e.name for e in play.view.names if e.role not in ("tab",)]
    return next((n for n in outside if play.view.words(n) == words), "")


async def expand_and_submit(play: Play) -> None:
    """Expand the section below and click submit."""
    await play.click(play.view.one(own=r"(.*_)?section_\d+(_\d+)?"))
    await play.click(play.view.one(role=("button",)))


async def link_in_sections(play: Play) -> None:
    """Expand the sections to find and click on a link."""
    wanted = quoted(play.task)[0]
    for number in (1, 2, 3):
        await play.click(play.view.one(own=rf"(.*_)?section_{number}(_\d+)?"))
        await play.wait(0.5)  # sections slide open
        link = link_saying(play, wanted)
        if link:
            await play.click(link)
    raise NotSeen(f"no link {wanted!r} in the sections")


async def coloured_box(play: Play) -> None:
    """Click on the red colored box; in half of the problems the colour is shown, not said: the
    words of the task name it either way."""
    found = re.search(r"Click on the (\S+) colored box", play.task)
    colour = found[1] if found else ""
    boxes = play.view.having(own=rf"{colour}(_\d+)?")
    await play.click(boxes[-1])


SOLVERS = {
    "button-delay": one_then_two,
    "click-button": press_quoted,
    "click-button-sequence": one_then_two,
    "click-checkboxes": choose_and_submit,
    "click-checkboxes-large": choose_and_submit,
    "click-checkboxes-soft": choose_alike,
    "click-checkboxes-transfer": choose_and_submit,
    "click-collapsible": expand_and_submit,
    "click-collapsible-2": link_in_sections,
    "click-collapsible-2-nodelay": link_in_sections,
    "click-collapsible-nodelay": expand_and_submit,
    "click-color": coloured_box,
    "click-dialog": close_dialog,
    "click-dialog-2": close_dialog,
    "click-link": press_quoted,
    "click-option": choose_one_and_submit,
    "click-tab": tab_called,
    "click-tab-2": link_in_tabs,
    "click-tab-2-easy": link_in_tabs,
    "click-tab-2-hard": link_in_tabs,
    "click-tab-2-medium": link_in_tabs,
    "click-test": the_button,
    "click-test-2": button_called,
    "click-test-transfer": button_called,
    "click-widget": widget,
    "focus-text": focus,
    "focus-text-2": focus,
    "unicode-test": press_quoted,
}
