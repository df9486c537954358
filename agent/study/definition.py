"""A study as its author writes it, in TOML: the site, the tasks, the customers, the questions.

Data only. Reading the file is `agent.study.load`'s business, carrying it out that of
`agent.study.conduct`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from agent.policies.registry import DEFAULT

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Positive = Annotated[int, msgspec.Meta(ge=1)]

OWN_INTENT = "{intent}"
"""Stands for the customer's own intent in a task's text."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings common to everything in a study's file."""


class Success(_Part, frozen=True, kw_only=True):
    """When a task counts as done: either an order, or a page on which everything given holds."""

    order: bool = False
    """An order was placed: in the embedded shop by the shop's own log, elsewhere by the purchase
    step, which is recorded and not executed."""
    url: str | None = None
    """Pattern of the page's address, ``*`` for anything: ``*/basket/*``."""
    element: str | None = None
    """Pattern of an element's name that can be seen, as `shopper observe` prints it."""
    text: str | None = None
    """Words that can be seen on the page, in any case."""


class Task(_Part, frozen=True, kw_only=True):
    """Something customers are asked to do, each in a fresh visit."""

    id: Name
    text: str
    """What the customer is told, in plain words; ``{intent}`` stands for what they came for."""
    success: Success
    max_steps: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 25
    """A customer who is not done after so many actions has run out of patience."""
    minutes: Annotated[float, msgspec.Meta(gt=0, le=240)] = 15.0
    """The same in minutes of wall time."""
    pages: Positive | None = None
    """The fewest pages the task can be done on, for lostness; else the best customer's."""


class StudyPopulation(_Part, frozen=True, kw_only=True):
    """Who takes part."""

    customers: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 8
    personas: str | None = None
    """JSON Lines of personas, relative to the study's file; else the samples that ship."""
    device: str = "desktop"
    locale: str | None = None
    time_zone: str | None = None


LONGEST_QUESTION = 2000
"""Characters. Longer ones fill a model's context, and finding out what they ask takes a time that
grows with their square."""


class Questions(_Part, frozen=True, kw_only=True):
    """What customers are asked, where the policy has a language model that can answer."""

    seq: bool = True
    """The Single Ease Question after each task."""
    sus: bool = True
    """The System Usability Scale after the last task."""
    open: tuple[Annotated[str, msgspec.Meta(max_length=LONGEST_QUESTION)], ...] = ()
    """Questions of your own after each task, answered in a few sentences."""


class Study(_Part, frozen=True, kw_only=True):
    """One study."""

    title: str
    site: str
    """The address to start from, or ``embedded`` for the shop that comes with Shopper."""
    tasks: Annotated[tuple[Task, ...], msgspec.Meta(min_length=1, max_length=20)]
    variant: str = "default"
    """Version of the embedded shop."""
    policy: str = DEFAULT
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
    allow: tuple[str, ...] = ()
    """Further hosts that may be reached."""
    population: StudyPopulation = StudyPopulation()
    questions: Questions = Questions()

    @property
    def embedded(self) -> bool:
        return self.site == "embedded"
