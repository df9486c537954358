"""Acting on one named element with real mouse and key events.

Pre-flight first, in the page, in one evaluate; then one press at the point it names. What cannot be
done is said, never guessed or tried again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal

import msgspec
from playwright.async_api import CDPSession, Error

from envs.acting import form_controls, frames, human_pace, keyboard, pointer
from envs.faults import ActionFault, Fault
from envs.navigation.tab import Tab
from envs.observation import Box, Viewport
from envs.options import EnvOptions
from envs.page.script import PageScriptGone

_SUGGESTING_MS = 1000.0
_STILL_MS = 10.0
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
    might be. `chosen` and `to` count a native select's usable options. `by_keys`: no press
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
    to: int = 0
    chosen: int = msgspec.field(default=-1, name="from")


class Form(msgspec.Struct, frozen=True):
    """What Enter would do now: whether it may place an order, how many needed fields are empty."""

    submit_buys: bool = False
    blank: int = 0


Ready = Callable[[], Awaitable[None]]
"""Asked right before Enter is pressed; whatever it raises keeps it from being pressed."""


class _Wrong(msgspec.Struct, frozen=True):
    """What the pre-flight check found wrong: a key of `PREFLIGHT`, and what covers the element."""

    fault: str
    words: str = ""
    popup: bool = False


class Check(msgspec.Struct, frozen=True):
    """Reading a field back: does it hold the text, its value unless secret, an open list."""

    same: bool
    value: str
    list: str = ""


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
    except PageScriptGone:
        raise ActionFailed(ActionFault.of(Fault.ELEMENT_GONE, name)) from None
    if answer.startswith('{"fault"'):
        wrong = msgspec.json.decode(answer, type=_Wrong)
        fault = ActionFault.of(PREFLIGHT[wrong.fault], name, found=wrong.words)
        raise ActionFailed(fault, wrong.popup)
    aimed = msgspec.json.decode(answer, type=Aim)
    frame = tab.observer.frame_of(name)
    return aimed if frame is None else await _in_window(tab, frame, name, aimed)


async def _in_window(tab: Tab, frame: str, name: str, aimed: Aim) -> Aim:
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
    await _survive(keyboard.press(tab.world.cdp, "Escape"))
    await _suggested(tab, name)
    yield
    if frame is not None:
        return  # a frame's own point is not worth the way to the window's
    point = await tab.world.call("beside", frame=frame)
    if point:
        x, y = msgspec.json.decode(point, type=tuple[float, float])
        await _survive(pointer.press(tab.world.cdp, x, y))
        await _suggested(tab, name)
        yield


async def click(tab: Tab, name: str, options: EnvOptions, aimed: Aim) -> ActionFault | None:
    """Press what was aimed at; on an option of a native select, choose it. Why that failed, or
    None."""
    if aimed.control == "option":
        return await _choose(tab, name, options, aimed)
    modifiers = 2 if aimed.control == "row" else 0
    await _press_at(tab, options, aimed, modifiers)
    return None


async def type_text(
    tab: Tab, name: str, text: str, options: EnvOptions, aimed: Aim
) -> ActionFault | None:
    """Replace what the field holds by `text` and read it back. Why that failed, or None."""
    if aimed.control in form_controls.CONTROLS:
        if aimed.by_keys:
            await tab.world.call("focus", name, frame=tab.observer.frame_of(name))
        else:
            await _press_at(tab, options, aimed)
        return await form_controls.enter(
            tab, name, text, aimed.control, aimed.secret, (aimed.x, aimed.y)
        )
    if aimed.control not in ("text", "lines", "rich"):
        return ActionFault.of(Fault.NOT_TYPABLE, name)
    await _press_at(tab, options, aimed)
    frame = tab.observer.frame_of(name)
    taken = await tab.world.call("take", name, frame=frame)
    if taken.startswith("missed:"):
        return ActionFault.of(Fault.COVERED, name, found=taken.removeprefix("missed:"))
    if taken == "none":
        return ActionFault.of(Fault.KEYBOARD_IGNORED, name)
    await _replace(tab.world.cdp, text, options)
    read = await check(tab, name, text)
    if read.same:
        return None
    held = None if aimed.secret else read.value[:80]
    return ActionFault.of(Fault.TEXT_NOT_KEPT, name, found=held)


async def check(tab: Tab, name: str, text: str) -> Check:
    """What the field, or the one that opened over it, holds now."""
    answer = await tab.world.call("check", name, text, frame=tab.observer.frame_of(name))
    return msgspec.json.decode(answer, type=Check)


async def form(tab: Tab, name: str) -> Form:
    """The form that has the keys now: typing may have changed it."""
    answer = await tab.world.call("form", name, frame=tab.observer.frame_of(name))
    return msgspec.json.decode(answer, type=Form)


async def press_enter(tab: Tab, name: str, text: str, options: EnvOptions, ready: Ready) -> None:
    """Press Enter in the field; a suggestion that is highlighted does not get it instead.

    Suggestions that typing started to fetch come first, so that they are not taken for its effect.
    """
    await _suggested(tab, name)
    if (await check(tab, name, text)).list:
        await _close_list(tab, name, text, options)
    await ready()
    await _survive(keyboard.press(tab.world.cdp, "Enter"))


async def enter_again(tab: Tab, name: str, text: str, options: EnvOptions, ready: Ready) -> None:
    """Press Enter once more after a suggestion took it, with the list closed.

    Raises:
        ActionFailed: the field is gone.
    """
    await aim(tab, name, typing=True)
    await _replace(tab.world.cdp, text, options)
    await _suggested(tab, name)
    await _close_list(tab, name, text, options)
    await ready()
    await _survive(keyboard.press(tab.world.cdp, "Enter"))


async def _close_list(tab: Tab, name: str, text: str, options: EnvOptions) -> None:
    await keyboard.press(tab.world.cdp, "Escape")
    if not (await check(tab, name, text)).same:
        await _replace(tab.world.cdp, text, options)


async def _suggested(tab: Tab, name: str) -> None:
    """Wait for what typing started."""
    wish = {"still": _STILL_MS, "cap": _SUGGESTING_MS, "keep": True}
    await tab.world.call("quiet", wish, frame=tab.observer.frame_of(name))


async def undo_line(tab: Tab) -> None:
    """Take back the line break that Enter put into a text of several lines."""
    await keyboard.press(tab.world.cdp, "Backspace")


async def _replace(cdp: CDPSession, text: str, options: EnvOptions) -> None:
    await keyboard.select_all(cdp)
    if not text:
        await keyboard.press(cdp, "Backspace")
    elif options.human_pace:
        await keyboard.write_slowly(cdp, text, human_pace.pauses(text, options.seed))
    else:
        await keyboard.write(cdp, text)


async def _choose(tab: Tab, name: str, options: EnvOptions, aimed: Aim) -> ActionFault | None:
    """Open the list of a native select and walk to the option, as the keyboard does."""
    frame = tab.observer.frame_of(name)
    arrived = tab.arrived(frame or tab.world.main_frame)
    await _press_at(tab, options, aimed)
    way = "ArrowDown" if aimed.to > aimed.chosen else "ArrowUp"
    keys = [way] * abs(aimed.to - aimed.chosen)
    await _survive(keyboard.press(tab.world.cdp, *keys, "Enter"))
    try:
        answer = await tab.world.call("chosen", name, frame=frame)
    except PageScriptGone:
        return None  # choosing led to another page
    if answer == "yes" or tab.arrived(frame or tab.world.main_frame) != arrived:
        return None  # or had led there already, where nobody knows the option
    return ActionFault.of(Fault.NOT_CHOSEN, name)


async def _press_at(tab: Tab, options: EnvOptions, aimed: Aim, modifiers: int = 0) -> None:
    cdp = tab.world.cdp
    if options.human_pace:
        await human_pace.move(cdp, aimed.x, aimed.y, options.seed)
    await _survive(pointer.press(cdp, aimed.x, aimed.y, modifiers))


async def _survive(events: Any) -> None:
    """Input whose window closes or crashes under it was still given."""
    try:
        await events
    except Error:
        return
