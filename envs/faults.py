"""What keeps an action from working, and what happens beside a page: codes, and sentences made from
them.

A code is for programs and stays what it is: session logs hold it, and findings are made from it. A
sentence is for people and models, made here and nowhere else, and never read back.
"""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

import msgspec


class Fault(StrEnum):
    """Why an action did not work."""

    NOTHING_OBSERVED = "nothing-observed"
    UNKNOWN_NAME = "unknown-name"
    NOT_A_TEXT_FIELD = "not-a-text-field"
    WINDOW_CHANGED = "window-changed"
    PAGE_GONE = "page-gone"
    ELEMENT_GONE = "element-gone"
    ELEMENT_REPLACED = "element-replaced"
    DISABLED = "disabled"
    INERT = "inert"
    HIDDEN = "hidden"
    COVERED = "covered"
    PRESS_MISSED = "press-missed"
    READ_ONLY = "read-only"
    NOT_TYPABLE = "not-typable"
    KEYBOARD_IGNORED = "keyboard-ignored"
    TEXT_NOT_KEPT = "text-not-kept"
    DATE_NOT_KEPT = "date-not-kept"
    SECRET_NOT_KEPT = "secret-not-kept"
    NOT_A_VALUE = "not-a-value"
    NOT_A_NUMBER = "not-a-number"
    OUT_OF_RANGE = "out-of-range"
    NOT_CHOSEN = "not-chosen"
    SUGGESTION_TAKEN = "suggestion-taken"
    ENTER_IGNORED = "enter-ignored"
    NOT_SCROLLED = "not-scrolled"
    NO_PAGE_BEFORE = "no-page-before"
    NO_POINTER = "no-pointer"
    NOTHING_CHANGED = "nothing-changed"


class Notice(StrEnum):
    """What happened beside a page since the customer last looked."""

    FORM_REJECTED = "form-rejected"
    HTTP_ERROR = "http-error"
    NOT_OPENED = "not-opened"
    NOT_ARRIVED = "not-arrived"
    STILL_LOADING = "still-loading"
    KEEPS_REDIRECTING = "keeps-redirecting"
    PAGE_CRASHED = "page-crashed"
    SCRIPT_STOPPED = "script-stopped"
    ALERT = "alert"
    CONFIRMED = "confirmed"
    ORDER_DECLINED = "order-declined"
    ORDER_HELD = "order-held"
    PROMPT_DECLINED = "prompt-declined"
    LEAVE_CONFIRMED = "leave-confirmed"
    DIALOG_LOOP = "dialog-loop"
    FILE_DECLINED = "file-declined"
    DOWNLOAD_DECLINED = "download-declined"
    PRINT_DECLINED = "print-declined"
    PERMISSION_DECLINED = "permission-declined"
    PROGRAM_DECLINED = "program-declined"
    WINDOW_OPENED = "window-opened"
    WINDOW_CLOSED = "window-closed"


class ActionFault(msgspec.Struct, frozen=True):
    """Why an action did not work: the code and its sentence. Use `ActionFault.of`."""

    code: Fault
    text: str

    @classmethod
    def of(
        cls, code: Fault, name: str = "", *, found: str | None = None, wanted: str | None = None
    ) -> ActionFault:
        """`name` is the element acted on, `found` what is there or what it holds, None where that
        must not be told, `wanted` what was to be entered."""
        return cls(code, fault_sentence(code, name, found=found, wanted=wanted))


class PageNotice(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """A notice: the code, its sentence, and what it is about. Use `PageNotice.of`.

    `about` is what was said (a form's complaint, a dialog), the address that could not be opened,
    the name of a file, what was asked for, or the HTTP status; empty for the rest.
    """

    code: Notice
    text: str
    about: str = ""

    @classmethod
    def of(cls, code: Notice, about: str = "", cause: str = "") -> PageNotice:
        """`cause` says why `about` could not be opened."""
        return cls(code=code, text=notice_sentence(code, about, cause), about=about)


def fault_sentence(
    code: Fault, name: str = "", *, found: str | None = None, wanted: str | None = None
) -> str:
    """The sentence of a fault, without a full stop. Parameters as for `ActionFault.of`."""
    match code:
        case Fault.NOTHING_OBSERVED:
            return "nothing was observed yet"
        case Fault.UNKNOWN_NAME:
            return f"no element is named {name!r} on this page"
        case Fault.NOT_A_TEXT_FIELD:
            return f"{name!r} is a {found}, not a text field"
        case Fault.WINDOW_CHANGED:
            return "the window changed: observe again"
        case Fault.PAGE_GONE:
            return "the page is gone: observe again"
        case Fault.ELEMENT_GONE:
            return f"the page changed and {name!r} is no longer on it: observe again"
        case Fault.ELEMENT_REPLACED:
            return f"the page changed and {name!r} is now something else: observe again"
        case Fault.DISABLED:
            return f"{name!r} is disabled"
        case Fault.INERT:
            return f"{name!r} does not react to the pointer now"
        case Fault.HIDDEN:
            return f"{name!r} is not visible now: observe again"
        case Fault.COVERED:
            return f"{name!r} is covered by {found}"
        case Fault.PRESS_MISSED:
            return f"{name!r} did not get the press"
        case Fault.READ_ONLY:
            return f"{name!r} is read-only, nothing can be typed into it"
        case Fault.NOT_TYPABLE:
            return f"{name!r} cannot be typed into"
        case Fault.KEYBOARD_IGNORED:
            return f"{name!r} did not accept the keyboard"
        case Fault.TEXT_NOT_KEPT:
            held = "something else" if found is None else f'"{found}"'
            typed = "" if wanted is None else f' "{wanted}"'
            return f"{name!r} holds {held} after typing{typed}"
        case Fault.DATE_NOT_KEPT:
            return f'{name!r} holds "{found}" after entering {wanted}'
        case Fault.SECRET_NOT_KEPT:
            return f"{name!r} does not hold what was typed"
        case Fault.NOT_A_VALUE:
            return f'"{wanted}" is not a {found} {name!r} could hold'
        case Fault.NOT_A_NUMBER:
            return f'{name!r} takes a number, not "{wanted}"'
        case Fault.OUT_OF_RANGE:
            return f"{name!r} stands at {found} and cannot be set to {wanted}"
        case Fault.NOT_CHOSEN:
            return f"{name!r} could not be chosen"
        case Fault.SUGGESTION_TAKEN:
            taken = "a suggestion" if found is None else f"the suggestion {found!r}"
            return f"{name!r} took {taken} when Enter was pressed"
        case Fault.ENTER_IGNORED:
            return f"nothing happened when Enter was pressed in {name!r}"
        case Fault.NOT_SCROLLED:
            return f"the page does not scroll further {wanted}"
        case Fault.NO_PAGE_BEFORE:
            return "there is no page to go back to"
        case Fault.NO_POINTER:
            return "this window has no pointer, only a finger"
        case Fault.NOTHING_CHANGED:
            return f"nothing on the page changed in {wanted} s"
        case _:
            assert_never(code)


def notice_sentence(code: Notice, about: str = "", cause: str = "") -> str:
    """The sentence of a notice. Parameters as for `PageNotice.of`."""
    match code:
        case Notice.FORM_REJECTED:
            return f"The browser did not accept the form: {about}"
        case Notice.HTTP_ERROR:
            return f"The server answered with HTTP {about}."
        case Notice.NOT_OPENED:
            return f"{about} could not be opened: {cause}. You are back on the page before."
        case Notice.NOT_ARRIVED:
            return "The next page did not arrive; it was no longer waited for."
        case Notice.STILL_LOADING:
            return "The page is still loading."
        case Notice.KEEPS_REDIRECTING:
            return "The page keeps leaving for another one."
        case Notice.PAGE_CRASHED:
            return "The page crashed and was loaded again."
        case Notice.SCRIPT_STOPPED:
            return "A script of the page hung and was stopped."
        case Notice.ALERT:
            return f'The page showed a message: "{about}"'
        case Notice.CONFIRMED:
            return f'The page asked "{about}"; OK was chosen.'
        case Notice.ORDER_DECLINED:
            return f'The page asked "{about}"; it was cancelled, since it may place an order.'
        case Notice.ORDER_HELD:
            return f"No order is placed in this visit: {about}."
        case Notice.PROMPT_DECLINED:
            return f'The page asked for an answer to "{about}"; none was given.'
        case Notice.LEAVE_CONFIRMED:
            return "The page asked whether to leave; it was left."
        case Notice.DIALOG_LOOP:
            return "The page opened dialogs in a loop; it may not open more."
        case Notice.FILE_DECLINED:
            return "The page asked for a file from this computer; none was chosen."
        case Notice.DOWNLOAD_DECLINED:
            return f'The site offered the file "{about}" for download; it was not saved.'
        case Notice.PRINT_DECLINED:
            return "The page asked to be printed; nothing was printed."
        case Notice.PERMISSION_DECLINED:
            return f"The page asked for {about}; it was not given."
        case Notice.PROGRAM_DECLINED:
            return f"The page asked to open {about} in another program; it was not opened."
        case Notice.WINDOW_OPENED:
            return "A new window opened; you are looking at it now."
        case Notice.WINDOW_CLOSED:
            return "The window was closed; you are back in the one before."
        case _:
            assert_never(code)
