"""From a model's answer to a trace, a rejection, or the end of trying; everything counted.

Shared by direct and batched asking. Knows the store, not how a model is reached.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from agent.policies.completion import Completion, CompletionRequest
from agent.sessions.session import Session, Step, Trace
from envs.actions import parse_action
from trainer.synthesis.prompt import (
    VERSION,
    PromptWording,
    ask_again,
    build_request,
    content_key,
    read_thought,
)
from trainer.synthesis.rejection import PROBLEMS, Reason, reject
from trainer.synthesis.store import AskedAction, ReasoningStore, Stored, Usage


class SynthesisCounts(msgspec.Struct, kw_only=True):
    """What became of the questions of this run. `rejected` and `given_up` count by reason;
    `failures` are questions the service did not answer, by what it said."""

    accepted: int = 0
    from_store: int = 0
    rejected: Counter[str] = msgspec.field(default_factory=Counter)
    given_up: Counter[str] = msgspec.field(default_factory=Counter)
    failures: Counter[str] = msgspec.field(default_factory=Counter)
    usage: Usage = msgspec.field(default_factory=Usage)


class Judge:
    """Decides on answers and keeps the decision."""

    def __init__(
        self, store: ReasoningStore, model: str, wording: PromptWording, attempts: int
    ) -> None:
        self.store = store
        self.model = model
        self.wording = wording
        self.attempts = attempts
        self.counts = SynthesisCounts()

    def question(self, session: Session, index: int) -> tuple[str, CompletionRequest]:
        """The key of a step's question, and the question."""
        request = build_request(session, index, self.wording)
        return content_key(self.model, request), request

    def wanted(self, key: str, request: CompletionRequest) -> CompletionRequest:
        """The question as it is to be asked now: with an objection to the last rejected answer."""
        rejections = self.store.rejections(key)
        if not rejections:
            return request
        last = rejections[-1]
        problem = next(
            (text for name, text in PROBLEMS.items() if name == last.reason), last.reason
        )
        again = ask_again(request, last.said, problem)
        return msgspec.structs.replace(again, seed=len(rejections))

    def judge(self, key: str, asked: AskedAction, completion: Completion) -> Stored | None:
        """The last word on `key`, or None when it is to be asked again."""
        self.counts.usage.add(completion.cost)
        reasoning = read_thought(completion.text)
        reason = _reason(completion, reasoning, asked)
        if reason is None:
            self.counts.accepted += 1
            return self._keep(
                key,
                Stored(
                    state="accepted",
                    thought=reasoning,
                    model=completion.model or self.model,
                    prompt_version=VERSION,
                ),
            )
        self.counts.rejected[reason] += 1
        if self.store.add_rejection(key, completion.text, reason) < self.attempts:
            return None
        return self.give_up(key, reason)

    def fail(self, key: str, reason: str, *, final: bool = False) -> Stored | None:
        """The service gave no answer; None when it is to be asked again."""
        self.counts.failures[reason] += 1
        if self.store.add_failure(key, reason) < self.attempts and not final:
            return None
        return self.give_up(key, reason)

    def give_up(self, key: str, reason: str) -> Stored:
        self.counts.given_up[reason] += 1
        given_up = Stored(state="given up", model=self.model, prompt_version=VERSION, reason=reason)
        return self._keep(key, given_up)

    def _keep(self, key: str, stored: Stored) -> Stored:
        self.store.put(key, stored)
        return stored


def needs_trace(step: Step, *, overwrite: bool) -> bool:
    """Whether a step is to be asked about: people's own words are kept unless told otherwise."""
    return overwrite or not step.reasoning


def with_trace(step: Step, stored: Stored | None) -> Step:
    """The step with the thought that was found for it, if one was."""
    if stored is None or stored.state != "accepted":
        return step
    trace = Trace(model=stored.model, prompt_version=stored.prompt_version)
    return msgspec.structs.replace(step, reasoning=stored.thought, trace=trace)


def _reason(completion: Completion, reasoning: str, asked: AskedAction) -> Reason | None:
    if completion.stop == "refusal":
        return "refused"
    if completion.stop == "length":
        return "cut off"
    return reject(reasoning, parse_action(asked.action), asked.kind)
