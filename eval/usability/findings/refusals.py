"""What the fault of an action says of the page: in which way it does not let things happen."""

from __future__ import annotations

from typing import NamedTuple, assert_never

from envs.faults import Fault
from eval.usability.schema import FindingKind


class Refusal(NamedTuple):
    """A way in which a page does not let an action happen, and what to try."""

    kind: FindingKind
    what: str
    advice: str


_COVERED = Refusal(
    "covered-target",
    "is covered by something else",
    "Keep banners, pop-ups and sticky bars off what people want to press, or let them be closed "
    "with one obvious click.",
)
_MISSED = Refusal(
    "covered-target",
    "does not get the press",
    "Let nothing lie over the control, however transparent.",
)
_HIDDEN = Refusal(
    "invisible-target",
    "cannot be seen when it is wanted",
    "Show the control where it is announced, and keep it there.",
)
_MOVED = Refusal(
    "moving-page",
    "changes while it is being used",
    "Do not move or replace controls after the page is shown; reserve their space.",
)
_DISABLED = Refusal(
    "unusable-target",
    "is disabled without saying why",
    "Say beside the control what is missing, or leave it enabled and explain on pressing.",
)
_INERT = Refusal(
    "unusable-target",
    "does not react to the pointer",
    "Let it be pressed as soon as it is shown, or show that it cannot be.",
)
_READ_ONLY = Refusal("unusable-target", "cannot be typed into", "Show it as text, not as a field.")
_NO_KEYBOARD = Refusal(
    "unusable-target",
    "does not take the keyboard",
    "Let the field have the focus when it is clicked.",
)
_NOT_KEPT = Refusal(
    "unusable-target",
    "does not keep what is typed",
    "Accept the usual ways to write it, and reformat silently.",
)
_NOT_CHOSEN = Refusal(
    "unusable-target",
    "cannot be chosen",
    "Use the browser's own list, or make yours work with the keyboard.",
)
_NO_ENTER = Refusal("unusable-target", "does nothing on Enter", "Submit the form on Enter.")


def refusal_of(fault: Fault) -> Refusal | None:
    """What a fault says of the page; None where it says nothing, as of a value that is none."""
    match fault:
        case Fault.COVERED:
            return _COVERED
        case Fault.PRESS_MISSED:
            return _MISSED
        case Fault.HIDDEN:
            return _HIDDEN
        case Fault.ELEMENT_GONE | Fault.ELEMENT_REPLACED:
            return _MOVED
        case Fault.DISABLED:
            return _DISABLED
        case Fault.INERT:
            return _INERT
        case Fault.READ_ONLY:
            return _READ_ONLY
        case Fault.KEYBOARD_IGNORED:
            return _NO_KEYBOARD
        case Fault.TEXT_NOT_KEPT:
            return _NOT_KEPT
        case Fault.NOT_CHOSEN:
            return _NOT_CHOSEN
        case Fault.ENTER_IGNORED:
            return _NO_ENTER
        case (
            Fault.NOTHING_OBSERVED
            | Fault.UNKNOWN_NAME
            | Fault.NOT_A_TEXT_FIELD
            | Fault.WINDOW_CHANGED
            | Fault.PAGE_GONE
            | Fault.NOT_TYPABLE
            | Fault.DATE_NOT_KEPT
            | Fault.SECRET_NOT_KEPT
            | Fault.NOT_A_VALUE
            | Fault.NOT_A_NUMBER
            | Fault.OUT_OF_RANGE
            | Fault.SUGGESTION_TAKEN
            | Fault.NOT_SCROLLED
            | Fault.NO_PAGE_BEFORE
            | Fault.NO_POINTER
            | Fault.NOTHING_CHANGED
        ):
            return None
        case _:
            assert_never(fault)
