"""Watching a person shop: what they do in the windows of a browser context, as it happens.

`page/record.js` tells each press with the page as it was just before; here the frames are put back
into their places, from what they last showed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from playwright.async_api import BrowserContext, Error, Page

from envs.actions import (
    Action,
    ActionSet,
    Click,
    Direction,
    Hover,
    Input,
    Scroll,
    TypeAndSubmit,
)
from envs.observation import Observation, Viewport
from envs.page.observer import Observer
from envs.page.script import WORLD, PageScript, PageScriptGone

BINDING = "__shopperTell"
LOOKING = ("record_looking.js", "record_hovering.js")
"""Parts of the script that hear how people look further."""
LOOK_S = 10.0
"""Longest one look may take."""
REST = 8
"""A page that never rests is looked at for at most one part in so many of the time."""


class RecordedAction(msgspec.Struct, frozen=True):
    """What a person did, on the page as they saw it.

    `at` is in seconds since 1970. `secret`: the text was one that must not be known, and is not
    here. `submits`: a press on the button of the form typed into follows.
    """

    action: Action
    seen: Observation
    at: float
    viewport: Viewport
    secret: bool = False
    submits: bool = False


class Returned(msgspec.Struct, frozen=True):
    """A person went back; what they saw before is the last that was shown. `at` as of an action."""

    at: float


class Look(msgspec.Struct, frozen=True):
    """What a window shows after it changed."""

    seen: Observation


class Lost(msgspec.Struct, frozen=True):
    """A person did something on a page that could not be put together any more."""

    name: str


class Left(msgspec.Struct, frozen=True):
    """The last window was closed."""


Event = RecordedAction | Returned | Look | Lost | Left


class _Said(msgspec.Struct, frozen=True):
    """What record.js tells."""

    type: Literal["click", "input", "type_and_submit", "scroll", "hover", "back", "changed"]
    at: float
    name: str = ""
    answer: str = ""
    text: str = ""
    secret: bool = False
    submits: bool = False
    viewport: Viewport | None = None
    direction: Direction | None = None


_TRUST = {"source": "__shopper.trust()", "worldName": WORLD, "runImmediately": True}
_said = msgspec.json.Decoder(_Said)


@dataclass(frozen=True)
class _Past:
    """Documents as they were: their answers and script contexts, by frame."""

    answers: dict[str, str]
    contexts: dict[str, int]


class _Memory(PageScript):
    """A page's worlds that can be looked at as they were: `past`, while it is set."""

    past: _Past | None = None
    last: _Past = _Past({}, {})

    @property
    def frames(self) -> tuple[str, ...]:
        return tuple(self.past.contexts) if self.past else super().frames

    def context_of(self, frame: str) -> int | None:
        return self.past.contexts.get(frame) if self.past else super().context_of(frame)

    async def call(self, verb: str, *args: Any, frame: str | None = None) -> str:
        where = frame or self.main_frame
        if self.past and where in self.past.answers:
            return self.past.answers[where]
        answer = await super().call(verb, *args, frame=frame)
        if verb == "observe" and not self.past:
            self.remember(where, answer)
        return answer

    def remember(self, frame: str, answer: str) -> None:
        """Keep what a document showed; the main one's answer starts afresh."""
        kept = {} if frame == self.main_frame else self.last.answers
        self.last = _Past({**kept, frame: answer}, dict(self._contexts))

    def when(self, context: int, answer: str) -> tuple[str, _Past] | None:
        """The page as it was when the document of `context` told `answer`, and its frame."""
        contexts = dict(self._contexts)
        frame = next((f for f, known in contexts.items() if known == context), None)
        if frame is None:
            return None
        main = self.main_frame
        same = self.last.contexts.get(main) == contexts.get(main)
        return frame, _Past({**(self.last.answers if same else {}), frame: answer}, contexts)


class Recorder:
    """Listens to every window of a context from now on. One person, one recorder."""

    def __init__(
        self, context: BrowserContext, trusted: bool = False, actions: ActionSet = "paper"
    ) -> None:
        """`trusted`: the site's own kinds of elements are believed. With the ``full`` actions it
        also hears how people scroll and go back, and what they open by resting the pointer."""
        self._parts = ("person.js", "record.js", *(LOOKING if actions == "full" else ()))
        self._context = context
        self._trusted = trusted
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._windows: dict[Page, _Window] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._left = False
        context.on("page", self._adopt)
        context.on("dialog", lambda dialog: None)  # the person answers
        context.on("close", lambda _: self._gone(None))

    async def watch(self, page: Page) -> None:
        """Begin with a window that is open already."""
        await self._install(page)

    async def events(self) -> AsyncIterator[Event]:
        """What happens, in order, until the last window is closed."""
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, Left):
                return

    async def close(self) -> None:
        """Listen no longer."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _adopt(self, page: Page) -> None:
        self._spawn(self._install(page))

    async def _install(self, page: Page) -> None:
        page.on("close", lambda closed: self._gone(closed))
        try:
            world = await _Memory.install(page, self._parts)
            window = _Window(world, self._trusted, self._events)
            self._windows[page] = window
            world.cdp.on("Runtime.bindingCalled", window.heard)
            bound = {"name": BINDING, "executionContextName": WORLD}
            await world.cdp.send("Runtime.addBinding", bound)
            if self._trusted:
                await world.cdp.send("Page.addScriptToEvaluateOnNewDocument", _TRUST)
        except Error:
            self._gone(page)  # closed again before it could be looked at
            return
        self._spawn(window.work())
        window.ask()

    def _gone(self, page: Page | None) -> None:
        """A window was closed, or all of them."""
        gone = [page] if page else list(self._windows)
        for one in gone:
            if window := self._windows.pop(one, None):
                window.close()
        others = [one for one in self._context.pages if one not in gone and not one.is_closed()]
        if not others and not self._windows and not self._left:
            self._left = True
            self._spawn(self._leave())

    async def _leave(self) -> None:
        """What was told before the end comes before the end."""
        others = [task for task in self._tasks if task is not asyncio.current_task()]
        await asyncio.wait(others, timeout=LOOK_S) if others else None
        await self._events.put(Left())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Window:
    """One window: what it tells is worked off in order."""

    def __init__(self, world: _Memory, trusted: bool, events: asyncio.Queue[Event]) -> None:
        self._world = world
        self._observer = Observer(world, trusted)
        self._events = events
        self._told: asyncio.Queue[tuple[_Said, _Past] | None] = asyncio.Queue()
        self._changed = asyncio.Event()
        self._closed = False

    def heard(self, event: dict[str, Any]) -> None:
        """The page tells something. Called while the document that tells it is still known."""
        if event["name"] != BINDING:
            return
        said = _said.decode(event["payload"])
        if said.type == "changed":
            self.ask()
        elif said.type == "back":
            self._told.put_nowait((said, self._world.last))
        elif then := self._world.when(event["executionContextId"], said.answer):
            frame, past = then
            if frame == self._world.main_frame:
                self._world.last = past
            self._told.put_nowait((said, past))

    def ask(self) -> None:
        """Look at the page soon."""
        self._changed.set()

    def close(self) -> None:
        self._closed = True
        self._told.put_nowait(None)

    async def work(self) -> None:
        """Work off what is told; look at the page in between."""
        telling = asyncio.ensure_future(self._told.get())
        while True:
            changed = asyncio.ensure_future(self._changed.wait())
            await asyncio.wait({telling, changed}, return_when=asyncio.FIRST_COMPLETED)
            changed.cancel()
            if telling.done():
                told = telling.result()
                if told is None:
                    return
                await self._tell(*told)
                telling = asyncio.ensure_future(self._told.get())
            elif not self._closed:
                self._changed.clear()
                await self._look(telling)

    async def _tell(self, said: _Said, past: _Past) -> None:
        if said.type == "back":
            await self._events.put(Returned(said.at / 1000))
            return
        self._world.past = past
        try:
            async with asyncio.timeout(LOOK_S):
                seen = await self._observer.observe()
        except (PageScriptGone, TimeoutError, RuntimeError, msgspec.DecodeError):
            await self._events.put(Lost(said.name))
            return
        finally:
            self._world.past = None
        action = _action(said)
        if said.viewport is None or seen.illegal(action):
            await self._events.put(Lost(said.name))
            return
        await self._events.put(
            RecordedAction(action, seen, said.at / 1000, said.viewport, said.secret, said.submits)
        )

    async def _look(self, telling: asyncio.Future[Any]) -> None:
        """One look; then rest, unless something is told."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(LOOK_S):
                seen = await self._observer.observe()
        except (PageScriptGone, TimeoutError, RuntimeError, msgspec.DecodeError):
            return  # it has gone on; the next document tells that it is there
        await self._events.put(Look(seen))
        await asyncio.wait({telling}, timeout=REST * (loop.time() - began))


def _action(said: _Said) -> Action:
    if said.type == "click":
        return Click(said.name)
    if said.type == "scroll":
        return Scroll(direction=said.direction)
    if said.type == "hover":
        return Hover(said.name)
    if said.type == "input":
        return Input(said.name, said.text)
    return TypeAndSubmit(said.name, said.text)
