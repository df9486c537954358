"""A language model in this process as a `Completer`, for whoever wants text rather than actions.

Renders a conversation with the model's own chat template. What does not fit its window is an
error: whoever asks knows best what to leave out.
"""

from __future__ import annotations

import time

from agent.policies.completion import Completion, CompletionRequest
from agent.policies.local.engine import Engine, EngineError, GenerationRequest
from agent.policies.policy import PolicyError
from agent.sessions.session import Cost

TEMPERATURE = 0.7
TOP_P = 0.9


class EngineModel:
    """One engine, asked for text."""

    def __init__(self, name: str, engine: Engine) -> None:
        self.name = name
        self.engine = engine

    @property
    def window(self) -> int:
        """The longest conversation, answer included, in tokens."""
        return self.engine.window

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        return {"model": self.name, **self.engine.settings}

    async def complete(self, request: CompletionRequest) -> Completion:
        start = time.perf_counter()
        prompt = self._encode(request)
        max_tokens = min(request.max_tokens, self.engine.window - len(prompt))
        if max_tokens <= 0:
            raise PolicyError(
                f"{self.name}: the conversation has {len(prompt)} tokens, the window only "
                f"{self.engine.window}; show fewer or shorter pages"
            )
        tokenizer = self.engine.tokenizer
        try:
            written = await self.engine.generate(
                GenerationRequest(
                    session_id="",
                    prompt=prompt,
                    max_tokens=max_tokens,
                    stop=tokenizer.stop_ids,
                    greedy=request.temperature == 0.0,
                    temperature=TEMPERATURE if request.temperature is None else request.temperature,
                    top_p=request.top_p or TOP_P,
                    seed=request.seed or 0,
                )
            )
        except EngineError as error:
            raise PolicyError(f"{self.name}: {error}") from error
        return Completion(
            text=tokenizer.decode(written.ids).removeprefix(" "),
            stop="length" if written.generated >= max_tokens else "end",
            model=self.name,
            cost=Cost(
                prompt_tokens=len(prompt),
                cached_tokens=written.cached,
                generated_tokens=written.generated,
                seconds=time.perf_counter() - start,
            ),
        )

    async def close(self) -> None:
        await self.engine.close()

    def _encode(self, request: CompletionRequest) -> tuple[int, ...]:
        """Token ids up to where the answer begins; only the template may hold control tokens."""
        tokenizer = self.engine.tokenizer
        chat = tokenizer.chat
        ids = list(tokenizer.encode(chat.opening, special=True, after=""))
        ids += tokenizer.encode(request.system)
        between = chat.to_first_user
        for turn in request.turns:
            ids += tokenizer.encode(between, special=True)
            ids += tokenizer.encode("\n\n".join((*turn.before, turn.text)))
            asks = turn.role == "user"
            between = chat.to_assistant if asks else chat.stop + chat.to_user
        ids += tokenizer.encode(between, special=True)
        return tuple(ids)
