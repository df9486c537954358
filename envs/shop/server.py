"""The shop's server: binds the port and serves until told to stop.

Loopback only.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from envs.shop.errors import ShopError
from envs.shop.events import EventLog
from envs.shop.themes import Storefront
from envs.shop.variants import Variant
from envs.shop.web import ShopSite

HOST = "127.0.0.1"
KEEP_ALIVE_SECONDS = 300
"""Idle connections are kept longer than customers think, so that pages need no new ones."""


def listen(port: int) -> socket.socket:
    """A socket on the loopback interface; port 0 takes any free one.

    Raises:
        ShopError: the port is in use or may not be used.
    """
    # asyncio turns Nagle's delay off (40 ms a page) only where the protocol is named.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise ShopError(_why_not(port, error)) from error
    listener.listen(256)
    return listener


def address(listener: socket.socket) -> str:
    """The URL of what listens there."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


async def serve_on(
    listener: socket.socket,
    seed: int,
    variant: Variant,
    events_file: Path | None,
    ready: Callable[[str], None],
    stop: asyncio.Event,
    storefront: Storefront | None = None,
) -> None:
    """Serve the shop until `stop` is set; calls `ready` with the URL once it answers."""
    log = EventLog(events_file)
    with contextlib.closing(log):
        app = ShopSite(seed, variant, log, storefront).app()
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve(sockets=[listener]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.005)
        ready(address(listener))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        # Whoever still waits for a page has gone: what becomes of it is no news.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        server.should_exit = True
        await serving
        stopping.cancel()


def _why_not(port: int, error: OSError | OverflowError) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"port {port} on {HOST} is in use; choose another with --port, or 0 for any"
    return f"cannot listen on port {port} of {HOST} ({error}); choose another with --port"
