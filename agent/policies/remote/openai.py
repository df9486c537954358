"""Any server that speaks OpenAI's chat API: the policy ``openai:MODEL@BASE_URL``.

vLLM, SGLang, llama.cpp, Ollama and OpenAI itself understand the same request, but not all of its
options. What a server says it does not know is left out from then on, and the policy's settings
tell. The key, where one is needed, is ``OPENAI_API_KEY``.
"""

from __future__ import annotations

import os
import re
import time
from typing import Any

import msgspec

from agent.parsing import from_json
from agent.policies.completion import Completion, CompletionRequest, Stop
from agent.policies.options import Options
from agent.policies.policy import PolicyChoiceError, PolicyError
from agent.policies.remote.api_policy import MAX_TOKENS, WINDOW, RemotePolicy
from agent.policies.remote.http import ApiRefused, Server, TransientError
from agent.policies.remote.retry import RETRY_SECONDS
from agent.sessions.session import Cost

DEFAULT_URL = "https://api.openai.com/v1"
TIMEOUT = 180.0
RETRIES = 6
_UNKNOWN_OPTIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("max_tokens", re.compile(r"max_completion_tokens", re.I)),
    ("temperature", re.compile(r"temperature", re.I)),
    ("top_p", re.compile(r"top_p", re.I)),
    ("seed", re.compile(r"\bseed\b", re.I)),
    ("schema", re.compile(r"response_format|json_schema|schema|grammar|guided|structured", re.I)),
)
"""Which words in a refusal mean which option; tried in this order."""


class _Text(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Text
    finish_reason: str | None = None


class _Details(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _Details | None = None


class _Reply(msgspec.Struct):
    choices: list[_Choice]
    model: str = ""
    usage: _Usage | None = None


async def load_openai(rest: str, options: Options) -> RemotePolicy:
    """The policy ``openai:MODEL@BASE_URL``; without ``@BASE_URL`` OpenAI's own service.

    The window is what the server's context, where it tells (vLLM and llama.cpp do), leaves beside
    an answer, at most the paper's 40,000 tokens.

    Raises:
        PolicyError: the address is none, or the server cannot be reached or does not let us in.
    """
    model, at, url = rest.rpartition("@")
    server = OpenAIModel(model if at else rest, url if at else DEFAULT_URL)
    try:
        longest = await server.longest_context()
    except PolicyError:
        await server.close()
        raise
    window = min(WINDOW, max(longest - MAX_TOKENS, longest // 2)) if longest else WINDOW
    return RemotePolicy(server, options, enumerate_names=True, window=window)


class OpenAIModel:
    """One model behind a chat completions endpoint."""

    def __init__(
        self,
        model: str,
        base_url: str,
        *,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        if not model or not base_url.startswith(("http://", "https://")):
            raise PolicyChoiceError(
                f"openai:{model}@{base_url}: write openai:MODEL@BASE_URL, for example "
                "openai:qwen2.5@http://localhost:8000/v1"
            )
        self.name = f"openai:{model}@{base_url}"
        self.model = model
        self._retries = retries
        self._left_out: set[str] = set()
        self._server = Server(
            self.name,
            base_url,
            os.environ.get("OPENAI_API_KEY"),
            timeout=timeout,
            retry_seconds=retry_seconds,
            final=_names_an_option,
        )

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        return {"model": self.model, "options_left_out": ", ".join(sorted(self._left_out))}

    async def complete(self, request: CompletionRequest) -> Completion:
        start = time.perf_counter()
        while True:
            sent = frozenset(self._left_out)
            try:
                return await self._server.ask(
                    "POST",
                    "chat/completions",
                    self._body(request),
                    lambda body: self._read(body, time.perf_counter() - start),
                    retries=self._retries,
                )
            except ApiRefused as error:
                if not self._leave_out(error, request, sent):
                    raise PolicyError(self._describe(error)) from error

    async def longest_context(self) -> int | None:
        """How many tokens the server takes, when its list of models says so."""
        try:
            body = await self._server.ask(
                "GET", "models", None, bytes, retries=min(2, self._retries)
            )
            models = from_json(body, dict[str, Any]).get("data") or []
            sizes = [_context_of(m) for m in models if m.get("id") == self.model]
        except ApiRefused as error:
            if error.status in (401, 403):
                raise PolicyError(self._describe(error)) from error
            return None
        except (msgspec.DecodeError, AttributeError, TypeError):
            return None
        return sizes[0] if sizes else None

    async def close(self) -> None:
        await self._server.close()

    def _body(self, request: CompletionRequest) -> dict[str, Any]:
        turns = [
            {"role": turn.role, "content": _clean("\n\n".join((*turn.before, turn.text)))}
            for turn in request.turns
        ]
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": "system", "content": _clean(request.system)}, *turns],
        }
        old = "max_tokens" not in self._left_out
        body["max_tokens" if old else "max_completion_tokens"] = request.max_tokens
        for option in ("temperature", "top_p", "seed"):
            value = getattr(request, option)
            if value is not None and option not in self._left_out:
                body[option] = value
        if request.schema is not None and "json" not in self._left_out:
            body["response_format"] = (
                {"type": "json_object"}
                if "schema" in self._left_out
                else {
                    "type": "json_schema",
                    "json_schema": {"name": "answer", "strict": True, "schema": request.schema},
                }
            )
        return body

    def _leave_out(
        self, error: ApiRefused, request: CompletionRequest, sent: frozenset[str]
    ) -> bool:
        """Whether the refusal names an option that can be done without; it then is, for good.

        Requests run side by side: when another has meanwhile learnt more than was known as this
        one was `sent`, asking again is right whatever the refusal says.
        """
        if error.status in (401, 403, 404, 429):
            return False
        if self._left_out - sent:
            return True
        for option, words in _UNKNOWN_OPTIONS:
            wanted = request.schema if option == "schema" else True
            if wanted is None or not words.search(error.text):
                continue
            if option == "schema" and "schema" in sent:
                option = "json"
            if option not in sent:
                self._left_out.add(option)
                return True
        return False

    def _read(self, body: bytes, seconds: float) -> Completion:
        try:
            reply = from_json(body, _Reply)
            choice = reply.choices[0]
        except (msgspec.DecodeError, UnicodeError, IndexError) as error:
            start = body[:80].decode("utf-8", "replace")
            raise TransientError(
                f"the answer is no chat completion ({error}): {start!r}"
            ) from error
        usage = reply.usage or _Usage()
        details = usage.prompt_tokens_details or _Details()
        return Completion(
            text=choice.message.content or "",
            stop=_stop(choice),
            detail=choice.message.refusal or "",
            model=reply.model or self.model,
            cost=Cost(
                prompt_tokens=usage.prompt_tokens,
                cached_tokens=details.cached_tokens or 0,
                generated_tokens=usage.completion_tokens,
                seconds=seconds,
            ),
        )

    def _describe(self, error: ApiRefused) -> str:
        advice = "the request was refused as it is"
        if error.status in (401, 403):
            advice = "check OPENAI_API_KEY"
        elif error.status == 404:
            advice = "check the model's name and the address, which usually ends in /v1"
        elif re.search(r"context|too long|maximum.*tokens", error.text, re.I):
            advice = "take a smaller window"
        return f"{self.name}: HTTP {error.status}: {error.text}; {advice}"


def _stop(choice: _Choice) -> Stop:
    if choice.message.refusal or choice.finish_reason == "content_filter":
        return "refusal"
    return "length" if choice.finish_reason == "length" else "end"


def _context_of(model: dict[str, Any]) -> int | None:
    """Tokens of prompt and answer, as vLLM and SGLang write it, or llama.cpp."""
    meta = model.get("meta")
    told = model.get("max_model_len") or (meta.get("n_ctx") if isinstance(meta, dict) else None)
    return told if isinstance(told, int) else None


def _names_an_option(text: str) -> bool:
    """Whether an error is about the answer's schema: some servers call that an internal error."""
    return _UNKNOWN_OPTIONS[-1][1].search(text) is not None


def _clean(text: str) -> str:
    """Text that UTF-8 can carry: a page may hold half a surrogate pair."""
    return text.encode("utf-8", "replace").decode()
