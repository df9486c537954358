"""What has been chosen so far, as it stands in the address; nothing of it is kept before the start.

A draft is checked by the rules that the command line goes by; what is wrong is a sentence and the
step on which it can be mended.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Literal
from urllib.parse import urlencode

import msgspec

from agent.policies.policy import PolicyChoiceError
from agent.policies.price import BudgetError, parse_price
from agent.policies.registry import DEFAULT, choose, is_synthetic
from envs.browser.devices import DEVICES
from envs.gateway import SiteError, SiteRules
from envs.shop import VARIANTS
from shopper.plan import FROM_SHOP

Kind = Literal["run", "study"]
MOST_TASKS = 20
EMBEDDED = "embedded"


class Problem(msgspec.Struct, frozen=True):
    """What is wrong, and on which step."""

    step: str
    text: str


class TaskDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A task of a study; `done` is ``order`` or ``seen``."""

    text: str = ""
    done: str = "order"
    url: str = ""
    element: str = ""
    words: str = ""
    steps: int = 25


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """`site` is an address or `EMBEDDED`; `weights` are those of the population's values that are
    not its own, by ``age/18-24``; `intent` is a text, `FROM_SHOP`, or nothing for their own."""

    kind: Kind = "run"
    title: str = ""
    site: str = EMBEDDED
    variant: str = "default"
    allow: tuple[str, ...] = ()
    robots: bool = False
    customers: int = 8
    seed: int = 1
    people: Literal["samples", "drawn"] = "samples"
    weights: dict[str, float] = {}
    device: str = "desktop"
    locale: str = ""
    intent: str = ""
    tasks: tuple[TaskDraft, ...] = (TaskDraft(),)
    questions: bool = True
    policy: str = DEFAULT
    price: str = ""

    @property
    def embedded(self) -> bool:
        return self.site == EMBEDDED

    @property
    def query(self) -> str:
        """The draft as an address says it."""
        return urlencode(list(self.pairs()))

    @property
    def visits(self) -> int:
        return self.customers * (len(self.tasks) if self.kind == "study" else 1)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Its fields, as a form carries them; those that are as usual are left out."""
        usual = Draft()
        for name in ("kind", "title", "site", "variant", "people", "device", "locale", "intent"):
            if getattr(self, name) != getattr(usual, name):
                yield name, getattr(self, name)
        for name in ("policy", "price"):
            if getattr(self, name) != getattr(usual, name):
                yield name, getattr(self, name)
        yield "customers", str(self.customers)
        yield "seed", str(self.seed)
        yield from (("allow", host) for host in self.allow)
        if self.robots:
            yield "robots", "1"
        if not self.questions:
            yield "questions", "0"
        yield from ((f"w/{key}", f"{value:g}") for key, value in self.weights.items())
        for number, task in enumerate(self.tasks if self.tasks != usual.tasks else (), 1):
            for name in ("text", "done", "url", "element", "words", "steps"):
                yield f"t{number}/{name}", str(getattr(task, name))

    def problems(self) -> list[Problem]:
        """Everything that would keep it from being started."""
        return [*self._site(), *self._people(), *self._tasks(), *self._policy()]

    def _site(self) -> Iterator[Problem]:
        if self.embedded:
            if self.variant not in VARIANTS:
                yield Problem("site", f"there is no embedded shop called {self.variant!r}")
            return
        try:
            SiteRules.for_start(self.site, self.allow)
        except SiteError as error:
            yield Problem("site", str(error))

    def _people(self) -> Iterator[Problem]:
        if not 1 <= self.customers <= 10_000:
            yield Problem("people", f"between 1 and 10,000 customers can be sent: {self.customers}")
        if self.device not in DEVICES:
            yield Problem("people", f"no device is called {self.device!r}")

    def _tasks(self) -> Iterator[Problem]:
        if self.kind == "run":
            if is_synthetic(self.policy) and not self.embedded and not self.intent:
                yield Problem(
                    "task", "synthetic customers must be told what they come for on this site"
                )
            return
        if not self.title.strip():
            yield Problem("task", "give the study a title, by which you find it again")
        for number, task in enumerate(self.tasks, 1):
            if not task.text.strip():
                yield Problem("task", f"task {number} needs words that say what to do")
            if task.done == "seen" and not (task.url or task.element or task.words):
                yield Problem("task", f"say what is seen when task {number} is done")

    def _policy(self) -> Iterator[Problem]:
        try:
            backend = choose(self.policy)
        except PolicyChoiceError as error:
            yield Problem("who", str(error))
            return
        elsewhere = backend.kind == "remote" and backend.address_in(self.policy) is None
        if elsewhere and backend.key and not os.environ.get(backend.key):
            yield Problem("who", missing_key(self.policy, backend.key))
        try:
            if self.price:
                parse_price(self.price)
        except BudgetError as error:
            yield Problem("who", str(error))


def missing_key(policy: str, key: str) -> str:
    """Which key a policy lacks, and where it goes."""
    return (
        f"{policy} needs a key in the environment variable {key}, which is not set where the app "
        f"was started: end the app, `export {key}=...` in that terminal, and start it again"
    )


def read_draft(fields: Mapping[str, list[str]]) -> Draft:
    """The draft in the fields of an address or a form; what cannot be read is as usual."""

    def one(name: str, usual: str = "") -> str:
        return fields.get(name, [usual])[-1].strip()

    usual = Draft()
    site = one("site", EMBEDDED) or EMBEDDED
    if site != EMBEDDED and "://" not in site:
        site = f"https://{site}"
    return Draft(
        kind="study" if one("kind") == "study" else "run",
        title=one("title")[:120],
        site=site[:2000],
        variant=one("variant", "default") if site == EMBEDDED else "default",
        allow=tuple(dict.fromkeys(" ".join(fields.get("allow", [])).replace(",", " ").split())),
        robots=one("robots") == "1",
        customers=_number(one("customers"), usual.customers),
        seed=_number(one("seed"), usual.seed),
        people="drawn" if one("people") == "drawn" else "samples",
        weights=_weights(fields),
        device=one("device", "desktop"),
        locale=one("locale"),
        intent=one("intent")[:500],
        tasks=tuple(_tasks(fields)) or usual.tasks,
        questions=one("questions", "1") != "0",
        policy=one("other") or one("policy", DEFAULT) or DEFAULT,
        price=one("price"),
    )


def intent_of(fields: Mapping[str, list[str]]) -> str | None:
    """What the choice on the page of tasks comes to; None where it was not asked for."""
    chosen = fields.get("wants", [""])[-1]
    if chosen == "shop":
        return FROM_SHOP
    if chosen == "own":
        return ""
    return fields.get("intent", [""])[-1].strip() if chosen == "all" else None


def _tasks(fields: Mapping[str, list[str]]) -> Iterator[TaskDraft]:
    for number in range(1, MOST_TASKS + 1):
        told = {name: fields.get(f"t{number}/{name}", [""])[-1].strip() for name in _PARTS}
        if f"t{number}/text" not in fields:
            return
        yield TaskDraft(
            text=told["text"][:2000],
            done="seen" if told["done"] == "seen" else "order",
            url=told["url"][:500],
            element=told["element"][:500],
            words=told["words"][:500],
            steps=min(1000, max(1, _number(told["steps"], 25))),
        )


_PARTS = ("text", "done", "url", "element", "words", "steps")


def _weights(fields: Mapping[str, list[str]]) -> dict[str, float]:
    found = {}
    for name, values in fields.items():
        if name.startswith("w/") and values[-1].isdecimal():
            found[name[2:]] = float(min(1000, int(values[-1])))
    return found


def _number(text: str, usual: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else usual
