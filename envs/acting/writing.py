"""Typing into one named field with real key events, and sending what was typed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from playwright.async_api import CDPSession

from envs.acting import element, form_controls, human_pace, keyboard
from envs.faults import ActionFault, Fault
from envs.navigation.tab import Tab
from envs.options import EnvOptions

_PATIENTLY = 60
"""Characters at most that are typed a second time."""


class Form(msgspec.Struct, frozen=True):
    """What Enter would do now: whether it may place an order, how many needed fields are empty."""

    submit_buys: bool = False
    blank: int = 0


Ready = Callable[[], Awaitable[None]]
"""Asked right before Enter is pressed; whatever it raises keeps it from being pressed."""


class Check(msgspec.Struct, frozen=True):
    """Reading a field back: is it still there, does it hold the text (or only a part of it, since
    the page wrote into it meanwhile), its value unless secret, an open list."""

    same: bool
    value: str
    list: str = ""
    there: bool = True
    rewritten: bool = False


async def type_text(
    tab: Tab, name: str, text: str, options: EnvOptions, aimed: element.Aim, leave: bool = False
) -> ActionFault | None:
    """Replace what the field holds by `text` and read it back; `leave` the field then, as who goes
    on to another does. Why that failed, or None."""
    if aimed.control in form_controls.CONTROLS:
        fault = await _enter(tab, name, text, options, aimed)
    elif aimed.control in ("text", "lines", "rich"):
        fault = await _write(tab, name, text, options, aimed)
    else:
        return ActionFault.of(Fault.NOT_TYPABLE, name)
    if fault is None and leave:
        await element.pause(tab, name)
        await tab.world.call("leave", name, frame=tab.observer.frame_of(name))
    return fault


async def _enter(
    tab: Tab, name: str, text: str, options: EnvOptions, aimed: element.Aim
) -> ActionFault | None:
    if aimed.by_keys:
        await tab.world.call("focus", name, frame=tab.observer.frame_of(name))
    else:
        await element.press_at(tab, name, options, aimed)
    handle = (aimed.x, aimed.y)
    return await form_controls.enter(tab, name, text, aimed.control, aimed.secret, handle)


async def _write(
    tab: Tab, name: str, text: str, options: EnvOptions, aimed: element.Aim
) -> ActionFault | None:
    await element.press_at(tab, name, options, aimed)
    taken = await tab.world.call("take", name, frame=tab.observer.frame_of(name))
    if taken.startswith("missed:"):
        return ActionFault.of(Fault.COVERED, name, found=taken.removeprefix("missed:"))
    if taken == "none":
        return ActionFault.of(Fault.KEYBOARD_IGNORED, name)
    if (
        aimed.control == "rich" and text
    ):  # editors with a model of their own type beside a selection
        await _replace(tab.world.cdp, "", options)
    await _replace(tab.world.cdp, text, options)
    read = await check(tab, name, text)
    if read.rewritten and not options.human_pace and len(text) <= _PATIENTLY:
        await _replace_patiently(tab, name, text)
        read = await check(tab, name, text)
    if read.same:
        return None
    held = None if aimed.secret else read.value[:80]
    return ActionFault.of(Fault.TEXT_NOT_KEPT, name, found=held)


async def kept(tab: Tab, name: str, text: str) -> ActionFault | None:
    """What is wrong some time after typing: the page has emptied the field again."""
    read = await check(tab, name, text)
    if read.same or read.value or not read.there or not text.strip():
        return None
    return ActionFault.of(Fault.TEXT_NOT_KEPT, name, found="")


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
    await element.pause(tab, name)
    if (await check(tab, name, text)).list:
        await _close_list(tab, name, text, options)
    await ready()
    await element.survive(keyboard.press(tab.world.cdp, "Enter"))


async def enter_again(tab: Tab, name: str, text: str, options: EnvOptions, ready: Ready) -> None:
    """Press Enter once more after a suggestion took it, with the list closed.

    Raises:
        ActionFailed: the field is gone.
    """
    await element.aim(tab, name, typing=True)
    await _replace(tab.world.cdp, text, options)
    await element.pause(tab, name)
    await _close_list(tab, name, text, options)
    await ready()
    await element.survive(keyboard.press(tab.world.cdp, "Enter"))


async def _close_list(tab: Tab, name: str, text: str, options: EnvOptions) -> None:
    await keyboard.press(tab.world.cdp, "Escape")
    if not (await check(tab, name, text)).same:
        await _replace(tab.world.cdp, text, options)


async def undo_line(tab: Tab) -> None:
    """Take back the line break that Enter put into a text of several lines."""
    await keyboard.press(tab.world.cdp, "Backspace")


async def _replace(cdp: CDPSession, text: str, options: EnvOptions) -> None:
    await keyboard.select_all(cdp)
    if not text:
        await keyboard.press(cdp, "Backspace")
    elif options.human_pace:
        pauses = human_pace.pauses(text, options.seed)
        await keyboard.write_slowly(cdp, text, lambda index: asyncio.sleep(pauses[index]))
    else:
        await keyboard.write(cdp, text)


async def _replace_patiently(tab: Tab, name: str, text: str) -> None:
    """Once more, each key only when the page has drawn what the one before led to: some pages write
    their fields again after every key."""

    async def drawn(_: int) -> None:
        await tab.world.call("drawn", frame=tab.observer.frame_of(name))

    await drawn(0)
    await keyboard.select_all(tab.world.cdp)
    await keyboard.write_slowly(tab.world.cdp, text, drawn)
