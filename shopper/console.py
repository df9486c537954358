"""The consoles that commands write to.

What they print holds words of pages, names, paths and models. None of it is read as markup or
coloured by what it looks like.
"""

from __future__ import annotations

from rich.console import Console


def plain_console(*, stderr: bool = False) -> Console:
    """A console that prints text as it is."""
    return Console(stderr=stderr, highlight=False, markup=False)
