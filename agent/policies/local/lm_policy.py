"""A language model as a customer: prompt, thought, action.

Two generations a step: from the page to a thought, then, after the fixed marker, to an action as
JSON. Knows engines by what they do; prompts come from `agent.prompts.context_window` alone.
"""

from __future__ import annotations

import hashlib
import time
from typing import assert_never

import msgspec

from agent.policies.local.engine import Engine, EngineError, Generation, GenerationRequest
from agent.policies.local.engine_completer import EngineModel
from agent.policies.options import Options
from agent.policies.policy import Decision, PolicyError
from agent.prompts.context_window import ContextTooSmall, Prompt, PromptBuilder
from agent.prompts.grammar import LegalActions, legal_actions
from agent.prompts.prompt import FIRST_WORD, MARKER, VERSION
from agent.sessions.session import Cost, Session
from envs.actions import (
    Action,
    ActionError,
    Click,
    Input,
    Terminate,
    TypeAndSubmit,
    parse_action,
)
from envs.observation import Observation

_ENDS_REASONING = (MARKER[:2], "{")
"""A model not trained on our form may go on with the marker or the action: cut there."""


class LanguagePolicy:
    """Decides with one engine for any number of sessions at once."""

    def __init__(self, name: str, engine: Engine, options: Options) -> None:
        window = min(options.prompt.window, engine.window)
        shown = msgspec.structs.replace(options.prompt, window=window)
        self.name = name
        self.options = msgspec.structs.replace(options, prompt=shown)
        self._engine = engine
        self._windows = PromptBuilder(engine.tokenizer, shown)
        self._eos = frozenset({engine.tokenizer.eos_id})
        marker = engine.tokenizer.encode(MARKER)
        self._ends_reasoning = self._eos | engine.tokenizer.newline_ids | {marker[0]}
        self._attempts: dict[str, tuple[int, int]] = {}

    @property
    def engine(self) -> Engine:
        """What the model runs on."""
        return self._engine

    @property
    def model(self) -> EngineModel:
        """The model itself, for whoever asks it for other things than decisions."""
        return EngineModel(self.name, self._engine)

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        options = self.options
        shown: dict[str, str | int | float | bool] = msgspec.to_builtins(options.prompt)
        sampling: dict[str, str | int | float | bool] = {"greedy": options.greedy}
        if not options.greedy:
            sampling |= {"temperature": options.temperature, "top_p": options.top_p}
        return {
            "policy": self.name,
            "prompt_version": VERSION,
            **{key: value for key, value in shown.items() if key != "version"},
            **sampling,
            "constrained": options.constrained,
            "avoid_repeats": options.avoid_repeats,
            **self._engine.settings,
        }

    async def decide(self, session: Session, observation: Observation) -> Decision:
        started = time.perf_counter()
        attempt = self._attempt(session)
        try:
            prompt = self._windows.prompt_for(session, observation)
            reasoning, ids, first = await self._reason_first(session, prompt, attempt)
            written = await self._act(session, observation, prompt, ids, attempt)
        except (ContextTooSmall, EngineError) as error:
            raise PolicyError(f"{self.name}: {error}") from error
        raw = self._engine.tokenizer.decode(written.ids)
        cost = Cost(
            prompt_tokens=len(ids),
            cached_tokens=(first or written).cached,
            generated_tokens=written.generated + (first.generated if first else 0),
            seconds=time.perf_counter() - started,
        )
        return Decision(reasoning=reasoning, action=_read(raw), raw=raw, cost=cost)

    async def forget(self, session_id: str) -> None:
        self._attempts.pop(session_id, None)
        await self._engine.forget(session_id)

    async def close(self) -> None:
        await self._engine.close()

    async def _reason_first(
        self, session: Session, prompt: Prompt, attempt: int
    ) -> tuple[str | None, tuple[int, ...], Generation | None]:
        """The thought, the prompt with it and the marker, and what writing it took."""
        if not self.options.prompt.reasoning:
            return None, prompt.ids, None
        first = FIRST_WORD if self.options.prompt.examples else ""
        ids = prompt.ids + self._engine.tokenizer.encode(first)
        written = await self._engine.generate(
            self._continuation(
                session,
                ids,
                attempt,
                "thought",
                max_tokens=self.options.prompt.max_reasoning_tokens,
                stop=self._ends_reasoning,
            )
        )
        text = first + self._engine.tokenizer.decode(written.ids)
        for end in _ENDS_REASONING:
            text = text.partition(end)[0]
        reasoning, ids = self._windows.encode_reasoning(text)
        return reasoning or None, prompt.ids + ids, written

    async def _act(
        self,
        session: Session,
        observation: Observation,
        prompt: Prompt,
        ids: tuple[int, ...],
        attempt: int,
    ) -> Generation:
        shown = self.options.prompt
        legal = None
        if self.options.constrained:
            legal = legal_actions(observation, prompt.visible, input_action=shown.input_action)
            if self.options.avoid_repeats:
                legal = _untried(legal, session, observation)
        return await self._engine.generate(
            self._continuation(
                session,
                ids,
                attempt,
                "action",
                max_tokens=shown.max_action_tokens,
                stop=self._eos,
                legal=legal,
            )
        )

    def _continuation(
        self,
        session: Session,
        ids: tuple[int, ...],
        attempt: int,
        part: str,
        *,
        max_tokens: int,
        stop: frozenset[int],
        legal: LegalActions | None = None,
    ) -> GenerationRequest:
        options = self.options
        return GenerationRequest(
            session_id=session.session_id,
            prompt=ids,
            max_tokens=max_tokens,
            stop=stop,
            legal=legal,
            greedy=options.greedy,
            temperature=options.temperature,
            top_p=options.top_p,
            seed=_seed(session, attempt, part),
        )

    def _attempt(self, session: Session) -> int:
        """How often this step was decided before: an answer that was no action is drawn again."""
        now = len(session.steps)
        step, attempt = self._attempts.get(session.session_id, (-1, 0))
        attempt = attempt + 1 if step == now else 0
        self._attempts[session.session_id] = (now, attempt)
        return attempt


def _seed(session: Session, attempt: int, part: str) -> int:
    """A seed of 32 bits for one generation: the same customer at the same step draws the same."""
    who = session.session_id if session.seed is None else session.seed
    what = f"{who}/{len(session.steps)}/{attempt}/{part}"
    return int.from_bytes(hashlib.blake2b(what.encode(), digest_size=4).digest(), "big")


def _untried(legal: LegalActions, session: Session, observation: Observation) -> LegalActions:
    """Without what was already done on this very page: it led back to it unchanged."""
    clicked, typed = set[str](), set[str]()
    for action in (step.action for step in session.steps if step.context == observation.html):
        match action:
            case Click(name):
                clicked.add(name)
            case TypeAndSubmit(name) | Input(name):
                typed.add(name)
            case Terminate():
                pass
            case _:
                assert_never(action)
    return LegalActions(
        names=tuple(name for name in legal.names if name not in clicked),
        fields=tuple(name for name in legal.fields if name not in typed),
        input_action=legal.input_action,
    )


def _read(raw: str) -> Action | None:
    try:
        return parse_action(raw.strip())
    except ActionError:
        return None
