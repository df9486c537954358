"""What a study found, as plain data: everything ``study.html`` shows, and ``study.json``.

Observed measures and a model's answers are kept in different fields on purpose: they are never
mixed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from agent.atomic_write import write_json
from agent.parsing import from_json
from agent.sessions.session import AwareTime
from agent.study.answers import SurveyAnswer
from agent.study.definition import Study
from agent.study.recordings import PEOPLE, STAND_INS
from envs.observation import Box, Viewport
from eval.errors import EvalInputError

FORMAT_VERSION = "1"
FILE = "study.json"

Interval = tuple[float, float]
Unit = Literal["share", "number", "seconds", "score"]
Outcome = Literal["done", "gave-up", "out-of-patience", "stuck", "other-end", "failed"]
Severity = Literal["high", "medium", "low"]
FindingKind = Literal[
    "loop",
    "dead-click",
    "rage-click",
    "covered-target",
    "invisible-target",
    "unusable-target",
    "moving-page",
    "empty-results",
    "typo-not-forgiven",
    "form-error",
    "server-error",
    "slow-page",
    "late-price",
    "far-target",
    "unclear-label",
]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings common to all of it."""


class Measure(_Part, frozen=True, kw_only=True):
    """One observed measure. `value` is None where it is not defined; a share is between 0 and 1;
    `ci95` is its 95 % interval; `n` is what it was taken over, in `of` (``visits``, ``searches``).
    `estimate` says that a model of human behaviour is part of it. `task` is None for all tasks
    together."""

    key: str
    label: str
    unit: Unit
    value: float | None
    ci95: Interval | None = None
    n: int = 0
    of: str = "visits"
    task: str | None = None
    better: Literal["higher", "lower", "neither"] = "neither"
    estimate: bool = False
    definition: str
    source: str


class Participant(_Part, frozen=True, kw_only=True):
    """One customer. `segments` maps a trait to a band, e.g. ``patience`` to ``low``."""

    id: str
    persona: str
    text: str = ""
    segments: dict[str, str] = {}


class TaskResult(_Part, frozen=True, kw_only=True):
    """One customer's visit for one task.

    `outcome`: ``done``; ``gave-up`` closed the window; ``out-of-patience`` reached the limit of
    steps or time; ``stuck`` did the same again and again; ``other-end`` ended with an order that
    was not asked for; ``failed`` broke down, by no fault of the customer, and counts in no
    measure. `why` is one sentence. `waited_s` is time the shop made them wait, `klm_s` an estimate
    of a person's time on task, `model_s` time the policy took, which says nothing about people.
    `left_at` is the page pattern on which a customer who was not done stopped. Where they scrolled,
    `scrolled` is on how many page views, and `depth` how much of these pages, on average, the
    window had come past.
    """

    session_id: str
    participant: str
    task: str
    outcome: Outcome
    why: str
    steps: int
    pages: int
    distinct_pages: int
    waited_s: float
    klm_s: float
    model_s: float
    lostness: float | None = None
    backtracks: int = 0
    repeats: int = 0
    errors: int = 0
    hesitations: int = 0
    searches: int = 0
    searches_without_click: int = 0
    left_at: str | None = None
    scrolled: int | msgspec.UnsetType = msgspec.UNSET
    depth: float | msgspec.UnsetType = msgspec.UNSET

    @property
    def counts(self) -> bool:
        """Whether it is part of the measures."""
        return self.outcome != "failed"


class Evidence(_Part, frozen=True, kw_only=True):
    """One step that shows a finding. `screenshot` is relative to the run's folder; `box` (page
    coordinates) and `viewport` are in CSS pixels; `thought` is the customer's reasoning there."""

    session_id: str
    participant: str
    task: str
    step: int
    url: str
    note: str
    screenshot: str | None = None
    box: Box | None = None
    viewport: Viewport | None = None
    thought: str | None = None


Recurs = Literal["again", "once", "untried"]


class SegmentShare(_Part, frozen=True, kw_only=True):
    """How many of a segment's customers a finding concerns: `affected` of `customers`."""

    trait: str
    band: str
    affected: int
    customers: int


class Finding(_Part, frozen=True, kw_only=True):
    """One problem, grouped over customers. There is none without evidence.

    `page` is the address pattern and `element` the name it is about; `about` tells it from others
    of its kind on its page, in another study, too. `affected` of `exposed` customers met it, where
    exposed are those who could have. `impact` (1 irritates to 4 stops people) and `frequency` (1 to
    4) add up to `criticality` (Rubin and Chisnell 2008, ch. 11), and `severity` follows from that;
    `rule` says so in words, with the norm it is held against. `fingerprint` is the same
    in other studies of the shop. `recurs`: ``again`` when a visit that met it was taken again step
    by step, and it was there; ``once`` when it was not, or there was no time to try;
    ``untried`` where none was taken again.
    """

    id: str
    kind: FindingKind
    title: str
    page: str
    element: str | None = None
    about: str | None = None
    affected: int
    exposed: int
    participants: tuple[str, ...]
    segments: tuple[SegmentShare, ...] = ()
    impact: Annotated[int, msgspec.Meta(ge=1, le=4)]
    frequency: Annotated[int, msgspec.Meta(ge=1, le=4)]
    criticality: int
    severity: Severity
    rule: str
    detail: str
    suggestion: str
    evidence: Annotated[tuple[Evidence, ...], msgspec.Meta(min_length=1)]
    fingerprint: str = ""
    recurs: Recurs = "untried"

    @property
    def confirmed(self) -> bool:
        """Whether it counts: it came again, or nothing was taken again."""
        return self.recurs != "once"


class AnswerSummary(_Part, frozen=True, kw_only=True):
    """The mean of a scale over a model's answers. Never mixed with the observed measures."""

    kind: Literal["seq", "sus"]
    task: str | None = None
    mean: float | None
    ci95: Interval | None = None
    n: int
    unread: int = 0
    definition: str
    source: str


class ModelAnswers(_Part, frozen=True, kw_only=True):
    """Everything the policy's language model said when asked. `model` is None where the policy
    has none, and `note` says so."""

    model: str | None = None
    note: str = ""
    summaries: tuple[AnswerSummary, ...] = ()
    answers: tuple[SurveyAnswer, ...] = ()


class Spot(_Part, frozen=True, kw_only=True):
    """One action on a page: where (page coordinates, CSS pixels), and whether it worked."""

    session_id: str
    step: int
    name: str
    kind: str
    ok: bool
    box: Box


class Look(_Part, frozen=True, kw_only=True):
    """The part of a page that was in the window when a customer acted."""

    session_id: str
    step: int
    viewport: Viewport
    screenshot: str | None = None


class PageUse(_Part, frozen=True, kw_only=True):
    """What happened on the pages of one address pattern. `exits` counts visits that ended there
    without success."""

    page: str
    title: str
    views: int
    customers: int
    exits: int
    server_ms: float | None = None
    """Median wait for the server's answer, in milliseconds."""
    spots: tuple[Spot, ...] = ()
    looks: tuple[Look, ...] = ()


class Move(_Part, frozen=True, kw_only=True):
    """How often customers went from one page pattern to another; ``(done)`` and ``(left)`` are
    ends, ``(start)`` is the beginning."""

    start: str
    end: str
    count: int
    customers: int


class FunnelStage(_Part, frozen=True, kw_only=True):
    """How many visits got at least this far."""

    key: str
    label: str
    visits: int
    of: int


class Segment(_Part, frozen=True, kw_only=True):
    """The customers of one band of a trait, side by side with the others."""

    trait: str
    band: str
    participants: tuple[str, ...]
    measures: tuple[Measure, ...]


class Facts(_Part, frozen=True, kw_only=True):
    """How the study was carried out."""

    shopper_version: str
    started_at: AwareTime
    finished_at: AwareTime | None
    url: str
    policy: str
    policy_settings: dict[str, str | int | float | bool | None] = {}
    versions: dict[str, str] = {}
    source: str = "live"
    """``synthetic`` where the customers were synthetic shoppers: said wherever a number shows;
    ``people`` where they were recorded people."""
    notes: tuple[str, ...] = ()

    @property
    def recorded(self) -> bool:
        """Whether nobody was sent: the visits are recordings, of people or of who stands for
        them."""
        return self.policy in (PEOPLE, STAND_INS)


class StudyResult(_Part, frozen=True, kw_only=True):
    """All of it. `measures` holds each measure once for all tasks together and once for each."""

    format: str = FORMAT_VERSION
    study: Study
    facts: Facts
    participants: tuple[Participant, ...]
    results: tuple[TaskResult, ...]
    measures: tuple[Measure, ...]
    findings: tuple[Finding, ...]
    funnel: tuple[FunnelStage, ...] = ()
    pages: tuple[PageUse, ...] = ()
    moves: tuple[Move, ...] = ()
    segments: tuple[Segment, ...] = ()
    answers: ModelAnswers = ModelAnswers()
    warnings: tuple[str, ...] = ()


def write_result(folder: Path, result: StudyResult) -> Path:
    """Replace ``study.json`` in one step."""
    path = folder / FILE
    write_json(path, result)
    return path


def read_result(folder: Path) -> StudyResult:
    """Raises:
    EvalInputError: there is none, or it is not one, with the field that is wrong.
    """
    path = folder / FILE
    try:
        return from_json(path.read_bytes(), StudyResult)
    except FileNotFoundError as error:
        raise EvalInputError(f"{folder} is not a study's folder: it has no {FILE}") from error
    except (OSError, msgspec.DecodeError) as error:
        raise EvalInputError(f"cannot read {path}: {error}") from error
