"""Asking through Anthropic's Message Batches: half the price, answers within a day.

Questions are split by bytes and number, sent, and matched with their answers by id. Where every
question stands is in the store, so a run that was stopped goes on with the batches under way.
What failed or expired at the service is sent again, what was rejected is asked again, both a
limited number of times.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import anthropic
import msgspec
from anthropic.types.messages import MessageBatchIndividualResponse
from anthropic.types.messages.batch_create_params import Request as BatchRequest

from agent.policies.remote.anthropic import AnthropicModel, describe, message_params, read_message
from agent.sessions.session import Session
from envs.actions import encode_action
from trainer.synthesis.acceptance import Judge, needs_trace
from trainer.synthesis.errors import BatchError
from trainer.synthesis.store import AskedAction

MOST_REQUESTS = 100_000
MOST_BYTES = 64 * 1024 * 1024
"""The service takes 256 MB; a quarter keeps memory and the cost of a failed upload low."""
READ_RESULTS_TRIES = 3
_ROOM = 1024
"""Bytes of a batch's own JSON around its requests."""

Say = Callable[[str], None]


class _StreamBroken(Exception):
    """A stream of results ended before its end."""


class _Chunk:
    """Requests that go into one batch together."""

    def __init__(self) -> None:
        self.requests: list[BatchRequest] = []
        self.asked_actions: dict[str, AskedAction] = {}
        self.bytes = _ROOM

    def add(self, key: str, asked: AskedAction, request: BatchRequest, size: int) -> None:
        self.requests.append(request)
        self.asked_actions[key] = asked
        self.bytes += size + 1


class Batches:
    """Gets the last word on every step into the store, batch by batch."""

    def __init__(
        self,
        model: AnthropicModel,
        judge: Judge,
        *,
        overwrite: bool = False,
        poll_seconds: float = 60.0,
        most_bytes: int = MOST_BYTES,
        most_requests: int = MOST_REQUESTS,
        say: Say = lambda text: None,
    ) -> None:
        self._model = model
        self._judge = judge
        self._store = judge.store
        self._overwrite = overwrite
        self._poll = poll_seconds
        self._most_bytes = most_bytes
        self._most_requests = most_requests
        self._say = say

    async def run(self, read: Callable[[], Iterator[Session]]) -> None:
        """Ask about every step of the data set that `read` gives, as often as it takes.

        Raises:
            BatchError: the service cannot be used; what was answered so far is in the store.
        """
        await self._collect()
        while await self._submit(read()):
            await self._collect()

    async def _submit(self, sessions: Iterator[Session]) -> int:
        """Send what is still unanswered; returns how many questions that are."""
        chunk, sent = _Chunk(), 0
        for session in sessions:
            for index, step in enumerate(session.steps):
                if not needs_trace(step, overwrite=self._overwrite):
                    continue
                key, request = self._judge.question(session, index)
                if (
                    key in chunk.asked_actions
                    or self._store.get(key)
                    or self._store.is_waiting(key)
                ):
                    continue
                params = message_params(self._model.model, self._judge.wanted(key, request))
                wanted: BatchRequest = {"custom_id": key, "params": params}
                size = len(msgspec.json.encode(wanted))
                full = chunk.bytes + size > self._most_bytes
                if chunk.requests and (full or len(chunk.requests) >= self._most_requests):
                    sent += await self._send(chunk)
                    chunk = _Chunk()
                chunk.add(key, AskedAction(encode_action(step.action), step.kind), wanted, size)
        return sent + (await self._send(chunk) if chunk.requests else 0)

    async def _send(self, chunk: _Chunk) -> int:
        """Create a batch, or two when the service finds one too large."""
        batches = self._model.client.messages.batches
        try:
            batch = await batches.create(requests=chunk.requests)
        except anthropic.APIStatusError as error:
            if error.status_code != 413:
                raise self._broken(error) from error
            return await self._send_in_halves(chunk)
        except anthropic.AnthropicError as error:
            raise self._broken(error) from error
        self._store.open_batch(batch.id, self._model.name, chunk.asked_actions)
        self._say(
            f"batch {batch.id}: {len(chunk.requests):,} questions, {chunk.bytes / 1e6:.1f} MB"
        )
        return len(chunk.requests)

    async def _send_in_halves(self, chunk: _Chunk) -> int:
        if len(chunk.requests) == 1:
            self._judge.fail(chunk.requests[0]["custom_id"], "too large", final=True)
            return 1
        half = len(chunk.requests) // 2
        sent = 0
        for requests in (chunk.requests[:half], chunk.requests[half:]):
            part = _Chunk()
            part.requests = requests
            part.asked_actions = {
                r["custom_id"]: chunk.asked_actions[r["custom_id"]] for r in requests
            }
            part.bytes = chunk.bytes // 2
            sent += await self._send(part)
        return sent

    async def _collect(self) -> None:
        """Wait for the batches under way and take their answers, whichever ends first."""
        while under_way := self._store.open_batches(self._model.name):
            ended = 0
            for batch in under_way:
                ended += await self._collect_one(batch)
            if not ended:
                await asyncio.sleep(self._poll)

    async def _collect_one(self, batch: str) -> bool:
        """Whether the batch has ended; its answers are then taken."""
        try:
            state = await self._model.client.messages.batches.retrieve(batch)
            if state.processing_status != "ended":
                done = state.request_counts
                self._say(f"batch {batch}: {done.processing:,} questions still under way")
                return False
            await self._read_results(batch)
        except anthropic.NotFoundError:
            self._say(f"batch {batch} is gone at the service; its questions are asked again")
        except anthropic.AnthropicError as error:
            raise self._broken(error) from error
        for key in self._store.waiting(batch):
            self._judge.fail(key, "missing from the results")
        self._store.close_batch(batch)
        return True

    async def _read_results(self, batch: str) -> None:
        """Take the answers as they stream in; a stream that breaks is read again."""
        for attempt in range(1, READ_RESULTS_TRIES + 1):
            waiting = self._store.waiting(batch)
            try:
                async for entry in self._results(batch):
                    asked = waiting.pop(entry.custom_id, None)
                    if asked is not None:
                        self._take(entry, asked)
                return
            except _StreamBroken as error:
                if attempt == READ_RESULTS_TRIES:
                    raise BatchError(
                        f"the results of batch {batch} cannot be read: {error}; run the command "
                        "again to go on"
                    ) from error

    async def _results(self, batch: str) -> AsyncIterator[MessageBatchIndividualResponse]:
        stream = await self._model.client.messages.batches.results(batch)
        entries = aiter(stream)
        while True:
            try:
                entry = await anext(entries)
            except StopAsyncIteration:
                return
            except Exception as error:  # the transport's own errors come through the SDK
                raise _StreamBroken(str(error) or type(error).__name__) from error
            yield entry

    def _take(self, entry: MessageBatchIndividualResponse, asked: AskedAction) -> None:
        key, result = entry.custom_id, entry.result
        if result.type == "succeeded":
            self._judge.judge(key, asked, read_message(result.message))
        elif result.type == "errored":
            error = result.error.error
            refused = error.type in ("invalid_request_error", "request_too_large")
            self._judge.fail(key, f"{error.type}: {error.message}", final=refused)
        else:
            self._judge.fail(key, result.type)
        self._store.answered(key)

    def _broken(self, error: anthropic.AnthropicError) -> BatchError:
        return BatchError(
            f"{describe(self._model.name, error)}. What was answered is kept; run the command "
            "again to go on"
        )
