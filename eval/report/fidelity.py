"""A comparison of free visits in words: rows and sentences for the terminal and for pages.

Knows the numbers of `eval.fidelity.schema`, not where they come from.
"""

from __future__ import annotations

from eval.fidelity.schema import Clue, Depth, Discriminator, Distance, Fidelity, Matched, Outcomes
from eval.formatting import count
from eval.report.parts import Part, Row, chance, number

ALPHA = 0.05
_ENDS = {"bought": "bought", "left": "left", "other": "ended otherwise"}


def parts(found: Fidelity) -> list[Part]:
    """Everything that was found, in the order it is shown."""
    return [
        _apart(found.discriminator),
        _distances(found.distances),
        _outcomes(found.outcomes),
        _depths(found.depths),
        _matched(found.matched),
        _likeness(found),
    ]


def _apart(found: Discriminator | None) -> Part:
    title = "Can a machine tell them apart?"
    if found is None:
        return Part(title, "Not asked: each side needs visits of five users at least.")
    told = f"AUC {number(found.auc, found.ci95)}: "
    if not found.clues:
        return Part(
            title, told + "not surely better than a coin (0.50), on visits it had not seen."
        )
    told += "0.50 is a coin, 1.00 always knows. What differs most:"
    return Part(title, told, ("first", "second", "differ by, SD"), tuple(map(_clue, found.clues)))


def _clue(clue: Clue) -> Row:
    cells = (number(clue.first), number(clue.second), number(clue.effect, sign=True))
    return Row(clue.label, cells)


def _distances(found: tuple[Distance, ...]) -> Part:
    title = "How far apart they are"
    if not found:
        return Part(title, "Not measured: each side needs two users or visits at least.")
    text = (
        "0 is the same. *By chance up to* is what 95 of 100 pairs of samples of one population, "
        "as large as these, stay below; p is how often such a pair comes as far apart."
    )
    rows = tuple(
        Row(
            f"{one.label}, 0 to {one.most:.0f}" if one.most else one.label,
            (number(one.value, one.ci95), number(one.chance), chance(one.p)),
            differs=one.p < ALPHA,
        )
        for one in found
    )
    return Part(title, text.replace("*", ""), ("distance [95 %]", "by chance up to", "p"), rows)


def _outcomes(found: Outcomes) -> Part:
    totals = sum(found.first), sum(found.second)
    rows = tuple(
        Row(
            _ENDS.get(end, end),
            tuple(f"{n} of {all_}" for n, all_ in zip(pair, totals, strict=True)),
        )
        for end, *pair in zip(found.ends, found.first, found.second, strict=True)
        if any(pair)
    )
    return Part("How visits end", _tests(found), ("first", "second"), rows)


def _tests(found: Outcomes) -> str:
    if found.chi2 is None:
        return "All visits end alike: there is nothing to test."
    told = [f"Chi-square {found.chi2:.2f} ({found.freedom} df), p {_is(found.p)}"]
    if found.few:
        told.append("which does not hold, as a cell expects fewer than five visits")
    if found.p_chance is not None:
        told.append(f"p {_is(found.p_chance)} with users kept whole")
    if found.z is not None:
        told.append(f"buying alone: z {found.z:.2f}, p {_is(found.z_p)}")
    return "; ".join(told) + "."


def _is(p: float | None) -> str:
    return "unknown" if p is None else "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _depths(found: tuple[Depth, ...]) -> Part:
    text = (
        "How much deeper the first go than the second, apart for those who bought and those who "
        "did not. A deficit above 0: who will not buy stays on longer than in the second, and more "
        "so than who buys."
    )
    rows = tuple(
        Row(
            one.label,
            (
                number(one.buyers, one.buyers_ci95, sign=True),
                number(one.others, one.others_ci95, sign=True),
                number(one.deficit, one.deficit_ci95, sign=True),
                number(one.effect, sign=True),
            ),
        )
        for one in found
    )
    columns = ("who bought", "who did not", "deficit", "effect, SD")
    return Part("Who does not walk away (disengagement deficit)", text, columns, rows)


def _matched(found: Matched | None) -> Part:
    title = "Visits that set out alike"
    if found is None:
        return Part(title, "No visit of one has the intent or the customer of one of the other.")
    pairs = "pair" if found.pairs == 1 else "pairs"
    return Part(
        title,
        f"{found.pairs} {pairs} with the same {found.by}: the share of actions to change to make "
        "one of the other (normalised Levenshtein distance; 0 the same, 1 nothing in common).",
        ("pairs", "any two", "nearer by"),
        (
            Row(
                count(found.pairs, "pair"),
                (
                    number(found.distance, found.ci95),
                    number(found.others),
                    number(found.gain, found.gain_ci95, sign=True),
                ),
            ),
        ),
    )


def _likeness(found: Fidelity) -> Part:
    like = found.likeness
    gap = None
    if like.first is not None and like.second is not None:
        gap = like.first - like.second
    return Part(
        "Whether different customers act differently",
        "How alike visits are, 0 to 1. Visits of different customers that are more alike in the "
        "first than in the second are one average buyer with many names.",
        ("first", "second", "first minus second"),
        (
            Row(
                "of different customers",
                (
                    number(like.first, like.first_ci95),
                    number(like.second, like.second_ci95),
                    number(gap, like.difference_ci95, sign=True),
                ),
            ),
            Row("of one customer", (number(like.first_own), number(like.second_own), "")),
        ),
    )
