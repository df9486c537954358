"""What a remote language model is: something that continues a conversation.

Protocol and data only, shared by policies and reasoning synthesis; the clients are
`agent.policies.remote.anthropic` and `agent.policies.remote.openai`.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

import msgspec

from agent.sessions.session import Cost

Stop = Literal["end", "length", "refusal"]


class ChatMessage(msgspec.Struct, frozen=True):
    """One turn of a conversation.

    `before` are earlier parts of the same turn, each the end of a beginning that other requests
    may share. `keep` marks such an end after `text`. The last ends are worth caching where the
    back end must be told.
    """

    role: Literal["user", "assistant"]
    text: str
    keep: bool = False
    before: tuple[str, ...] = ()


class CompletionRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation to continue.

    `schema` is a JSON schema that the answer shall follow; whether the back end can enforce it is
    its own affair, so the answer is to be checked. Without `temperature` the back end's default
    holds. `max_tokens` bounds the answer.
    """

    system: str
    turns: tuple[ChatMessage, ...]
    max_tokens: int = 1024
    schema: dict[str, Any] | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """An answer. `model` is the one that says it answered."""

    text: str
    stop: Stop = "end"
    detail: str = ""
    model: str = ""
    cost: Cost = Cost()


class Completer(Protocol):
    """A language model behind a connection."""

    @property
    def name(self) -> str:
        """As given to ``--policy``."""

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        """What of the connection changes answers."""

    async def complete(self, request: CompletionRequest) -> Completion:
        """The next turn.

        Raises:
            PolicyError: there is none, after retries where they can help; says what to do.
        """

    async def close(self) -> None:
        """Close the connection. Further calls fail."""
