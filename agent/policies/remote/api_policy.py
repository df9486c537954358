"""A policy that asks a remote language model, whichever it is.

Shows it the session as a conversation, reads its answer, and asks once more when the answer is no
action that can be taken. Knows nothing of any protocol: see `agent.policies.completion`.
"""

from __future__ import annotations

from zlib import crc32

import msgspec

from agent.policies.closest_names import closest_names
from agent.policies.completion import ChatMessage, Completer, Completion, CompletionRequest
from agent.policies.options import Options
from agent.policies.policy import Decision, PolicyChoiceError, PolicyError
from agent.policies.remote.chat_messages import (
    ModelAnswer,
    answer_schema,
    read_answer,
    shown_pages,
    system_text,
    turns,
)
from agent.prompts.attention import unfolds
from agent.prompts.page_budget import with_usual_budget
from agent.prompts.prompt import PromptSettings, recorded
from agent.sessions.session import Session
from envs.actions import action_name
from envs.observation import Observation

WINDOW = 40_000
"""Tokens of a session shown when the user does not say: the paper's context (section 4)."""
MAX_TOKENS = 1024
"""Bound of an answer: a rationale and an action need about 150; some models think first."""


class RemotePolicy:
    """Decides by asking a `Completer`.

    A constrained policy sends a JSON schema and asks again, once, when the answer is not a legal
    action; an unconstrained one takes the first answer as it is. `enumerate_names` puts the names
    of the page into the schema: right where a schema costs nothing.
    """

    def __init__(
        self,
        model: Completer,
        options: Options,
        *,
        enumerate_names: bool,
        window: int = WINDOW,
    ) -> None:
        """
        Raises:
            PolicyChoiceError: pages as lines are asked for, whose handles only a model in this
                process can be kept to.
        """
        if options.prompt.page != "html":
            raise PolicyChoiceError(
                f"{model.name}: a model elsewhere reads pages as html, not as {options.prompt.page}"
            )
        self.name = model.name
        self._model = model
        self._options = options
        prompt = _with_window(options.prompt, window)
        self._prompt = with_usual_budget(prompt, prompt.window)
        self._pages = shown_pages(self._prompt)
        self._enumerate_names = enumerate_names

    @property
    def model(self) -> Completer:
        """The model itself, for whoever asks it for other things than decisions."""
        return self._model

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        prompt: dict[str, str | int | float | bool] = {
            f"prompt.{key}": value for key, value in recorded(self._prompt).items()
        }
        return {
            "policy": self.name,
            "constrained": self._options.constrained,
            "asked_again": 1 if self._options.constrained else 0,
            "names_in_schema": self._options.constrained and self._enumerate_names,
            **self._model.settings,
            **prompt,
        }

    async def decide(self, session: Session, observation: Observation) -> Decision:
        request = self._request(session, observation)
        completion = await self._model.complete(request)
        answer = self._read(completion, session, observation)
        if answer.problem is None or not self._options.constrained:
            return _decision(answer, completion)
        again = msgspec.structs.replace(
            request, turns=(*request.turns, *_objection(completion, answer.problem))
        )
        second = await self._model.complete(again)
        cost = completion.cost.plus(second.cost)
        return _decision(
            self._read(second, session, observation), msgspec.structs.replace(second, cost=cost)
        )

    async def forget(self, session_id: str) -> None:
        """Nothing is kept here; the server's cache forgets by itself."""

    async def close(self) -> None:
        await self._model.close()

    def _request(self, session: Session, observation: Observation) -> CompletionRequest:
        options = self._options
        schema = None
        if options.constrained:
            page = self._pages.page(session, len(session.steps), observation)
            schema = answer_schema(
                observation, self._prompt, page, enumerate_names=self._enumerate_names
            )
        return CompletionRequest(
            system=system_text(session, self._prompt),
            turns=turns(session, observation, self._prompt, self._pages),
            schema=schema,
            max_tokens=MAX_TOKENS,
            temperature=0.0 if options.greedy else options.temperature,
            top_p=None if options.greedy else options.top_p,
            seed=crc32(f"{session.seed}/{len(session.steps)}".encode()) & 0x7FFFFFFF,
        )

    def _read(
        self, completion: Completion, session: Session, observation: Observation
    ) -> ModelAnswer:
        if completion.stop == "refusal":
            raise PolicyError(
                f"{self.name} refused to answer on {observation.url}"
                f"{f' ({completion.detail})' if completion.detail else ''}; "
                "look at the page, the persona and the intent, or take another model"
            )
        answer = read_answer(completion.text)
        if answer.action is None:
            cut = " (it was cut off: too long)" if completion.stop == "length" else ""
            return msgspec.structs.replace(answer, problem=f"{answer.problem}{cut}")
        why = observation.illegal(answer.action)
        if why is None:
            return answer
        folded: tuple[str, ...] = ()
        if self._prompt.folds:
            if unfolds(observation, answer.action):
                return answer
            folded = self._pages.page(session, len(session.steps), observation).folded
        names = [*observation.by_name, *folded]
        close = closest_names(action_name(answer.action) or "", names, 8)
        hint = f" Names like it are: {', '.join(close)}." if close else ""
        return msgspec.structs.replace(answer, problem=f"{why}.{hint}")


def _with_window(prompt: PromptSettings, window: int) -> PromptSettings:
    """The default window is the embedded model's; a remote model has its own."""
    if prompt.window != PromptSettings().window:
        return prompt
    return msgspec.structs.replace(prompt, window=window)


def _objection(completion: Completion, problem: str) -> tuple[ChatMessage, ChatMessage]:
    said = completion.text.strip() or "(nothing)"
    return (
        ChatMessage("assistant", said),
        ChatMessage("user", f"That cannot be done: {problem} Answer again, in the form asked for."),
    )


def _decision(answer: ModelAnswer, completion: Completion) -> Decision:
    return Decision(
        reasoning=answer.rationale,
        action=answer.action,
        raw=completion.text,
        cost=completion.cost,
    )
