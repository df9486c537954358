"""The benchmark: every step of a data set predicted by a policy, under the true history.

Sessions are read as a stream and answered side by side, each session's steps in order, so that a
policy can batch across sessions and reuse the beginning within one. Every prediction is appended
to ``predictions.jsonl`` as it is made; what is there already is not asked again. Knows policies by
their protocol; what is counted is `eval.benchmark.scoring`'s business.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from itertools import islice

import msgspec
from msgspec import UNSET

from agent.policies.policy import Decision, Policy, PolicyError
from agent.prompts.attention import unfolds
from agent.prompts.prompt import page_budget
from agent.sessions.session import Session
from eval.benchmark.action_scores import ActionScorer, candidates, with_action_scores
from eval.benchmark.baselines import MOST_FREQUENT, answered, baseline_rows, most_frequent
from eval.benchmark.predictions import Prediction, PredictionLog, Tokens
from eval.benchmark.targets import Question, questions, things_alike
from eval.errors import EvalError

MOST_OPENED = 3
"""Folded parts that a policy may open before what it does counts."""
GIVE_UP_AFTER = 5
"""So many failures in a row, of whatever sessions, end the benchmark: the policy is down."""

OpenPolicy = Callable[[], AbstractAsyncContextManager[Policy]]
Watch = Callable[[str, int], None]
"""Called with ``asked``, ``kept`` or ``failed`` and a number of steps."""


@dataclass
class Finished:
    """What a pass over the data gave: rows in the order of the data, and the baselines'."""

    rows: list[Prediction] = field(default_factory=list)
    baselines: dict[str, list[Prediction]] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)
    alike: dict[tuple[str, int], int] = field(default_factory=dict)
    too_short: int = 0
    truth_missing: int = 0
    unanswered: int = 0

    def ask(self, question: Question) -> None:
        """Take note of a step that is to be predicted: what does not depend on the policy. Of each
        it is kept how many things on its page are of the kind that was acted on."""
        self.truth_missing += not question.truth_on_page
        if question.kinds_known:
            self.alike[question.truth.place] = things_alike(question)
        for name, row in baseline_rows(question).items():
            self.baselines.setdefault(name, []).append(row)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a benchmark is carried out. `settings` is part of every row's key; `limit` sessions are
    taken from the beginning; `patience` is in seconds a step; `action_scores` also asks how
    probable the policy finds each action (`eval.benchmark.action_scores`)."""

    settings: str
    limit: int | None = None
    concurrency: int = 8
    patience: float = 600.0
    action_scores: bool = False

    def known(self, question: Question, earlier: Mapping[str, Prediction]) -> Prediction | None:
        """The earlier row that answers a question, if one does: where probabilities are wanted, one
        made without them is no answer, unless there are none to be had on this page."""
        row = earlier.get(_key(question))
        if row is None or not self.action_scores:
            return row
        scored = row.truth_logprob is not UNSET or row.p_buy is not UNSET
        outcome = bool(question.truth.last) and question.kinds_known
        possible = outcome or question.truth.truth in candidates(
            question.page, question.truth.truth
        )
        return row if scored or not possible else None


async def predict(
    sessions: Iterable[Session],
    earlier: Mapping[str, Prediction],
    open_policy: OpenPolicy,
    log: PredictionLog,
    terms: Terms,
    watch: Watch = lambda what, steps: None,
) -> Finished:
    """Answer every step that `earlier` (rows by key) does not answer yet.

    The policy is opened when it is first needed, and closed at the end. A step it cannot answer is
    left out of the log (and asked again next time) and counted as wrong.

    Raises:
        EvalError: it failed again and again; everything so far is in the log.
        PolicyError: it cannot be loaded.
    """
    asker = _Asker(open_policy, log, terms, watch)
    finished = Finished()
    running: set[asyncio.Task[list[Prediction]]] = set()
    answers: list[asyncio.Task[list[Prediction]] | list[Prediction]] = []
    try:
        for session in islice(sessions, terms.limit):
            asked = list(questions(session, terms.settings))
            _note(finished, session, asked)
            known = [terms.known(q, earlier) for q in asked]
            if None not in known:
                watch("kept", len(asked))
                answers.append([_restored(q, k) for q, k in zip(asked, known, strict=True) if k])
                continue
            task = asyncio.create_task(asker.session(asked, earlier))
            running.add(task)
            answers.append(task)
            running = await _drained(running, terms.concurrency - 1)
        await _drained(running, 0)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asker.close()
    for answer in answers:
        finished.rows += answer.result() if isinstance(answer, asyncio.Task) else answer
    if finished.rows:
        finished.baselines[MOST_FREQUENT] = most_frequent(finished.rows)
    finished.unanswered = asker.unanswered
    return finished


async def _drained(
    running: set[asyncio.Task[list[Prediction]]], most: int
) -> set[asyncio.Task[list[Prediction]]]:
    """Wait until at most `most` tasks run; a failed one's error is raised."""
    while len(running) > most:
        done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    return running


def _note(finished: Finished, session: Session, asked: list[Question]) -> None:
    finished.sources.add(session.source)
    finished.too_short += not asked
    for question in asked:
        finished.ask(question)


def _key(question: Question) -> str:
    return str(question.truth.key)


def _restored(question: Question, row: Prediction) -> Prediction:
    """An earlier answer beside the truth as it is read now."""
    fresh = answered(question, row.prediction)
    return msgspec.structs.replace(
        fresh,
        reasoning=row.reasoning,
        raw=row.raw,
        seconds=row.seconds,
        tokens=row.tokens,
        p_buy=row.p_buy,
        truth_logprob=row.truth_logprob,
        truth_rank=row.truth_rank,
    )


class _Asker:
    """Asks the policy and logs what it says."""

    def __init__(
        self, open_policy: OpenPolicy, log: PredictionLog, terms: Terms, watch: Watch
    ) -> None:
        self._open = open_policy
        self._to_close = AsyncExitStack()
        self._log = log
        self._terms = terms
        self._watch = watch
        self._policy: Policy | None = None
        self._loading = asyncio.Lock()
        self._failures = 0
        self.unanswered = 0

    async def session(
        self, asked: list[Question], earlier: Mapping[str, Prediction]
    ) -> list[Prediction]:
        """The rows of one session, asked for in order where they are not known."""
        policy = await self._loaded()
        rows = []
        try:
            for question in asked:
                known = self._terms.known(question, earlier)
                if known is not None:
                    rows.append(_restored(question, known))
                    self._watch("kept", 1)
                else:
                    rows.append(await self._ask(policy, question))
        finally:
            await policy.forget(asked[0].session.session_id)
        return rows

    async def close(self) -> None:
        await self._to_close.aclose()

    async def _loaded(self) -> Policy:
        async with self._loading:
            if self._policy is None:
                self._policy = await self._to_close.enter_async_context(self._open())
            return self._policy

    async def _ask(self, policy: Policy, question: Question) -> Prediction:
        try:
            async with asyncio.timeout(self._terms.patience):
                row = await self._answer(policy, question)
        except TimeoutError:
            return self._failed(question, f"no answer within {self._terms.patience:.0f} s")
        except PolicyError as error:
            return self._failed(question, str(error))
        self._failures = 0
        self._log.append(row)
        self._watch("asked", 1)
        return row

    async def _answer(self, policy: Policy, question: Question) -> Prediction:
        started = time.perf_counter()
        question, decision = await decided(policy, question)
        row = _row(question, decision, time.perf_counter() - started)
        if not self._terms.action_scores:
            return row
        if not isinstance(policy, ActionScorer):
            raise EvalError(
                f"{policy.name} cannot say how probable actions are; leave out --probabilities"
            )
        actions = candidates(question.page, question.truth.truth)
        logs = await policy.logprobs(question.session, question.page, decision.reasoning, actions)
        return with_action_scores(row, question, actions, logs)

    def _failed(self, question: Question, reason: str) -> Prediction:
        self._failures += 1
        self.unanswered += 1
        self._watch("failed", 1)
        if self._failures >= GIVE_UP_AFTER:
            raise EvalError(
                f"the policy failed {self._failures} times in a row, last at step "
                f"{question.truth.step} of session {question.truth.session_id!r}: {reason}"
            )
        return msgspec.structs.replace(question.truth, error=reason)


async def decided(policy: Policy, question: Question) -> tuple[Question, Decision]:
    """What a policy does, and what it was asked then. That it only opens folded parts of the page
    is folded away: it is asked again with these open, and what it cost is added up."""
    decision = await policy.decide(question.session, question.page)
    for _ in range(MOST_OPENED if isinstance(page_budget(policy.settings), int) else 0):
        if decision.action is None or not unfolds(question.page, decision.action):
            break
        question = question.after_opening(decision.action)
        further = await policy.decide(question.session, question.page)
        decision = msgspec.structs.replace(further, cost=decision.cost.plus(further.cost))
    return question, decision


def _row(question: Question, decision: Decision, seconds: float) -> Prediction:
    cost = decision.cost
    return msgspec.structs.replace(
        answered(question, decision.action),
        reasoning=decision.reasoning,
        raw=decision.raw,
        seconds=round(cost.seconds or seconds, 4),
        tokens=Tokens(
            prompt=cost.prompt_tokens,
            cached=cost.cached_tokens,
            generated=cost.generated_tokens,
        ),
    )
