"""A language model on a CPU (or Intel GPU), by OpenVINO GenAI's continuous batching.

One thread owns the pipeline: customers that wait together are served in one batch, and what a
session's prompt shares with its last one is not computed again. Knows token ids, not prompts.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import openvino_genai as genai

from agent.policies.local.engine import EngineError, Generation, GenerationRequest
from agent.policies.options import Options
from agent.prompts.grammar import LegalActions, grammar
from agent.prompts.legality import allows
from agent.prompts.tokenizer import FastTokenizer

_BLOCK = 32
"""Tokens in a block of the CPU plug-in's key-value cache: prefixes are reused in whole blocks."""
_TOO_SMALL = "the key-value cache is too small for the prompt; raise cache_gb"
_RUNNING = genai.GenerationStatus.RUNNING


@dataclass(eq=False)
class _Job:
    """One continuation under way."""

    request: GenerationRequest
    cached: int
    answer: Future[Generation] = field(default_factory=Future)
    handle: Any = None
    ids: list[int] = field(default_factory=list)
    one_by_one: bool = False
    """Written a token at a time, as the search for the likeliest text found nothing legal."""
    abandoned: bool = False

    @property
    def beams(self) -> int:
        return 1 if self.one_by_one else self.request.beams


class OpenVinoEngine:
    """A model in OpenVINO's format, loaded."""

    def __init__(
        self,
        folder: Path,
        tokenizer: FastTokenizer,
        window: int,
        options: Options,
        *,
        reuse: bool = True,
    ) -> None:
        """Load from `folder`; takes seconds, so call it off the event loop. Without `reuse` every
        prompt is computed whole, which only a measurement wants.

        Raises:
            EngineError: OpenVINO cannot load it with these options.
        """
        self.tokenizer = tokenizer
        self.window = window
        device = "CPU" if options.device == "auto" else options.device
        self._device = device
        self._properties = _properties(options, device)
        scheduler = genai.SchedulerConfig()
        scheduler.enable_prefix_caching = reuse
        scheduler.cache_size = options.cache_gb
        scheduler.max_num_batched_tokens = 256
        try:
            self._pipeline = genai.ContinuousBatchingPipeline(
                folder,
                genai.Tokenizer(folder),
                scheduler,
                device,
                CACHE_DIR=str(folder / "compiled"),
                **self._properties,
            )
        except RuntimeError as error:
            reason = _last(error)
            raise EngineError(f"OpenVINO cannot load {folder} on {device}: {reason}") from error
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._last_prompts: dict[str, tuple[int, ...]] = {}
        self._next_id = 0
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="openvino", daemon=True)
        self._thread.start()

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        return {
            "engine": f"openvino-genai {genai.__version__.partition('-')[0]}",
            "device": self._device,
            "precision": self._properties.get("INFERENCE_PRECISION_HINT", "auto"),
            "cache_precision": self._properties.get("KV_CACHE_PRECISION", "auto"),
        }

    async def generate(self, request: GenerationRequest) -> Generation:
        if self._closed:
            raise EngineError("the model has been closed")
        job = _Job(request, self._cached(request))
        self._last_prompts[request.session_id] = request.prompt
        self._jobs.put(job)
        try:
            return await asyncio.wrap_future(job.answer)
        except asyncio.CancelledError:
            job.abandoned = True
            raise

    async def forget(self, session_id: str) -> None:
        self._last_prompts.pop(session_id, None)

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)
            del self._pipeline

    def _cached(self, request: GenerationRequest) -> int:
        """Prompt tokens found in the cache, unless it was too small to keep them."""
        last = self._last_prompts.get(request.session_id, ())
        longest = min(len(last), len(request.prompt) - 1)
        shared = next((i for i in range(longest) if last[i] != request.prompt[i]), longest)
        return shared // _BLOCK * _BLOCK

    def _serve(self) -> None:
        """The thread: admit who waits, advance all by a token, answer who is done."""
        running: list[_Job] = []
        while True:
            closing = self._admit(running)
            if closing:
                break
            try:
                self._pipeline.step()
            except RuntimeError as error:
                _fail(running, f"OpenVINO failed: {_last(error)}")
                running.clear()
                continue
            running = [job for job in running if not self._advance(job)]
        _fail(running, "the model was closed")

    def _admit(self, running: list[_Job]) -> bool:
        """Take in waiting jobs, sleeping while there is nothing to do; True when it is over."""
        while True:
            try:
                job = self._jobs.get(block=not running)
            except queue.Empty:
                return False
            if job is None:
                return True
            if job.answer.set_running_or_notify_cancel():
                try:
                    self._start(job)
                    running.append(job)
                except (RuntimeError, UnicodeError) as error:
                    _fail([job], f"OpenVINO refuses the request: {_last(error)}")

    def _start(self, job: _Job) -> None:
        self._next_id += 1
        prompt = openvino.Tensor(np.array([job.request.prompt], dtype=np.int64))
        config = _generation_config(job.request, job.beams)
        job.handle = self._pipeline.add_request(self._next_id, prompt, config)

    def _advance(self, job: _Job) -> bool:
        """Collect what was written; True when the job is over."""
        if job.abandoned:
            job.handle.cancel()
            return True
        if job.beams > 1:
            return self._searched(job)
        if job.handle.can_read():
            for output in job.handle.read().values():
                job.ids.extend(output.generated_ids)
            if job.request.told is not None:
                job.request.told(tuple(job.ids))
        status = job.handle.get_status()
        if status == _RUNNING:
            return False
        if status == genai.GenerationStatus.IGNORED:
            _fail([job], _TOO_SMALL)
        else:
            _answer(job)
        return True

    def _searched(self, job: _Job) -> bool:
        """Take the likeliest legal text once the search is over; True when the job is."""
        status = job.handle.get_status()
        if status == _RUNNING:
            return False
        if status == genai.GenerationStatus.IGNORED:
            _fail([job], _TOO_SMALL)
            return True
        found = sorted(job.handle.read_all(), key=lambda one: one.score, reverse=True)
        job.ids = next(
            (ids for one in found if self._is_legal(job.request, ids := one.generated_ids)), []
        )
        if job.ids:
            _answer(job)
            return True
        job.one_by_one = True
        self._start(job)
        return False

    def _is_legal(self, request: GenerationRequest, ids: list[int]) -> bool:
        if not ids or ids[-1] not in request.stop:
            return False
        return request.legal is None or allows(
            request.legal, self.tokenizer.decode(tuple(ids[:-1]))
        )


def _answer(job: _Job) -> None:
    ids = job.ids[:-1] if job.ids and job.ids[-1] in job.request.stop else job.ids
    job.answer.set_result(Generation(tuple(ids), job.cached, len(job.ids)))


def _fail(jobs: list[_Job], message: str) -> None:
    for job in jobs:
        if job.handle is not None:
            job.handle.cancel()
        job.answer.set_exception(EngineError(message))


def _generation_config(request: GenerationRequest, beams: int) -> genai.GenerationConfig:
    config = genai.GenerationConfig()
    config.apply_chat_template = False
    config.max_new_tokens = request.max_tokens
    config.stop_token_ids = set(request.stop)
    config.do_sample = not request.greedy
    if not request.greedy:
        config.temperature = request.temperature
        config.top_p = request.top_p
        if request.min_p:
            config.min_p = request.min_p
        config.rng_seed = request.seed
    if beams > 1:  # no grammar holds for several texts at once
        config.num_beams = config.num_return_sequences = beams
        config.length_penalty = 0.0  # the likeliest text, not the likeliest token of one
        config.stop_criteria = genai.StopCriteria.NEVER
    elif request.legal is not None:
        config.structured_output_config = _structured(request.legal)
    return config


def _structured(legal: LegalActions) -> genai.StructuredOutputConfig:
    structured = genai.StructuredOutputConfig()
    structured.grammar = grammar(legal)
    return structured


def _properties(options: Options, device: str) -> dict[str, str | int]:
    """OpenVINO's names for our options; what is ``auto`` is mostly left to OpenVINO."""
    properties: dict[str, str | int] = {}
    precision = options.precision
    if precision == "auto" and device == "CPU" and _only_vectors():
        precision = "f32"
    if precision != "auto":
        properties["INFERENCE_PRECISION_HINT"] = precision
    if options.cache_precision != "auto":
        properties["KV_CACHE_PRECISION"] = options.cache_precision
    if options.threads:
        properties["INFERENCE_NUM_THREADS"] = options.threads
    return properties


def _only_vectors() -> bool:
    """Whether this is an x86 processor without a matrix unit (AMX). OpenVINO would take bfloat16
    there if it has instructions for it, which is slower and less exact than float32."""
    try:
        flags = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        return False
    return "avx2" in flags and "amx_bf16" not in flags


def _last(error: Exception) -> str:
    """OpenVINO puts the reason on the last line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
