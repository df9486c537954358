"""What a visit has pressed, where it stands, and what was held back of it.

One guard watches over all windows of a visit that may place no order. It asks the documents
concerned what they show (`looks`), and `judging` what that makes of a request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from envs.actions import ElementAction, TypeAndSubmit
from envs.deadline import Deadline
from envs.faults import Notice
from envs.guard.asked import Asked
from envs.guard.judging import Verdict, is_plain, judge
from envs.guard.looks import SharedLooks
from envs.guard.scene import Look, Press, Scene, Signs, place_of
from envs.held import Held

Fresh = Callable[[str], bool]
"""Whether the document in a frame came after the action under way began."""

_SOCKET_S = 0.05
_JUDGED_S = 0.8


class TransactionGuard:
    """Holds back the orders of one visit. `patterns`: names of elements that are known to place
    none, as shell patterns."""

    def __init__(self, note: Callable[[Notice, str], None], patterns: Sequence[str] = ()) -> None:
        self._note = note
        self._patterns = tuple(p.casefold() for p in patterns)
        self._press = Press("")
        self._known: tuple[Signs, ...] = ()
        self._acting = False
        self._doubted = False
        self._free = False
        self._held: list[Held] = []
        self._judging = 0
        self.sockets = 0
        """Sockets that the pages have opened: what they say arrives a little later."""
        self._looks = SharedLooks(_blind)
        self.fresh: Fresh = lambda _: False

    def see(self, look: Look) -> None:
        """From now on documents are looked at with `look`."""
        self._looks = SharedLooks(look)

    def knows(self, name: str) -> bool:
        """Whether the element called `name` is known to place no order."""
        own = name.casefold()
        last = own.rpartition(".")[2]
        return any(fnmatchcase(own, p) or fnmatchcase(last, p) for p in self._patterns)

    def lets(self, action: ElementAction) -> bool:
        """Whether what `action` presses is let through whatever stands around it: it is known to
        place no order, or Enter presses a button that plainly places none."""
        enters = isinstance(action, TypeAndSubmit) and self._press.says == "safe"
        return self._free or enters

    def begin(self, press: Press, signs: Sequence[Signs], *, free: bool) -> None:
        """An action begins: what is pressed, and what the documents around it show."""
        self._press, self._known = press, tuple(signs)
        self._acting, self._doubted, self._free = True, False, free

    def end(self) -> None:
        """The action is over; what comes later comes of itself."""
        self._acting = False

    async def settled(self) -> None:
        """Until what the action has sent is judged."""
        if self.sockets:
            await asyncio.sleep(_SOCKET_S)
        deadline = Deadline(_JUDGED_S)
        while self._judging and not deadline.passed:
            await asyncio.sleep(0.01)

    def take(self) -> Held | None:
        """What was held as the purchase since the last time, the first of it."""
        held, self._held = self._held, []
        return held[0] if held else None

    @property
    def holds(self) -> bool:
        """Whether something was held that nobody has taken yet."""
        return bool(self._held)

    def held(self, held: Held) -> None:
        """Remember that something was held, and tell the customer."""
        self._held.append(held)
        self._note(Notice.ORDER_HELD, held.sentence)

    def told(self, payload: str) -> None:
        """The page's script tells what was pressed, or that it held a press."""
        try:
            news = msgspec.json.decode(payload, type=dict[str, Any])
        except msgspec.DecodeError:
            return
        if words := news.get("held"):
            reason = "what got the press says that it orders"
            self.held(Held(layer="press", reason=reason, pressed=str(words)[:200]))
        elif self._acting and news.get("pressed"):
            self._press = msgspec.structs.replace(
                self._press, words=str(news["pressed"]), typed=False, kind="other"
            )

    @property
    def checking_out(self) -> bool:
        """Whether the page looked at last is one of a checkout."""
        return place_of(self._known) == "checkout"

    def dismissed(self) -> None:
        """A dialog was dismissed that spoke of an order, or that could not be understood. What
        follows may be its other answer."""
        self._doubted = True

    async def judge(self, asked: Asked, frame: str) -> Verdict:
        """Whether `asked` may leave; what is held is remembered and told."""
        if self._free or is_plain(asked):
            return Verdict("go")
        acting = self._acting
        fresh = acting and self.fresh(frame)
        self._judging += 1
        try:
            signs = await self._signs(frame)
        finally:
            self._judging -= 1
        verdict = judge(asked, self._scene(signs, fresh, acting))
        if verdict.fate == "go":
            return verdict
        address, keys = asked.told
        held = Held(
            layer="request",
            reason=verdict.reason,
            pressed=self._press.words[:200] if acting else "",
            method=asked.method,
            address=address,
            keys=keys,
        )
        if verdict.fate == "hold":
            self.held(held)
        elif verdict.tell:
            self._note(Notice.ORDER_HELD, held.sentence)
        return verdict

    async def _signs(self, frame: str) -> tuple[Signs, ...]:
        """What the documents show; of those that do not answer, what they showed before."""
        return await self._looks.at(frame) or self._known

    def _scene(self, signs: tuple[Signs, ...], fresh: bool, acting: bool) -> Scene:
        return Scene(
            place=place_of((*signs, *(() if fresh else self._known))),
            review=any(one.review or one.pay for one in signs),
            final=any(one.finals for one in signs),
            fresh=fresh,
            press=self._press,
            acting=acting,
            doubted=self._doubted,
            free=self._free,
        )


async def _blind(_: str) -> tuple[Signs, ...]:
    return ()
