"""Tasks that ask for something written on the page."""

from __future__ import annotations

import re

from bench.miniwob.play import Play
from bench.miniwob.view import NotSeen, quoted


def table(play: Play) -> dict[str, str]:
    """A table of two columns, by the words of the first."""
    rows = [
        [c.get_text(" ", strip=True) for c in r.find_all(["td", "th"])]
        for r in play.view.soup.find_all("tr")
    ]
    return {row[0]: row[1] for row in rows if len(row) == 2}


async def one_value(play: Play) -> None:
    """Enter the value of Country into the text field."""
    found = re.search(r"Enter the value of (.*) into", play.task)
    await play.input(play.view.fields()[0], table(play)[found[1] if found else ""])
    await play.click_shown("Submit")


async def two_values(play: Play) -> None:
    """Enter the value of each label beside it."""
    values = table(play)
    for field in play.view.fields():
        said = play.view.before(field)
        key = max(values, key=lambda k: said.rfind(k + ":"))
        await play.input(field, values[key])
    await play.click_shown("Submit")


async def nth_word(play: Play) -> None:
    """Find the 3rd word of the paragraph and type it."""
    found = re.search(r"the (\d+)(?:st|nd|rd|th) word", play.task)
    field = play.view.fields()[0]
    words = play.view.between(play.task, field).split()
    word = words[int(found[1]) - 1 if found else 0]
    await play.input(field, re.sub(r"[^A-Za-z]", "", word))
    await play.click_shown("Submit")


async def last_word(play: Play) -> None:
    """Find the last word in the text area and enter it."""
    fields = play.view.fields()
    area = next(n for n in fields if play.view.tag(n).name == "textarea")
    word = play.view.held(area).split()[-1]
    await play.input(next(n for n in fields if n != area), re.sub(r"\W", "", word))
    await play.click_shown("Submit")


async def phone_book(play: Play) -> None:
    """Find Ann in the contact book and click on her phone number, email or address."""
    found = re.search(r"Find (.*) in the contact book and click on their (\w+)", play.task)
    who, what = (found[1], found[2]) if found else ("", "")
    for _ in range(6):
        heading = play.view.soup.find(["h2"])
        if heading is not None and heading.get_text(strip=True) == who:
            break
        await play.click(play.view.one(own=r"(&gt;|>|next|_|page_)(_\d+)?|.*next.*"))
    else:
        raise NotSeen(f"no {who!r} on five pages")
    value = re.search(
        rf"{what.capitalize()}: (.*?)(?: Email:| Address:| <| First|$)", play.view.text
    )
    for element in play.view.names:
        shown = play.view.words(element.name)
        if value and shown and value[1].startswith(shown):
            await play.click(element.name)
    raise NotSeen(f"the {what} cannot be pressed: {[e.name for e in play.view.names]}")


async def search_results(play: Play) -> None:
    """Search for a name, then click the 5th result, three on a page."""
    name = quoted(play.task)[0]
    found = re.search(r"the (\d+)(?:st|nd|rd|th) search result", play.task)
    at = int(found[1]) - 1 if found else 0
    await play.input(play.view.fields()[0], name)
    await play.click_shown("Search")
    if at >= 3:
        await play.click(play.view.having(says=str(at // 3 + 1))[-1])
    links = [e.name for e in play.view.names if is_result(play, e.name)]
    await play.click(links[at % 3])


def is_result(play: Play, name: str) -> bool:
    """A link that is neither a page number nor an arrow nor the search."""
    words = play.view.words(name)
    return play.view.tag(name).name == "a" and not re.fullmatch(r"\d|[<>«»]|First|Last|", words)


SOLVERS = {
    "find-word": nth_word,
    "phone-book": phone_book,
    "read-table": one_value,
    "read-table-2": two_values,
    "scroll-text": last_word,
    "search-engine": search_results,
}
