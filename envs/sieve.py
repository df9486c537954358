"""Taking words out of texts wherever they stand, in every spelling: as typed, escaped in a page, in
an address, in a name.

`Sieve` does so with what was typed as a secret: the last wall, for what a page repeats of it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus

import msgspec

from envs.observation import Observation

SHORTEST = 3
"""Characters of a text that is looked for in pages; shorter ones stand everywhere by chance, and
are taken out of fields only."""
_LOOSE = 6
"""Characters of a secret that is looked for within longer words, too."""
_DIGITS = 8
"""Digits of a secret that is looked for in groups as well."""
_MASKED = re.compile(r"[\s•●∙·◦○*＊x#-]*")
_UNESCAPED = "!'()*~"
"""What JavaScript's ``encodeURIComponent`` leaves as it is."""
SECRET = "[secret]"
"""Stands for a secret that was taken out."""


class Sieve:
    """Takes out what was typed as a secret; remembers it as long as it lives.

    The text ``[secret]`` stands for what was taken out. Secrets of less than three characters, and
    those that only stand for others (``••••``), are not looked for.
    """

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What is looked for."""
        return tuple(sorted(self._secrets))

    def add(self, secret: str) -> None:
        """Look for `secret` from now on."""
        secret = secret.strip()
        told = len(secret) < SHORTEST or _MASKED.fullmatch(secret) or secret == SECRET
        if told or secret in self._secrets:
            return
        self._secrets.add(secret)
        longest_first = sorted(self._secrets, key=len, reverse=True)
        ways = dict.fromkeys(way for one in longest_first for way in _ways(one))
        self._pattern = re.compile("|".join(ways), re.IGNORECASE)

    def __call__(self, text: str) -> str:
        """`text` without the secrets."""
        return text if self._pattern is None else self._pattern.sub(SECRET, text)


def veiled(seen: Observation, clean: Sieve) -> Observation:
    """A look at a page without secrets; an element whose name would tell one is left out."""
    if not clean.secrets:
        return seen
    names = tuple(element for element in seen.names if clean(element.name) == element.name)
    return msgspec.structs.replace(
        seen, url=clean(seen.url), title=clean(seen.title), html=clean(seen.html), names=names
    )


def _ways(secret: str) -> list[str]:
    """Patterns of the spellings of one secret."""
    forms = {form for form in (*in_a_page(secret), *in_an_address(secret), _slug(secret)) if form}
    loose = len(secret) >= _LOOSE
    ways = [_spaced(form) if loose else _alone(_spaced(form)) for form in sorted(forms)]
    digits = re.sub(r"[\s.\-–—]", "", secret)
    if len(digits) >= _DIGITS and digits.isdecimal():
        ways.append(r"[\s.\u200b_–—-]{0,2}".join(digits))
    return sorted(ways, key=len, reverse=True)


def in_a_page(text: str) -> tuple[str, ...]:
    """As typed; as simplified pages escape it, in text and in attributes; as Python does."""
    in_text = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        text,
        in_text,
        in_text.replace('"', "&quot;"),
        html.escape(text, False),
        html.escape(text),
    )


def in_an_address(text: str) -> tuple[str, ...]:
    """As Python writes it and as browsers do, which leave ``!'()*~`` alone in addresses and all of
    them but ``*`` escaped in forms; spaces as ``%20`` and as ``+``."""
    ways = ("", "/", _UNESCAPED, "*")
    return tuple(form for safe in ways for form in (quote(text, safe), quote_plus(text, safe)))


def replacer(texts: Iterable[str], instead: str, named: str) -> Callable[[str], str]:
    """A function that puts `instead` for the texts in pages, `named` in addresses and names.

    Where they stand alone only, whatever their case and spaces; a text too short for that only
    where a field holds it.
    """
    longest_first = sorted(texts, key=len, reverse=True)
    words = [t for t in longest_first if len(t.strip()) >= SHORTEST and not _is_number(t)]
    plain = _any({form for t in words for form in in_a_page(t.strip())})
    address = _any({form for t in words for form in in_an_address(t)})
    slugs = _any({slug for t in words if len(slug := _slug(t)) >= SHORTEST})
    held = _held({form for t in longest_first for form in in_a_page(t)})

    def clean(text: str) -> str:
        for pattern, put in (
            (held, f'value="{instead}"'),
            (plain, instead),
            (address, named),
            (slugs, named),
        ):
            if pattern is not None:
                text = pattern.sub(put, text)
        return text

    return clean


def _any(forms: Iterable[str]) -> re.Pattern[str] | None:
    """Any of the forms where it stands alone, whatever its case and spaces."""
    ready = sorted((f for f in forms if f), key=len, reverse=True)
    if not ready:
        return None
    return re.compile(_alone("|".join(map(_spaced, ready))), re.IGNORECASE)


def _spaced(form: str) -> str:
    return r"\s+".join(map(re.escape, form.split()))


def _alone(pattern: str) -> str:
    return rf"(?<![^\W_])(?:{pattern})(?![^\W_])"


def _held(forms: Iterable[str]) -> re.Pattern[str]:
    """A field that holds one of the texts."""
    return re.compile(f'value="(?:{"|".join(map(re.escape, forms))})"')


def _is_number(text: str) -> bool:
    return text.strip().isdigit() and len(text.strip()) < 5


def _slug(text: str) -> str:
    return "_".join(re.findall(r"[^\W_]+", text.lower()))
