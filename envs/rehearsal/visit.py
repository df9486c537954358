"""One visit to the rehearsed shop: the same three methods as `envs.environment.Environment`."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never
from urllib.parse import urlsplit

import httpx
import msgspec

from envs.acting.purchase_guard import bought
from envs.actions import Action, Browsing, Click, Input, Terminate, TypeAndSubmit
from envs.observation import Observation
from envs.outcome import Outcome
from envs.rehearsal.document import Document, PageRequest
from envs.rehearsal.still import Look, StillPages


class _Fault(msgspec.Struct, frozen=True):
    field: str
    text: str


class _Added(msgspec.Struct, frozen=True):
    """The shop's answer to a script that puts something into the cart."""

    count: int | None = None
    message: str = ""
    faults: tuple[_Fault, ...] = ()


class RehearsedVisit:
    """A customer in the rehearsed shop. Does what synthetic shoppers do: press, and search."""

    def __init__(
        self, client: httpx.AsyncClient, pages: StillPages, forget: Callable[[], None]
    ) -> None:
        self._client = client
        self._pages = pages
        self._forget = forget
        self._document: Document | None = None
        self._look: Look | None = None

    async def start(self, url: str) -> None:
        """Open the start page."""
        await self._go(PageRequest(url=url if urlsplit(url).path else f"{url}/"))

    async def observe(self) -> Observation:
        """What the customer sees now."""
        return (await self._looked()).seen

    async def act(self, action: Action) -> Outcome:
        """Carry out `action` on the page last observed."""
        if isinstance(action, Terminate):
            return Outcome(kind="leave")
        if isinstance(action, Browsing):
            raise ValueError("a rehearsal has no window to look around in")
        before = await self._looked()
        if (illegal := before.seen.fault(action)) is not None:
            return Outcome(executed=False).with_fault(illegal)
        kind = before.seen.by_name[action.name].kind
        await self._follow(action, before.marks[action.name])
        purchase = kind == "buy" and bought(before.seen, (await self._looked()).seen)
        return Outcome(kind=kind, purchase=purchase)

    async def close(self) -> None:
        """End the visit; the shop forgets what it saw of it."""
        await self._client.aclose()
        self._forget()

    async def _follow(self, action: Click | TypeAndSubmit | Input, mark: str) -> None:
        document = self._open
        match action:
            case Click():
                request = document.press(mark)
            case TypeAndSubmit(_, text):
                request = document.submit_text(mark, text)
            case Input():
                raise ValueError("shoppers submit what they type")
            case _:
                assert_never(action)
        self._look = None
        if request is not None:
            await self._go(request)

    async def _go(self, request: PageRequest) -> None:
        if request.form is None:
            answer = await self._client.get(request.url)
        else:
            accept = {"accept": "application/json"} if request.stays else {}
            answer = await self._client.post(request.url, data=dict(request.form), headers=accept)
        if request.stays:
            self._tell(msgspec.json.decode(answer.content, type=_Added))
        else:
            self._document, self._look = Document(str(answer.url), answer.text), None

    def _tell(self, answer: _Added) -> None:
        """What the shop's script makes of an answer."""
        if answer.count is not None:
            self._open.added(answer.count, answer.message)
        elif answer.faults:
            self._open.refused((fault.field, fault.text) for fault in answer.faults)

    @property
    def _open(self) -> Document:
        assert self._document is not None, "the visit has not started"
        return self._document

    async def _looked(self) -> Look:
        if self._look is None:
            self._look = await self._pages.look(self._open)
        return self._look
