"""Customers for the shop's tests: HTTP clients, each a visit of its own."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from envs.shop import Shop

_numbers = itertools.count(1)


class Customer:
    """A visit over plain HTTP: what a browser without scripts would send."""

    def __init__(self, shop: Shop, http: httpx.AsyncClient, visit: str) -> None:
        self.shop = shop
        self.http = http
        self.visit = visit

    async def get(self, path: str, **query: object) -> httpx.Response:
        return await self.http.get(path, params={k: str(v) for k, v in query.items()} or None)

    async def post(self, path: str, **form: object) -> httpx.Response:
        return await self.http.post(path, data={k: str(v) for k, v in form.items()})

    async def saw(self, type_: str) -> list[dict[str, object]]:
        """What the shop recorded of this visit, of one type."""
        return [dict(e.data) for e in await self.shop.events(self.visit) if e.type == type_]


@pytest.fixture
async def arrive(shop: Shop) -> AsyncIterator[Callable[[], Customer]]:
    """``arrive()`` brings a new customer to the shop."""
    async with AsyncExitStack() as stack:
        customers: list[Customer] = []

        def new() -> Customer:
            visit = f"test-{next(_numbers)}"
            http = httpx.AsyncClient(
                base_url=shop.url,
                follow_redirects=True,
                trust_env=False,
                cookies={"visit": visit},
            )
            stack.push_async_callback(http.aclose)
            customers.append(Customer(shop, http, visit))
            return customers[-1]

        yield new


@pytest.fixture
def customer(arrive: Callable[[], Customer]) -> Customer:
    return arrive()
