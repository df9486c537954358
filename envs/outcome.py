"""What became of one action."""

from __future__ import annotations

from typing import Any

import msgspec

from envs.faults import ActionFault, Fault
from envs.held import Held
from envs.observation import Box, Load, Viewport
from envs.troubles import Trouble


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `Environment.act`.

    `error` is one sentence when not `ok`, and `fault` its code where it has one. `settle_ms` is
    the wait until the page was at rest, `page_ms` how long the page itself took by its own clock,
    None where it did not say. `executed` is false when nothing was done to the page: the
    name was illegal, the pre-flight check failed, or the purchase guard held the action back (then
    `ok` and `purchase` are true). `kind` is the element's, ``leave`` for terminate; `box` is in
    page coordinates and `viewport` the window at the moment of acting. `purchase` says that this
    action was the purchase. `load` is how the document acted on had come. `screenshot` is the
    window as JPEG just before the press, where the options ask for one and it came in time.
    `secret` says that the field typed into holds a secret: the text of the action is not to be
    kept. `held` is what was held back, where `purchase` stands for an order that was not placed.
    `troubles` went wrong in the page since the action before.
    """

    ok: bool = True
    error: str | None = None
    fault: Fault | None = None
    settle_ms: float = 0.0
    page_ms: float | None = None
    executed: bool = True
    kind: str = "other"
    box: Box | None = None
    viewport: Viewport | None = None
    load: Load | None = None
    purchase: bool = False
    screenshot: bytes | None = None
    secret: bool = False
    held: Held | None = None
    troubles: tuple[Trouble, ...] = ()

    def with_fault(self, fault: ActionFault) -> Outcome:
        """The same, of an action that did not work."""
        return self.replace(ok=False, error=fault.text, fault=fault.code)

    def replace(self, **changes: Any) -> Outcome:
        return msgspec.structs.replace(self, **changes)
