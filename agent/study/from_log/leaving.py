"""Why a visit ended as it did, by its log: left, closed, broken off, or with an order.

Quotes and cites as `agent.study.from_log.answering` does.
"""

from __future__ import annotations

from agent.sessions.outcome import SessionOutcome, outcome_of
from agent.sessions.session import Finding
from agent.study.from_log import evidence
from agent.study.from_log.visit import Visit, listed, sentence

_FAILED = (SessionOutcome.ERROR, SessionOutcome.UNFINISHED)


def leave(visit: Visit) -> str:
    """Why the visit ended, by the thought at its end, and what led there."""
    session, last = visit.session, visit.session.steps[-1]
    outcome = outcome_of(session)
    if outcome.ordered:
        return f"Did not leave without ordering: {evidence.did(last)}.{_thought_at(visit)}"
    if outcome in _FAILED:
        return f"Did not leave: the visit broke off after [{last.index}]. {visit.ending}".strip()
    if outcome is not SessionOutcome.TERMINATE:
        told = f"Did not leave: the visit was ended; last {evidence.did(last)}."
        return f"{told} {sentence(loops(visit))}".strip()
    if visit.closed:
        return f"Did not choose to leave: {_closed(visit)}{_before_leaving(visit)}"
    ended = f" {visit.ending}" if visit.ending and not last.reasoning else ""
    return f"Left at [{last.index}].{_thought_at(visit)}{ended}{_before_leaving(visit)}"


def _closed(visit: Visit) -> str:
    """That the task was over, how, and what was thought last."""
    earlier = evidence.thoughts(visit.session.steps)
    told = f"the study closed the window at [{visit.last}], the task being over. {visit.ending}"
    return told.rstrip() + (f" The last thought: {earlier[-1]}." if earlier else "")


def _thought_at(visit: Visit) -> str:
    """The last thought; that there is none, where there is none."""
    thought = evidence.thoughts(visit.session.steps[-1:])
    if thought:
        return f" The thought then: {thought[0]}."
    earlier = evidence.thoughts(visit.session.steps)
    told = f" The log holds no reason for it: nothing was thought at [{visit.last}]."
    return told + (f" The last thought before: {earlier[-1]}." if earlier else "")


def _before_leaving(visit: Visit) -> str:
    """What had been tried, and what of it had not worked."""
    session = visit.session
    searches = [evidence.did(step) for step in evidence.of_kind(session, "search")]
    opened = evidence.opened(session)
    told = f" Before: {listed(searches)}." if searches else ""
    if opened:
        told += f" Opened {listed(opened)}."
    elif searches:
        told += f" Opened no product, {visit.whole}."
    hitches = [*evidence.searches_without_results(session), *evidence.failures(session)]
    return told + (f" What did not work: {listed(hitches)}." if hitches else "")


def not_buy(visit: Visit) -> str:
    """Why nothing was ordered; where something was, why that."""
    if outcome_of(visit.session).ordered:
        return buy(visit)
    carted = [
        evidence.did(step) for step in evidence.of_kind(visit.session, "cart") if step.result.ok
    ]
    told = f" For the cart: {listed(carted)}." if carted else ""
    return f"Ordered nothing.{told} {leave(visit)}"


def buy(visit: Visit) -> str:
    """What was ordered, and what was thought of it; that nothing was."""
    session = visit.session
    if not outcome_of(session).ordered:
        return f"Ordered nothing, {visit.whole}."
    about = evidence.thoughts(evidence.of_kind(session, "cart", "buy"))
    opened = evidence.opened(session)
    told = f" What was opened: {listed(opened)}." if opened else ""
    thought = f" The thoughts then: {listed(about)}." if about else _thought_at(visit)
    return f"Ordered: {evidence.did(session.steps[-1])}.{thought}{told}"


def loops(visit: Visit) -> str:
    """What the run itself noted of a visit, e.g. that it went in a circle."""
    noted = [_finding(one, visit.last) for one in visit.session.findings]
    return f"{'; '.join(noted)}." if noted else ""


def _finding(finding: Finding, last: int) -> str:
    return f"{evidence.plain(finding.text, 120)} [{min(finding.step, last)}]"
