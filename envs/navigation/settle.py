"""Waiting until what an action started has come to its end.

Follows navigations and new windows, then asks the document when it is at rest. Every wait is for an
event and has a cap; there is no fixed sleep.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from envs.deadline import Deadline, changed
from envs.navigation.tab import Tab
from envs.navigation.tabs import Tabs
from envs.observation import Load
from envs.options import EnvOptions
from envs.page.script import PageScriptGone

State = Literal["quiet", "busy", "loading", "hung", "crashed", "redirecting"]


class Settled(msgspec.Struct, frozen=True):
    """How a document came to rest.

    `state`: ``quiet``; ``busy`` when it still changes or fetches; ``loading`` when it had not
    arrived; ``hung`` when its scripts never answered; ``redirecting`` when it kept leaving for
    another page; ``crashed``. `status` is the document's HTTP status, 0 when not known; `replaced`
    says that another document came; `load` is how the document there now came. The rest is what
    the guard on the last press saw: whether it landed, on what instead, whether a form was
    submitted, whether the page took Enter for itself, asked the server for something or moved the
    focus, how much changed, how much came while typing, which fields the browser called invalid.
    `promised`: the page says that it is loading more. `unfolds`: a pass down the page may show
    more of it; `hovers`: so may pointing at things on it.
    """

    state: State = "quiet"
    ms: float = 0.0
    status: int = 0
    load: Load | None = None
    landed: bool | None = None
    missed: str = ""
    submitted: bool = False
    taken: bool = False
    requested: bool = False
    refocused: bool = False
    changes: int = 0
    typed: int = 0
    promised: bool = False
    unfolds: bool = False
    hovers: bool = False
    invalid: tuple[str, ...] = ()
    replaced: bool = False


_decode = msgspec.json.Decoder(Settled).decode


@dataclass(frozen=True)
class SettleMark:
    """A moment to tell by later whether a document was replaced since. Use `mark`."""

    tab: Tab
    frame: str
    arrivals: int

    @property
    def replaced(self) -> bool:
        """Whether another document has come in this frame, or around it, since."""
        return self.tab.arrived(self.frame) != self.arrivals


def mark(tabs: Tabs, frame: str | None = None) -> SettleMark:
    """Now, in the window looked at; `frame` is the one acted in, if not the main one."""
    tab = tabs.current
    frame = frame or tab.world.main_frame
    return SettleMark(tab, frame, tab.arrived(frame))


async def settle(tabs: Tabs, options: EnvOptions, deadline: Deadline, since: SettleMark) -> Settled:
    """Wait until the window looked at is at rest after what began at `since`.

    Raises:
        BrowserGone, Closed: nothing is left to wait for.
    """
    loading = deadline.within(options.load_s)
    patience = deadline.within(options.loading_ms / 1000)
    first: Settled | None = None
    while True:
        tab = tabs.current
        moved = since.replaced or since.tab is not tab
        if tabs.awaited:
            await tabs.wait_for_popup(loading.left)
        elif (ended := _ended(tab, options, loading)) is not None:
            return msgspec.structs.replace(ended, replaced=moved)
        elif tab.navigating(since.frame) or not tab.ready:
            await changed(tabs.changed, loading.left)
        else:
            rest = await _unless_leaving(
                tabs, tab, since, _ask(tab, options, loading, since, first is not None)
            )
            moved = since.replaced or since.tab is not tab
            if rest is not None and rest.state == "loading":
                await changed(tabs.changed, min(0.05, loading.left))
            elif rest is not None and rest.promised and not patience.passed and not moved:
                first = first or rest
            elif rest is not None and _holds(tabs, tab, since):
                rest = rest if first is None or moved else _guarded(rest, first)
                await _frames(tabs, tab, options, loading)
                return msgspec.structs.replace(rest, replaced=moved)


def _guarded(rest: Settled, first: Settled) -> Settled:
    """The later answer, with what the guard on the press said in the first."""
    return msgspec.structs.replace(
        first,
        state=rest.state,
        ms=first.ms + rest.ms,
        promised=rest.promised,
        unfolds=rest.unfolds,
        hovers=rest.hovers,
    )


def _ended(tab: Tab, options: EnvOptions, loading: Deadline) -> Settled | None:
    """Why waiting on is pointless, if it is."""
    if tab.crashed:
        return Settled("crashed")
    if tab.navigations > options.max_navigations:
        return Settled("redirecting")
    if loading.passed:
        return Settled("loading")
    return None


def _holds(tabs: Tabs, tab: Tab, since: SettleMark) -> bool:
    """Whether the answer still stands: nothing began while it was given."""
    return not (tab.navigating(since.frame) or tabs.awaited) and tabs.current is tab


async def _unless_leaving(
    tabs: Tabs, tab: Tab, since: SettleMark, asking: Coroutine[Any, Any, Settled | None]
) -> Settled | None:
    """The answer, or None once the document leaves for another: its timers may stand still then, so
    that it does not answer, and what it said of itself would no longer hold."""
    answer = asyncio.ensure_future(asking)
    try:
        while not answer.done() and not tab.navigating(since.frame):
            tabs.changed.clear()
            news = asyncio.ensure_future(tabs.changed.wait())
            await asyncio.wait({answer, news}, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
        return await answer if answer.done() else None
    finally:
        answer.cancel()


async def _ask(
    tab: Tab, options: EnvOptions, loading: Deadline, since: SettleMark, patient: bool
) -> Settled | None:
    """One answer of the document, or None when it went away meanwhile; `patient`: it waits for what
    the page says it is loading."""
    cap = min(options.late_ms, loading.left * 1000)
    wish = {"still": options.still_ms, "cap": cap, "patient": patient}
    asked = [tab.world.call("quiet", wish)]
    if since.frame != tab.world.main_frame and since.frame in tab.world.frames:
        asked.append(tab.world.call("quiet", wish, frame=since.frame))
    try:
        async with asyncio.timeout(cap / 1000 + options.call_s):
            both = asyncio.gather(*asked, return_exceptions=True)
            answers = await tab.unless_crashed(both)
    except PageScriptGone:
        return None
    except TimeoutError:
        return Settled("hung")
    if isinstance(answers[0], PageScriptGone):
        return None
    given = [_decode(a) for a in answers if isinstance(a, str)]
    return given[-1] if given else None


async def _frames(tabs: Tabs, tab: Tab, options: EnvOptions, loading: Deadline) -> None:
    """Give frames that are still on their way some time to arrive."""
    patience = loading.within(options.late_ms / 1000)
    while tab.frames_loading and not patience.passed:
        await changed(tabs.changed, patience.left)
