"""What a comparison comes to, in plain sentences; and that it comes to nothing, where it does.

Knows the numbers of `eval.ab.comparison`, not where they come from.
"""

from __future__ import annotations

from eval import formatting
from eval.ab.comparison import AbComparison, AbMeasure
from eval.ab.measures import TESTS
from eval.stats.paired import fewest_differing

_FOUND = {
    "bought": ("more customers bought on B", "fewer customers bought on B"),
    "left": ("more left B without buying", "fewer left B without buying"),
    "steps": ("customers took more steps on B", "customers took fewer steps on B"),
    "searches": ("customers searched more on B", "customers searched less on B"),
}
"""What a difference is called. How long pages took is not what customers did, and no headline."""
VERDICTS = {
    "higher": "Higher on B",
    "lower": "Lower on B",
    "same": "No customer differed",
    "unclear": "No clear difference",
}


def headline(found: AbComparison) -> str:
    """The one thing to take away."""
    if found.is_no_result:
        return "No result: most customers had a visit that failed."
    if not found.pairs:
        return "There is nothing to compare yet."
    differences = _differences(found)
    if not differences:
        return "Nothing can be concluded."
    return formatting.sentence(differences[:1])


def summary(found: AbComparison) -> str:
    """What stands behind the headline, and what was not tested."""
    if not found.pairs:
        return "No customer has finished a visit on both sides."
    if found.is_no_result:
        return (
            f"{found.pairs} of {formatting.count(found.customers, 'customer')} finished on both "
            "sides: they say too little of the others."
        )
    return " ".join(filter(None, (_behind(found), found.untested)))


def _behind(found: AbComparison) -> str:
    differences = _differences(found)
    parts = (
        [formatting.sentence(["also " + differences[1], *differences[2:]])]
        if differences[1:]
        else []
    )
    if differences:
        return " ".join([*parts, _about_buying(found), *_about_time(found)])
    fewest = fewest_differing(TESTS)
    if found.clusters < fewest:
        unit = "persona" if found.clusters < found.pairs else "customer"
        few = "is" if found.clusters == 1 else "are"
        customers = formatting.count(found.clusters, unit)
        return (
            f"{customers} {few} too few: even if all of them behaved differently "
            f"on B, that could be chance. At least {fewest} are needed."
        )
    if found.alike == found.pairs:
        same = f"All {found.pairs} customers did exactly the same on both sides."
        return " ".join([same, *_about_time(found)])
    return " ".join([_about_buying(found), *_about_time(found)])


def _differences(found: AbComparison) -> list[str]:
    return [
        _FOUND[measure.name][measure.verdict == "lower"]
        for measure in found.measures
        if measure.name in _FOUND and measure.verdict in ("higher", "lower")
    ]


def _about_time(found: AbComparison) -> list[str]:
    """That pages took longer on a side, which is no behaviour of customers."""
    return [
        f"Pages took {gap(abs(m.difference), m.unit).removeprefix('+')} "
        f"{'longer' if m.verdict == 'higher' else 'less time'} on B."
        for m in found.measures
        if m.name == "time" and m.verdict in ("higher", "lower")
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
    if unit == "share":
        return f"{100 * value:.1f} %"
    return f"{value:.2f}" if unit == "number" else f"{value:.1f} s"


def gap(value: float, unit: str) -> str:
    """A difference in its unit, with its sign: ``+3.2 s``, ``−4.1 points``."""
    size = 0.0 if abs(value) < 0.0005 else abs(value)
    shown = _size(size, unit)
    return f"{'' if not size else '+' if value > 0 else '−'}{shown}"


def _size(size: float, unit: str) -> str:
    """How large a difference is: points for shares, per cent for durations."""
    if unit == "share":
        return points(size)
    return f"{100 * size:.0f} %" if unit == "log_seconds" else told(size, unit)


def span(interval: tuple[float, float], unit: str) -> str:
    """An interval of differences, its unit said once: ``−1.2 to +3.4 points``."""
    low, high = (gap(end, unit) for end in interval)
    return f"{low.removesuffix(' points').removesuffix(' s').removesuffix(' %')} to {high}"


def reach(measure: AbMeasure) -> str:
    """The smallest difference that would probably have been found: ``2.3 s``; an en dash where
    none is known or possible."""
    if measure.detectable is None or (measure.unit == "share" and measure.detectable > 1):
        return "–"
    return _size(measure.detectable, measure.unit)
