"""The whole life of a visit: observe, decide, act, log, until it ends.

How many customers shop at once is `agent.runs.crowd`'s business.
"""

from __future__ import annotations

import asyncio
import hashlib
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from agent.policies.policy import Decision, Policy, PolicyBroke, PolicyError, RunOver
from agent.prompts.attention import unfolds
from agent.prompts.prompt import page_budget
from agent.runs.follow import NOBODY, Follower
from agent.sessions.session import Cost, Finding, FindingKind, Result, Session, Step, without_secret
from envs.actions import Action, Browsing, Terminate, Typing, encode_action
from envs.errors import EnvError
from envs.observation import Observation
from envs.outcome import Outcome
from envs.sieve import Sieve

UNREADABLE_ANSWERS = 3
"""So many answers in a row that are no action end the visit."""


class EnvironmentProtocol(Protocol):
    """Where the customer is: `envs.environment.Environment`, or anything that acts like it."""

    async def start(self, url: str) -> None: ...

    async def observe(self) -> Observation: ...

    async def act(self, action: Action) -> Outcome: ...


class Log(Protocol):
    """Keeps what happened as it happens: `agent.sessions.log.SessionLog`."""

    def step(self, step: Step) -> None: ...

    def end(self, end: str, findings: tuple[Finding, ...] = ()) -> None: ...


class NoLog:
    """Keeps nothing: the visit comes back whole."""

    def step(self, step: Step) -> None: ...

    def end(self, end: str, findings: tuple[Finding, ...] = ()) -> None: ...


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """When a visit is ended from outside.

    `max_steps` decisions; `seconds` of wall time; `repeats`: how often the same action may be
    taken on the very same page before the customer counts as stuck.
    """

    max_steps: int = 20
    seconds: float = 900.0
    repeats: int = 3


Watch = Callable[[Session, str], None]
"""Called with the session so far and what the customer does now: ``looks``, ``thinks``, ``acts``
or how the visit ended."""


class WatchFailed(Exception):
    """Whoever watches failed: no fault of the visit, so the run ends and `why` is theirs."""

    def __init__(self, why: Exception) -> None:
        super().__init__(str(why))
        self.why = why


def watching(watch: Watch) -> Watch:
    """`watch`, whose failures cannot be taken for those of a visit or of the disk. It may end the
    run with `RunOver`."""

    def told(session: Session, doing: str) -> None:
        try:
            watch(session, doing)
        except (RunOver, WatchFailed):
            raise
        except Exception as error:
            raise WatchFailed(error) from error

    return told


SaveScreenshot = Callable[[int, bytes], str]
"""Keeps a step's picture; returns the path written to the log."""


async def visit(
    environment: EnvironmentProtocol,
    policy: Policy,
    session: Session,
    log: Log,
    *,
    url: str,
    limits: Limits | None = None,
    watch: Watch = lambda session, doing: None,
    save_screenshot: SaveScreenshot | None = None,
    hidden: Sequence[str] = (),
    follower: Follower = NOBODY,
) -> Session:
    """Let one customer shop at `url` until the visit ends.

    Every step is in `log` before the next begins; of `hidden`, such as credentials that were
    brought along, nothing is in it. Returns the finished session; failures end it
    with ``error: ...`` rather than raise, those that nobody foresaw and those of a user's own
    policy with the traceback as a finding. Only cancellation, a log that cannot be written
    (OSError), a failure of whoever watches (`WatchFailed`) and what ends the whole run (`RunOver`)
    come through.
    """
    limits, watch = limits or Limits(), watching(watch)
    life = _Visit(
        environment, policy, session, log, limits, watch, save_screenshot, hidden, follower
    )
    try:
        async with asyncio.timeout(limits.seconds) as clock:
            await environment.start(url)
            end = await life.run(clock)
    except PolicyError as error:
        end = f"error: policy: {error}"
        if isinstance(error, PolicyBroke) and error.__cause__ is not None:
            life.broke(error.__cause__)
    except EnvError as error:
        end = f"error: {error}"
    except (RunOver, WatchFailed):
        raise
    except _NotKept as lost:
        raise lost.why from None
    except Exception as error:
        if isinstance(error, TimeoutError) and clock.expired():
            end = "limit"
            life.find(FindingKind.TIME, f"the visit took longer than {limits.seconds:.0f} s")
        else:  # what goes wrong in one visit must not end those of everybody else
            end = _clean(f"error: unexpected {type(error).__name__}: {error}")
            life.broke(error)
    finally:
        await policy.forget(session.session_id)
    end = life.discreet(end)
    log.end(end, tuple(life.findings))
    finished = life.session.with_end(end, tuple(life.findings))
    watch(finished, end)
    return finished


def _clean(text: str) -> str:
    """Text that UTF-8 can carry, whatever it quotes."""
    return text.encode("utf-8", "replace").decode()


class _NotKept(Exception):
    """A step or its picture could not be written."""

    def __init__(self, why: OSError) -> None:
        super().__init__(str(why))
        self.why = why


class _Visit:
    """The state of one visit between steps."""

    def __init__(
        self,
        environment: EnvironmentProtocol,
        policy: Policy,
        session: Session,
        log: Log,
        limits: Limits,
        watch: Watch,
        save_screenshot: SaveScreenshot | None,
        hidden: Sequence[str],
        follower: Follower,
    ) -> None:
        self.environment = environment
        self.policy = policy
        self.session = session
        self.log = log
        self.limits = limits
        self.watch = watch
        self.save_screenshot = save_screenshot
        self.follower = follower
        self.findings: list[Finding] = []
        self._seen: Counter[bytes] = Counter()
        self._looked: Counter[bytes] = Counter()
        self._sieve = Sieve()
        for text in hidden:
            self._sieve.add(text)
        self._folds = isinstance(page_budget(policy.settings), int)

    async def run(self, clock: asyncio.Timeout) -> str:
        """Step until something ends the visit; returns how. For how long it was let wait is not of
        its time."""
        while len(self.session.steps) < self.limits.max_steps:
            waited = await self.follower.turn(self.session.session_id)
            if waited and (due := clock.when()) is not None:
                clock.reschedule(due + waited)
            end = await self.step()
            if end is not None:
                return end
        self.find(FindingKind.STEPS, f"still shopping after {self.limits.max_steps} steps")
        return "limit"

    async def step(self) -> str | None:
        """Observe, decide, act, log; returns how the visit ended, None while it goes on."""
        self.watch(self.session, "looks")
        observation = await self.environment.observe()
        self.follower.sees(self.session, observation)
        self.watch(self.session, "thinks")
        decision = await self._decide(observation)
        action = decision.action
        assert action is not None
        self.follower.decides(self.session, decision)
        self.watch(self.session, "acts")
        if self._folds and unfolds(observation, action):
            outcome = Outcome()
        else:
            outcome = await self.environment.act(action)
        try:
            self._record(observation, decision, action, outcome)
        except OSError as error:
            raise _NotKept(error) from error
        if isinstance(action, Terminate):
            return "terminate"
        if outcome.purchase:
            return "purchase" if outcome.held is None else "held"
        return "limit" if self._stuck(observation, action, outcome) else None

    def discreet(self, text: str) -> str:
        """`text` without what was typed as a secret."""
        return self._sieve(text)

    def find(self, kind: FindingKind, text: str) -> None:
        step = max(0, len(self.session.steps) - 1)
        self.findings.append(Finding(kind=kind, step=step, text=self._sieve(text)))

    def broke(self, error: BaseException) -> None:
        """Keep the traceback of what nobody foresaw."""
        self.find(FindingKind.UNEXPECTED, _clean("".join(traceback.format_exception(error))))

    async def _decide(self, observation: Observation) -> Decision:
        """The policy's decision, asked again when its answer is no action at all; its cost is that
        of all answers."""
        cost = Cost()
        for _ in range(UNREADABLE_ANSWERS):
            decision = await self.follower.unless_stopped(
                self.session.session_id, self.policy.decide(self.session, observation)
            )
            cost = cost.plus(decision.cost)
            if decision.action is not None:
                return msgspec.structs.replace(decision, cost=cost)
        self.find(
            FindingKind.UNREADABLE,
            f"{UNREADABLE_ANSWERS} answers that were no action, in no step's cost: "
            f"{cost.prompt_tokens} tokens read, {cost.generated_tokens} written",
        )
        raise PolicyError(
            f"{self.policy.name} gave {UNREADABLE_ANSWERS} answers in a row that are not an "
            f"action, the last one {decision.raw[:120]!r}; try a constrained or a larger model"
        )

    def _record(
        self,
        observation: Observation,
        decision: Decision,
        action: Action,
        outcome: Outcome,
    ) -> None:
        index = len(self.session.steps)
        reasoning = decision.reasoning
        if outcome.secret and isinstance(action, Typing):
            self._sieve.add(action.text)
        kept = without_secret(action) if outcome.secret else self._discreet(action)
        picture = None
        if self.save_screenshot is not None and outcome.screenshot is not None:
            picture = self.save_screenshot(index, outcome.screenshot)
        step = Step(
            index=index,
            timestamp=datetime.now(UTC),
            url=observation.url,
            title=observation.title,
            context=observation.html,
            reasoning=reasoning and self._sieve(reasoning),
            action=kept,
            result=Result(
                ok=outcome.ok,
                error=outcome.error,
                settle_ms=outcome.settle_ms,
                page_ms=outcome.page_ms,
                fault=outcome.fault,
            ),
            kind="leave" if isinstance(action, Terminate) else outcome.kind,
            names=observation.names,
            executed=outcome.executed,
            oracle=decision.oracle,
            screenshot=picture,
            box=outcome.box,
            viewport=outcome.viewport,
            load=outcome.load,
            cost=decision.cost,
            notices=observation.notices,
            held=outcome.held,
            troubles=outcome.troubles,
        )
        self.log.step(step)
        self.session = self.session.with_step(step)

    def _discreet(self, action: Action) -> Action:
        """The action without what was typed as a secret before, in another field now."""
        if not isinstance(action, Typing):
            return action
        return msgspec.structs.replace(action, text=self._sieve(action.text))

    def _stuck(self, observation: Observation, action: Action, outcome: Outcome) -> bool:
        """Whether this very action was taken on this very page too often; a scroll is another one
        wherever it leads. Who comes back to a page and looks around on it again does so anew, if
        anything else was done in between."""
        page = f"{observation.url}\n{observation.html}\n{encode_action(action)}"
        if outcome.viewport is not None and outcome.viewport.depth is not None:
            page += f"\n{outcome.viewport.depth}"
        key = hashlib.blake2b(page.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if not isinstance(action, Browsing):
            self._looked.clear()
        times = self._looked if isinstance(action, Browsing) else self._seen
        times[key] += 1
        if times[key] < self.limits.repeats:
            return False
        self.find(
            FindingKind.LOOP, f"did the same on an unchanged page {self.limits.repeats} times"
        )
        return True
