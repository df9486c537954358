"""The engine over a torch model: one thread works for all sessions that wait.

A prompt is computed when it arrives, but for the beginning that its session's last one shares;
then all answers under way advance by a token together. Knows requests, not prompts or tensors'
insides.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import torch
import transformers

from agent.models.hub import ModelFiles
from agent.policies.local.engine import EngineError, Generation, GenerationRequest
from agent.policies.local.transformers.beams import likeliest
from agent.policies.local.transformers.cache import SessionCache
from agent.policies.local.transformers.model import TorchModel, tokenizer_folder
from agent.policies.local.transformers.sampling import Masks, Matcher, sample
from agent.policies.options import Options
from agent.prompts.legality import allows
from agent.prompts.tokenizer import FastTokenizer

KEPT_SESSIONS = 8
"""So many sessions keep their keys and values in any case: those that spoke last."""


@dataclass(eq=False)
class _Answer:
    """One continuation under way."""

    request: GenerationRequest
    done: Future[Generation] = field(default_factory=Future)
    cache: SessionCache = field(default_factory=SessionCache)
    cached: int = 0
    matcher: Matcher | None = None
    generator: torch.Generator = field(default_factory=torch.Generator)
    sampled: list[int] = field(default_factory=list)
    abandoned: bool = False

    def take(self, logits: torch.Tensor) -> bool:
        """Draw the next token; True when the answer is complete."""
        if self.matcher is not None:
            logits = self.matcher.masked(logits)
        token = sample(logits, self.request, self.generator)
        self.sampled.append(token)
        if token in self.request.stop or len(self.sampled) >= self.request.max_tokens:
            return True
        if self.matcher is not None:
            self.matcher.take(token)
        return False

    def written(self) -> Generation:
        ended = bool(self.sampled) and self.sampled[-1] in self.request.stop
        ids = self.sampled[:-1] if ended else self.sampled
        return Generation(tuple(ids), self.cached, len(self.sampled))


@dataclass(eq=False)
class _Call:
    """Anything else to be done by the thread that owns the model."""

    work: Callable[[], Any]
    done: Future[Any] = field(default_factory=Future)


class _Kept:
    """The caches of sessions between their steps, within `most_bytes` (but for the last few)."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._caches: OrderedDict[str, SessionCache] = OrderedDict()

    def take(self, session_id: str) -> SessionCache:
        """The session's cache, which nobody else has until it is put back; else an empty one."""
        return self._caches.pop(session_id, None) or SessionCache()

    def put(self, session_id: str, cache: SessionCache) -> None:
        self._caches[session_id] = cache
        self._caches.move_to_end(session_id)
        while len(self._caches) > KEPT_SESSIONS and self._bytes() > self._most:
            self._caches.popitem(last=False)

    def drop(self, session_id: str) -> None:
        self._caches.pop(session_id, None)

    def _bytes(self) -> int:
        return sum(cache.stored_bytes for cache in self._caches.values())


class TransformersEngine:
    """A causal language model, loaded."""

    def __init__(self, files: ModelFiles, options: Options) -> None:
        """Takes seconds to minutes, so call it off the event loop.

        Raises:
            EngineError: the model cannot be loaded with these options.
            TokenizerError: the model's tokenizer cannot be used.
        """
        self.tokenizer = FastTokenizer.read(tokenizer_folder(files))
        self.model = TorchModel(files, options)
        self.window = self.model.window
        self._adapter = files.adapter
        self._four_bit = options.four_bit
        self._masks: Masks | None = None
        self._kept = _Kept(options.cache_gb * 2**30)
        self._waiting: queue.SimpleQueue[_Answer | _Call | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="transformers", daemon=True)
        self._thread.start()

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        precision = str(self.model.dtype).removeprefix("torch.")
        return {
            "engine": f"transformers {transformers.__version__}, torch {torch.__version__}",
            "device": self.model.device,
            "precision": "nf4" if self._four_bit else precision,
            "cache_precision": precision,
            "adapter": str(self._adapter or ""),
        }

    async def generate(self, request: GenerationRequest) -> Generation:
        if request.beams > 1 and (found := await self._likeliest(request)) is not None:
            return found
        answer = _Answer(request)
        self._put(answer)
        try:
            return await asyncio.wrap_future(answer.done)
        except asyncio.CancelledError:
            answer.abandoned = True
            raise

    async def _likeliest(self, request: GenerationRequest) -> Generation | None:
        """The likeliest legal text that a search finds, if it finds one."""
        call = _Call(lambda: self._search(request))
        self._put(call)
        found: Generation | None = await asyncio.wrap_future(call.done)
        return found

    async def logprobs(
        self, session_id: str, prompt: tuple[int, ...], texts: Sequence[tuple[int, ...]]
    ) -> list[float]:
        """The log-probability of each of `texts` (token ids, at least one) after `prompt`.

        Raises:
            EngineError: it failed.
        """
        call = _Call(lambda: self._logprobs(session_id, prompt, texts))
        self._put(call)
        shares: list[float] = await asyncio.wrap_future(call.done)
        return shares

    async def forget(self, session_id: str) -> None:
        if not self._closed:
            self._put(_Call(lambda: self._kept.drop(session_id)))

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
            await asyncio.to_thread(self._thread.join)
            del self.model, self._kept

    def _put(self, request: _Answer | _Call) -> None:
        if self._closed:
            raise EngineError("the model has been closed")
        self._waiting.put(request)

    def _serve(self) -> None:
        """The thread: begin what waits, advance all answers by a token, give out the complete."""
        running: list[_Answer] = []
        while self._admit(running):
            for answer in [one for one in running if one.abandoned]:
                running.remove(answer)
                self._kept.put(answer.request.session_id, answer.cache)
            if running:
                running = self._advance(running)
        for answer in running:
            answer.done.set_exception(EngineError("the model was closed"))

    def _admit(self, running: list[_Answer]) -> bool:
        """Begin all that waits, sleeping while there is nothing to do; False when it is over."""
        while True:
            try:
                request = self._waiting.get(block=not running)
            except queue.Empty:
                return True
            if request is None:
                return False
            if not request.done.set_running_or_notify_cancel():
                continue
            if isinstance(request, _Answer):
                self._begin(request, running)
            else:
                self._call(request)

    def _call(self, call: _Call) -> None:
        try:
            done = call.work()
        except Exception as error:  # whatever it is, the thread must go on for the others
            call.done.set_exception(_failure(error))
        else:
            call.done.set_result(done)

    def _begin(self, answer: _Answer, running: list[_Answer]) -> None:
        """Compute what is new of the prompt and draw the first token."""
        request = answer.request
        answer.cache = self._kept.take(request.session_id)
        try:
            answer.cached = answer.cache.keep_shared(request.prompt)
            if request.legal is not None:
                answer.matcher = self._compiled().matcher(request.legal)
            answer.generator.manual_seed(request.seed)
            logits = self.model.read(answer.cache, request.prompt[answer.cached :])
            complete = answer.take(logits)
        except Exception as error:  # whatever it is, the thread must go on for the others
            answer.done.set_exception(_failure(error))
            return
        if complete:
            self._give_out(answer)
        else:
            running.append(answer)

    def _advance(self, running: list[_Answer]) -> list[_Answer]:
        """One token for each; returns those that go on."""
        try:
            logits = self.model.read_each(
                [answer.cache for answer in running], [answer.sampled[-1] for answer in running]
            )
            complete = [answer.take(own) for answer, own in zip(running, logits, strict=True)]
        except Exception as error:  # whatever it is, the thread must go on for those that wait
            for answer in running:
                answer.done.set_exception(_failure(error))
            return []
        for answer, over in zip(running, complete, strict=True):
            if over:
                self._give_out(answer)
        return [answer for answer, over in zip(running, complete, strict=True) if not over]

    def _give_out(self, answer: _Answer) -> None:
        self._kept.put(answer.request.session_id, answer.cache)
        answer.done.set_result(answer.written())

    def _logprobs(
        self, session_id: str, prompt: tuple[int, ...], texts: Sequence[tuple[int, ...]]
    ) -> list[float]:
        cache = self._kept.take(session_id)
        shares = self.model.logprobs(cache, prompt, texts)
        self._kept.put(session_id, cache)
        return shares

    def _search(self, request: GenerationRequest) -> Generation | None:
        cache = self._kept.take(request.session_id)
        cached = cache.keep_shared(request.prompt)
        found = likeliest(
            lambda texts: self.model.following(cache, request.prompt, texts),
            width=request.beams,
            most=request.max_tokens,
            stop=request.stop,
            accept=lambda text: self._is_legal(request, text),
        )
        self._kept.put(request.session_id, cache)
        return None if found is None else Generation(found[:-1], cached, len(found))

    def _is_legal(self, request: GenerationRequest, text: tuple[int, ...]) -> bool:
        legal = request.legal
        return len(text) > 1 and (legal is None or allows(legal, self.tokenizer.decode(text[:-1])))

    def _compiled(self) -> Masks:
        if self._masks is None:
            self._masks = Masks(self.tokenizer)
        return self._masks


def _failure(error: Exception) -> EngineError:
    return EngineError(f"transformers failed: {error or type(error).__name__}")
