"""What names and simplified HTML are worth, beside the text of the page.

Pure functions of text and observations; no browser.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from bs4 import BeautifulSoup

from envs.observation import Observation

GENERIC = frozenset(
    [
        "a",
        "area",
        "button",
        "checkbox",
        "choice",
        "combobox",
        "div",
        "field",
        "form",
        "image",
        "img",
        "input",
        "item",
        "link",
        "menuitem",
        "number_field",
        "option",
        "radio",
        "search_field",
        "searchbox",
        "select",
        "slider",
        "span",
        "spinbutton",
        "switch",
        "tab",
        "text_field",
        "textarea",
        "textbox",
    ]
)
"""Parts that say nothing: roles, tag names, ``item``; with or without an ordinal."""


def words_of(text: str) -> list[str]:
    """Words for comparing text: letters and digits only, no case, no width."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower())


def kept_in_order(wanted: Sequence[str], shown: Sequence[str]) -> float:
    """Share of `wanted` found in `shown` in the same order: longest common subsequence.

    Bit-parallel, Hyyrö 2004, "Bit-parallel LCS-length computation revisited".
    """
    if not wanted:
        return 1.0
    places: dict[str, int] = {}
    for place, word in enumerate(wanted):
        places[word] = places.get(word, 0) | (1 << place)
    full = (1 << len(wanted)) - 1
    row = full
    for word in shown:
        both = row & places.get(word, 0)
        row = ((row + both) | (row - both)) & full
    return (len(wanted) - row.bit_count()) / len(wanted)


def letters_of(text: str) -> list[str]:
    """Every run of four letters: text compares the same however its words are set apart."""
    letters = "".join(words_of(text))
    return [letters[at : at + 4] for at in range(0, max(1, len(letters) - 3))]


def shown_text(html: str) -> str:
    """The text of simplified HTML."""
    return BeautifulSoup(html, "html.parser").get_text(" ")


def is_wordless(name: str) -> bool:
    """Whether a name says nothing: no word anywhere, or its own part is a role or tag name."""
    parts = name.split(".")
    own = re.sub(r"(_\d+)+$", "", parts[-1])
    if own in GENERIC:
        return True
    if any(c.isalpha() for c in own):
        return False
    return not any(any(c.isalpha() for c in part) for part in parts[:-1])


def repeated_labels(names: Sequence[str]) -> int:
    """Names told apart by an ordinal only."""
    known = set(names)
    return sum(
        1
        for name in names
        if (match := re.fullmatch(r"(.*\D)_(\d+)", name))
        and match[1] in known
        and int(match[2]) > 1
    )


def cut_midword(html: str) -> int:
    """Long names whose last word is not a whole word of what the element shows."""
    cut = 0
    for tag in BeautifulSoup(html, "html.parser").find_all(attrs={"name": True}):
        own = str(tag["name"]).split(".")[-1]
        if len(own) < 20 or "_" not in own:
            continue
        label = str(tag.get("aria-label") or tag.get_text(" ") or tag.get("placeholder") or "")
        words = words_of(label)
        if "_".join(words).startswith(own) and "_".join(words)[len(own) : len(own) + 1] not in (
            "",
            "_",
        ):
            cut += 1
    return cut


def stable(before: Observation, after: Observation, gone: str = "") -> float:
    """Share of the names of `before` that are still there with the same text around them."""
    old, new = Counter(e.name for e in before.names), Counter(e.name for e in after.names)
    lost = sum((old - new).values())
    excused = min(lost, removed_names(before, gone)) if gone else 0
    return 1 - (lost - excused) / max(1, len(before.names))


def removed_names(before: Observation, gone: str) -> int:
    """How many names can have gone with a removed row of text `gone`: those that show it."""
    words = set(words_of(gone))
    soup = BeautifulSoup(before.html, "html.parser")
    return sum(
        1
        for tag in soup.find_all(attrs={"name": True})
        if ((own := words_of(tag.get_text(" "))) and set(own) <= words)
        or not tag.get_text(strip=True)
    )
