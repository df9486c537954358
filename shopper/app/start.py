"""Starting the app: a port on the loopback, the address with its token, and the end."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from shopper.app.guard import LOOPBACK

USUAL = 8760
"""The port that is tried first when nobody names one."""
_MORE = 20


class NoPort(Exception):
    """The app cannot listen; says why, and what to do."""


def listen(port: int | None) -> socket.socket:
    """A socket on the loopback: on `port`, or where nobody names one on the first that is free.

    Raises:
        NoPort: there is none.
    """
    if port is not None:
        return _bound(port)
    for tried in range(USUAL, USUAL + _MORE):
        try:
            return _bound(tried)
        except NoPort:
            continue
    return _bound(0)


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            why = "is in use, perhaps by another app of Shopper"
        else:
            why = f"cannot be listened on ({error})"
        raise NoPort(
            f"port {port} {why}: leave out --port and one that is free is taken, or name another"
        ) from error
    return listener


def port_of(listener: socket.socket) -> int:
    number: int = listener.getsockname()[1]
    return number


async def serve(app: ASGIApp, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; calls `ready` once it answers. What runs goes on running."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    loop = asyncio.get_running_loop()
    serving = asyncio.create_task(server._serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    ready()
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    stopping.cancel()
