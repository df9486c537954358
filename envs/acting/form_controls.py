"""Entering values into controls that are not free text: numbers, sliders, dates and times.

By the keyboard, as a person would, and read back. The control has the focus already.
"""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
from playwright.async_api import CDPSession

from envs.acting import keyboard, pointer
from envs.faults import ActionFault, Fault
from envs.navigation.tab import Tab

CONTROLS = frozenset(
    {"number", "range", "slider", "date", "time", "month", "week", "datetime-local"}
)
_Keys = str | list[str]
"""Keys of one field: characters, or names of keys."""
_MAX_KEYS = 400
_MOVES = 8
_STILL = {"still": 10.0, "cap": 150.0, "keep": True}
Point = tuple[float, float]
"""x and y in the window, in CSS pixels."""
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%B %d, %Y", "%d %B %Y", "%Y/%m/%d")
_TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I %p")


class _Held(msgspec.Struct, frozen=True):
    same: bool
    value: str


class _Scale(msgspec.Struct, frozen=True):
    value: float
    min: float
    max: float
    step: float
    shown: bool = False


class _Track(msgspec.Struct, frozen=True):
    length: float
    upright: bool


async def enter(
    tab: Tab, name: str, text: str, control: str, secret: bool, handle: Point
) -> ActionFault | None:
    """Put `text` into the focused control called `name`. Why that failed, or None; it does not
    tell a `secret` text. `handle` is where a slider without keys is taken hold of."""
    fault = await _enter(tab, name, text, control, handle)
    return ActionFault.of(Fault.SECRET_NOT_KEPT, name) if fault and secret else fault


async def _enter(tab: Tab, name: str, text: str, control: str, handle: Point) -> ActionFault | None:
    if control in ("range", "slider"):
        return await _slide(tab, name, text, handle if control == "slider" else None)
    if control == "number":
        return await _number(tab, name, text)
    wanted = _iso(text, control)
    if wanted is None:
        return ActionFault.of(Fault.NOT_A_VALUE, name, found=control, wanted=text)
    return await _dated(tab, name, wanted, control)


async def _number(tab: Tab, name: str, text: str) -> ActionFault | None:
    decimal = re.fullmatch(r"-?\d+,\d\d?", text) is not None  # not "1,200"
    for digits in (text, text.replace(",", "."))[: 1 + decimal]:
        await keyboard.select_all(tab.world.cdp)
        if digits:
            await keyboard.write(tab.world.cdp, digits)
        else:
            await keyboard.press(tab.world.cdp, "Backspace")
        held = await _held(tab, name, text)
        if held.same:
            return None
    return ActionFault.of(Fault.TEXT_NOT_KEPT, name, found=held.value, wanted=text)


async def _slide(tab: Tab, name: str, text: str, handle: Point | None) -> ActionFault | None:
    """Walk with the arrow keys, in strides of what one key turned out to move; where keys move
    nothing, drag."""
    target = _float(text)
    if target is None:
        return ActionFault.of(Fault.NOT_A_NUMBER, name, wanted=text)
    scale = await _scale(tab, name)
    if scale.shown:
        scale = await _found_out(tab, name)
    stride = abs(target - scale.value) or scale.step  # the first key shows what one moves
    for _ in range(8):
        keys = min(_MAX_KEYS, round(abs(target - scale.value) / stride))
        if keys == 0:
            break
        way = "ArrowRight" if target > scale.value else "ArrowLeft"
        await keyboard.press(tab.world.cdp, *[way] * keys)
        after = await _scale(tab, name)
        moved = abs(after.value - scale.value)
        if moved == 0 and handle is not None:
            scale, stride = await _drag(tab, name, target, handle, scale), 2 * scale.step
            break
        if moved == 0:
            break
        stride = moved / keys if _inside(after) else stride
        scale = after
    if abs(scale.value - target) <= stride / 2:
        return None
    held, wanted = f"{scale.value:g}", f"{target:g}"
    return ActionFault.of(Fault.OUT_OF_RANGE, name, found=held, wanted=wanted)


async def _found_out(tab: Tab, name: str) -> _Scale:
    """What a slider stands at whose number is only shown beside it: the one that a key changes."""
    before = await _scale(tab, name)
    for way in ("ArrowRight", "ArrowLeft"):
        await keyboard.press(tab.world.cdp, way)
        after = await _scale(tab, name)
        if after != before:
            return after
    return before


async def _drag(tab: Tab, name: str, target: float, handle: Point, scale: _Scale) -> _Scale:
    """Take hold of a slider, move it to `target` and let go; what it then stands at. Where on its
    way each value lies is found out while it is held."""
    answer = await tab.world.call("track", name, frame=tab.observer.frame_of(name))
    track = msgspec.json.decode(answer, type=_Track)
    pixels = track.length / ((scale.max - scale.min) or 1) * (-1 if track.upright else 1)
    way = 0.0
    async with pointer.held(tab.world.cdp, *handle) as move:
        for _ in range(_MOVES):
            step = (target - scale.value) * pixels
            if abs(step) < 0.5:
                break
            way += step
            await move(*(0, way) if track.upright else (way, 0))
            await tab.world.call("quiet", _STILL, frame=tab.observer.frame_of(name))
            after = await _scale(tab, name)
            if after.value != scale.value:
                pixels = step / (after.value - scale.value)
            scale = after
    return await _scale(tab, name)


async def _dated(tab: Tab, name: str, wanted: str, control: str) -> ActionFault | None:
    """Type the fields of a date or time in the order this browser's language shows them."""
    for digits in _orders(wanted, control):
        # Back to the first field: a date has at most six.
        await keyboard.press(tab.world.cdp, *["ArrowLeft"] * 6, *["Backspace"])
        await _strokes(tab.world.cdp, digits)
        held = await _held(tab, name, wanted)
        if held.same:
            return None
    return ActionFault.of(Fault.DATE_NOT_KEPT, name, found=held.value, wanted=wanted)


async def _strokes(cdp: CDPSession, digits: list[_Keys]) -> None:
    for field in digits:
        await keyboard.press(cdp, *field)


def _orders(wanted: str, control: str) -> list[list[_Keys]]:
    """The ways of typing an ISO value: month first, day first, year first; 12 and 24 hours."""
    days, _, clock = wanted.partition("T") if "T" in wanted else (wanted, "", "")
    if control == "time":
        return _clock_orders(wanted)
    if control == "week":
        year, number = days.split("-W")
        return [[number, year], [year, number]]
    year, month, *day = days.split("-")
    if control == "month":
        # The month is a list of names, walked with the arrows.
        walk: _Keys = ["ArrowUp"] * int(month)
        ways: list[list[_Keys]] = [[walk, ["ArrowRight"], year], [year, walk]]
        return [*ways, [month, year], [year, month]]
    long = year.zfill(6) if control == "datetime-local" else year
    parts: list[list[_Keys]] = [[month, *day, long], [*day, month, long], [long, month, *day]]
    if control != "datetime-local":
        return [*parts, [month, *day, year.zfill(6)]]
    return [[*d, *c] for d in parts for c in _clock_orders(clock)]


def _clock_orders(clock: str) -> list[list[_Keys]]:
    hours, minutes = clock.split(":")[:2]
    hour = int(hours)
    half = f"{hour % 12 or 12:02d}"
    return [[half, minutes, "P" if hour >= 12 else "A"], [hours, minutes]]


def _iso(text: str, control: str) -> str | None:
    """The value as HTML writes it, from the ways people write it."""
    text = text.strip()
    if control == "week":
        return text if re.fullmatch(r"\d{4}-W\d{2}", text) else None
    if control == "month":
        day = _parse(text + "-01", _DATES) or _parse("1 " + text, ("%d %B %Y", "%d %m/%Y"))
        return day.strftime("%Y-%m") if day else None
    if control == "time":
        moment = _parse(text, _TIMES)
        return moment.strftime("%H:%M") if moment else None
    if control == "date":
        day = _parse(text, _DATES)
        return day.strftime("%Y-%m-%d") if day else None
    try:
        return datetime.fromisoformat(text).strftime("%Y-%m-%dT%H:%M")
    except ValueError:
        return None


def _parse(text: str, formats: tuple[str, ...]) -> datetime | None:
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    return None


async def _held(tab: Tab, name: str, wanted: str) -> _Held:
    answer = await tab.world.call("holds", name, wanted, frame=tab.observer.frame_of(name))
    return msgspec.json.decode(answer, type=_Held)


async def _scale(tab: Tab, name: str) -> _Scale:
    answer = await tab.world.call("scale", name, frame=tab.observer.frame_of(name))
    return msgspec.json.decode(answer, type=_Scale)


def _inside(scale: _Scale) -> bool:
    return scale.min < scale.value < scale.max


def _float(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
