"""Live: a run as it goes. Pages are whole when they come; a stream of events keeps them so.

The run speaks for itself (`agent.runs.live`); the app only passes on. Closing the page stops
nothing but the pictures.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from agent.runs.card import RunFolder
from agent.runs.live.client import Connection, NotLive, connected
from agent.runs.live.messages import (
    Changed,
    Does,
    LiveCustomer,
    LiveRun,
    Looks,
    Page,
    Paused,
    Picture,
    Said,
    Thinks,
)
from agent.sessions.log import read_session_log
from agent.sessions.session import RecordError
from eval.reached import Way, reached
from shopper.app.pages import Site, one
from shopper.app.shelf import Item, is_name

SHOWN = 24
"""Customers in the grid at most: those under way first, then those who finished last."""
MOST_LOOKS = 24
MOST_PAGE = 200_000
"""Characters of a page that are shown."""
_AGAIN = 1.0
"""Seconds until it is looked again whether a run that does not speak is over."""


def routes(site: Site) -> list[Route]:
    live = _Live(site)
    return [
        Route("/live/{name}", live.show),
        Route("/live/{name}", live.do, methods=["POST"]),
        Route("/live/{name}/stream", live.stream),
    ]


class _Live:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: Request) -> Response:
        """Everybody, or with ``?customer=`` one of them."""
        item = self._item(request)
        if not item.under_way:
            return RedirectResponse(f"/run/{quote(item.name)}", 303)
        run = await self._run(item)
        who = request.query_params.get("customer", "")
        chosen = next((c for c in run.customers if c.id == who), None) if run else None
        return self._site.page(
            "live.html" if chosen is None else "live_customer.html",
            here="home",
            item=item,
            run=run,
            chosen=chosen,
            customers=shown(run.customers) if run else [],
            nobody=LiveCustomer(id=""),
            thoughts=self._thoughts(item, chosen.id) if chosen else [],
            **(_sums(run) if run else {}),
        )

    async def do(self, request: Request) -> Response:
        """Pause, go on, or stop: one, or everyone."""
        item = self._item(request)
        fields = await self._site.form(request)
        what, who = one(fields, "do"), one(fields, "who")
        back = f"/live/{quote(item.name)}"
        if what in ("pause", "resume", "stop") and item.under_way:
            try:
                async with connected(self._folder(item)) as run:
                    await run.ask(Does(what, who))  # type: ignore[arg-type]
                    await _acted(run)
            except NotLive:
                if what == "stop" and not who and item.job is not None:
                    item.job.stop()  # it does not listen yet
        if who and what != "stop" and one(fields, "from") == "customer":
            back += f"?customer={quote(who)}"
        return RedirectResponse(back, 303)

    async def stream(self, request: Request) -> Response:
        """Events for a page: ``look`` are those whose pictures are in sight, ``reads`` whose page
        is read."""
        item = self._item(request)
        looks = Looks(
            at=tuple(request.query_params.getlist("look")[:MOST_LOOKS]),
            reads=request.query_params.get("reads", ""),
        )
        return StreamingResponse(
            self._events(item, looks),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def _events(self, item: Item, looks: Looks) -> AsyncIterator[str]:
        try:
            async with connected(self._folder(item)) as connection:
                await connection.ask(looks)
                known = {c.id: c for c in connection.run.customers}
                run = connection.run
                yield self._everything(item, run, looks)
                async for said in connection.said():
                    run = _after(run, said, known)
                    yield self._event(item, run, said)
        except NotLive:
            pass
        while self._site.shelf.item(item.name).under_way:
            yield _told("waits", {})
            await asyncio.sleep(_AGAIN)
            if await self._run(item) is not None:
                yield _told("begins", {})
                return
        yield _told("over", {})

    def _everything(self, item: Item, run: LiveRun, looks: Looks) -> str:
        """What may have changed between the page and its stream."""
        cards = {c.id: self._told(item, c) for c in run.customers if c.id in looks.at}
        if looks.reads and not looks.at:
            cards = {}
        return _told("all", {"cards": cards, "sums": self._sums(run), "paused": run.paused})

    def _event(self, item: Item, run: LiveRun, said: Said) -> str:
        match said:
            case Changed(customer):
                told = {"id": customer.id, "html": self._told(item, customer)}
                return _told("card", told | {"sums": self._sums(run), "over": customer.over})
            case Paused(paused):
                return _told("paused", {"paused": paused})
            case Picture(id, jpeg):
                return _told("picture", {"id": id, "jpeg": jpeg})
            case Page(id, html):
                return _told("page", {"id": id, "text": html[:MOST_PAGE]})
            case Thinks(id, text):
                return _told("thinks", {"id": id, "text": text})
            case LiveRun():
                return _told("waits", {})

    def _told(self, item: Item, customer: LiveCustomer) -> str:
        return self._site.render("live_told.html", item=item, customer=customer)

    def _sums(self, run: LiveRun) -> str:
        return self._site.render("live_sums.html", **_sums(run))

    async def _run(self, item: Item) -> LiveRun | None:
        try:
            async with connected(self._folder(item)) as connection:
                return connection.run
        except NotLive:
            return None

    def _thoughts(self, item: Item, customer: str) -> list[str]:
        """What a customer has thought so far, by the log of the visit."""
        if not is_name(customer) or " " in customer:
            return []
        try:
            session = read_session_log(RunFolder(self._folder(item)).session_log(customer))
        except (OSError, RecordError):
            return []
        return [step.reasoning for step in session.steps if step.reasoning]

    def _item(self, request: Request) -> Item:
        return self._site.shelf.item(request.path_params["name"])

    def _folder(self, item: Item) -> Path:
        return self._site.shelf.root / item.name


def shown(customers: Iterable[LiveCustomer]) -> list[LiveCustomer]:
    """Who stands in the grid: those under way, and the last of those who have finished."""
    everyone = list(customers)
    going = [c for c in everyone if not c.over]
    return [*going, *reversed([c for c in everyone if c.over])][:SHOWN]


def _sums(run: LiveRun) -> dict[str, Any]:
    """How far the run is: visits, ends, and the funnel as it fills."""
    ways = [
        Way(kinds=frozenset(c.kinds), ordered=c.ordered, arrived=bool(c.steps or c.title))
        for c in run.customers
    ]
    ends: dict[str, int] = {}
    for customer in run.customers:
        if customer.over:
            ends[customer.outcome] = ends.get(customer.outcome, 0) + 1
    return {
        "total": run.total,
        "finished": sum(ends.values()),
        "going": sum(not c.over for c in run.customers),
        "ends": ends,
        "funnel": reached(ways),
    }


def _after(run: LiveRun, said: Said, known: dict[str, LiveCustomer]) -> LiveRun:
    """How everything stands after what was said."""
    if isinstance(said, Changed):
        known[said.customer.id] = said.customer
        return msgspec.structs.replace(run, customers=tuple(known.values()))
    return msgspec.structs.replace(run, paused=said.paused) if isinstance(said, Paused) else run


async def _acted(run: Connection) -> None:
    """Wait for the word that it was done; a run that stops says nothing more."""
    try:
        async with asyncio.timeout(2.0):
            async for said in run.said():
                if isinstance(said, Paused):
                    return
    except TimeoutError:
        return


def _told(event: str, data: dict[str, Any]) -> str:
    return f"event: {event}\ndata: {msgspec.json.encode(data).decode()}\n\n"
