"""Being a good guest: who we say we are, and what a site's robots.txt asks of us (RFC 9309).

Asked for by a run, not enforced by the gateway: robots.txt speaks of pages, and a gateway does not
see which pages an encrypted connection asks for.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Callable, Generator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from protego import Protego

from envs.gateway.rules import WEB_PORTS, parse_url

AGENT = "ShopperBot/1"
"""Appended to the browser's user agent, so that a site can tell a virtual customer."""

MAX_SIZE = 500 * 1024
"""Bytes of a robots.txt that are read, the least RFC 9309 (section 2.5) asks for."""

LONGEST_PAUSE = 30.0
"""Seconds between two pages at most, whatever a site asks; a customer cannot wait for ever."""

_NOTHING = "User-agent: *\nDisallow: /"


Known = Callable[[str, int], tuple[str, str] | None]
"""User name and password for a host and port."""


class _Challenged(httpx.Auth):
    """Tells who asks by Basic or Digest, and nobody before they ask."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield request
        port = request.url.port or WEB_PORTS[request.url.scheme]
        found = self._known(request.url.host, port)
        if response.status_code != 401 or found is None:
            return
        asked = response.headers.get("www-authenticate", "").lower()
        way = httpx.DigestAuth if asked.startswith("digest") else httpx.BasicAuth
        yield from way(*found).auth_flow(request)


@dataclass(frozen=True)
class _File:
    """What a robots.txt says; `missing` is why it could not be had."""

    rules: Protego
    missing: str = ""


class Robots:
    """The robots.txt of every site asked about, each fetched once, through the gateway `proxy`.

    `authority` in PEM is trusted beside the usual ones; `known` gives user name and password for a
    host and port that ask for them.
    """

    def __init__(
        self,
        proxy: str | None = None,
        agent: str = AGENT,
        *,
        authority: str = "",
        known: Known = lambda host, port: None,
    ) -> None:
        self._proxy = proxy
        self._authority = authority
        self._known = known
        self._agent = agent
        self._token = agent.split("/", 1)[0]
        self._files: dict[str, asyncio.Task[_File]] = {}
        self._due: dict[str, float] = {}
        self._queues: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def allows(self, url: str) -> bool:
        """Whether the site of `url` lets this agent open it.

        A site without robots.txt (4xx) allows everything; one whose robots.txt cannot be had
        (5xx, no answer) allows nothing, as the RFC asks (section 2.3.1).

        Raises:
            SiteError: `url` is not a web address.
        """
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        rules = (await self._file(url)).rules
        return bool(rules.can_fetch(parse_url(url)[0].origin + path, self._token))

    async def missing(self, url: str) -> str:
        """Why the robots.txt of the site of `url` could not be had; empty if it could."""
        return (await self._file(url)).missing

    async def turn(self, url: str) -> None:
        """Wait until the site of `url` may be asked for another page, by its ``Crawl-delay``.

        First come, first served; whoever is cancelled meanwhile delays nobody.
        """
        pause = float((await self._file(url)).rules.crawl_delay(self._token) or 0.0)
        if not pause:
            return
        origin = parse_url(url)[0].origin
        time = asyncio.get_running_loop().time
        async with self._queues[origin]:
            await asyncio.sleep(max(0.0, self._due.get(origin, 0.0) - time()))
            self._due[origin] = time() + min(pause, LONGEST_PAUSE)

    async def _file(self, url: str) -> _File:
        origin = parse_url(url)[0].origin
        if origin not in self._files:
            self._files[origin] = asyncio.ensure_future(self._fetch(origin))
        return await asyncio.shield(self._files[origin])

    async def _fetch(self, origin: str) -> _File:
        try:
            return _File(Protego.parse(await self._text(f"{origin}/robots.txt")))
        except httpx.HTTPError as error:
            return _File(Protego.parse(_NOTHING), str(error) or type(error).__name__)

    def _trusted(self) -> ssl.SSLContext:
        context = httpx.create_ssl_context()
        if self._authority:
            context.load_verify_locations(cadata=self._authority)
        return context

    async def _text(self, url: str) -> str:
        settings = httpx.AsyncClient(
            auth=_Challenged(self._known),
            verify=self._trusted(),
            proxy=self._proxy,
            trust_env=False,
            follow_redirects=True,
            max_redirects=5,
            timeout=20,
            headers={"User-Agent": self._agent},
        )
        async with settings as client, client.stream("GET", url) as response:
            if response.status_code >= 500:
                raise httpx.HTTPError(f"HTTP {response.status_code}")
            if response.status_code >= 400:
                return ""
            text = b""
            async for piece in response.aiter_bytes():
                text += piece
                if len(text) >= MAX_SIZE:
                    break
            return text[:MAX_SIZE].decode("utf-8", "replace")
