"""Telling what was done, as a recorder tells it, and counting what cannot be told.

A text that the recorder covered waits for the next address, which may say it.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from agent.sources.rrweb.addresses import masked_search
from agent.sources.rrweb.gestures import Seen
from agent.sources.rrweb.quality import Quality
from agent.sources.rrweb.stage import Stage
from envs.actions import Action, Input, TypeAndSubmit
from envs.recording.recorder import Event as Told
from envs.recording.recorder import Look, RecordedAction, Returned

Tell = Callable[[Told], None]
"""Takes what happened, in order."""


class Teller:
    """Tells of one window. `buying`: the last thing done may have placed an order."""

    def __init__(self, stage: Stage, tell: Tell, quality: Quality) -> None:
        self._stage = stage
        self._tell = tell
        self._waiting: RecordedAction | None = None
        self.quality = quality
        self.buying = False

    def done(
        self,
        action: Action,
        seen: Seen,
        at: float,
        *,
        secret: bool = False,
        submits: bool = False,
        covered: bool = False,
    ) -> None:
        """Tell an action, unless the page could not be trusted; `covered` texts wait."""
        if self._stage.torn:
            self.quality.drop("torn")
        elif seen.page.illegal(action):
            self.quality.drop("gone")
        else:
            told = RecordedAction(action, seen.page, at / 1000, seen.viewport, secret, submits)
            self.release()
            if covered:
                self._waiting = told
            else:
                self._keep(told)

    def looked_further(self, action: Action, seen: Seen, at: float) -> None:
        """Tell what is counted nowhere: a scroll."""
        if not self._stage.torn and not seen.page.illegal(action):
            self.release()
            self._tell(RecordedAction(action, seen.page, at / 1000, seen.viewport))

    def returned(self, at: float) -> None:
        self._tell(Returned(at / 1000))

    def saw(self, seen: Seen) -> None:
        """Tell a look at which nothing was done."""
        self._tell(Look(seen.page))

    def release(self, href: str | None = None) -> None:
        """Tell the covered text that waits; `href` is the address that followed, if one did."""
        told, self._waiting = self._waiting, None
        if told is None:
            return
        action = told.action
        if href is not None and isinstance(action, TypeAndSubmit | Input):
            words = masked_search(href, len(action.text))
            if words is not None:
                self.quality.found += 1
                action = msgspec.structs.replace(action, text=words)
                told = msgspec.structs.replace(told, action=action, secret=False)
        self._keep(told)

    def _keep(self, told: RecordedAction) -> None:
        name = getattr(told.action, "name", "")
        self.buying = told.seen.by_name[name].kind == "buy" if name else False
        self.quality.kept += 1
        self._tell(told)
