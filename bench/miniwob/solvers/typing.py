"""Tasks that are done by filling in fields: texts, passwords, dates, times, sliders, suggestions."""

from __future__ import annotations

import calendar
import re
from datetime import datetime

from bench.miniwob.play import NotDone, Play
from bench.miniwob.reasons import SCROLL, NotPossible
from bench.miniwob.view import NotSeen, quoted


async def enter_quoted(play: Play) -> None:
    """Enter "Ann" into the text field and press Submit; in upper or lower case if asked."""
    text = quoted(play.task)[0]
    if "all upper case" in play.task:
        text = text.upper()
    if "all lower case" in play.task:
        text = text.lower()
    await play.input(play.view.fields()[0], text)
    await play.click_shown("Submit")


async def enter_password(play: Play) -> None:
    """Enter the password into both text fields."""
    text = quoted(play.task)[0]
    for field in play.view.fields():
        await play.input(field, text)
    await play.click_shown("Submit")


async def log_in(play: Play) -> None:
    """Enter the user name and the password; a popup may come between, and is sent away."""
    texts = quoted(play.task)
    button = "OK" if play.view.having(own="ok") else "Login"
    done = 0
    while done < 2:
        await play.input(play.view.fields()[done], texts[done])
        if play.view.having(own=r"cancel(_\d+)?"):
            await play.click(play.view.one(own=r"cancel(_\d+)?"))
            continue
        done += 1
    await play.click_shown(button)


async def enter_date(play: Play) -> None:
    """Enter 01/31/2015 as the date."""
    found = re.search(r"\d\d/\d\d/\d{4}", play.task)
    await play.input(play.view.fields()[0], found[0] if found else "")
    await play.click_shown("Submit")


async def enter_time(play: Play) -> None:
    """Enter 3:05 PM as the time."""
    found = re.search(r"(\d+:\d\d)\s*([AP]M)", play.task)
    await play.input(play.view.fields()[0], f"{found[1]} {found[2]}" if found else "")
    await play.click_shown("Submit")


async def choose_date(play: Play) -> None:
    """Select 05/16/2016 in a calendar that opens from a read-only field."""
    found = re.search(r"(\d\d)/(\d\d)/(\d{4})", play.task)
    day = datetime(int(found[3]), int(found[1]), int(found[2])) if found else datetime.min
    await play.click(play.view.one(own=r"date(_\d+)?"))
    await turn_to(play, day)
    await play.click(day_cell(play, day.day))
    await play.click_shown("Submit")


async def turn_to(play: Play, day: datetime) -> None:
    """Turn the pages of a calendar until it shows the month of `day`."""
    months = "|".join(calendar.month_name[1:])
    for _ in range(24):
        shown = re.search(rf"({months}) (\d{{4}})", play.view.text)
        if shown is None:
            await play.wait(0.3)
            continue
        month = datetime.strptime(f"{shown[1]} {shown[2]}", "%B %Y")
        apart = (day.year - month.year) * 12 + day.month - month.month
        if apart == 0:
            return
        way = "next" if apart > 0 else "prev"
        await play.click(play.view.one(own=rf"{way}(_\d+)?"))


def day_cell(play: Play, day: int) -> str:
    return next(e.name for e in play.view.names if play.view.words(e.name) == str(day))


async def autocomplete(play: Play) -> None:
    """Enter an item that starts so and ends so, with the help of suggestions."""
    start, *end = quoted(play.task)
    view = await play.input(play.view.fields()[0], start)
    view = await play.wait(0.6)
    options = [e.name for e in view.names if view.words(e.name).startswith(start)]
    fits = [n for n in options if view.words(n).endswith(end[0] if end else "")]
    await play.click(fits[0])
    await play.click_shown("Submit")


async def slider(play: Play) -> None:
    """Select 7 with the slider; or several sliders, or a spinner."""
    numbers = list(re.findall(r"-?\d+", play.task))
    names = [e.name for e in play.view.names if e.role in ("slider", "spinbutton", "textbox")]
    for name, number in zip(names, numbers, strict=True):
        await play.input(name, number)
    await play.click_shown("Submit")


async def spinner(play: Play) -> None:
    """Select -3 with the spinner: its field takes no keys, and of its two buttons the upper adds."""
    found = re.search(r"-?\d+", play.task)
    number = int(found[0]) if found else 0
    for _ in range(abs(number)):
        arrows = [n for n in play.view.having(role=("button",)) if not play.view.words(n)]
        await play.click(arrows[0 if number > 0 else 1])
    await play.click_shown("Submit")


async def colour_by_name(play: Play) -> None:
    """Select red with the color picker, by its number in the field."""
    word = re.search(r"Select (\S+) with", play.task)
    await play.input(play.view.fields()[0], HEX[word[1].lower()] if word else "")
    try:
        await play.click_shown("Submit")
    except NotDone:  # the colours to choose from lay over it, and are closed now
        await play.wait()
        await play.click_shown("Submit")


HEX = {
    "red": "FF0000", "blue": "0000FF", "green": "008000", "yellow": "FFFF00", "purple": "800080",
    "orange": "FFA500", "black": "000000", "white": "FFFFFF", "grey": "808080", "gray": "808080",
    "pink": "FFC0CB", "magenta": "FF00FF", "cyan": "00FFFF", "olive": "808000", "lime": "00FF00",
    "brown": "A52A2A", "aqua": "00FFFF", "navy": "000080", "teal": "008080", "maroon": "800000",
    "violet": "EE82EE", "indigo": "4B0082", "gold": "FFD700", "silver": "C0C0C0",
    "turquoise": "40E0D0",
}  # fmt: skip


async def transform(play: Play) -> None:
    """Type the text below, whose letters are leaning."""
    field = play.view.fields()[0]
    await play.input(field, play.view.between(play.task, field).replace(" ", ""))
    await play.click_shown("Submit")


async def copy(play: Play) -> None:
    """Copy the text of the (2nd) text area into the text input, letter by letter."""
    which = re.search(r"(\d)(?:st|nd|rd)", play.task)
    fields = play.view.fields()
    areas = [n for n in fields if play.view.tag(n).name == "textarea"]
    target = next(n for n in fields if n not in areas)
    await play.input(target, play.view.held(areas[int(which[1]) - 1 if which else 0]))
    await play.click_shown("Submit")


async def sign(play: Play) -> None:
    """Sign an agreement that has to be scrolled through first, or cancel it."""
    if "Scroll" in play.task:
        raise NotPossible(SCROLL)
    await play.click_shown("Cancel")


MOVIE = {"genre": "genre", "director": "director", "year": "year|date"}


async def movie_search(play: Play) -> None:
    """Search for drama movies directed by Smith from year 1990; fields in any order and layout, what
    they are called beside, above or under them."""
    found = re.search(r"Search for (\S+) movies directed by (.+?) from year (\d+)", play.task)
    for called, text in zip(MOVIE.values(), found.groups() if found else (), strict=True):
        await play.input(field_called(play, called), text)
    await play.click(play.view.having(role=("button",))[-1])


def field_called(play: Play, called: str) -> str:
    """The field whose name, or the words that follow it, match a pattern."""
    fields = play.view.fields()
    for name in fields:
        if re.search(called, name.rpartition(".")[2]):
            return name
    for name in fields:
        after = play.view.html.partition(f'name="{name}"')[2].partition("<input")[0]
        if re.search(called, after, re.IGNORECASE):
            return name
    raise NotSeen(f"no field called {called}; there are {fields}")


SOLVERS = {
    "choose-date": choose_date,
    "choose-date-easy": choose_date,
    "choose-date-medium": choose_date,
    "choose-date-nodelay": choose_date,
    "copy-paste": copy,
    "copy-paste-2": copy,
    "enter-date": enter_date,
    "enter-password": enter_password,
    "enter-text": enter_quoted,
    "enter-text-2": enter_quoted,
    "enter-text-dynamic": enter_quoted,
    "enter-time": enter_time,
    "login-user": log_in,
    "login-user-popup": log_in,
    "multi-layouts": movie_search,
    "multi-orderings": movie_search,
    "sign-agreement": sign,
    "text-transform": transform,
    "use-autocomplete": autocomplete,
    "use-autocomplete-nodelay": autocomplete,
    "use-colorwheel": colour_by_name,
    "use-slider": slider,
    "use-slider-2": slider,
    "use-spinner": spinner,
}
