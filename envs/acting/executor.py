"""Carrying out one action on the page looked at: aim, press or type, and see a form sent.

Puts the hands' single movements in order, gives up on those that a page hangs over, and asks the
purchase guard again before a form is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar, assert_never
from urllib.parse import urlsplit

import msgspec

from envs.acting import element, purchase_guard, writing
from envs.actions import Click, ElementAction, Input, TypeAndSubmit, Typing
from envs.deadline import Deadline
from envs.faults import ActionFault, Fault
from envs.navigation import recovery
from envs.navigation.settle import Settled, SettleMark, mark
from envs.navigation.tabs import Tabs
from envs.options import EnvOptions, reveal
from envs.page.script import PageScriptGone

T = TypeVar("T")

_PASSING = frozenset({Fault.COVERED, Fault.HIDDEN, Fault.INERT})
_ON_ITS_WAY_S = (0.1, 0.2, 0.3, 0.4)
"""Waits before what passes is tried again: a second in all, longer than panels take to move."""

Settle = Callable[[Deadline, SettleMark], Awaitable[Settled]]
"""Waits until the windows are at rest and deals with what does not come to rest."""


class Executor:
    """Acts in the window that is the current one. `rest` is asked after every press."""

    def __init__(self, tabs: Tabs, options: EnvOptions, rest: Settle) -> None:
        self._tabs = tabs
        self._options = options
        self._rest = rest
        self._stopped = 0
        """How often scripts had to be stopped over an action."""

    async def aim(self, action: Click | Typing) -> element.Aim:
        """The pre-flight check, given a second time to a page whose scripts had to be stopped, and
        after closing a popup that lies over the element."""
        typing = isinstance(action, Typing)
        try:
            return await self._patient_aim(action.name, typing)
        except element.ActionFailed as covered:
            if not covered.popup:
                raise
            why = covered
        async for _ in element.close_popup(self._tabs.current, action.name):
            try:
                return await self._aim(action.name, typing)
            except element.ActionFailed as still:
                why = still if still.popup else why
        raise why

    async def _patient_aim(self, name: str, typing: bool) -> element.Aim:
        """The pre-flight check, given again for a moment to what may only be on its way: a list
        that is still opening takes no press yet, and a panel that is closing still covers."""
        for wait_s in _ON_ITS_WAY_S:
            try:
                return await self._aim(name, typing)
            except element.ActionFailed as failed:
                if failed.popup or failed.fault.code not in _PASSING:
                    raise
            await asyncio.sleep(wait_s)
        return await self._aim(name, typing)

    async def _aim(self, name: str, typing: bool) -> element.Aim:
        tab = self._tabs.current
        try:
            async with asyncio.timeout(self._options.call_s):
                return await tab.unless_crashed(element.aim(tab, name, typing=typing))
        except PageScriptGone:
            raise element.ActionFailed(ActionFault.of(Fault.PAGE_GONE)) from None
        except TimeoutError:
            await recovery.stop_scripts(self._tabs, self._options.call_s)
        return await element.aim(tab, name, typing=typing)

    async def secret(self, action: ElementAction) -> bool | None:
        """Whether the text of `action` is one that must not be known; None if nobody can say."""
        match action:
            case Click():
                return False
            case TypeAndSubmit() | Input():
                pass
            case _:
                assert_never(action)
        tab = self._tabs.current
        asked = tab.world.call("secret", action.name, frame=tab.observer.frame_of(action.name))
        return {"yes": True, "no": False}.get(await self._in_time(asked) or "")

    async def do(self, action: ElementAction, aim: element.Aim) -> ActionFault | None:
        """Press or type; a page that hangs over it is dealt with when it is to come to rest."""
        tab = self._tabs.current
        match action:
            case Click(name):
                return await self._in_time(element.click(tab, name, self._options, aim))
            case TypeAndSubmit() | Input():
                return await self._type(action, aim)
            case _:
                assert_never(action)

    async def _type(self, action: Typing, aim: element.Aim) -> ActionFault | None:
        tab = self._tabs.current
        text = await self.revealed(action)
        if text != action.text:  # what stands for a placeholder is as secret as a password
            aim = msgspec.structs.replace(aim, secret=True)
        leave = isinstance(action, Input)
        typing = writing.type_text(tab, action.name, text, self._options, aim, leave)
        return await self._in_time(typing, len(text) if self._options.human_pace else 0)

    async def kept(self, action: Input) -> ActionFault | None:
        """What became of a text that was typed, now that the page is at rest."""
        text = await self.revealed(action)
        return await self._in_time(writing.kept(self._tabs.current, action.name, text))

    async def submit(
        self, action: TypeAndSubmit, aim: element.Aim, deadline: Deadline
    ) -> ActionFault | None:
        """Press Enter, and the form's own submit control if that did nothing.

        Raises:
            PurchaseBlocked: typing has turned that into placing an order, and none may be placed.
        """
        tab = self._tabs.current
        name = action.name
        since = mark(self._tabs, tab.observer.frame_of(name))
        stopped, guard = self._stopped, self._tabs.guard
        text, ready = await self.revealed(action), lambda: self._hold_orders(action)
        await self._in_time(writing.press_enter(tab, name, text, self._options, ready))
        rest = await self._rest(deadline, since)
        if guard is not None and guard.holds:
            return None  # it would have placed an order
        if self._stopped > stopped or rest.state in ("crashed", "hung"):
            return None  # the key may have been taken, and nothing is done twice
        if held := await self._suggestion(rest, name, text):
            since = mark(self._tabs, tab.observer.frame_of(name))
            again = writing.enter_again(tab, name, text, self._options, ready)
            try:
                await self._in_time(again)
            except element.ActionFailed:
                return None  # choosing it led on
            rest = await self._rest(deadline, since)
            if held == await self._suggestion(rest, name, text):
                found = held if text == action.text else None
                return ActionFault.of(Fault.SUGGESTION_TAKEN, name, found=found)
        if _submitted(rest, aim) or rest.invalid or aim.missing:
            return None
        if aim.control in ("lines", "rich"):
            await writing.undo_line(tab)
        try:
            button = await element.aim(tab, name, "aimSubmit")
        except element.ActionFailed:
            # Results that came while typing are what was wanted.
            return None if rest.typed else ActionFault.of(Fault.ENTER_IGNORED, name)
        if button.submit_buys and not self._may_order(action):
            raise purchase_guard.PurchaseBlocked(aim.blank)
        return await self._in_time(element.click(tab, name, self._options, button))

    async def _hold_orders(self, action: TypeAndSubmit) -> None:
        """Whether Enter may be pressed, asked once more after typing."""
        if self._may_order(action):
            return
        form = await writing.form(self._tabs.current, action.name)
        if form.submit_buys:
            raise purchase_guard.PurchaseBlocked(form.blank)

    def _may_order(self, action: TypeAndSubmit) -> bool:
        """Whether orders are placed, or what is pressed places none."""
        guard = self._tabs.guard
        return guard is None or guard.lets(action)

    async def _suggestion(self, rest: Settled, name: str, text: str) -> str:
        """What the field holds instead of the text, if the page took Enter for choosing that."""
        if not rest.taken or rest.replaced or rest.submitted:
            return ""
        read = await self._in_time(writing.check(self._tabs.current, name, text))
        return "" if read is None or read.same else read.value

    async def _in_time(self, work: Awaitable[T | None], extra_s: float = 0) -> T | None:
        """`work`, or None when the page does not answer."""
        try:
            async with asyncio.timeout(self._options.call_s + extra_s):
                return await self._tabs.current.unless_crashed(work)
        except PageScriptGone:
            return None  # what became of the page is found out when it is to come to rest
        except TimeoutError:
            self._stopped += 1
            await recovery.stop_scripts(self._tabs, self._options.call_s)
            return None

    async def revealed(self, action: Typing) -> str:
        """The text with its placeholders filled in, as far as they are bound to the host of the
        document that holds the field: a frame may be somebody else's."""
        if not self._options.secrets:
            return action.text
        tab = self._tabs.current
        asked = tab.world.call("origin", frame=tab.observer.frame_of(action.name))
        host = urlsplit(await self._in_time(asked) or "").hostname or ""
        return reveal(action.text, self._options.secrets, host)


def _submitted(rest: Settled, aim: element.Aim) -> bool:
    """Whether pressing Enter had an effect.

    In a form that the page leaves to the browser, changes alone do not count, since a list of
    suggestions makes some, too; nor, where sending twice does no harm, does keeping Enter from the
    browser, which some pages do to have their button pressed.
    """
    if rest.replaced or rest.submitted or rest.requested or rest.refocused:
        return True
    if rest.state == "loading":
        return True  # an answer is under way that has not come in time
    return (rest.taken and not aim.asks) or (rest.changes > 0 and (rest.taken or not aim.form))


def missed(rest: Settled, name: str) -> ActionFault | None:
    """Why the press did not reach its element, as the guard saw it."""
    if rest.replaced or rest.landed is not False:
        return None
    if rest.missed:
        return ActionFault.of(Fault.COVERED, name, found=rest.missed)
    return ActionFault.of(Fault.PRESS_MISSED, name)
