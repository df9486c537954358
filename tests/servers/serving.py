"""Serves an ASGI application on a free loopback port inside the running event loop, for tests."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import uvicorn
from starlette.requests import Request
from starlette.responses import Response


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What a server does instead of answering: wait, then send `status` and `body`."""

    status: int = 500
    kind: str = "api_error"
    text: str = "it broke"
    headers: dict[str, str] = {}
    body: bytes | None = None
    seconds: float = 0.0


NOW = {"retry-after-ms": "5"}
"""Headers that let a client try again at once."""


@asynccontextmanager
async def serve(application: Any) -> AsyncIterator[str]:
    """The application's address for as long as the context lasts."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application, log_level="critical", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    running = asyncio.create_task(server._serve([listening]))
    try:
        while not server.started:
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await running
        listening.close()


async def read_json(request: Request) -> Any:
    return msgspec.json.decode(await request.body())


def json_reply(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        msgspec.json.encode(body), status, headers=headers, media_type="application/json"
    )
