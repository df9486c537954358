"""Answering the dialogs a page opens, as a cautious person would, and saying what they said.

`page/dialogs.js` ends loops of them.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.async_api import Dialog, Error

from envs.faults import Notice
from envs.guard.dialogs import may_order
from envs.guard.guard import TransactionGuard

_MANY = 4  # as many as page/dialogs.js lets through in a row


class Dialogs:
    """Answers dialogs and counts them. `guard` is there where no order may be placed."""

    def __init__(self, note: Callable[[Notice, str], None], guard: TransactionGuard | None) -> None:
        self._note = note
        self._guard = guard
        self._count = 0
        self._calm = True

    def begin_step(self) -> None:
        """Start counting again, unless dialogs came in the step before, too."""
        if self._calm:
            self._count = 0
        self._calm = True

    async def answer(self, dialog: Dialog) -> None:
        """Answer one dialog."""
        self._count += 1
        self._calm = False
        if self._count == _MANY:
            self._note(Notice.DIALOG_LOOP, "")
        try:
            if self._accepts(dialog):
                await dialog.accept()
            else:
                await dialog.dismiss()
        except Error:
            return  # the page went away with its dialog

    def _accepts(self, dialog: Dialog) -> bool:
        """Answer as decided below and note what was said."""
        said = " ".join(dialog.message.split())[:300]
        if dialog.type == "beforeunload":
            self._note(Notice.LEAVE_CONFIRMED, "")
            return True
        if dialog.type == "alert":
            self._note(Notice.ALERT, said)
            return True
        if dialog.type == "prompt":
            self._note(Notice.PROMPT_DECLINED, said)
            if self._guard is not None and may_order(said, self._guard.checking_out):
                self._guard.dismissed()
            return False
        if self._guard is not None and may_order(said, self._guard.checking_out):
            self._note(Notice.ORDER_DECLINED, said)
            self._guard.dismissed()
            return False
        self._note(Notice.CONFIRMED, said)
        return True
