"""The consoles that commands write to.

What they print holds words of pages, names, paths and models. None of it is read as markup,
coloured by what it looks like, or obeyed by the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from shopper.plain_text import plain_text

ENDLESS = 1_000_000
"""Characters in a line that is not to be wrapped."""


class _PlainConsole(Console):
    """Prints no control characters but its own."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(plain_text(segment.text), segment.style)


def plain_console(*, stderr: bool = False) -> Console:
    """A console that prints text as it is, and where nobody looks, as in a log or a pipe, never
    wraps a line."""
    console = _PlainConsole(stderr=stderr, highlight=False, markup=False)
    if not console.is_terminal:
        console.width = ENDLESS
    return console
