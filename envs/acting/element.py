"""Pressing one named element with real mouse and key events.

Pre-flight first, in the page, in one evaluate; then one press at the point it names. What cannot be
done is said, never guessed or tried again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal

import msgspec
from playwright.async_api import Error

from envs.acting import frames, human_pace, keyboard, pointer
from envs.faults import ActionFault, Fault
from envs.navigation import point_at
from envs.navigation.tab import Tab
from envs.observation import Box, Viewport
from envs.options import EnvOptions
from envs.page.script import PageScriptGone

_SUGGESTING_MS = 1000.0
_STILL_MS = 10.0
_PLACES = 3
"""Places at which the pointer has to be, one after the other, before a thing in a menu shows."""
_MOVES = 3
"""How often the pointer follows what moves away under it."""
PREFLIGHT = {
    "unknown": Fault.ELEMENT_GONE,
    "stale": Fault.ELEMENT_GONE,
    "moved": Fault.ELEMENT_REPLACED,
    "disabled": Fault.DISABLED,
    "inert": Fault.INERT,
    "hidden": Fault.HIDDEN,
    "covered": Fault.COVERED,
    "readonly": Fault.READ_ONLY,
}
"""The words of the page script's pre-flight check (`page/aim.js`), and what they mean."""


class ActionFailed(Exception):
    """The action cannot be carried out now; `fault` says why. Nothing was done."""

    def __init__(self, fault: ActionFault, popup: bool = False) -> None:
        """`popup`: what is in the way may close by Escape, or by a press beside it."""
        super().__init__(fault.text)
        self.fault = fault
        self.popup = popup


class Aim(msgspec.Struct, frozen=True):
    """The answer of the pre-flight: where to press, and what is pressed there.

    `x` and `y` are CSS pixels in the window's viewport, `box` is in its page. Of the element's
    form: whether submitting it may place an order, the needed fields that are empty and how many
    might be. `letters` typed into the open list of a native select lead to its `chosen` usable
    option, the one wanted is `to`. `touch`: the window is pressed by a finger. `by_keys`: no press
    reaches it, only the keyboard does.
    """

    x: float
    y: float
    box: Box
    viewport: Viewport
    control: str
    by_keys: bool = False
    secret: bool = False
    form: bool = False
    asks: bool = False
    submit_buys: bool = False
    missing: tuple[str, ...] = ()
    blank: int = 0
    touch: bool = False
    letters: str = ""
    to: int = 0
    chosen: int = msgspec.field(default=-1, name="from")


class _Wrong(msgspec.Struct, frozen=True):
    """What the pre-flight check found wrong: a key of `PREFLIGHT`, and what covers the element; or
    ``apart``, for what shows only while the pointer is at a point."""

    fault: str
    words: str = ""
    popup: bool = False
    x: float = 0.0
    y: float = 0.0


class _Away(msgspec.Struct, frozen=True):
    """Where what was aimed at has moved to, in CSS pixels in its frame's viewport."""

    x: float
    y: float
    viewport: Viewport


async def aim(
    tab: Tab, name: str, verb: Literal["aim", "aimSubmit"] = "aim", typing: bool = False
) -> Aim:
    """The pre-flight check of acting on `name`; arms the guard against a press going astray.
    `typing`: keys are to follow the press.

    Raises:
        ActionFailed: detached, disabled, hidden, covered, read-only.
    """
    try:
        answer = await tab.world.call(verb, name, typing, frame=tab.observer.frame_of(name))
        for _ in range(_PLACES):
            if not answer.startswith('{"fault":"apart"'):
                break
            apart = msgspec.json.decode(answer, type=_Wrong)
            await point_at.move(tab, apart.x, apart.y)
            await tab.world.call("shown", name)
            answer = await tab.world.call(verb, name, typing)
    except PageScriptGone:
        raise ActionFailed(ActionFault.of(Fault.ELEMENT_GONE, name)) from None
    if answer.startswith('{"fault"'):
        wrong = msgspec.json.decode(answer, type=_Wrong)
        fault = ActionFault.of(PREFLIGHT[wrong.fault], name, found=wrong.words)
        raise ActionFailed(fault, wrong.popup)
    aimed = msgspec.json.decode(answer, type=Aim)
    frame = tab.observer.frame_of(name)
    return aimed if frame is None else await in_window(tab, frame, name, aimed)


async def in_window(tab: Tab, frame: str, name: str, aimed: Aim) -> Aim:
    """The same aim in the window's coordinates instead of the frame's."""
    if aimed.by_keys:
        return aimed
    spot = await frames.place(tab, frame, aimed.x, aimed.y, aimed.viewport)
    if spot.covered:
        raise ActionFailed(ActionFault.of(Fault.COVERED, name, found=spot.covered))
    right, down = spot.x - aimed.x, spot.y - aimed.y
    inner, outer = aimed.viewport, spot.viewport
    box = Box(
        x=aimed.box.x - inner.scroll_x + right + outer.scroll_x,
        y=aimed.box.y - inner.scroll_y + down + outer.scroll_y,
        width=aimed.box.width,
        height=aimed.box.height,
    )
    return msgspec.structs.replace(aimed, x=spot.x, y=spot.y, box=box, viewport=outer)


async def close_popup(tab: Tab, name: str) -> AsyncIterator[None]:
    """Ways to close what lies over `name`, each done when it is asked for: Escape, then a press on
    an empty place beside it."""
    frame = tab.observer.frame_of(name)
    await survive(keyboard.press(tab.world.cdp, "Escape"))
    await pause(tab, name)
    yield
    if frame is not None:
        return  # a frame's own point is not worth the way to the window's
    point = await tab.world.call("beside", frame=frame)
    if point:
        x, y = msgspec.json.decode(point, type=tuple[float, float])
        await survive(pointer.press(tab.world.cdp, x, y))
        await pause(tab, name)
        yield


async def click(tab: Tab, name: str, options: EnvOptions, aimed: Aim) -> ActionFault | None:
    """Press what was aimed at; on an option of a native select, choose it. Why that failed, or
    None."""
    if aimed.control == "option":
        return await _choose(tab, name, options, aimed)
    modifiers = 2 if aimed.control == "row" else 0
    await press_at(tab, name, options, aimed, modifiers)
    return None


async def pause(tab: Tab, name: str) -> None:
    """Wait for what typing or a key started, not for long."""
    wish = {"still": _STILL_MS, "cap": _SUGGESTING_MS, "keep": True}
    await tab.world.call("quiet", wish, frame=tab.observer.frame_of(name))


async def _choose(tab: Tab, name: str, options: EnvOptions, aimed: Aim) -> ActionFault | None:
    """Open the list of a native select and walk to the option, as the keyboard does."""
    frame = tab.observer.frame_of(name)
    arrived = tab.arrived(frame or tab.world.main_frame)
    await press_at(tab, name, options, aimed)
    way = "ArrowDown" if aimed.to > aimed.chosen else "ArrowUp"
    keys = [way] * abs(aimed.to - aimed.chosen)
    await survive(keyboard.press(tab.world.cdp, *aimed.letters, *keys, "Enter"))
    try:
        answer = await tab.world.call("chosen", name, frame=frame)
    except PageScriptGone:
        return None  # choosing led to another page
    if answer != "no" or tab.arrived(frame or tab.world.main_frame) != arrived:
        return None  # or had led there already, where nobody knows the option
    return ActionFault.of(Fault.NOT_CHOSEN, name)


async def press_at(
    tab: Tab, name: str, options: EnvOptions, aimed: Aim, modifiers: int = 0
) -> None:
    """Press where it was aimed at, once what the pointer's coming does to the page is done, or
    where it has moved to since."""
    cdp = tab.world.cdp
    x, y = aimed.x, aimed.y
    for _ in range(_MOVES):
        if options.human_pace and not aimed.touch:
            await human_pace.move(cdp, x, y, options.seed)
        if not aimed.touch:
            await survive(pointer.move(cdp, x, y))
        moved = await _moved(tab, name)
        if moved is None:
            break
        x, y = moved
    press = pointer.tap(cdp, x, y) if aimed.touch else pointer.press(cdp, x, y, modifiers)
    await survive(press)


async def _moved(tab: Tab, name: str) -> tuple[float, float] | None:
    """Where in the window to press it instead, CSS pixels; None where it is under the pointer, or
    cannot be pressed any more: the guard stops that press."""
    frame = tab.observer.frame_of(name)
    answer = await tab.world.call("underPointer", frame=frame)
    if not answer:
        return None
    away = msgspec.json.decode(answer, type=_Away)
    if frame is None:
        return away.x, away.y
    spot = await frames.place(tab, frame, away.x, away.y, away.viewport)
    return None if spot.covered or spot.out else (spot.x, spot.y)


async def survive(events: Any) -> None:
    """Input whose window closes or crashes under it was still given."""
    try:
        await events
    except Error:
        return
