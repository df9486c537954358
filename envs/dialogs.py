"""Answering the dialogs a page opens, as a cautious person would, and saying what they said.

A page that opens them in a loop is not allowed any more. Knows nothing of windows or actions.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from playwright.async_api import CDPSession, Dialog, Error

from envs.options import EnvOptions

_ORDERS = re.compile(
    r"\b(order|buy|purchase|pay|checkout|bestell|kauf|zahl|command|achet|pay[eé]|compra|pag[ao]|"
    r"pedid|acquist|ordin|beställ|köp|betala|kup|zam[oó]w|zap[lł]a)|"
    r"注文|購入|支払|购买|購買|订单|支付|付款|주문|구매|결제|заказ|купить|оплат|ซื้อ|شراء|طلب|דע",
    re.IGNORECASE,
)
_SILENCE = "for (const f of ['alert', 'confirm', 'prompt']) window[f] = () => undefined"


class Dialogs:
    """Answers dialogs and counts them per step."""

    def __init__(self, note: Callable[[str], None], options: EnvOptions) -> None:
        self._note = note
        self._options = options
        self._count = 0

    def begin_step(self) -> None:
        self._count = 0

    async def answer(self, dialog: Dialog, cdp: CDPSession | None) -> None:
        """Answer one dialog; `cdp` reaches the page that opened it."""
        self._count += 1
        try:
            if self._count > self._options.max_dialogs and cdp is not None:
                await self._silence(dialog, cdp)
            elif self._accepts(dialog):
                await dialog.accept()
            else:
                await dialog.dismiss()
        except Error:
            return  # the page went away with its dialog

    def _accepts(self, dialog: Dialog) -> bool:
        """Answer as decided below and note what was said."""
        said = " ".join(dialog.message.split())[:300]
        if dialog.type == "beforeunload":
            self._note("The page asked whether to leave; it was left.")
            return True
        if dialog.type == "alert":
            self._note(f'The page showed a message: "{said}"')
            return True
        if dialog.type == "prompt":
            self._note(f'The page asked for an answer to "{said}"; none was given.')
            return False
        may_order = self._options.own_shop or self._options.allow_purchase
        if _ORDERS.search(said) and not may_order:
            self._note(f'The page asked "{said}"; it was cancelled, since it may place an order.')
            return False
        self._note(f'The page asked "{said}"; OK was chosen.')
        return True

    async def _silence(self, dialog: Dialog, cdp: CDPSession) -> None:
        """Stop the script that opened the dialog and let this page open no more of them."""
        self._note("The page opened dialogs in a loop; it is not allowed to open more.")
        stopping = asyncio.ensure_future(cdp.send("Runtime.terminateExecution"))
        await dialog.dismiss()
        await asyncio.gather(stopping, return_exceptions=True)
        await asyncio.gather(
            cdp.send("Runtime.evaluate", {"expression": _SILENCE}),
            cdp.send("Page.addScriptToEvaluateOnNewDocument", {"source": _SILENCE}),
        )
