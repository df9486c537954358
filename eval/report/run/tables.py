"""What a run's page shows, for programs and spreadsheets: ``visits.csv`` and ``report.json``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from agent.atomic_write import write_json
from agent.runs.card import RunCard
from agent.sessions.outcome import SessionOutcome
from eval.reached import not_tested, stages
from eval.report.run import figures
from eval.report.run.errors import slow_pages, troubles
from eval.report.run.leaving import Reason, reasons
from eval.report.run.orders import Order, sold, sums
from eval.report.run.seen import Seen
from eval.stats.intervals import wilson
from eval.usability.csv_tables import Cell, write_csv
from eval.visits import StepView, Visit

FORMAT = "1"


def write_tables(root: Path, card: RunCard, seen: Seen) -> None:
    """Beside the page.

    Raises:
        OSError: they cannot be written.
    """
    orders = {order.session_id: order for order in seen.orders}
    rows = [_row(visit, orders.get(visit.session_id)) for visit in seen.visits]
    write_csv(root / "visits.csv", rows)
    write_json(root / "report.json", _report(card, seen))


def _row(visit: Visit, order: Order | None) -> dict[str, Cell]:
    last = visit.steps[-1] if visit.steps else None
    return {
        "session_id": visit.session_id,
        "outcome": visit.outcome.word,
        "why": visit.why,
        "steps": len(visit.steps),
        "searches": len(visit.queries),
        "seconds": round(visit.seconds, 3),
        "persona": visit.persona.text if visit.persona else "",
        "intent": visit.intent or "",
        "first_search": visit.queries[0] if visit.queries else "",
        "last_page": last.address if last else "",
        "last_thought": next((s.reasoning for s in reversed(visit.steps) if s.reasoning), None),
        "bought": "; ".join(order.things) if order else "",
        "amount": order.amount if order else None,
        "currency": order.currency if order else "",
        "troubles": sum(one.times for step in visit.steps for one in step.troubles),
    }


def _report(card: RunCard, seen: Seen) -> dict[str, Any]:
    kept = figures.counted(seen.visits)
    bought = sum(visit.outcome is SessionOutcome.PURCHASE for visit in kept)
    share = bought / len(kept) if kept else None
    return {
        "format": FORMAT,
        "url": card.url,
        "policy": card.policy,
        "seed": card.seed,
        "visits": len(seen.visits),
        "counted": len(kept),
        "outcomes": {one.word: n for one, n in figures.outcomes(seen.visits).items()},
        "bought": {"share": share, "ci95": wilson(bought, len(kept))},
        "reached": {stage.label: stage.reached for stage in stages(kept)},
        "not_tested": not_tested(kept),
        "findings": seen.findings,
        "findings_of_visits": seen.looked_at,
        "orders": [
            {"thing": one.thing, "orders": len(one.session_ids)} for one in sold(seen.orders)
        ],
        "spent": sums(seen.orders),
        "reasons": [_reason(one) for one in reasons(kept)],
        "troubles": [
            {
                "kind": one.kind,
                "page": one.page,
                "text": one.text,
                "times": one.times,
                "visits": _ids(one.visits),
            }
            for one in troubles(seen.visits)
        ],
        "slow_pages": [
            {"page": one.page, "seconds": round(one.seconds, 3), "views": one.views}
            for one in slow_pages(seen.visits)
        ],
    }


def _reason(one: Reason) -> dict[str, Any]:
    quotes = [
        {"at": step_address(quote.visit, quote.step), "text": quote.text} for quote in one.shown
    ]
    return {
        "reason": one.label,
        "chose_to_leave": one.chosen,
        "visits": one.count,
        "quotes": quotes,
    }


def _ids(visits: Iterable[Visit]) -> Sequence[str]:
    return [visit.session_id for visit in visits]


def step_address(visit: Visit, step: StepView | None) -> str:
    """How a step is pointed at: ``customer-0007/3``, counted from 1 as on the page."""
    return visit.session_id if step is None else f"{visit.session_id}/{step.index + 1}"
