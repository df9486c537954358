"""A language model as a customer: prompt, thought, action.

Two generations a step: from the page to a thought, then, after the fixed marker, to an action; or
the other way round. Knows engines by what they do; prompts come from
`agent.prompts.context_window` alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from functools import partial

import msgspec

from agent.policies.local.engine import Engine, EngineError, Generation, GenerationRequest
from agent.policies.local.engine_completer import EngineModel
from agent.policies.local.repeats import untried
from agent.policies.options import Options
from agent.policies.policy import Decision, PolicyError
from agent.policies.thinking import LISTENER
from agent.prompts.context_window import ContextTooSmall, Prompt, PromptBuilder
from agent.prompts.grammar import LegalActions, legal_actions
from agent.prompts.prompt import FIRST_WORD, MARKER, VERSION, recorded
from agent.prompts.shown_page import read_action
from agent.sessions.session import Cost, Session
from envs.observation import Observation

_ENDS_REASONING = (MARKER[:2], "{")
"""A model not trained on our form may go on with the marker or the action: cut there."""


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was written for one step, and the tokens it took."""

    reasoning: str | None
    raw: str
    read: int
    cached: int
    generated: int


_How = Callable[[Session, Observation, Prompt, int], Awaitable[_Answer]]
"""A way to answer a step, at the given attempt."""


class LanguagePolicy:
    """Decides with one engine for any number of sessions at once."""

    def __init__(self, name: str, engine: Engine, options: Options) -> None:
        window = min(options.prompt.window, engine.window)
        shown = msgspec.structs.replace(options.prompt, window=window)
        self.name = name
        self.options = msgspec.structs.replace(options, prompt=shown)
        self._engine = engine
        self._windows = PromptBuilder(engine.tokenizer, shown)
        self._eos = engine.tokenizer.stop_ids
        marker = engine.tokenizer.encode(shown.marker)
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
        shown = recorded(options.prompt)
        sampling: dict[str, str | int | float | bool] = {"greedy": options.greedy}
        if not options.greedy:
            sampling |= {"temperature": options.temperature, "top_p": options.top_p}
            sampling |= {"min_p": options.min_p} if options.min_p else {}
        elif options.beams > 1:
            sampling |= {"beams": options.beams}
        return {
            "policy": self.name,
            "prompt_version": VERSION,
            **{key: value for key, value in shown.items() if key != "version"},
            **sampling,
            "constrained": options.constrained,
            "avoid_repeats": options.avoid_repeats,
            **self._engine.settings,
        }

    @property
    def acts_first(self) -> bool:
        return self.options.prompt.acts_first

    async def decide(self, session: Session, observation: Observation) -> Decision:
        first = self._act_first if self.acts_first else self._reason_first
        return await self._decided(first, session, observation)

    async def draw(self, session: Session, observation: Observation) -> Decision:
        return await self._decided(self._act_alone, session, observation)

    async def explain(
        self, session: Session, observation: Observation, decision: Decision
    ) -> Decision:
        said = await self._decided(partial(self._say, decision.raw), session, observation)
        cost = decision.cost.plus(said.cost)
        return msgspec.structs.replace(decision, reasoning=said.reasoning, cost=cost)

    async def _decided(self, how: _How, session: Session, observation: Observation) -> Decision:
        started = time.perf_counter()
        attempt = self._attempt(session)
        try:
            prompt = self._windows.prompt_for(session, observation)
            answer = await how(session, observation, prompt, attempt)
        except (ContextTooSmall, EngineError) as error:
            raise PolicyError(f"{self.name}: {error}") from error
        cost = Cost(
            prompt_tokens=answer.read,
            cached_tokens=answer.cached,
            generated_tokens=answer.generated,
            seconds=time.perf_counter() - started,
        )
        action = read_action(answer.raw, prompt.handles)
        return Decision(reasoning=answer.reasoning, action=action, raw=answer.raw, cost=cost)

    async def forget(self, session_id: str) -> None:
        self._attempts.pop(session_id, None)
        await self._engine.forget(session_id)

    async def close(self) -> None:
        await self._engine.close()

    async def _reason_first(
        self, session: Session, observation: Observation, prompt: Prompt, attempt: int
    ) -> _Answer:
        """The paper's order: a thought, where one is wanted, and the action that follows."""
        thought, ids, reasoning = None, prompt.ids, None
        if self.options.prompt.reasoning:
            first = FIRST_WORD if self.options.prompt.examples else ""
            begun = prompt.ids + self._engine.tokenizer.encode(first)
            thought, text = await self._reason(session, begun, attempt, first)
            reasoning, told = self._windows.encode_reasoning(text)
            ids = prompt.ids + told
        written = await self._act(session, observation, prompt, ids, attempt)
        return _Answer(
            reasoning=reasoning or None,
            raw=self._engine.tokenizer.decode(written.ids),
            read=len(ids),
            cached=(thought or written).cached,
            generated=written.generated + (thought.generated if thought else 0),
        )

    async def _act_first(
        self, session: Session, observation: Observation, prompt: Prompt, attempt: int
    ) -> _Answer:
        """The action, and then what is to be said about it."""
        done = await self._act_alone(session, observation, prompt, attempt)
        said = await self._say(done.raw, session, observation, prompt, attempt)
        return msgspec.structs.replace(
            said, cached=done.cached, generated=done.generated + said.generated
        )

    async def _act_alone(
        self, session: Session, observation: Observation, prompt: Prompt, attempt: int
    ) -> _Answer:
        written = await self._act(session, observation, prompt, prompt.ids, attempt)
        raw = self._engine.tokenizer.decode(written.ids).removesuffix(self.options.prompt.marker)
        return _Answer(
            reasoning=None,
            raw=raw,
            read=len(prompt.ids),
            cached=written.cached,
            generated=written.generated,
        )

    async def _say(
        self, raw: str, session: Session, _: Observation, prompt: Prompt, attempt: int
    ) -> _Answer:
        """What is to be said about the action `raw`."""
        ids = prompt.ids + self._windows.encode_answer(raw)
        thought, text = await self._reason(session, ids, attempt, "")
        return _Answer(
            reasoning=self._windows.encode_reasoning(text)[0] or None,
            raw=raw,
            read=len(ids),
            cached=thought.cached,
            generated=thought.generated,
        )

    async def _reason(
        self, session: Session, ids: tuple[int, ...], attempt: int, begun: str
    ) -> tuple[Generation, str]:
        """A thought in the first person that goes on from `ids`; `begun` stands there already."""
        written = await self._engine.generate(
            self._continuation(
                session,
                ids,
                attempt,
                "thought",
                max_tokens=self.options.prompt.max_reasoning_tokens,
                stop=self._ends_reasoning,
                told=self._telling(begun),
            )
        )
        text = begun + self._engine.tokenizer.decode(written.ids)
        if self.options.prompt.page == "html":
            for end in _ENDS_REASONING:
                text = text.partition(end)[0]
        return written, text

    def _telling(self, begun: str) -> Callable[[tuple[int, ...]], None] | None:
        """Passes a thought on to whoever listens, as it is written; None where nobody does."""
        listener = LISTENER.get()
        if listener is None:
            return None
        loop, tokenizer = asyncio.get_running_loop(), self._engine.tokenizer

        def told(ids: tuple[int, ...]) -> None:
            loop.call_soon_threadsafe(lambda: listener(begun + tokenizer.decode(ids)))

        return told

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
            legal = legal_actions(
                observation,
                prompt.visible,
                input_action=shown.may_input,
                actions=shown.actions,
            )
            legal = legal.with_folded(prompt.folded)
            if self.options.avoid_repeats:
                legal = untried(legal, session, observation)
            if prompt.handles is not None:
                legal = legal.by_handles(
                    prompt.handles, end=shown.marker if shown.acts_first else ""
                )
        # A grammar that writes the end of the line stops after it. As a stop it would be kept
        # out of free text (xgrammar), and a search would never end.
        beams = max(self.options.beams, 1) if self.options.greedy else 1
        ends_itself = legal is not None and bool(legal.end) and beams == 1
        by_line = shown.acts_first and not ends_itself
        newlines = self._engine.tokenizer.newline_ids if by_line else frozenset[int]()
        return await self._engine.generate(
            self._continuation(
                session,
                ids,
                attempt,
                "action",
                max_tokens=shown.max_action_tokens,
                stop=self._eos | newlines,
                legal=legal,
                beams=beams,
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
        beams: int = 1,
        told: Callable[[tuple[int, ...]], None] | None = None,
    ) -> GenerationRequest:
        options = self.options
        return GenerationRequest(
            session_id=session.session_id,
            prompt=ids,
            max_tokens=max_tokens,
            stop=stop,
            legal=legal,
            greedy=options.greedy,
            beams=beams,
            temperature=options.temperature,
            top_p=options.top_p,
            min_p=options.min_p,
            seed=_seed(session, attempt, part),
            told=told,
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
