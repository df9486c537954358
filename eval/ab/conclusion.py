"""What a comparison comes to, in plain sentences; and that it comes to nothing, where it does.

Knows the numbers of `eval.ab.comparison`, not where they come from.
"""

from __future__ import annotations

from eval import formatting
from eval.ab.comparison import KINDS, AbComparison, AbMeasure
from eval.stats.paired import fewest_differing

_FOUND = {
    "bought": ("more customers bought on B", "fewer customers bought on B"),
    "left": ("more left B without buying", "fewer left B without buying"),
    "steps": ("customers took more steps on B", "customers took fewer steps on B"),
    "searches": ("customers searched more on B", "customers searched less on B"),
    "time": ("customers spent longer on B", "customers spent less time on B"),
}
VERDICTS = {
    "higher": "Higher on B",
    "lower": "Lower on B",
    "same": "No customer differed",
    "unclear": "No clear difference",
}


def headline(found: AbComparison) -> str:
    """The one thing to take away."""
    if not found.pairs:
        return "There is nothing to compare yet."
    differences = _differences(found)
    if not differences:
        return "Nothing can be concluded."
    return formatting.sentence(differences[:1])


def summary(found: AbComparison) -> str:
    """What stands behind the headline."""
    if not found.pairs:
        return "No customer has finished a visit on both sides."
    differences = _differences(found)
    parts = (
        [formatting.sentence(["also " + differences[1], *differences[2:]])]
        if differences[1:]
        else []
    )
    if differences:
        return " ".join([*parts, _about_buying(found)])
    fewest = fewest_differing(len(KINDS))
    if found.clusters < fewest:
        unit = "persona" if found.clusters < found.pairs else "customer"
        few = "is" if found.clusters == 1 else "are"
        customers = formatting.count(found.clusters, unit)
        return (
            f"{customers} {few} too few: even if all of them behaved differently "
            f"on B, that could be chance. At least {fewest} are needed."
        )
    if found.alike == found.pairs:
        return (
            f"All {found.pairs} customers did exactly the same on both sides: for them the two are "
            "alike, and their times do not clearly differ."
        )
    return _about_buying(found)


def _differences(found: AbComparison) -> list[str]:
    return [
        _FOUND[measure.name][measure.verdict == "lower"]
        for measure in found.measures
        if measure.verdict in ("higher", "lower")
    ]


def _about_buying(found: AbComparison) -> str:
    """How many bought, and what could have been seen of a difference."""
    measure = next(m for m in found.measures if m.name == "bought")
    both, only_a, only_b, _ = found.bought
    told = f"{both + only_a} of {found.pairs} bought on A, {both + only_b} on B."
    if measure.verdict in ("higher", "lower"):
        return told
    return f"{told} {_power(measure)}"


def _power(measure: AbMeasure) -> str:
    if measure.detectable is None:
        return "Too few customers to find any difference in buying."
    if measure.detectable > 1:
        return "So few customers cannot show any difference in buying."
    text = (
        f"A difference in buying of {points(measure.detectable)} would have been detected with "
        "80 % probability; a smaller one may exist without showing."
    )
    if measure.needed is None or measure.needed > 1_000_000:
        return text
    return (
        f"{text} If the {points(abs(measure.difference))} seen here are real, about "
        f"{measure.needed:,} customers would show it."
    )


def points(share: float) -> str:
    """A difference of shares: ``14 points``."""
    value = 100 * share
    digits = 0 if value >= 10 else 1
    return f"{value:.{digits}f} points"


def told(value: float | None, unit: str) -> str:
    """A value of a measure in its unit: ``12.0 %``, ``3.42``, ``8.1 s``; an en dash for none."""
    if value is None:
        return "–"
    shown = {"share": f"{100 * value:.1f} %", "number": f"{value:.2f}", "seconds": f"{value:.1f} s"}
    return shown[unit]


def gap(value: float, unit: str) -> str:
    """A difference in its unit, with its sign: ``+3.2 s``, ``−4.1 points``."""
    size = 0.0 if abs(value) < 0.0005 else abs(value)
    shown = points(size) if unit == "share" else told(size, unit)
    return f"{'' if not size else '+' if value > 0 else '−'}{shown}"


def span(interval: tuple[float, float], unit: str) -> str:
    """An interval of differences, its unit said once: ``−1.2 to +3.4 points``."""
    low, high = (gap(end, unit) for end in interval)
    return f"{low.removesuffix(' points').removesuffix(' s')} to {high}"


def reach(measure: AbMeasure) -> str:
    """The smallest difference that would probably have been found: ``2.3 s``; an en dash where
    none is known or possible."""
    if measure.detectable is None or (measure.unit == "share" and measure.detectable > 1):
        return "–"
    size = measure.detectable
    return points(size) if measure.unit == "share" else told(size, measure.unit)
