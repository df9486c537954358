"""A local server that speaks Anthropic's Messages and Message Batches API, for tests.

Checks requests as the service does (key, version, fields, cache breakpoints, schema), accounts
for the prompt cache, and does what a test asks: answers, faults, and how a batch ends. The text of
an answer comes from the function a test gives.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tests.servers.serving import Fault, json_reply, read_json

KEY = "sk-test"
Params = dict[str, Any]
Answer = Callable[[Params], str | dict[str, Any]]
"""From a request's parameters to the text of the answer, or to fields of the message."""
Fate = Callable[[str, Params], str]
"""From a batch request's id to ``succeeded``, ``errored``, ``invalid``, ``expired`` ..."""


class Refused(Exception):
    """A request the service would not take."""

    def __init__(self, text: str, status: int = 400, kind: str = "invalid_request_error") -> None:
        super().__init__(text)
        self.status, self.kind, self.text = status, kind, text


class Claude:
    """The server's state. `requests` are the parameters of every accepted single call."""

    def __init__(self, answer: Answer) -> None:
        """`leave_out_once`: ids that the next results lack; `break_results`: so many times the
        stream of results breaks off in the middle."""
        self.answer = answer
        self.faults: deque[Fault] = deque()
        self.requests: list[Params] = []
        self.fate: Fate = lambda _id, _params: "succeeded"
        self.polls_to_end = 1
        self.most_bytes = 256 * 1024 * 1024
        self.most_requests = 100_000
        self.batches: dict[str, dict[str, Any]] = {}
        self.batch_bytes: list[int] = []
        self.leave_out_once: set[str] = set()
        self.break_results = 0
        self.attempts = 0
        self._cached: set[bytes] = set()
        self._polls: dict[str, int] = {}

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/messages", self._messages, methods=["POST"]),
                Route("/v1/messages/batches", self._create_batch, methods=["POST"]),
                Route("/v1/messages/batches/{id}", self._retrieve_batch),
                Route("/v1/messages/batches/{id}/results", self._results),
            ]
        )

    async def _messages(self, request: Request) -> Response:
        if (reply := await self._refuse_or_fail(request)) is not None:
            return reply
        params = await read_json(request)
        try:
            check_params(params)
        except Refused as error:
            return _error(error.status, error.kind, error.text)
        self.requests.append(params)
        return json_reply(self._message(params))

    async def _create_batch(self, request: Request) -> Response:
        if (reply := await self._refuse_or_fail(request)) is not None:
            return reply
        body = await request.body()
        requests = msgspec.json.decode(body)["requests"]
        ids = [r["custom_id"] for r in requests]
        if len(body) > self.most_bytes or len(ids) > self.most_requests:
            return _error(413, "request_too_large", "the batch is too large")
        if not ids or len(set(ids)) < len(ids) or any(not 0 < len(i) <= 64 for i in ids):
            return _error(400, "invalid_request_error", "custom_id: 1 to 64 characters, unique")
        self.batch_bytes.append(len(body))
        batch = f"msgbatch_{len(self.batches):03}"
        self.batches[batch] = {r["custom_id"]: r["params"] for r in requests}
        self._polls[batch] = 0
        return json_reply(self._batch(batch, str(request.base_url)))

    async def _retrieve_batch(self, request: Request) -> Response:
        if (reply := await self._refuse_or_fail(request)) is not None:
            return reply
        batch = request.path_params["id"]
        if batch not in self.batches:
            return _error(404, "not_found_error", f"no batch {batch}")
        self._polls[batch] += 1
        return json_reply(self._batch(batch, str(request.base_url)))

    async def _results(self, request: Request) -> Response:
        if (reply := await self._refuse_or_fail(request)) is not None:
            return reply
        rows = list(self.batches[request.path_params["id"]].items())
        random.Random(1).shuffle(rows)
        shown = [row for row in rows if row[0] not in self.leave_out_once]
        self.leave_out_once.difference_update(key for key, _ in rows)
        lines = [
            msgspec.json.encode({"custom_id": key, "result": self._result(key, params)}) + b"\n"
            for key, params in shown
        ]
        if self.break_results:
            self.break_results -= 1
            return StreamingResponse(_cut(lines), media_type="application/x-jsonl")
        return Response(b"".join(lines), media_type="application/x-jsonl")

    async def _refuse_or_fail(self, request: Request) -> Response | None:
        """What goes wrong before the request is looked at, if anything."""
        self.attempts += 1
        if self.faults:
            fault = self.faults.popleft()
            await asyncio.sleep(fault.seconds)
            if fault.body is not None:
                return Response(fault.body, fault.status, headers=fault.headers)
            return _error(fault.status, fault.kind, fault.text, fault.headers)
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if KEY not in (given, request.headers.get("x-api-key")):
            return _error(401, "authentication_error", "invalid x-api-key")
        if "anthropic-version" not in request.headers:
            return _error(400, "invalid_request_error", "anthropic-version: header is required")
        return None

    def _message(self, params: Params) -> dict[str, Any]:
        said = self.answer(params)
        fields = {"content": [{"type": "text", "text": said}]} if isinstance(said, str) else said
        return {
            "id": f"msg_{len(self.requests)}",
            "type": "message",
            "role": "assistant",
            "model": params["model"],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": self._usage(params, len(str(fields)) // 4),
            **fields,
        }

    def _usage(self, params: Params, generated: int) -> dict[str, int]:
        """Tokens as a quarter of the characters; what earlier requests marked is read cheaply."""
        read = written = total = 0
        prefix = b""
        for block in _blocks(params):
            prefix += block["text"].encode()
            total = len(prefix) // 4
            if "cache_control" in block:
                if prefix in self._cached:
                    read = total
                self._cached.add(prefix)
                written = total - read
        return {
            "input_tokens": total - read - written,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": written,
            "output_tokens": generated,
        }

    def _batch(self, batch: str, base_url: str) -> dict[str, Any]:
        ended = self._polls[batch] >= self.polls_to_end
        now = datetime.now(UTC)
        counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
        for key, params in self.batches[batch].items():
            fate = self.fate(key, params).replace("invalid", "errored")
            counts[fate if ended else "processing"] += 1
        return {
            "id": batch,
            "type": "message_batch",
            "processing_status": "ended" if ended else "in_progress",
            "request_counts": counts,
            "created_at": now,
            "expires_at": now + timedelta(hours=24),
            "ended_at": now if ended else None,
            "results_url": f"{base_url}v1/messages/batches/{batch}/results" if ended else None,
        }

    def _result(self, key: str, params: Params) -> dict[str, Any]:
        fate = self.fate(key, params)
        try:
            check_params(params)
        except Refused as error:
            return _errored(error.kind, error.text)
        if fate == "succeeded":
            return {"type": "succeeded", "message": self._message(params)}
        if fate == "errored":
            return _errored("api_error", "Internal server error")
        if fate == "invalid":
            return _errored("invalid_request_error", "prompt is too long")
        return {"type": fate}


async def _cut(lines: list[bytes]) -> AsyncIterator[bytes]:
    """Half of the lines, then the connection breaks."""
    yield b"".join(lines[: len(lines) // 2])
    await asyncio.sleep(0.05)
    raise ConnectionResetError


def check_params(params: Params) -> None:
    """Refuse what the service refuses."""
    for field in ("model", "max_tokens", "messages"):
        if field not in params:
            raise Refused(f"{field}: Field required")
    unknown = params.keys() - {"model", "max_tokens", "messages", "system", "output_config"}
    if unknown:
        raise Refused(f"{unknown.pop()}: Extra inputs are not permitted")
    roles = [m["role"] for m in params["messages"]]
    if not roles or roles[0] != "user" or not set(roles) <= {"user", "assistant"}:
        raise Refused("messages: first message must use the user role")
    if any(not block["text"] for block in _blocks(params)):
        raise Refused("messages: text content blocks must be non-empty")
    if sum("cache_control" in block for block in _blocks(params)) > 4:
        raise Refused("A maximum of 4 blocks with cache_control may be provided")
    if "output_config" in params:
        _check_schema(params["output_config"]["format"]["schema"])


def _check_schema(schema: Any) -> None:
    if isinstance(schema, list):
        for one in schema:
            _check_schema(one)
    elif isinstance(schema, dict):
        if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
            raise Refused("output_config: For 'object' type, 'additionalProperties' must be false")
        for word in ("minLength", "maxLength", "minimum", "maximum"):
            if word in schema:
                raise Refused(f"output_config: property '{word}' is not supported")
        for value in schema.values():
            _check_schema(value)


def _blocks(params: Params) -> list[dict[str, Any]]:
    """Every text block in the order the model reads them."""
    found: list[dict[str, Any]] = []
    for content in (params.get("system", []), *(m["content"] for m in params["messages"])):
        found += [{"text": content}] if isinstance(content, str) else content
    return found


def _errored(kind: str, text: str) -> dict[str, Any]:
    error = {"type": "error", "request_id": None, "error": {"type": kind, "message": text}}
    return {"type": "errored", "error": error}


def _error(status: int, kind: str, text: str, headers: dict[str, str] | None = None) -> Response:
    body = {"type": "error", "error": {"type": kind, "message": text}, "request_id": "req_1"}
    return json_reply(body, status, headers)
