"""Messages on WebSockets, which no stopped request shows: they pass through here one by one while a
guarded visit lasts. Those of workers do not.
"""

from __future__ import annotations

from playwright.async_api import BrowserContext, WebSocketRoute

from envs.guard.asked import Asked, read_message
from envs.guard.guard import TransactionGuard


async def guard_sockets(context: BrowserContext, guard: TransactionGuard) -> None:
    """Have every message that a page of `context` sends on a WebSocket judged, in order."""

    async def open_socket(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        guard.sockets += 1

        async def pass_on(message: str | bytes) -> None:
            text = message if isinstance(message, str) else message.decode("utf-8", "replace")
            asked = Asked(method="SEND", url=socket.url, how="socket", body=read_message(text))
            if (await guard.judge(asked, "")).leaves:
                server.send(message)

        socket.on_message(pass_on)

    await context.route_web_socket(lambda _: True, open_socket)
