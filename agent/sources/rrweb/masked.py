"""Whether a recording's text is covered with stars or the like: nothing can be read in it then."""

from __future__ import annotations

import re

_TEXT = re.compile(rb'"textContent":\s*"((?:[^"\\]|\\.){2,400})"')
_SPACE = re.compile(rb"(?:\\[ntr]|\s)+")
_COVERED = re.compile("(?:[*x]|█|•){2,}".encode())
_LEAST_TEXTS = 12
_SHARE = 0.9
_ENOUGH = 400


class TextCount:
    """Counts the texts of pages and those of them that are covered."""

    def __init__(self) -> None:
        self._texts = self._covered = 0
        self.mask = "*"

    def add(self, snapshot: bytes) -> None:
        """A full snapshot, as JSON."""
        for found in _TEXT.finditer(snapshot):
            if self._texts >= _ENOUGH:
                return
            text = _SPACE.sub(b"", found[1])
            if len(text) < 2 or b"{" in text:
                continue  # nothing, or a style sheet
            self._texts += 1
            self._covered += _COVERED.fullmatch(text) is not None

    @property
    def is_covered(self) -> bool:
        """Whether nearly everything is."""
        return self._texts >= _LEAST_TEXTS and self._covered >= _SHARE * self._texts
