"""The pages of New: four steps and the review, and the start of what was made."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, quote

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from agent.personas.personas import write_personas
from agent.policies.price import BudgetError, Price, parse_price
from agent.study.definition import Success, Task
from agent.study.load import StudyError, read_study
from agent.study.success import doubts
from envs.browser.devices import DEVICES
from envs.shop import VARIANTS
from shopper.app.jobs import CannotStart, cannot_write
from shopper.app.new import policies, population
from shopper.app.new.check import Looked, look_at
from shopper.app.new.draft import MOST_TASKS, Draft, TaskDraft, intent_of, read_draft
from shopper.app.new.written import Written, written
from shopper.app.pages import Site
from shopper.plan import FROM_SHOP

STEPS = (("site", "Site"), ("people", "People"), ("task", "Task"), ("who", "Who decides"))
_SLOT = "<!--here-->"
"""Where a page that takes long goes on."""


def routes(site: Site) -> list[Route]:
    new = _New(site)
    return [
        Route("/new", new.site),
        Route("/new/people", new.people),
        Route("/new/task", new.task),
        Route("/new/who", new.who),
        Route("/new/start", new.review),
        Route("/new/start", new.start, methods=["POST"]),
    ]


class _New:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._estimates = policies.Estimates()
        self._looked: dict[tuple[str, str], Looked] = {}

    async def site(self, request: Request) -> Response:
        """With ``?check=1`` the site is looked at while the page is being sent."""
        draft = self._draft(request)
        values = {"variants": list(VARIANTS), "checking": False}
        if "check" not in request.query_params:
            return self._page("new/site.html", "site", draft, **values)
        if wrong := [one for one in draft.problems() if one.step == "site"]:
            return self._page("new/site.html", "site", draft, wrong=wrong, **values)

        async def rest() -> str:
            looked = await look_at(draft)
            self._looked[draft.site, draft.variant] = looked
            return self._site.render("new/looked.html", looked=looked, draft=draft)

        return self._slowly("new/site.html", "site", draft, rest, **values | {"checking": True})

    def people(self, request: Request) -> Response:
        draft = self._draft(request)
        return self._page(
            "new/people.html",
            "people",
            draft,
            sliders=population.sliders(draft.weights),
            preview=population.preview(
                draft.people == "drawn", draft.weights, draft.customers, draft.seed
            ),
            devices=list(DEVICES),
        )

    def task(self, request: Request) -> Response:
        """``?more=1`` gives room for another task, ``?less=2`` takes the second away."""
        draft = self._draft(request)
        tasks = list(draft.tasks)
        less = request.query_params.get("less", "")
        if less.isdecimal() and 0 < int(less) <= len(tasks) > 1:
            del tasks[int(less) - 1]
        if "more" in request.query_params and len(tasks) < MOST_TASKS:
            tasks.append(TaskDraft())
        draft = msgspec.structs.replace(draft, tasks=tuple(tasks))
        return self._page("new/task.html", "task", draft, from_shop=FROM_SHOP)

    async def who(self, request: Request) -> Response:
        """Those that work here, with what a visit takes, which is measured once."""
        draft = self._draft(request)
        looked = self._looked.get((draft.site, draft.variant))

        async def rest() -> str:
            offered = await policies.offers(
                self._estimates, looked.seen if looked else None, _price(draft)
            )
            return self._site.render(
                "new/offers.html",
                offers=offered,
                draft=draft,
                own=draft.policy not in {one.policy for one in offered},
            )

        return self._slowly("new/who.html", "who", draft, rest, wrong=[])

    def review(self, request: Request) -> Response:
        draft = self._draft(request)
        made = self._written(draft)
        return self._page(
            "new/start.html",
            "start",
            draft,
            wrong=draft.problems(),
            doubts=self._doubts(draft),
            made=made,
            population=population.population_text(draft.weights) if made.people else "",
        )

    async def start(self, request: Request) -> Response:
        """Begin, in a process of its own, and show it."""
        draft = read_draft(await self._site.form(request))
        if draft.problems():
            return RedirectResponse(f"/new/start?{draft.query}", 303)
        made = self._written(draft)
        jobs = self._site.shelf.jobs
        title = draft.title or ("the embedded shop" if draft.embedded else draft.site)
        try:
            self._site.shelf.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotStart(cannot_write(self._site.shelf.root, error)) from error
        if made.study:
            file = jobs.write(f"{made.name}.study.toml", made.study)
        if made.people is not None:
            drawn = population.people(draft.weights, draft.customers, draft.seed)
            text = population.population_text(draft.weights)
            jobs.write(f"{made.name}.population.toml", text)
            try:
                write_personas(made.people, [(one.persona, one.intent) for one in drawn])
            except OSError as error:
                raise CannotStart(cannot_write(made.people.parent, error)) from error
        if made.study:
            try:
                read_study(file)
            except StudyError as error:
                raise CannotStart(str(error)) from error
        jobs.start(made.name, draft.kind, title, made.arguments)
        return RedirectResponse(f"/live/{quote(made.name)}", 303)

    def _written(self, draft: Draft) -> Written:
        return written(draft, self._site.shelf.root, self._site.shelf.jobs.file(""))

    def _doubts(self, draft: Draft) -> list[str]:
        """What a study's conditions let through that is no success."""
        if draft.kind != "study":
            return []
        tasks = [
            Task(
                id=f"task-{number}",
                text=task.text,
                success=Success(
                    order=task.done == "order",
                    url=task.url or None,
                    element=task.element or None,
                    text=task.words or None,
                ),
            )
            for number, task in enumerate(draft.tasks, 1)
        ]
        return list(doubts(tasks))

    def _draft(self, request: Request) -> Draft:
        fields = parse_qs(request.url.query, keep_blank_values=True)
        draft = read_draft(fields)
        intent = intent_of(fields)
        return draft if intent is None else msgspec.structs.replace(draft, intent=intent)

    def _page(self, template: str, step: str, draft: Draft, **values: Any) -> Response:
        return self._site.page(template, **_values(step, draft) | values)

    def _slowly(
        self,
        template: str,
        step: str,
        draft: Draft,
        rest: Callable[[], Awaitable[str]],
        **values: Any,
    ) -> Response:
        """A page of which all but what takes long is there at once."""
        known = _values(step, draft) | values
        head, _, tail = self._site.render(template, **known).partition(_SLOT)

        async def parts() -> AsyncIterator[str]:
            yield head
            yield await rest()
            yield tail

        return StreamingResponse(parts(), media_type="text/html")


def _values(step: str, draft: Draft) -> dict[str, Any]:
    return {
        "here": "new",
        "step": step,
        "steps": STEPS,
        "draft": draft,
        "pairs": list(draft.pairs()),
        "wrong": [],
    }


def _price(draft: Draft) -> Price | None:
    try:
        return parse_price(draft.price) if draft.price else None
    except BudgetError:
        return None
