"""The report of one run: reads its folder, writes ``report.html``.

Brings the parts together; what is counted stands in `figures`, how it looks in the template.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from agent.runs.card import RunCard, RunFolder, decode_card
from agent.sessions.outcome import SessionOutcome
from agent.study.answers import AnswersError, SurveyAnswer, read_asked
from eval import formatting
from eval.looking import looking
from eval.reached import not_tested, stages
from eval.report.answers import questions
from eval.report.findings import finding_view
from eval.report.html import write_page
from eval.report.pictures import Album
from eval.report.query_diff import revised
from eval.report.run import figures
from eval.report.run.errors import slow_pages, troubles
from eval.report.run.leaving import reasons
from eval.report.run.orders import sold, sums
from eval.report.run.seen import Seen, read
from eval.report.run.stories import split
from eval.report.run.tables import step_address, write_tables
from eval.report.study.pictures import Pictures
from eval.stats.intervals import wilson
from eval.visits import Visit

PICTURES = 4_500_000
"""Bytes of pictures on a run's page; written as text they take a third more. With its stories a
page stays under 10 MB, which every browser opens and every mail takes."""
STYLES = ("run.css", "study.css", "run_page.css")


class ReportError(Exception):
    """A folder no report can be made of. The message says what, where and what to do."""


def write_report(folder: RunFolder, picture_budget: int = PICTURES) -> Path:
    """Write the report of a run, finished or not, and return its path.

    Session logs that cannot be read are named in the report and left out of its numbers. Beside it
    are ``visits.csv`` and ``report.json``, and visits that do not fit on ``visits/N.html``.

    Raises:
        ReportError: `folder` is not a run's folder, or its run card cannot be read.
        OSError: the report cannot be written; an older one is left as it was.
    """
    card, seen = _read_card(folder), read(folder)
    visits, stories = seen.visits, split(seen.visits)
    pictures = Pictures(folder.root, picture_budget // 3)
    numbers = {visit.session_id: visit.number for visit in visits}
    findings = [finding_view(one, pictures, numbers) for one in seen.findings]
    spent = picture_budget // 3 - pictures.left
    values = {
        "card": card,
        "visits": visits,
        "unreadable": seen.unreadable,
        "stories": stories,
        "findings": findings,
        "looked_at": seen.looked_at,
        "pictures_left_out": pictures.left_out,
        "album": Album(folder.root, stories.here, picture_budget - spent),
        "asked": questions(_answers(folder), visits),
        "by_id": {visit.session_id: visit for visit in visits},
        **_sales(seen),
        **_numbers(card, visits),
    }
    for name, theirs in stories.beside:
        write_beside(folder.root / name, values | {"theirs": theirs})
    write_page(folder.report, "run.html", styles=STYLES, scripts=["run.js"], **values)
    write_tables(folder.root, card, seen)
    return folder.report


def write_beside(path: Path, values: dict[str, Any]) -> None:
    """A page of stories beside the page, without pictures in it: they are linked to."""
    path.parent.mkdir(exist_ok=True)
    write_page(path, "visits.html", styles=STYLES, scripts=["run.js"], **values)


def _sales(seen: Seen) -> dict[str, Any]:
    orders = seen.orders
    return {
        "orders": orders,
        "sold": sold(orders),
        "spent": {sign: _money(total, sign) for sign, total in sums(orders).items()},
        "priced": sum(order.amount is not None for order in orders),
    }


def _money(amount: float, currency: str) -> str:
    return f"${amount:,.2f}" if currency == "$" else f"{amount:,.2f} {currency}".strip()


def _read_card(folder: RunFolder) -> RunCard:
    if not folder.root.is_dir():
        raise ReportError(f"{folder.root} is not a folder: name the --out folder of a run")
    if not folder.card.is_file():
        raise ReportError(
            f"{folder.root} is not a run's folder: it holds no {folder.card.name}; "
            "name the --out folder of `shopper run`"
        )
    try:
        return decode_card(folder.card.read_bytes())
    except (msgspec.DecodeError, UnicodeError, OSError) as error:
        raise ReportError(f"{folder.card} cannot be read: {error}") from error


def _answers(folder: RunFolder) -> Sequence[SurveyAnswer]:
    """What customers answered when asked afterwards."""
    try:
        return read_asked(folder.root).answers
    except AnswersError as error:
        raise ReportError(f"{error}; move the file away to have a report without it") from error


def _numbers(card: RunCard, visits: Sequence[Visit]) -> dict[str, Any]:
    """Everything the template shows that has to be counted."""
    ended = figures.outcomes(visits)
    bought = ended[SessionOutcome.PURCHASE]
    counted = figures.counted(visits)
    steps = sum(len(visit.steps) for visit in counted)
    searches = sum(len(visit.queries) for visit in counted)
    return {
        "site": "the embedded shop" if card.embedded_shop else _host(card.url),
        "outcomes": {outcome.word: number for outcome, number in ended.items()},
        "outcome_words": {outcome.word: outcome.label for outcome in SessionOutcome},
        "headline": _headline(ended, over=card.finished_at is not None),
        "lede": _lede(ended),
        "counted": len(counted),
        "interval": wilson(bought, len(counted)),
        "steps": steps,
        "searches": searches,
        "funnel": stages(counted),
        "untested": not_tested(counted),
        "at_once": sum(v.outcome.ordered and "cart" not in v.kinds for v in counted),
        "times": figures.times(visits),
        "paid": None if card.dollars is msgspec.UNSET else card.dollars,
        "looking": looking([view for visit in counted for view in visit.views]),
        "slowest": figures.slowest_waits(visits),
        "held_back": figures.held_back(visits),
        "problems": figures.problems(visits),
        "troubles": troubles(visits),
        "slow_pages": slow_pages(visits),
        "reasons": reasons(counted),
        "step_address": step_address,
        "first_searches": figures.first_searches(visits),
        "revised": revised(visits),
    }


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def _headline(ended: dict[SessionOutcome, int], *, over: bool) -> str:
    """How many bought, of the visits that count."""
    bought, lost = ended[SessionOutcome.PURCHASE], ended[SessionOutcome.ERROR]
    everyone = sum(ended.values())
    counted = everyone - lost
    if everyone == 0:
        return "Nobody has visited yet."
    if over and 2 * lost > everyone:
        return "No result: most visits failed." if counted else "No result: every visit failed."
    if not over:
        return f"{formatting.number(bought).capitalize()} of {counted:,} bought so far."
    who = f"{counted:,} customers"
    if bought == 0:
        return "The one customer did not buy." if counted == 1 else f"None of {who} bought."
    if bought == counted:
        return "The one customer bought." if counted == 1 else f"All {who} bought."
    return f"{bought:,} of {who} bought."


def _lede(counted: dict[SessionOutcome, int]) -> str:
    """The other outcomes in one sentence."""
    told = {
        SessionOutcome.HELD: ("order was held back", "orders were held back"),
        SessionOutcome.TERMINATE: ("left without buying", "left without buying"),
        SessionOutcome.STUCK: ("got stuck", "got stuck"),
        SessionOutcome.LIMIT: (
            "was still shopping at the limit",
            "were still shopping at the limit",
        ),
        SessionOutcome.ERROR: (
            "visit failed and is not counted",
            "visits failed and are not counted",
        ),
        SessionOutcome.UNFINISHED: ("visit is unfinished", "visits are unfinished"),
    }
    return formatting.sentence(
        f"{formatting.number(counted[key])} {one if counted[key] == 1 else many}"
        for key, (one, many) in told.items()
        if counted[key]
    )
