"""What goes wrong in a page behind the customer's back: errors of its scripts, failed requests."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["script", "console", "request"]


class Trouble(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """One thing that went wrong on `page`, an address without its query, so many `times` in a step.

    `kind`: ``script``, an error that no script caught; ``console``, what a script reported as an
    error; ``request``, a request to the shop itself that was answered with an error or not at all.
    """

    kind: Kind
    page: str
    text: str
    times: int = 1
