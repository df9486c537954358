"""Result: the page of a run or a study, what people say of it, questions to customers, and what can
be sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from agent.policies.registry import BACKENDS, DEFAULT, can
from agent.study.answers import AnswersError, SurveyAnswer, cited, read_answers, unsupported
from agent.study.definition import LONGEST_QUESTION
from shopper.app import kept, notes
from shopper.app.found import findings
from shopper.app.jobs import cannot_write
from shopper.app.pages import Site, one
from shopper.app.reports import NoReport, Reports, is_current, report_name, shopper
from shopper.app.shelf import Item

TABS = (("", "Report"), ("/findings", "Findings and notes"), ("/ask", "Ask"), ("/send", "Send"))


def routes(site: Site) -> list[Route]:
    result = _Result(site)
    return [
        Route("/run/{name}", result.report),
        Route("/run/{name}/findings", result.findings),
        Route("/run/{name}/findings", result.judge, methods=["POST"]),
        Route("/run/{name}/notes", result.note, methods=["POST"]),
        Route("/run/{name}/ask", result.conversation),
        Route("/run/{name}/ask", result.ask, methods=["POST"]),
        Route("/run/{name}/resume", result.resume, methods=["POST"]),
    ]


class _Result:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._reports = Reports()

    async def report(self, request: Request) -> Response:
        """``?at=customer-0007/3`` opens it at a step."""
        item = self._site.shelf.item(request.path_params["name"])
        if item.under_way:
            return RedirectResponse(quote(item.address), 303)
        why = item.why
        if item.state != "unreadable" and (self._site.shelf.root / item.name).is_dir():
            why = await self._why_none(self._site.shelf.folder(item.name))
        shown = not why and item.state != "unreadable"
        at = request.query_params.get("at", "")
        return self._page(
            "result.html",
            item,
            "",
            why=why,
            outcome=self._site.shelf.outcome(item),
            source=self._source(item, at) if shown else None,
        )

    async def _why_none(self, folder: Path) -> str:
        """Why there is no page to show; '' where there is one, made now if need be."""
        if is_current(folder):
            return ""
        try:
            await self._reports.make(folder)
        except NoReport as error:
            return "" if (folder / report_name(folder)).is_file() else str(error)
        return ""

    def _source(self, item: Item, at: str) -> str:
        page = kept.address(
            self._site, quote(item.name), report_name(self._site.shelf.folder(item.name))
        )
        return f"{page}#{quote(at, safe='/')}" if at else page

    def findings(self, request: Request) -> Response:
        item, folder = self._known(request)
        try:
            said = notes.read_notes(folder)
        except notes.NotesError as error:
            return self._site.wrong("The notes cannot be read", f"{error}.", 500, item.address)
        return self._page(
            "findings_page.html", item, "/findings", found=findings(folder), said=said
        )

    async def judge(self, request: Request) -> Response:
        """Known, wrong, or neither."""
        item, folder = self._known(request)
        fields = await self._site.form(request)
        said = one(fields, "verdict")
        verdict: notes.Verdict | None = (
            "known" if said == "known" else "wrong" if said == "wrong" else None
        )
        found = one(fields, "finding")
        known = found in {finding.fingerprint for finding in findings(folder)}
        if known and (trouble := self._kept(folder, lambda: notes.judge(folder, found, verdict))):
            return trouble
        return RedirectResponse(f"/run/{quote(item.name)}/findings#f-{found}", 303)

    async def note(self, request: Request) -> Response:
        """A note more, or one less."""
        item, folder = self._known(request)
        fields = await self._site.form(request)
        text, gone = one(fields, "text"), one(fields, "gone")

        def change() -> None:
            if gone.isdecimal():
                notes.remove_note(folder, int(gone))
            elif text.strip():
                notes.add_note(folder, text, one(fields, "where")[:80])

        trouble = self._kept(folder, change)
        return trouble or RedirectResponse(f"/run/{quote(item.name)}/findings#notes", 303)

    def conversation(self, request: Request) -> Response:
        item, folder = self._known(request)
        try:
            answers = read_answers(folder).answers
        except AnswersError as error:
            return self._site.wrong("The answers cannot be read", f"{error}.", 500, item.address)
        asked: dict[str, list[SurveyAnswer]] = {}
        for answer in answers:
            if answer.kind == "open":
                asked.setdefault(answer.question, []).append(answer)
        policy = item.card.policy if item.card else DEFAULT
        return self._page(
            "ask.html",
            item,
            "/ask",
            asked=asked,
            customers=_customers(folder),
            chosen=request.query_params.get("customer", ""),
            policies=[b.example for b in BACKENDS if "text" in b.can],
            policy=policy if can(policy, "text") else DEFAULT,
            why=request.query_params.get("why", "")[:400],
            unsupported=lambda answer: unsupported(answer, first=1),
            parts=parts,
        )

    async def ask(self, request: Request) -> Response:
        """What ``shopper ask`` does; the answers are in the folder then."""
        item, folder = self._known(request)
        fields = await self._site.form(request)
        question = one(fields, "question").strip()[:LONGEST_QUESTION]
        customer, policy = one(fields, "customer"), one(fields, "policy", DEFAULT)
        back = f"/run/{quote(item.name)}/ask"
        if not question:
            return RedirectResponse(f"{back}?why=Write+a+question+first.", 303)
        who = ["--customer", customer] if customer in _customers(folder) else []
        why = await shopper("ask", *who, "--policy", policy, "--", str(folder), question)
        if why is not None:
            return RedirectResponse(f"{back}?why={quote(why)}", 303)
        return RedirectResponse(f"{back}?customer={quote(customer)}#last", 303)

    async def resume(self, request: Request) -> Response:
        """Go on with what was stopped, as it was started here."""
        item, _ = self._known(request)
        await self._site.form(request)
        if item.job is None or item.state != "stopped":
            why = "Only what was started in the app, and was stopped, goes on from here."
            return self._site.wrong("It does not go on", why, 409, item.address)
        words = tuple(dict.fromkeys((*item.job.record.arguments, "--resume")))
        self._site.shelf.jobs.start(item.name, item.job.kind, item.job.title, words)
        return RedirectResponse(f"/live/{quote(item.name)}", 303)

    def _known(self, request: Request) -> tuple[Item, Path]:
        item = self._site.shelf.item(request.path_params["name"])
        return item, self._site.shelf.folder(item.name)

    def _kept(self, folder: Path, change: Callable[[], None]) -> Response | None:
        """Carry out what writes into the folder; a page where it cannot."""
        try:
            change()
        except (OSError, notes.NotesError) as error:
            why = cannot_write(folder, error) if isinstance(error, OSError) else f"{error}."
            return self._site.wrong("It could not be kept", why, 500, f"/run/{folder.name}")
        return None

    def _page(self, template: str, item: Item, tab: str, **values: Any) -> Response:
        return self._site.page(template, item=item, tab=tab, tabs=TABS, here="home", **values)


def parts(answer: SurveyAnswer) -> list[tuple[str, int | None]]:
    """An answer's text in pieces, each a text or a step that it cites and that is there."""
    text, found = answer.text or "No answer.", list[tuple[str, int | None]]()
    for step in cited(text):
        if step in answer.steps:
            before, mark, text = text.partition(f"[{step}]")
            found += [(before, None), (mark, step)]
    return [*found, (text, None)]


def _customers(folder: Path) -> list[str]:
    """Whose logs there are, by id."""
    return sorted(path.stem for path in (folder / "sessions").glob("*.jsonl"))
