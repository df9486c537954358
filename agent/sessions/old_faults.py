"""Codes for the sentences of logs written before there were codes.

The only place where a sentence of ours is read back. Newer logs hold the codes themselves: the
`fault` of a result and the `notices` of a step (`envs.faults`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from agent.sessions.session import Result
from envs.faults import Fault, Notice, PageNotice

_FAULTS: tuple[tuple[str, Fault], ...] = (
    (r"is covered by", Fault.COVERED),
    (r"is not visible now", Fault.HIDDEN),
    (r"the page changed and .* is no longer on it", Fault.ELEMENT_GONE),
    (r"the page changed and", Fault.ELEMENT_REPLACED),
    (r"is disabled", Fault.DISABLED),
    (r"is read-only", Fault.READ_ONLY),
    (r"did not accept the keyboard", Fault.KEYBOARD_IGNORED),
    (r"after typing", Fault.TEXT_NOT_KEPT),
    (r"could not be chosen", Fault.NOT_CHOSEN),
    (r"nothing happened when Enter", Fault.ENTER_IGNORED),
    (r"does not react to the pointer", Fault.INERT),
    (r"did not get the press", Fault.PRESS_MISSED),
    (r"nothing was observed yet", Fault.NOTHING_OBSERVED),
    (r"no element is named", Fault.UNKNOWN_NAME),
    (r"not a text field", Fault.NOT_A_TEXT_FIELD),
    (r"the window changed", Fault.WINDOW_CHANGED),
    (r"the page is gone", Fault.PAGE_GONE),
    (r"cannot be typed into", Fault.NOT_TYPABLE),
    (r"after entering", Fault.DATE_NOT_KEPT),
    (r"does not hold what was typed", Fault.SECRET_NOT_KEPT),
    (r"is not a .* could hold", Fault.NOT_A_VALUE),
    (r"takes a number, not", Fault.NOT_A_NUMBER),
    (r"and cannot be set to", Fault.OUT_OF_RANGE),
    (r"when Enter was pressed", Fault.SUGGESTION_TAKEN),
)
"""Words of a sentence, and its code; the first that fits counts. Sentences quote pages, so the
order matters: that of the first twelve is the one by which studies of those logs were made."""

_NOTICES: tuple[tuple[str, Notice], ...] = (
    (r"The browser did not accept the form: (?P<about>.+)", Notice.FORM_REJECTED),
    (r"The server answered with HTTP (?P<about>\d+)", Notice.HTTP_ERROR),
    (r"The page crashed", Notice.PAGE_CRASHED),
    (r"The page keeps leaving", Notice.KEEPS_REDIRECTING),
    (r"(?:(?P<about>\S+) could not be opened)?.*You are back on the page before\.$",
     Notice.NOT_OPENED),
    (r"The next page did not arrive", Notice.NOT_ARRIVED),
    (r"The page is still loading\.", Notice.STILL_LOADING),
    (r"A script of the page hung", Notice.SCRIPT_STOPPED),
    (r'The page showed a message: "(?P<about>.*)"$', Notice.ALERT),
    (r'The page asked "(?P<about>.*)"; OK was chosen\.$', Notice.CONFIRMED),
    (r'The page asked "(?P<about>.*)"; it was cancelled', Notice.ORDER_DECLINED),
    (r'The page asked for an answer to "(?P<about>.*)"; none', Notice.PROMPT_DECLINED),
    (r"The page asked whether to leave", Notice.LEAVE_CONFIRMED),
    (r"The page opened dialogs in a loop", Notice.DIALOG_LOOP),
    (r"The page asked for a file", Notice.FILE_DECLINED),
    (r"The page asked for (?P<about>.*); it was not given", Notice.PERMISSION_DECLINED),
    (r'The site offered the file "(?P<about>.*)" for download', Notice.DOWNLOAD_DECLINED),
    (r"The page asked to be printed", Notice.PRINT_DECLINED),
    (r"The page asked to open (?P<about>.*) in another program", Notice.PROGRAM_DECLINED),
    (r"A new window opened", Notice.WINDOW_OPENED),
    (r"The window was closed", Notice.WINDOW_CLOSED),
)  # fmt: skip
"""How a sentence begins, and its code; the first that fits counts."""


def fault_of(result: Result) -> Fault | None:
    """Why an action did not work; None if it did, or where nobody knows."""
    if result.ok:
        return None
    return result.fault or _fault(result.error or "")


def old_notices(alerts: Iterable[str]) -> tuple[PageNotice, ...]:
    """The notices among the alerts on a logged page; the others are the page's own."""
    found = (_notice(" ".join(text.split())) for text in alerts)
    return tuple(notice for notice in found if notice is not None)


def _fault(text: str) -> Fault | None:
    return next((code for words, code in _FAULTS if re.search(words, text, re.S)), None)


def _notice(text: str) -> PageNotice | None:
    for pattern, code in _NOTICES:
        if match := re.match(pattern, text):
            about = match.groupdict().get("about") or ""
            return PageNotice(code=code, text=text, about=about)
    return None
