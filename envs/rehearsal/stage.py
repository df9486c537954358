"""What all rehearsed visits of one shop share: the shop's application, and its pages laid out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from envs.browser.browser import Browser
from envs.rehearsal.still import StillPages, still_pages
from envs.rehearsal.visit import RehearsedVisit
from envs.shop.events import EventLog
from envs.shop.themes import Storefront
from envs.shop.variants import variant_named
from envs.shop.web import ShopSite


class RehearsalStage:
    """A shop in this process, with pages that can be looked at."""

    def __init__(self, site: ShopSite, pages: StillPages, address: str) -> None:
        self._app = site.app()
        self._site = site
        self.pages = pages
        self.address = address

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        browser: Browser,
        address: str,
        *,
        seed: int = 1,
        variant: str = "default",
        storefront: Storefront | None = None,
        windows: int = 2,
    ) -> AsyncIterator[RehearsalStage]:
        """The shop as if it stood at `address`, with `windows` of `browser` to lay pages out in."""
        site = ShopSite(seed, variant_named(variant), EventLog(), storefront)
        async with still_pages(browser, address, site.theme.style, windows) as pages:
            yield cls(site, pages, address)

    def visit(self, id_: str) -> RehearsedVisit:
        """A visit that has not begun; what the shop knew under this id is forgotten."""
        self._site.visits.forget(id_)
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self._app),
            base_url=self.address,
            headers={"x-shopper-visit": id_},
            follow_redirects=True,
        )
        return RehearsedVisit(client, self.pages, lambda: self._site.log.forget(id_))
