"""The shop as its users see it: started in a process of its own, asked what it saw, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec

from envs.shop.errors import ShopError
from envs.shop.events import Event

START_SECONDS = 30.0
STOP_SECONDS = 5.0


class Shop:
    """A running shop. `url` is its root, without a slash at the end."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=30)

    def entry(self, visit: str) -> str:
        """The address that begins a visit whose id in the shop's log is `visit`."""
        return str(httpx.URL(self.url + "/", params={"visit": visit}))

    async def events(self, visit: str | None = None) -> list[Event]:
        """What the shop saw of one visit, in order, or of all visits.

        Raises:
            ShopError: the shop does not answer.
        """
        seen: list[Event] = []
        while True:
            query = {"after": str(len(seen))} | ({"visit": visit} if visit is not None else {})
            answer = await self._ask("GET", "/events", query)
            page = msgspec.json.decode(answer, type=list[Event])
            seen += page
            if not page or len(page) < 10_000:
                return seen

    async def reset(self, visit: str | None = None) -> None:
        """Forget one visit, or all: cart, orders and events.

        Raises:
            ShopError: the shop does not answer.
        """
        await self._ask("POST", "/reset", {} if visit is None else {"visit": visit})

    async def close(self) -> None:
        """Close our connection to it; the shop itself goes on."""
        await self._http.aclose()

    async def _ask(self, method: str, path: str, query: dict[str, str]) -> bytes:
        try:
            answer = await self._http.request(method, path, params=query)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise ShopError(
                f"the shop at {self.url} does not answer {path} ({error}); is it still running?"
            ) from error
        return answer.content


@contextlib.asynccontextmanager
async def serve(
    port: int = 0,
    seed: int = 1,
    variant: str = "default",
    events_file: Path | None = None,
    theme: str = "larkfield",
    language: str = "en",
) -> AsyncIterator[Shop]:
    """Run the shop in a process of its own for as long as the block lasts.

    Port 0 takes any free one. The process ends with the block, and also when this process dies.

    Raises:
        ShopError: the port is in use, there is no such variant, theme or language, `events_file`
            cannot be written, or it did not start in time.
    """
    command = [sys.executable, "-m", "envs.shop", "--tied"]
    command += ["--port", str(port), "--seed", str(seed), "--variant", variant]
    command += ["--theme", theme, "--language", language]
    if events_file is not None:
        command += ["--events-file", str(events_file.absolute())]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],  # where -m finds this very shop, whatever lies where we are
        start_new_session=True,  # Ctrl-C is ours to handle; the shop ends when we let go of it
    )
    try:
        shop = Shop(await _first_line(process))
        try:
            yield shop
        finally:
            await shop.close()
    finally:
        await _end(process)


async def _first_line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    try:
        raw = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
    except TimeoutError as error:
        raise ShopError(f"the shop did not start within {START_SECONDS:.0f} s") from error
    line = raw.decode().strip()
    if line.startswith("http://"):
        return line
    if line.startswith("error: "):
        raise ShopError(line.removeprefix("error: "))
    raise ShopError("the shop's process ended before it served; its message is above")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
