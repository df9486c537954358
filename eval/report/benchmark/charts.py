"""The benchmark's charts as inline SVG. Colours are classes; the numbers stand in the page too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from eval.benchmark.results import Calibration, Distribution, StepPosition

_LEFT, _WIDTH, _ROW = 110, 760, 44


def mix(distribution: Distribution, labels: Mapping[str, str]) -> Markup:
    """Two bars a kind, people above and policy below, with 95 % whiskers."""
    kinds = list(distribution.data)
    most = max(
        [*distribution.data.values(), *distribution.policy.values(), 0.01]
        + [
            ends[1]
            for side in ("data", "policy")
            for ends in distribution.intervals.get(side, {}).values()
            if ends
        ]
    )
    scale = (_WIDTH - _LEFT - 60) / most
    rows = Markup("")
    for i, kind in enumerate(kinds):
        y = i * _ROW
        rows += Markup('<text class="label" x="{}" y="{}">{}</text>').format(
            _LEFT - 12, y + 23, labels.get(kind, kind)
        )
        for side, offset in (("data", 4), ("policy", 20)):
            share = getattr(distribution, side)[kind]
            ends = distribution.intervals.get(side, {}).get(kind)
            rows += _bar(side, y + offset, share, ends, scale)
    height = len(kinds) * _ROW + 4
    told = "; ".join(
        f"{labels.get(k, k)}: people {_pc(data)}, policy {_pc(distribution.policy[k])}"
        for k, data in distribution.data.items()
    )
    return Markup(
        '<svg class="chart mix" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(_WIDTH, height, told, rows)


def _bar(side: str, y: int, share: float, ends: tuple[float, float] | None, scale: float) -> Markup:
    end = _LEFT + share * scale
    drawn = Markup('<rect class="side-{}" x="{}" y="{}" width="{}" height="13" rx="2"/>').format(
        side, _LEFT, y, _n(max(1.0, share * scale))
    )
    reach = end
    if ends is not None:
        low, high = (_LEFT + share * scale for share in ends)
        reach = max(end, high)
        drawn += Markup('<path class="whisker" d="M{0} {2}H{1}M{0} {3}v6M{1} {3}v6"/>').format(
            _n(low), _n(high), _n(y + 6.5), _n(y + 3.5)
        )
    return drawn + Markup('<text x="{}" y="{}">{}</text>').format(_n(reach + 7), y + 11, _pc(share))


def positions(places: Sequence[StepPosition]) -> Markup:
    """Exact match by place in the session: a column each, its width the number of steps."""
    most = max(p.steps for p in places)
    columns, x = Markup(""), 30.0
    slot = (_WIDTH - 40) / len(places)
    for place in places:
        share = place.right / place.steps
        width = max(3.0, (slot - 8) * (place.steps / most))
        columns += Markup(
            '<rect class="ground" x="{0}" y="10" width="{1}" height="140" rx="2"/>'
            '<rect class="side-policy" x="{0}" y="{2}" width="{1}" height="{3}" rx="2"/>'
            '<text class="middle" x="{4}" y="168">{5}</text>'
        ).format(
            _n(x),
            _n(width),
            _n(150 - 140 * share),
            _n(140 * share),
            _n(x + width / 2),
            place.step + 1,
        )
        x += slot
    told = ", ".join(f"step {p.step + 1}: {p.right} of {p.steps}" for p in places)
    return Markup(
        '<svg class="chart" viewBox="0 0 {} 176" role="img" aria-label="Exact matches, {}">{}</svg>'
    ).format(_WIDTH, told, columns)


def calibration(found: Calibration) -> Markup:
    """Mean probability of buying against the share that bought, a dot a bin, sized by sessions."""
    most = max(n for _, _, n in found.bins)
    dots = Markup("").join(
        Markup('<circle class="side-policy" cx="{}" cy="{}" r="{}"/>').format(
            _n(40 + 300 * mean), _n(320 - 300 * share), _n(4 + 8 * (n / most) ** 0.5)
        )
        for mean, share, n in found.bins
    )
    told = "; ".join(f"said {_pc(m)}, bought {_pc(s)} of {n}" for m, s, n in found.bins)
    return Markup(
        '<svg class="chart square" viewBox="0 0 360 350" role="img" aria-label="{}">'
        '<path class="axis" d="M40 20V320H340"/><path class="diagonal" d="M40 320L340 20"/>'
        '<text x="190" y="344" class="middle">said</text>'
        '<text x="12" y="170" class="middle" transform="rotate(-90 12 170)">bought</text>{}</svg>'
    ).format(told, dots)


def _pc(share: float) -> str:
    return f"{100 * share:.1f} %"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
