"""Asking a model step by step, several sessions at a time.

The steps of a session go one after another, so that a back end that caches prompts reads the
earlier pages from its cache. Works with any model that completes text.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import msgspec

from agent.policies.completion import Completer
from agent.sessions.session import Session
from envs.actions import encode_action
from trainer.synthesis.acceptance import Judge, needs_trace, with_trace
from trainer.synthesis.store import AskedAction, Stored


class Asker:
    """Finds the traces of sessions, from the store or from the model."""

    def __init__(self, model: Completer, judge: Judge, *, overwrite: bool = False) -> None:
        self._model = model
        self._judge = judge
        self._overwrite = overwrite
        self._under_way: dict[str, asyncio.Task[Stored]] = {}

    async def sessions(
        self, sessions: Iterator[Session], *, at_once: int = 8
    ) -> AsyncIterator[Session]:
        """Every session with its traces, in order; `at_once` are worked on at a time.

        Raises:
            PolicyError: the model cannot be reached; what it answered before is in the store.
        """
        working: list[asyncio.Task[Session]] = []
        try:
            for session in sessions:
                working.append(asyncio.create_task(self.session(session)))
                if len(working) >= at_once:
                    yield await working.pop(0)
            while working:
                yield await working.pop(0)
        finally:
            rest = [*working, *self._under_way.values()]
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

    async def session(self, session: Session) -> Session:
        """The session with a trace for every step that needs one and got one."""
        steps = list(session.steps)
        for index, step in enumerate(session.steps):
            if needs_trace(step, overwrite=self._overwrite):
                steps[index] = with_trace(step, await self._trace(session, index))
        return msgspec.structs.replace(session, steps=tuple(steps))

    async def _trace(self, session: Session, index: int) -> Stored:
        """The last word on a step; a question that is under way is not asked a second time."""
        key, _ = self._judge.question(session, index)
        known = self._judge.store.get(key)
        if known is not None:
            self._judge.counts.from_store += 1
            return known
        if key not in self._under_way:
            task = asyncio.create_task(self._ask(session, index))
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
            self._under_way[key] = task
        else:
            self._judge.counts.from_store += 1
        return await asyncio.shield(self._under_way[key])

    async def _ask(self, session: Session, index: int) -> Stored:
        key, request = self._judge.question(session, index)
        step = session.steps[index]
        asked = AskedAction(encode_action(step.action), step.kind)
        while True:
            completion = await self._model.complete(self._judge.wanted(key, request))
            stored = self._judge.judge(key, asked, completion)
            if stored is not None:
                return stored
