"""A server on standard input and output that a signal ends as the end of its input does.

Whoever reads standard input in a thread cannot be interrupted: Ctrl-C would wait for a line that
never comes. So the server reads from a socket, to which the input is passed on.
"""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from mcp.server.mcpserver import MCPServer


async def serve(server: MCPServer[Any]) -> None:
    """Serve until the input ends, or SIGINT or SIGTERM comes. What was under way is cancelled."""
    loop = asyncio.get_running_loop()
    with _passed_on() as end:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, end.shutdown, socket.SHUT_RDWR)
        try:
            await server.run_stdio_async()
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


@contextmanager
def _passed_on() -> Iterator[socket.socket]:
    """While the block runs, `sys.stdin` reads what standard input gives, until the socket that this
    yields is shut down. Children of this process find nothing on their standard input."""
    private = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    ours, theirs = socket.socketpair()
    threading.Thread(target=_pass_on, args=(private, ours), name="input", daemon=True).start()
    before, sys.stdin = sys.stdin, io.TextIOWrapper(theirs.makefile("rb"), encoding="utf-8")
    try:
        yield ours
    finally:
        sys.stdin = before


def _pass_on(source: int, to: socket.socket) -> None:
    with suppress(OSError):
        while read := os.read(source, 1 << 16):
            to.sendall(read)
    with suppress(OSError):
        to.shutdown(socket.SHUT_RDWR)
