"""Tickets, flights and food."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from bench.miniwob.play import Play
from bench.miniwob.solvers.typing import day_cell, turn_to
from bench.miniwob.view import NotSeen, slug


def offers(play: Play) -> list[tuple[int, int, str]]:
    """Minutes, price and button of each flight that is offered."""
    text = play.view.text
    lengths = [int(h) * 60 + int(m) for h, m in re.findall(r"(\d+)h (\d+)m", text)]
    buttons = [e.name for e in play.view.names if "$" in play.view.words(e.name)]
    prices = [int(re.sub(r"\D", "", play.view.words(name).partition("$")[2])) for name in buttons]
    return list(zip(lengths, prices, buttons, strict=True))


async def buy_ticket(play: Play) -> None:
    """Buy the ticket with the cheapest cost, shortest duration and so on."""
    choose: Callable[..., tuple[int, int, str]]
    choose = max if "longest" in play.task or "most expensive" in play.task else min
    at = 0 if "duration" in play.task else 1
    await play.click(choose(offers(play), key=lambda offer: offer[at])[2])


async def book_flight(play: Play) -> None:
    """Book the cheapest or shortest flight from one place to another on a day."""
    found = re.search(r"from: (.*?) to: (.*?) on (\d\d)/(\d\d)/(\d{4})", play.task)
    start, end, month, day, year = found.groups() if found else ("", "", "1", "1", "2016")
    for at, place in enumerate((start, end)):
        await play.input(play.view.fields()[at], place)
        await play.wait(0.6)
        await play.click(suggestion(play, place))
    date = play.view.one(own=r"(.*_)?(date|datepicker)(_.*)?")
    await play.click(date)
    await turn_to(play, datetime(int(year), int(month), int(day)))
    await play.click(day_cell(play, int(day)))
    await play.click_shown("Search")
    at = 0 if "shortest" in play.task else 1
    await play.click(min(offers(play), key=lambda offer: offer[at])[2])


def suggestion(play: Play, place: str) -> str:
    """The suggestion for a place: a city, or an airport in brackets."""
    shown = {e.name: play.view.words(e.name) for e in play.view.names if play.view.words(e.name)}
    for name, words in shown.items():
        if words.startswith(f"{place} (") or f"({place})" in words or words == place:
            return name
    for name, words in shown.items():
        if place in words and "(" in words:
            return name
    raise NotSeen(f"no suggestion for {place!r} among {list(shown.values())}")


async def order_food(play: Play) -> None:
    """Order one of each of these, or so many that are vegan."""
    found = re.search(r"Order (\d+) items that are (.*)", play.task)
    dishes = {name.rpartition(".")[0]: name for name in play.view.having(says="+")}
    if found:
        fits = [plus for dish, plus in dishes.items() if marked(play, dish, found[2])]
        wanted = [fits[0]] * int(found[1])
    else:
        asked = [slug(name) for name in play.task.partition(": ")[2].split(", ")]
        wanted = [p for dish, p in dishes.items() if dish.rpartition(".")[2] in asked]
    for plus in wanted:
        await play.click(plus)
    await play.click_shown("Order!")


def marked(play: Play, dish: str, what: str) -> bool:
    """Whether a picture at a dish says that it is vegan, or the like."""
    return any(picture.get("alt") == what for picture in play.view.tag(dish).find_all("img"))


SOLVERS = {
    "book-flight": book_flight,
    "book-flight-nodelay": book_flight,
    "buy-ticket": buy_ticket,
    "order-food": order_food,
}
