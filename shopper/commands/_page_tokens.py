"""The value of ``--page-tokens``."""

from __future__ import annotations

import click

LEAST = 64


class _PageTokens(click.ParamType[int | str]):
    name = "tokens"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str:
        text = str(value)
        if text == "all":
            return text
        if text.isascii() and text.isdecimal() and int(text) >= LEAST:
            return int(text)
        self.fail(f"{value!r} is neither a number of {LEAST} or more nor all", param, ctx)


PAGE_TOKENS = _PageTokens()
