"""What the guard held back: the record of an order that was kept from being placed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

Layer = Literal["words", "press", "dialog", "request"]
"""Which wall held: the words of an element before it was pressed, the element that got the press,
a dialog, or the request that would have gone out."""


_SHOWN = 8
"""Keys named in a sentence."""


class Held(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """One thing that was held back because it may have placed an order.

    `pressed` says what was pressed or typed into, as the page called it. Of a request, `method`,
    `address` and the `keys` of its query and body are kept and never a value: values may be
    anybody's name or card.
    """

    layer: Layer
    reason: str
    pressed: str = ""
    method: str = ""
    address: str = ""
    keys: tuple[str, ...] = ()

    def through(self, sieve: Callable[[str], str]) -> Held:
        """The same with every text put through `sieve`: a page may put what was typed anywhere."""
        return msgspec.structs.replace(
            self,
            pressed=sieve(self.pressed),
            address=sieve(self.address),
            keys=tuple(map(sieve, self.keys)),
        )

    @property
    def sentence(self) -> str:
        """What was held back and why, for people and models."""
        if not self.address:
            return f'"{self.pressed}" was held back: {self.reason}'
        keys = f" with {', '.join(self.keys[:_SHOWN])}" if self.keys else ""
        press = f' after "{self.pressed}"' if self.pressed else ""
        return f"{self.method} {self.address}{keys}{press} was held back: {self.reason}"
