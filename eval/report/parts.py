"""Parts of a page or of a terminal's output: a heading, a sentence, a table of words."""

from __future__ import annotations

from typing import NamedTuple

from eval.stats.intervals import Interval

UNKNOWN = "–"


class Row(NamedTuple):
    """A line of a table. `differs`: it is to be seen."""

    label: str
    cells: tuple[str, ...]
    differs: bool = False


class Part(NamedTuple):
    """One thing that is told: a heading, what is to be read first, and a table below it."""

    title: str
    text: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def number(value: float | None, ends: Interval | None = None, *, sign: bool = False) -> str:
    """``0.21 [0.15, 0.27]``."""
    if value is None:
        return UNKNOWN
    form = "{:+.2f}" if sign else "{:.2f}"
    return _with(form, value, ends)


def points(value: float | None, ends: Interval | None = None, *, sign: bool = False) -> str:
    """A share in percent, or with `sign` a difference of shares in points: ``12.0 [9.1, 15.2]``."""
    if value is None:
        return UNKNOWN
    form = "{:+.1f}" if sign else "{:.1f}"
    return _with(form, 100 * value, ends and (100 * ends[0], 100 * ends[1]))


def chance(p: float | None) -> str:
    """A p-value in a table."""
    if p is None:
        return UNKNOWN
    return "<.001" if p < 0.001 else f"{p:.3f}"


def _with(form: str, value: float, ends: Interval | None) -> str:
    told = form.format(_plain(form, value))
    if ends is None:
        return told
    low, high = (form.format(_plain(form, end)) for end in ends)
    return f"{told} [{low}, {high}]"


def _plain(form: str, value: float) -> float:
    """No negative zero."""
    return 0.0 if not float(form.format(value)) else value
