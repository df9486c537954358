"""The page that sets people and virtual customers side by side, and the same in a terminal."""

from __future__ import annotations

from pathlib import Path

from eval import formatting
from eval.report.compare import measure_rows
from eval.report.fidelity import parts
from eval.report.html import write_page
from eval.report.parts import UNKNOWN, Part, Row
from eval.report.study import text as telling
from eval.report.terminal import FOUND_FROM
from eval.usability.beside import Beside, MeasureBeside, ProblemBeside
from eval.usability.schema import Unit

PAGE = "beside.html"
_VERDICTS = {"higher": "higher", "lower": "lower", "unclear": "no clear difference"}


def write_beside(path: Path, found: Beside) -> Path:
    """Write the page.

    Raises:
        OSError: it cannot be written; an older one is left as it was.
    """
    return write_page(
        path,
        "beside.html",
        styles=["bench.css", "parts.css"],
        found=found,
        people=who(found),
        headline=headline(found),
        lede=lede(found),
        parts=told(found),
    )


def who(found: Beside) -> str:
    """What the recorded are called."""
    return "Stand-ins for people" if found.stand_ins else "People"


def headline(found: Beside) -> str:
    """The one thing to take away: how many measures are apart."""
    if not found.measures:
        return "Nothing was measured on both sides."
    apart = [one for one in found.measures if one.verdict != "unclear"]
    of = formatting.count(len(found.measures), "measure")
    if not apart:
        return f"No clear difference in {of}."
    return f"{formatting.number(len(apart)).capitalize()} of {of} clearly differ."


def lede(found: Beside) -> str:
    """Whether customers met the problems that people met, and whether they can be told apart."""
    met, of = found.recall
    problems = (
        f"Of {formatting.count(of, 'problem')} that people met, customers met {met}."
        if of
        else "People met no problem that the detectors know."
    )
    guess = found.fidelity.discriminator
    if guess is None:
        return problems
    sure = "" if guess.clues else ", which may be chance"
    return f"{problems} A machine tells their visits apart with an AUC of {guess.auc:.2f}{sure}."


def told(found: Beside) -> list[Part]:
    """The sections of the page, in order."""
    columns = ("people", "customers", "customers minus people", "found from", "")
    behaviour = ("people", "customers", "customers minus people, 95 %", "found from")
    return [
        Part("Measures", FOUND_FROM, columns, tuple(map(_measure, found.measures))),
        _problems(found),
        Part(
            "What they do",
            f"Shares in percent. {FOUND_FROM}",
            behaviour,
            tuple(measure_rows(found.behaviour)),
        ),
        *(
            part._replace(text=_named(part.text), columns=tuple(map(_named, part.columns)))
            for part in parts(found.fidelity)
        ),
    ]


def _named(text: str) -> str:
    """The first population is customers, the second people."""
    return text.replace("the first", "customers").replace("the second", "people").replace(
        "first", "customers"
    ).replace("second", "people")  # fmt: skip


def _measure(one: MeasureBeside) -> Row:
    cells = (
        _with(one.people, one.people_ci95, one.unit),
        _with(one.customers, one.customers_ci95, one.unit),
        _gap(one.difference, one.ci95, one.unit),
        _least(one.detectable, one.unit),
        _VERDICTS[one.verdict],
    )
    return Row(one.label, cells, differs=one.verdict != "unclear")


def _with(value: float, ends: tuple[float, float] | None, unit: Unit) -> str:
    told = telling.told(value, unit)
    return f"{told} ({telling.span(ends, unit)})" if ends else told


def _gap(value: float, ends: tuple[float, float] | None, unit: Unit) -> str:
    scale, digits = (100.0, 0) if unit == "share" else (1.0, 2)
    gap, *span = (
        f"{round(scale * one, digits) + 0.0:+.{digits}f}" for one in (value, *(ends or ()))
    )
    return f"{gap} ({span[0]} to {span[1]})" if span else gap


def _least(value: float | None, unit: Unit) -> str:
    if value is None:
        return UNKNOWN
    return f"{100 * value:.0f} points" if unit == "share" else telling.told(value, unit)


def _problems(found: Beside) -> Part:
    if not found.problems:
        return Part("Problems", "The detectors found none on either side.")
    met, of = found.recall
    same, by_customers = found.precision
    text = (
        f"Customers met {met} of {of} that people met; people met {same} of {by_customers} that "
        "customers met. How many met it, of those who were where it is."
    )
    columns = ("people", "customers", "customers minus people, points", "severity")
    return Part("Problems", text, columns, tuple(map(_problem, found.problems)))


def _problem(one: ProblemBeside) -> Row:
    return Row(
        f"{one.title} ({one.page})",
        (
            _met(one.people),
            _met(one.customers),
            f"{100 * one.ci95[0]:+.0f} to {100 * one.ci95[1]:+.0f}" if one.ci95 else "",
            one.severity,
        ),
    )


def _met(share: tuple[int, int] | None) -> str:
    return "nobody" if share is None else f"{share[0]} of {share[1]}"
