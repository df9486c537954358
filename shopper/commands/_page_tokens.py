"""``--page-tokens``: how much of a page a policy is shown."""

from __future__ import annotations

import click

from agent.prompts.prompt import LEAST_PAGE_TOKENS as LEAST
from shopper.help import option


class _PageTokens(click.ParamType[int | str]):
    name = "tokens"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str:
        text = str(value)
        if text in ("all", "cut"):
            return text
        if text.isascii() and text.isdecimal() and int(text) >= LEAST:
            return int(text)
        self.fail(f"{value!r} is neither a number of {LEAST} or more nor all or cut", param, ctx)


page_tokens_option = option(
    "--page-tokens",
    type=_PageTokens(),
    metavar="N",
    help="Fold each page to N tokens; all shows it whole, cut leaves out its end.",
    show_default="as the policy was trained; else folded to half the window",
)
