"""Reading one look at a page: what a solver asks of the simplified HTML and the names in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from bs4 import BeautifulSoup, Tag

from envs.observation import TEXT_ROLES, Element, Observation


class NotSeen(LookupError):
    """What a solver looks for is not on the page as it is seen; the message says what."""


class View:
    """One look. Everything a solver knows of the page is from here."""

    def __init__(self, seen: Observation) -> None:
        self.seen = seen

    @property
    def html(self) -> str:
        return self.seen.html

    @property
    def names(self) -> tuple[Element, ...]:
        """What can be acted on, without the cover over a task that is over."""
        return self.seen.names

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.seen.html, "html.parser")

    @cached_property
    def text(self) -> str:
        """All words in reading order, single spaces between them."""
        return " ".join(self.soup.get_text(" ").split())

    def tag(self, name: str) -> Tag:
        """The element called `name` in the HTML."""
        found = self.soup.find(attrs={"name": name})
        if not isinstance(found, Tag):
            raise NotSeen(f"{name} is named but not in the HTML")
        return found

    def words(self, name: str) -> str:
        """What the element called `name` shows."""
        return " ".join(self.tag(name).get_text(" ").split())

    def label(self, name: str) -> str:
        """The words beside a box or circle: its own, else those around it."""
        tag = self.tag(name)
        said = str(tag.get("aria-label") or "") or " ".join(tag.get_text(" ").split())
        if said:
            return said
        after = tag.next_sibling
        return (
            " ".join(str(after).split()) if after is not None and not isinstance(after, Tag) else ""
        )

    def held(self, name: str) -> str:
        """What a text field holds."""
        tag = self.tag(name)
        return str(tag.get("value") or tag.get_text())

    def before(self, name: str) -> str:
        """The text that stands before the element called `name`."""
        html = self.html.partition(f'name="{name}"')[0] + ">"
        return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())

    def between(self, words: str, name: str) -> str:
        """The text that stands after `words` and before the element called `name`."""
        return self.before(name).rpartition(words)[2].strip()

    def having(self, *, role: Sequence[str] = (), own: str = "", says: str = "") -> list[str]:
        """Names in reading order whose last part matches the pattern `own`, whose element shows
        `says` exactly and has one of the `role`s; each where it is given."""
        return [
            e.name
            for e in self.names
            if (not role or e.role in role)
            and (not own or re.fullmatch(own, e.name.rpartition(".")[2]))
            and (not says or self.words(e.name) == says)
        ]

    def fields(self) -> list[str]:
        """Names of all text fields."""
        return [e.name for e in self.names if e.role in TEXT_ROLES]

    def one(self, **wanted: str | Sequence[str]) -> str:
        """The first name that `having` gives.

        Raises:
            NotSeen: there is none.
        """
        found = self.having(**wanted)  # type: ignore[arg-type]
        if not found:
            raise NotSeen(f"nothing here has {wanted}; there are {[e.name for e in self.names]}")
        return found[0]

    def showing(self, words: str, *, whole: bool = True) -> str:
        """The first name whose element shows `words`; else whose last part is made of them.

        Raises:
            NotSeen: there is none.
        """
        for element in self.names:
            shown = self.words(element.name)
            if shown == words or (not whole and words in shown):
                return element.name
        part = slug(words)
        for element in self.names:
            if re.fullmatch(re.escape(part) + r"(_\d+)?", element.name.rpartition(".")[2]):
                return element.name
        raise NotSeen(f"nothing here shows {words!r}; there are {[e.name for e in self.names]}")


def slug(words: str) -> str:
    """Words as they are written in names."""
    return re.sub(r"[\W_]+", "_", words.lower()).strip("_")


def quoted(task: str) -> list[str]:
    """What stands in double quotes in the words of a task."""
    return re.findall(r'"(.*?)"', task)
