"""Moving and typing at a person's speed, for sites where that matters.

Intervals between keys follow a log-normal around 160 ms; 168,000 people were found to take 239 ms
on average and the fast ones 120 (Dhakal et al., CHI 2018).
"""

from __future__ import annotations

import asyncio
import math
import random

from playwright.async_api import CDPSession

_MEDIAN_S = 0.16
_SIGMA = 0.35
_STEPS = 12
_LONGEST_S = 12.0
"""A long text is typed faster, as if it had been thought out before."""


def pauses(text: str, seed: int) -> list[float]:
    """Seconds to wait after each character of `text`."""
    source = random.Random(f"{seed}:{text}")
    times = [min(0.6, source.lognormvariate(math.log(_MEDIAN_S), _SIGMA)) for _ in text]
    faster = min(1.0, _LONGEST_S / max(sum(times), _LONGEST_S))
    return [time * faster for time in times]


async def move(cdp: CDPSession, x: float, y: float, seed: int) -> None:
    """Let the pointer travel to a point along a slight curve, slowing down towards it."""
    source = random.Random(f"{seed}:{x:.0f}:{y:.0f}")
    start_x, start_y = x + source.uniform(-300, 300), y + source.uniform(-200, 200)
    bend = source.uniform(-0.15, 0.15)
    for step in range(1, _STEPS + 1):
        done = 1 - (1 - step / _STEPS) ** 3
        swing = math.sin(math.pi * done) * bend
        at_x = start_x + (x - start_x) * done - (y - start_y) * swing
        at_y = start_y + (y - start_y) * done + (x - start_x) * swing
        event = {"type": "mouseMoved", "x": max(0.0, at_x), "y": max(0.0, at_y)}
        await cdp.send("Input.dispatchMouseEvent", event)
        await asyncio.sleep(source.uniform(0.008, 0.03))
