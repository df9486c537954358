"""Claude through Anthropic's SDK: the policy ``anthropic:MODEL``.

The answer's schema is the same for every page, with names as plain strings: a schema that changes
is compiled again and gives up the cached prompt, which costs more than the rare second question
about a name that does not exist. Sampling stays the model's own: current models take no
temperature. The key and base URL come from the environment, as the SDK reads them
(``ANTHROPIC_API_KEY``, ``ANTHROPIC_BASE_URL``).
"""

from __future__ import annotations

import asyncio
import time

import anthropic
from anthropic.types import (
    CacheControlEphemeralParam,
    Message,
    MessageParam,
    TextBlockParam,
)
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

from agent.policies.completion import ChatMessage, Completion, CompletionRequest, Stop
from agent.policies.options import Options
from agent.policies.policy import PolicyChoiceError, PolicyError
from agent.policies.remote.api_policy import RemotePolicy
from agent.policies.remote.retry import RETRY_SECONDS, Backoff, RetriesExhausted
from agent.sessions.session import Cost

TIMEOUT = 120.0
RETRIES = 6
"""With the SDK's backoff (0.5 s doubling to 8 s, jitter, the server's retry-after honoured) these
ride out about half a minute of overload."""
_RUBBISH_RETRIES = 2
_CACHE: CacheControlEphemeralParam = {"type": "ephemeral"}
_ENDS: dict[str, Stop] = {
    "end_turn": "end",
    "stop_sequence": "end",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}


async def load_anthropic(model: str, options: Options) -> RemotePolicy:
    """The policy ``anthropic:MODEL``.

    Raises:
        PolicyError: there is no key to be found.
    """
    return RemotePolicy(AnthropicModel(model), options, enumerate_names=False)


class AnthropicModel:
    """One model behind the Messages API."""

    def __init__(
        self,
        model: str,
        *,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self.name = f"anthropic:{model}"
        self.model = model
        self._patience = retry_seconds
        self._retries = retries
        self.client = anthropic.AsyncAnthropic(timeout=timeout, max_retries=retries)
        if not self.client.auth_headers and self.client.credentials is None:
            raise PolicyChoiceError(
                f"{self.name} needs a key: set ANTHROPIC_API_KEY (and ANTHROPIC_BASE_URL for "
                "another endpoint)"
            )

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        return {
            "model": self.model,
            "sampling": "the model's own",
            "sdk": f"anthropic {anthropic.__version__}",
        }

    async def complete(self, request: CompletionRequest) -> Completion:
        try:
            async with asyncio.timeout(self._patience):
                return await self._complete(request)
        except (TimeoutError, RetriesExhausted) as error:
            raise PolicyError(
                f"{self.name} did not answer within {self._patience:g} s, retries included; "
                "try again later"
            ) from error
        except anthropic.AnthropicError as error:
            raise PolicyError(describe(self.name, error)) from error

    async def _complete(self, request: CompletionRequest) -> Completion:
        """The SDK asks again when the service says that it cannot answer now, but not when what
        comes is no message, as from a proxy in between."""
        start = time.perf_counter()
        pauses = Backoff(self._patience)
        tries = 0
        while True:
            try:
                message = await self.client.messages.create(**message_params(self.model, request))
                return read_message(message, time.perf_counter() - start)
            except (ValueError, AttributeError, TypeError) as error:  # the SDK does not validate
                tries += 1
                if tries > min(_RUBBISH_RETRIES, self._retries):
                    raise PolicyError(
                        f"{self.name}: the answer is not a message of the API ({error}), {tries} "
                        "times in a row; check ANTHROPIC_BASE_URL"
                    ) from error
            await asyncio.sleep(pauses.next())

    async def close(self) -> None:
        await self.client.close()


def message_params(model: str, request: CompletionRequest) -> MessageCreateParamsNonStreaming:
    """The request as the Messages API takes it, for a single call and for a batch alike."""
    system: TextBlockParam = {"type": "text", "text": request.system, "cache_control": _CACHE}
    params: MessageCreateParamsNonStreaming = {
        "model": model,
        "max_tokens": request.max_tokens,
        "system": [system],
        "messages": [_message(turn) for turn in request.turns],
    }
    if request.schema is not None:
        params["output_config"] = {"format": {"type": "json_schema", "schema": request.schema}}
    return params


def _message(turn: ChatMessage) -> MessageParam:
    blocks = [_block(text) for text in (*turn.before, turn.text)]
    if turn.keep:
        blocks[-1]["cache_control"] = _CACHE
    for block in blocks[-3:-1]:
        block["cache_control"] = _CACHE
    if turn.role == "user":
        return {"role": "user", "content": blocks}
    return {"role": "assistant", "content": blocks}


def _block(text: str) -> TextBlockParam:
    """A block of text that UTF-8 can carry: a page may hold half a surrogate pair."""
    return {"type": "text", "text": text.encode("utf-8", "replace").decode()}


def read_message(message: Message, seconds: float = 0.0) -> Completion:
    """What the model answered, and what it cost; prompt tokens include the cached ones."""
    usage = message.usage
    cached = usage.cache_read_input_tokens or 0
    written = usage.cache_creation_input_tokens or 0
    details = message.stop_details
    return Completion(
        text="".join(block.text for block in message.content if block.type == "text"),
        stop=_ENDS.get(message.stop_reason or "end_turn", "end"),
        detail=(details.explanation or details.category or "") if details else "",
        model=message.model,
        cost=Cost(
            prompt_tokens=usage.input_tokens + cached + written,
            cached_tokens=cached,
            generated_tokens=usage.output_tokens,
            seconds=seconds,
        ),
    )


def describe(name: str, error: anthropic.AnthropicError) -> str:
    """What went wrong and what to do, in one sentence."""
    if isinstance(error, anthropic.APITimeoutError):
        return f"{name} did not answer in time, retries included; try again later"
    if isinstance(error, anthropic.APIStatusError):
        return f"{name}: HTTP {error.status_code}: {_said(error)}; {_advice(error.status_code)}"
    if isinstance(error, anthropic.APIConnectionError):
        cause = error.__cause__ or error
        return f"{name} cannot be reached: {cause}; check the network and ANTHROPIC_BASE_URL"
    return f"{name}: {error}"


def _said(error: anthropic.APIStatusError) -> str:
    body = error.body
    if isinstance(body, dict) and isinstance(inner := body.get("error"), dict):
        return str(inner.get("message", "")) or error.message
    return error.message[:300]


def _advice(status: int) -> str:
    if status in (401, 403):
        return "check ANTHROPIC_API_KEY"
    if status == 404:
        return "check the model's name"
    if status == 429:
        return "fewer customers at once, or try again later"
    if status >= 500:
        return "the service has a problem; try again later"
    return "the request was refused as it is"
