"""What is in a data set: counts, shares and what looks wrong, gathered in one pass.

Memory grows with the number of users and of sessions' ids, not with pages.
"""

from __future__ import annotations

import html
import random
from collections import Counter
from collections.abc import Callable

import msgspec

from agent.sessions.html_tags import names_in
from agent.sessions.jsonl import Row
from agent.sessions.outcome import SessionOutcome, outcome_of
from agent.sessions.session import Session, Step
from envs.actions import Terminate, Typing, action_name, action_type
from envs.observation import TEXT_ROLES

PAGES_MEASURED = 300
"""Pages that are tokenised to learn how many bytes a token has; drawn evenly from all."""
_EXAMPLES = 3

CountTokens = Callable[[str], int]


class Spread(msgspec.Struct, frozen=True):
    """A distribution in four numbers."""

    mean: float
    median: float
    p95: float
    most: float


class Concern(msgspec.Struct, frozen=True):
    """Something that looks wrong, how often, and where it was seen first."""

    what: str
    count: int
    examples: tuple[str, ...]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The statistics of a data set.

    `bad_rows` could not be read. `searches` are submissions (or typing) of kind ``search``.
    `context_tokens` is estimated from bytes by the ratio measured on a sample of pages with
    `tokenizer`. `name_in_context` is the share of actions with a name whose name stands in the
    page's HTML.
    """

    sessions: int
    users: int
    steps: int
    bad_rows: int
    sources: dict[str, int]
    ends: dict[str, int]
    actions: dict[str, int]
    kinds: dict[str, int]
    steps_per_session: Spread | None
    searches_per_session: Spread | None
    purchase_share: float | None
    reasoning_share: float | None
    context_bytes: Spread | None
    context_tokens: Spread | None
    tokenizer: str
    name_in_context: float | None
    concerns: tuple[Concern, ...]


class Statistics:
    """Takes rows one by one; `summary` may be asked for at any time."""

    def __init__(self, count_tokens: CountTokens, tokenizer: str) -> None:
        self._count_tokens = count_tokens
        self._tokenizer = tokenizer
        self._users: set[str] = set()
        self._sources: Counter[str] = Counter()
        self._ends: Counter[SessionOutcome] = Counter()
        self._actions: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._lengths: Counter[int] = Counter()
        self._searches: Counter[int] = Counter()
        self._bytes: Counter[int] = Counter()
        self._reasoned = self._named = self._found = 0
        self._concerns: dict[str, tuple[int, list[str]]] = {}
        self._sample: list[str] = []
        self._random = random.Random(0)

    def add(self, row: Row) -> None:
        session = row.session
        self._users.add(session.user_id)
        self._sources[session.source] += 1
        self._ends[outcome_of(session)] += 1
        self._lengths[len(session.steps)] += 1
        self._searches[sum(is_search(step) for step in session.steps)] += 1
        for step in session.steps:
            self._add_step(row, step)
        for what in _concerns(session):
            self._note(what, f"{row.path.name}:{row.line}")

    def _add_step(self, row: Row, step: Step) -> None:
        self._actions[action_type(step.action)] += 1
        self._kinds[step.kind] += 1
        self._reasoned += bool(step.reasoning)
        self._keep(step.context)
        name = action_name(step.action)
        if name is None:
            return
        self._named += 1
        where = f"{row.path.name}:{row.line} $.steps[{step.index}].action.name {name!r}"
        if stands_in(name, step.context):
            self._found += 1
        else:
            self._note("the name acted on is not in the context", where)
        for what in _name_concerns(step, name):
            self._note(what, where)

    def _keep(self, context: str) -> None:
        """Count the page's bytes; keep it when it is drawn for the sample (reservoir)."""
        self._bytes[len(context.encode())] += 1
        seen = self._bytes.total()
        if len(self._sample) < PAGES_MEASURED:
            self._sample.append(context)
        elif (place := self._random.randrange(seen)) < PAGES_MEASURED:
            self._sample[place] = context

    def _note(self, what: str, where: str) -> None:
        count, examples = self._concerns.get(what, (0, []))
        if count < _EXAMPLES:
            examples.append(where)
        self._concerns[what] = (count + 1, examples)

    def summary(self, bad_rows: int = 0) -> Summary:
        sessions = self._lengths.total()
        steps = self._actions.total()
        return Summary(
            sessions=sessions,
            users=len(self._users),
            steps=steps,
            bad_rows=bad_rows,
            sources=dict(self._sources.most_common()),
            ends={end.value: count for end, count in self._ends.most_common()},
            actions=dict(self._actions.most_common()),
            kinds=dict(self._kinds.most_common()),
            steps_per_session=_spread(self._lengths),
            searches_per_session=_spread(self._searches),
            purchase_share=_share(sum(n for e, n in self._ends.items() if e.ordered), sessions),
            reasoning_share=_share(self._reasoned, steps),
            context_bytes=_spread(self._bytes),
            context_tokens=_spread(self._bytes, 1 / self._bytes_per_token()),
            tokenizer=self._tokenizer,
            name_in_context=_share(self._found, self._named),
            concerns=tuple(
                Concern(what, count, tuple(examples))
                for what, (count, examples) in sorted(
                    self._concerns.items(), key=lambda item: -item[1][0]
                )
            ),
        )

    def _bytes_per_token(self) -> float:
        tokens = sum(self._count_tokens(page) for page in self._sample)
        return sum(len(page.encode()) for page in self._sample) / tokens if tokens else 1.0


def is_search(step: Step) -> bool:
    """Whether the step is a search: typing into a field of kind ``search``."""
    return step.kind == "search" and isinstance(step.action, Typing)


def stands_in(name: str, context: str) -> bool:
    """Whether simplified HTML has an element of that name."""
    return f'name="{html.escape(name)}"' in context or name in names_in(context)


def _concerns(session: Session) -> list[str]:
    """What looks wrong with a session as a whole."""
    found = []
    steps = session.steps
    if not steps:
        found.append("a session without steps")
    elif session.started_at > steps[0].timestamp:
        found.append("the first step is earlier than started_at")
    if any(isinstance(step.action, Terminate) for step in steps[:-1]):
        found.append("steps after the customer left")
    outcome = outcome_of(session)
    if outcome is SessionOutcome.UNFINISHED:
        found.append("the visit has no end (killed, still going on, or the log does not say)")
    if outcome is SessionOutcome.PURCHASE and steps and steps[-1].kind != "buy":
        found.append("the visit ended as a purchase, but its last action is not of kind buy")
    return found


def _name_concerns(step: Step, name: str) -> list[str]:
    """What looks wrong between an action and the list of names, where there is one."""
    element = next((e for e in step.names if e.name == name), None)
    if not step.names:
        return []
    if element is None:
        return ["the name acted on is not in names"]
    if isinstance(step.action, Typing) and element.role not in TEXT_ROLES:
        return ["typing into something that is no text field"]
    return []


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _spread(counts: Counter[int], scale: float = 1.0) -> Spread | None:
    total = counts.total()
    if not total:
        return None
    mean = sum(value * count for value, count in counts.items()) / total
    median, p95 = (_quantile(counts, total, q) for q in (0.5, 0.95))
    return Spread(mean * scale, median * scale, p95 * scale, max(counts) * scale)


def _quantile(counts: Counter[int], total: int, q: float) -> float:
    """The smallest value that at least `q` of all values do not exceed."""
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if passed >= q * total:
            return float(value)
    return 0.0
