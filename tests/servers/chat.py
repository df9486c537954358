"""A local server that speaks OpenAI's chat API the way vLLM, llama.cpp and others do, for tests."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.servers.serving import Fault, json_reply, read_json

Body = dict[str, Any]


class Chat:
    """The server's state. `unknown` maps options that it refuses to what it then says."""

    def __init__(self, answer: Callable[[Body], str | dict[str, Any]]) -> None:
        self.answer = answer
        self.faults: deque[Fault] = deque()
        self.requests: list[Body] = []
        self.unknown: dict[str, Fault] = {}
        self.key: str | None = None
        self.models: list[dict[str, Any]] = [{"id": "m", "object": "model"}]
        self.attempts = 0

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/models", self._list),
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
            ]
        )

    async def _list(self, request: Request) -> Response:
        if (reply := await self._refuse_or_fail(request)) is not None:
            return reply
        return json_reply({"object": "list", "data": self.models})

    async def _complete(self, request: Request) -> Response:
        self.attempts += 1
        if (reply := await self._refuse_or_fail(request)) is not None:
            return reply
        body = await read_json(request)
        kinds = {str((body.get("response_format") or {}).get("type")), *body}
        for option, fault in self.unknown.items():
            if option in kinds:
                return _failed(fault)
        if body["model"] not in [m["id"] for m in self.models]:
            return _failed(Fault(status=404, text=f"The model `{body['model']}` does not exist."))
        self.requests.append(body)
        return json_reply(self._completion(body))

    async def _refuse_or_fail(self, request: Request) -> Response | None:
        if self.faults and request.method == "POST":
            fault = self.faults.popleft()
            await asyncio.sleep(fault.seconds)
            return _failed(fault)
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return _failed(Fault(status=401, text="Incorrect API key provided"))
        return None

    def _completion(self, body: Body) -> dict[str, Any]:
        said = self.answer(body)
        message = {"role": "assistant", "content": said} if isinstance(said, str) else said
        prompt = sum(len(m["content"]) for m in body["messages"]) // 4
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": body["model"],
            "choices": [
                {
                    "index": 0,
                    "message": {k: v for k, v in message.items() if k != "finish_reason"},
                    "finish_reason": message.get("finish_reason", "stop"),
                }
            ],
            "usage": {
                "prompt_tokens": prompt,
                "completion_tokens": len(str(said)) // 4,
                "total_tokens": prompt,
                "prompt_tokens_details": {"cached_tokens": prompt // 2},
            },
        }


def _failed(fault: Fault) -> Response:
    if fault.body is not None:
        return Response(fault.body, fault.status, headers=fault.headers)
    error = {"message": fault.text, "type": fault.kind, "code": None}
    return json_reply({"error": error}, fault.status, fault.headers)
