"""Every sentence of a fault and of a notice, word for word, beside its code.

These are the sentences of version 0.1 before there were codes: logs of that time hold nothing
else, so they must go on meaning what they meant.
"""

from __future__ import annotations

from envs.faults import ActionFault, Fault, Notice, PageNotice

of = ActionFault.of
FAULTS: list[tuple[ActionFault, str]] = [
    (of(Fault.NOTHING_OBSERVED), "nothing was observed yet"),
    (of(Fault.UNKNOWN_NAME, "menu.go"), "no element is named 'menu.go' on this page"),
    (of(Fault.NOT_A_TEXT_FIELD, "go", found="button"), "'go' is a button, not a text field"),
    (of(Fault.WINDOW_CHANGED), "the window changed: observe again"),
    (of(Fault.PAGE_GONE), "the page is gone: observe again"),
    (
        of(Fault.ELEMENT_GONE, "go"),
        "the page changed and 'go' is no longer on it: observe again",
    ),
    (
        of(Fault.ELEMENT_REPLACED, "go"),
        "the page changed and 'go' is now something else: observe again",
    ),
    (of(Fault.DISABLED, "go"), "'go' is disabled"),
    (of(Fault.INERT, "go"), "'go' does not react to the pointer now"),
    (of(Fault.HIDDEN, "go"), "'go' is not visible now: observe again"),
    (
        of(Fault.COVERED, "go", found='a div "Half price today"'),
        "'go' is covered by a div \"Half price today\"",
    ),
    (of(Fault.PRESS_MISSED, "go"), "'go' did not get the press"),
    (of(Fault.READ_ONLY, "code"), "'code' is read-only, nothing can be typed into it"),
    (of(Fault.NOT_TYPABLE, "go"), "'go' cannot be typed into"),
    (of(Fault.KEYBOARD_IGNORED, "q"), "'q' did not accept the keyboard"),
    (of(Fault.TEXT_NOT_KEPT, "q", found="never"), "'q' holds \"never\" after typing"),
    (of(Fault.TEXT_NOT_KEPT, "q"), "'q' holds something else after typing"),
    (
        of(Fault.TEXT_NOT_KEPT, "age", found="", wanted="abc"),
        '\'age\' holds "" after typing "abc"',
    ),
    (
        of(Fault.DATE_NOT_KEPT, "when", found="", wanted="2026-03-01"),
        "'when' holds \"\" after entering 2026-03-01",
    ),
    (of(Fault.SECRET_NOT_KEPT, "pin"), "'pin' does not hold what was typed"),
    (
        of(Fault.NOT_A_VALUE, "when", found="date", wanted="soon"),
        "\"soon\" is not a date 'when' could hold",
    ),
    (of(Fault.NOT_A_NUMBER, "size", wanted="big"), "'size' takes a number, not \"big\""),
    (
        of(Fault.OUT_OF_RANGE, "size", found="10", wanted="99"),
        "'size' stands at 10 and cannot be set to 99",
    ),
    (of(Fault.NOT_CHOSEN, "list.b"), "'list.b' could not be chosen"),
    (
        of(Fault.SUGGESTION_TAKEN, "q", found="red lamp"),
        "'q' took the suggestion 'red lamp' when Enter was pressed",
    ),
    (of(Fault.SUGGESTION_TAKEN, "q"), "'q' took a suggestion when Enter was pressed"),
    (of(Fault.ENTER_IGNORED, "q"), "nothing happened when Enter was pressed in 'q'"),
    (of(Fault.NOT_SCROLLED, wanted="down"), "the page does not scroll further down"),
    (of(Fault.NO_PAGE_BEFORE), "there is no page to go back to"),
    (of(Fault.NO_POINTER, "a"), "this window has no pointer, only a finger"),
    (of(Fault.NOTHING_CHANGED, wanted="5"), "nothing on the page changed in 5 s"),
]

NOTICES: list[tuple[PageNotice, str]] = [
    (
        PageNotice.of(Notice.FORM_REJECTED, "Mail: Please fill out this field."),
        "The browser did not accept the form: Mail: Please fill out this field.",
    ),
    (PageNotice.of(Notice.HTTP_ERROR, "500"), "The server answered with HTTP 500."),
    (
        PageNotice.of(
            Notice.NOT_OPENED,
            "http://shop.test/gone",
            "nothing answers there: is the server running (ERR_CONNECTION_REFUSED)",
        ),
        "http://shop.test/gone could not be opened: nothing answers there: is the server running "
        "(ERR_CONNECTION_REFUSED). You are back on the page before.",
    ),
    (
        PageNotice.of(Notice.NOT_ARRIVED),
        "The next page did not arrive; it was no longer waited for.",
    ),
    (PageNotice.of(Notice.STILL_LOADING), "The page is still loading."),
    (PageNotice.of(Notice.KEEPS_REDIRECTING), "The page keeps leaving for another one."),
    (PageNotice.of(Notice.PAGE_CRASHED), "The page crashed and was loaded again."),
    (PageNotice.of(Notice.SCRIPT_STOPPED), "A script of the page hung and was stopped."),
    (
        PageNotice.of(Notice.ALERT, 'Please say "yes"'),
        'The page showed a message: "Please say "yes""',
    ),
    (PageNotice.of(Notice.CONFIRMED, "Sure?"), 'The page asked "Sure?"; OK was chosen.'),
    (
        PageNotice.of(Notice.ORDER_DECLINED, "Place the order?"),
        'The page asked "Place the order?"; it was cancelled, since it may place an order.',
    ),
    (
        PageNotice.of(Notice.PROMPT_DECLINED, "Your name?"),
        'The page asked for an answer to "Your name?"; none was given.',
    ),
    (
        PageNotice.of(Notice.LEAVE_CONFIRMED),
        "The page asked whether to leave; it was left.",
    ),
    (
        PageNotice.of(Notice.DIALOG_LOOP),
        "The page opened dialogs in a loop; it may not open more.",
    ),
    (
        PageNotice.of(Notice.FILE_DECLINED),
        "The page asked for a file from this computer; none was chosen.",
    ),
    (
        PageNotice.of(Notice.DOWNLOAD_DECLINED, "a list.zip"),
        'The site offered the file "a list.zip" for download; it was not saved.',
    ),
    (
        PageNotice.of(Notice.PRINT_DECLINED),
        "The page asked to be printed; nothing was printed.",
    ),
    (
        PageNotice.of(Notice.PERMISSION_DECLINED, "your location"),
        "The page asked for your location; it was not given.",
    ),
    (
        PageNotice.of(Notice.PROGRAM_DECLINED, "tel:+431234"),
        "The page asked to open tel:+431234 in another program; it was not opened.",
    ),
    (
        PageNotice.of(Notice.WINDOW_OPENED),
        "A new window opened; you are looking at it now.",
    ),
    (
        PageNotice.of(Notice.WINDOW_CLOSED),
        "The window was closed; you are back in the one before.",
    ),
]


LATER_NOTICES = [
    (
        PageNotice.of(Notice.ORDER_HELD, "POST http://shop/order was held back: it says so"),
        "No order is placed in this visit: POST http://shop/order was held back: it says so.",
    ),
]
"""Of codes that are younger: no log holds the sentence without its code."""
