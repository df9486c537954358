"""Pages that complain, fail, or keep people waiting.

Sources: Nielsen, Response times: the three important limits (Usability Engineering, 1993, ch. 5):
after 1 s the flow of thought breaks, after 10 s attention goes; web.dev, Time to First Byte:
0.8 s is good, more than 1.8 s is poor; WCAG 2.2, 3.3.1 to 3.3.3, on error messages.
"""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator
from typing import assert_never

from envs.faults import Notice, PageNotice
from eval.usability.findings.actions import element_of, words_of
from eval.usability.findings.problem import Hit, Logs, Problem
from eval.usability.task_visits import Seen

SLOW_MS = 1800.0
"""The server's answer takes longer than this: poor, by web.dev."""
FEWEST_VIEWS = 2
_NO_FORMS = frozenset({"leave", "search", "product", "navigation"})
_COMPLAINT = re.compile(
    r"\b(?:please|required|invalid|not valid|must|error|incorrect|missing|(?:can ?not|can.t) be "
    r"(?:blank|empty)|choose (?:an?|your)|enter (?:an?|your)|bitte|pflichtfeld|ungültig|veuillez|"
    r"obligatoire|invalide|por favor|obligatorio|inválid[oa]|obbligatorio|verplicht|ongeldig|"
    r"proszę|wymagane|заполните|обязательн\w+)\b|入力して|必須|请输入|必填|필수",
    re.I,
)
LONGEST_COMPLAINT = 160
"""Characters; longer is content."""


def complaints(logs: Logs) -> Iterator[Problem]:
    """Form errors, by page and by the words: what the browser would not accept, and complaints that
    are new on a page that would not let the customer go on."""
    groups: defaultdict[tuple[str, str], list[Hit]] = defaultdict(list)
    elements: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for visit in logs.visits:
        for n, seen in enumerate(visit.seen):
            after = visit.after(n)
            if after is None or seen.step.kind in _NO_FORMS:
                continue
            for message in _refusals(seen, after):
                key = after.page, re.sub(r"\d+", "#", message)[:120]
                groups[key].append(Hit(visit, n, f"Was told: “{message[:160]}”"))
                elements[key].append(element_of(seen.step))
    for (page, words), hits in groups.items():
        element = statistics.mode(elements[page, words])
        yield Problem(
            kind="form-error",
            page=page,
            element=element,
            about=words,
            title=f"“{words_of(element)}” is refused: {words}",
            detail="Customers learned only from an error message what was needed.",
            suggestion="Say beforehand what is needed, where it is to be filled in, and take the "
            "customer to the field in question.",
            norm="Measured against WCAG 2.2, 3.3.2 (labels or instructions) and 3.3.1.",
            impact=1,
            hits=tuple(hits),
            exposed=logs.on(page),
        )


def failures(logs: Logs) -> Iterator[Problem]:
    """Pages the server or the browser could not show."""
    groups: defaultdict[tuple[str, str], list[Hit]] = defaultdict(list)
    for visit in logs.visits:
        for n, seen in enumerate(visit.seen):
            before = visit.seen[n - 1] if n else None
            for notice in _new(seen, before):
                if _is_failure(notice.code):
                    what = re.sub(r"https?://\S+", "the page", notice.text)
                    hit = Hit(visit, max(0, n - 1), f"The browser said: “{notice.text[:160]}”")
                    groups[(before or seen).page, what[:120]].append(hit)
    for (page, what), hits in groups.items():
        yield Problem(
            kind="server-error",
            page=page,
            element=element_of(hits[0].visit.seen[hits[0].index].step) or None,
            about=what,
            title=f"A page could not be shown: {what}",
            detail="What customers did here led to a failure of the shop.",
            suggestion="Look into the server's log for this address.",
            norm="A page that cannot be shown stops whoever needs it.",
            impact=3,
            hits=tuple(hits),
            exposed=logs.on(page),
        )


def slow_pages(logs: Logs) -> Iterator[Problem]:
    """Kinds of pages whose server takes long to answer, by the median over views."""
    views: defaultdict[str, list[tuple[float, Hit]]] = defaultdict(list)
    for visit in logs.visits:
        for n, seen in enumerate(visit.seen):
            load = seen.step.load
            if seen.arrived and load is not None and load.server_ms > 0:
                note = f"Waited {load.server_ms / 1000:.1f} s for the server's answer."
                views[seen.page].append((load.server_ms, Hit(visit, n, note)))
    for page, waits in views.items():
        middle = statistics.median(ms for ms, _ in waits)
        if middle <= SLOW_MS or len(waits) < FEWEST_VIEWS:
            continue
        yield Problem(
            kind="slow-page",
            page=page,
            element=None,
            title=f"Pages at {page} take {middle / 1000:.1f} s to begin",
            detail=f"Half of {len(waits)} views waited longer than {middle / 1000:.1f} s for the "
            "server's first byte.",
            suggestion="Find out what the server does meanwhile; answer at once and fill in later "
            "what takes time.",
            norm="Measured against web.dev's limit for a poor time to first byte, 1.8 s, and "
            "Nielsen's "
            "second (1993).",
            impact=2,
            hits=tuple(hit for ms, hit in waits if ms > SLOW_MS),
            exposed=logs.on(page),
            standing=True,
        )


def _refusals(seen: Seen, after: Seen) -> list[str]:
    """What the browser, or the page that stayed where it was, now complains of."""
    told = [one.about for one in _new(after, seen) if one.code is Notice.FORM_REJECTED]
    if after.page != seen.page:
        return told
    old = set(seen.lines)
    fresh = (line for line in after.lines if line not in old)
    told += [line for line in fresh if len(line) <= LONGEST_COMPLAINT and _COMPLAINT.search(line)]
    return list(dict.fromkeys(told))


def _new(seen: Seen, before: Seen | None) -> list[PageNotice]:
    """Notices on a page that the page before did not have."""
    old = before.notices if before is not None else ()
    return [notice for notice in dict.fromkeys(seen.notices) if notice not in old]


def _is_failure(code: Notice) -> bool:
    """Whether a notice says that a page could not be shown."""
    match code:
        case Notice.HTTP_ERROR | Notice.NOT_OPENED | Notice.KEEPS_REDIRECTING | Notice.PAGE_CRASHED:
            return True
        case (
            Notice.FORM_REJECTED
            | Notice.NOT_ARRIVED
            | Notice.STILL_LOADING
            | Notice.SCRIPT_STOPPED
            | Notice.ALERT
            | Notice.CONFIRMED
            | Notice.ORDER_DECLINED
            | Notice.ORDER_HELD
            | Notice.PROMPT_DECLINED
            | Notice.LEAVE_CONFIRMED
            | Notice.DIALOG_LOOP
            | Notice.FILE_DECLINED
            | Notice.DOWNLOAD_DECLINED
            | Notice.PRINT_DECLINED
            | Notice.PERMISSION_DECLINED
            | Notice.PROGRAM_DECLINED
            | Notice.WINDOW_OPENED
            | Notice.WINDOW_CLOSED
        ):
            return False
        case _:
            assert_never(code)
