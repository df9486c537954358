"""What a person did in one window of a recording, told as a recorder tells it live.

Plays the window's events in order and stops before each press, to look at the page as the person
saw it and to find the name of what was pressed. How typing was meant is told from what follows: an
answer of the page without a press is Enter. Knows nothing of sessions.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urldefrag

from agent.sources.rrweb.addresses import address_in
from agent.sources.rrweb.events import Event, Mouse, Source, Type
from agent.sources.rrweb.gestures import Press, Scrolling, Typing
from agent.sources.rrweb.quality import Quality
from agent.sources.rrweb.stage import Stage
from agent.sources.rrweb.teller import Tell, Teller
from envs.actions import Action, Click, Direction, Input, Scroll, TypeAndSubmit
from envs.observation import Observation
from envs.recording.replay import Pressed, Replay

ANSWER_MS = 2000.0
"""So soon after the last letter a page answers to Enter."""
GESTURE_MS = 10_000.0
"""Longest between going down and the click, or the first letter."""
TWIN_MS = 60.0
"""Within so much of a press, another click is the browser's: of a label, or of Enter."""
BACK_MS = 700.0
"""A page that is left sooner, without anything done on it, was only passed through."""
LEAST_ADDED = 10
"""Nodes; a page that adds fewer has not answered."""
NEW_PAGE = 0.5
"""Of the names seen before, at most so many are on the page that answered."""
_FAST_SCROLL_MS = 700.0
_LEAST_SCROLL = 40.0
MASK = "*"


class Window:
    """One window: feed it with `take`, end it with `end`."""

    def __init__(
        self,
        replay: Replay,
        tell: Tell,
        quality: Quality,
        *,
        full: bool = False,
        hide: Callable[[str], None] = lambda text: None,
        secrets: Callable[[], tuple[str, ...]] = lambda: (),
    ) -> None:
        """`full`: scrolls and returns are told, too. `hide` hears of secrets that were typed,
        `secrets` are all that are known."""
        self._stage = Stage(replay, secrets)
        self._teller = Teller(self._stage, tell, quality)
        self._quality = quality
        self._full = full
        self._hide = hide
        self.last_at = 0.0
        self._href = ""
        self._before: list[str] = []
        self._size = (0.0, 0.0)
        self._begun = False
        self._touched: set[int] = set()
        self._press: Press | None = None
        self._typing: Typing | None = None
        self._done_at = self._arrived_at = float("-inf")
        self._scrolling: Scrolling | None = None
        self._offset = 0.0

    @property
    def shown(self) -> Observation | None:
        """The last look."""
        return self._stage.shown

    async def take(self, event: Event) -> None:
        """The next event of this window."""
        self.last_at = max(self.last_at, event.at)
        await self._stage.heed(event.at)
        await self._time_passes(event)
        if event.type == Type.DOM_CONTENT_LOADED:
            self._begun = True  # a page that says so is a new one, whatever its address
        if event.type == Type.META:
            await self._meta(event)
        elif event.type == Type.FULL_SNAPSHOT:
            await self._snapshot(event)
        elif not self._stage.pictured:
            self._unpictured(event)
        elif event.type in (Type.CUSTOM, Type.PLUGIN):
            await self._address(event)
        elif event.is_mouse(Mouse.DOWN, Mouse.TOUCH_START):
            await self._down(event)
        elif event.is_mouse(Mouse.CLICK):
            await self._click(event)
        elif event.is_mouse(Mouse.FOCUS):
            self._touched.add(event.data.id)
            await self._stage.play(event)
        elif event.is_mouse(Mouse.BLUR):
            self._blur(event)
            await self._stage.play(event)
        elif event.is_from(Source.INPUT):
            await self._input(event)
        elif event.is_from(Source.SCROLL):
            await self._scroll(event)
        else:
            await self._mutate(event)

    async def end(self) -> None:
        """Nothing follows: tell what is open, and look a last time."""
        await self._finish_typing()
        self._finish_scroll()
        self._teller.release()
        if self._stage.pictured:
            self._teller.saw(await self._stage.look(self.last_at))
        self._quality.torn_pages += self._stage.torn_pages

    # ---- pages

    async def _meta(self, event: Event) -> None:
        href, size = event.data.href, (event.data.width, event.data.height)
        if self._stage.is_open and href == self._href and not self._begun:
            self._size = size  # another picture of the same page
            await self._stage.play(event)
            return
        await self._arrive(href, event.at)
        if self._teller.buying and self._stage.pictured:
            self._teller.saw(await self._stage.look(event.at))
        self._press = self._typing = self._scrolling = None
        self._touched.clear()
        self._offset = 0.0
        self._size, self._begun = size, False
        await self._stage.open(href, size)
        await self._stage.play(event)

    async def _snapshot(self, event: Event) -> None:
        if not self._stage.is_open:
            await self._stage.open(self._href, self._size)
        self._begun = False
        await self._stage.picture(event)

    async def _address(self, event: Event) -> None:
        """The page changed its address by itself: nothing else of it is told."""
        await self._stage.play(event)
        href = address_in(event.data, self._href)
        if href is not None and href != self._href:
            await self._stage.flush()
            await self._arrive(href, event.at)
            await self._stage.move(href)

    async def _arrive(self, href: str, at: float) -> None:
        """The window is at another address now, for whatever reason."""
        await self._finish_typing(answered=True)
        self._finish_scroll()
        self._teller.release(href)
        by_itself = self._done_at < self._arrived_at and at - self._arrived_at >= BACK_MS
        if self._full and by_itself and href != self._href and _page(href) in self._before:
            self._teller.returned(at)
            del self._before[self._before.index(_page(href)) :]
        elif self._href and _page(href) != _page(self._href):
            self._before = [*self._before[-50:], _page(self._href)]
        self._href, self._arrived_at = href, at

    def _unpictured(self, event: Event) -> None:
        if event.is_mouse(Mouse.CLICK):
            self._quality.acted += 1
            self._quality.drop("unseen")

    # ---- presses

    async def _down(self, event: Event) -> None:
        node = event.data.id
        self._finish_scroll()
        self._touched.add(node)
        typing = self._typing
        if typing is not None:
            on = await self._stage.on(node)
            if on is None or on.key != typing.on.key:
                await self._finish_typing(submits=bool(on and on.submits))
        self._press = await self._pressed(event)
        self._teller.release()
        await self._stage.play(event)

    async def _pressed(self, event: Event) -> Press | None:
        """Look, and find what is pressed; where an order may be under way, the look is told."""
        press = await self._stage.press(event)
        if self._teller.buying and press is not None:
            self._teller.saw(press.seen)
        return press

    async def _click(self, event: Event) -> None:
        press = self._press
        twin = event.at - self._done_at <= TWIN_MS and (press is None or press.used)
        if press is None or press.used or event.at - press.at > GESTURE_MS:
            if twin:
                await self._stage.play(event)
                return
            if await self._entered(event):
                return
            press = self._press = await self._pressed(event)
        on: Pressed | None = None
        if press is not None:
            same = press.id == event.data.id
            on = press.on if same else await self._stage.on(event.data.id) or press.on
        await self._stage.play(event)
        self._touched.add(event.data.id)
        if press is not None and on is not None and (on.key or on.list):
            return  # into a field, or a list that is told when something is chosen in it
        self._quality.acted += 1
        self._done_at = event.at
        if press is None or on is None:
            self._quality.drop("gone")
            return
        press.used = True
        if not on.name:
            self._quality.drop("unnamed")
            return
        self._teller.done(Click(on.name), press.seen, event.at)

    async def _entered(self, event: Event) -> bool:
        """Whether a click without a press is the browser's own on the button of the form in which
        Enter was pressed."""
        typing = self._typing
        if typing is None or not typing.changed:
            return False
        on = await self._stage.on(event.data.id)
        if on is None or not on.submits:
            return False
        await self._finish_typing(answered=True)
        await self._stage.play(event)
        return True

    # ---- typing

    async def _input(self, event: Event) -> None:
        data = event.data
        self._finish_scroll()
        if self._typing is not None and self._typing.id == data.id:
            await self._stage.play(event)
            self._typed(self._typing, event)
            return
        if not (data.userTriggered or (data.userTriggered is None and data.id in self._touched)):
            self._quality.programmed += 1
            await self._stage.play(event)
            return
        on = await self._stage.on(data.id)
        if on is None:
            await self._stage.play(event)
            return
        if on.list:
            await self._choose(event)
        elif on.key:
            await self._begin_typing(event, on)
        else:
            await self._stage.play(event)  # a box that is ticked is told by its click

    async def _begin_typing(self, event: Event, on: Pressed) -> None:
        await self._finish_typing()
        press = self._press
        fresh = press is not None and not press.used and press.on.key == on.key
        if press is not None and fresh and event.at - press.at <= GESTURE_MS * 3:
            press.used = True
            seen, on = press.seen, press.on
        else:
            found = await self._pressed(event)
            if found is None:
                return
            seen, on = found.seen, found.on
        self._typing = Typing(event.data.id, on, seen)
        await self._stage.play(event)
        self._typed(self._typing, event)

    def _typed(self, typing: Typing, event: Event) -> None:
        if event.data.userTriggered is False and typing.changed:
            typing.text = event.data.text
            return
        typing.text, typing.at, typing.changed = event.data.text, event.at, True
        typing.added, typing.judged, typing.left = 0, False, None

    def _blur(self, event: Event) -> None:
        self._touched.discard(event.data.id)
        if self._typing is not None and self._typing.id == event.data.id:
            self._typing.left = event.at

    async def _choose(self, event: Event) -> None:
        """Something was chosen in a native list."""
        press = self._press
        if press is None or press.used or not press.on.list:
            press = await self._pressed(event)
        await self._stage.play(event)
        self._quality.acted += 1
        self._done_at = event.at
        name = await self._stage.chosen(event.data.id)
        if press is None or not name:
            self._quality.drop("unnamed" if press else "gone")
            return
        press.used = True
        self._teller.done(Click(name), press.seen, event.at)

    async def _time_passes(self, event: Event) -> None:
        """Decide what is open once enough time has passed without more of it."""
        typing = self._typing
        if typing is None or event.type in (Type.META, Type.FULL_SNAPSHOT):
            return
        if typing.left is not None and event.is_mouse(Mouse.FOCUS) and event.data.id != typing.id:
            await self._finish_typing()  # on to the next field
        elif typing.left is not None and event.at - typing.left > ANSWER_MS:
            await self._finish_typing(answered=await self._answered())
        elif typing.changed and not typing.judged and event.at - typing.at > ANSWER_MS:
            typing.judged = True
            if await self._answered():
                await self._finish_typing(answered=True)
        if self._scrolling is not None and event.at - self._scrolling.at > _FAST_SCROLL_MS:
            self._finish_scroll()

    async def _answered(self) -> bool:
        """Whether the page is another one since the field was typed into."""
        typing = self._typing
        if typing is None or not typing.changed or typing.added < LEAST_ADDED:
            return False
        before = typing.seen.page.by_name.keys()
        now = (await self._stage.look(self.last_at)).page.by_name.keys()
        return len(before & now) <= NEW_PAGE * len(before)

    async def _finish_typing(self, *, submits: bool = False, answered: bool = False) -> None:
        """What was typed is done: left (`submits`: for the form's own button), or answered."""
        typing, self._typing = self._typing, None
        if typing is None or not typing.changed or (typing.text == typing.on.text and not answered):
            return
        self._quality.acted += 1
        self._done_at = typing.at
        if not typing.on.name:
            self._quality.drop("unnamed")
            return
        masked = bool(typing.text) and not typing.text.strip(MASK)
        if typing.on.secret:
            self._hide(typing.text)
        secret = masked or typing.on.secret
        name, text = typing.on.name, "" if typing.on.secret else typing.text
        action: Action = TypeAndSubmit(name, text) if answered else Input(name, text)
        self._quality.masked += masked and not typing.on.secret
        covered = masked and not typing.on.secret
        self._teller.done(
            action, typing.seen, typing.at, secret=secret, submits=submits, covered=covered
        )

    # ---- scrolling

    async def _scroll(self, event: Event) -> None:
        if not self._full or event.data.id != 1:
            await self._stage.play(event)
            return
        if self._scrolling is None and self._typing is None:
            seen = await self._stage.look(event.at)
            self._scrolling = Scrolling(seen, self._offset, self._offset, event.at, event.at)
        await self._stage.play(event)
        scrolling, y = self._scrolling, event.data.y
        self._offset = y
        if scrolling is not None:
            scrolling.last, scrolling.at = y, event.at

    def _finish_scroll(self) -> None:
        scrolling, self._scrolling = self._scrolling, None
        if scrolling is None or abs(scrolling.last - scrolling.start) < _LEAST_SCROLL:
            return
        direction: Direction = "down" if scrolling.last > scrolling.start else "up"
        self._teller.looked_further(Scroll(direction=direction), scrolling.seen, scrolling.began)

    # ---- telling

    async def _mutate(self, event: Event) -> None:
        if event.is_from(Source.MUTATION):
            self._stage.changed(event.at)
            if self._typing is not None:
                self._typing.added += len(event.data.adds or ())
        await self._stage.play(event)


def _page(href: str) -> str:
    return urldefrag(href).url
