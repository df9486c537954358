"""Text as it may be printed: what a page, a log or a model says must not command the terminal.

Terminals obey control characters (ECMA-48: C0, DEL and C1), of which ESC begins whole commands: to
clear the screen, to rename the window, to type for the user. None of them is printed, nor what
turns the direction of writing, by which a text can be shown as another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TextIO

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_TURNS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_PRINTED: dict[int, str | None] = dict.fromkeys((*_CONTROLS, *_TURNS)) | {9: "\t", 10: "\n"}


def plain_text(text: str) -> str:
    """`text` without control characters and turns of direction; tabs and line breaks stay."""
    return text.translate(_PRINTED)


class PlainStream:
    """Stands before a text stream and lets nothing but plain text through.

    Has no `buffer`: bytes are read as UTF-8 and written like text. A carriage return at the very
    beginning of what is written passes, by which other people's progress bars begin.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def rich_proxied_file(self) -> TextIO:
        """The stream behind it, to which `rich` writes: its consoles make commands of their own, of
        text that is plain already (`shopper.console`)."""
        return self._stream

    @property
    def buffer(self) -> Any:
        raise AttributeError("bytes are written as text here")

    def write(self, text: str | bytes) -> int:
        said = text if isinstance(text, str) else text.decode("utf-8", "replace")
        begins = "\r" if said.startswith("\r") else ""
        self._stream.write(begins + plain_text(said))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
