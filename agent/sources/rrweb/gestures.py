"""What a person has begun in a window and not ended yet. Times are in ms by the recording."""

from __future__ import annotations

import msgspec

from envs.observation import Observation, Viewport
from envs.recording.replay import Pressed


class Seen(msgspec.Struct, frozen=True):
    """A look and the window it was taken in."""

    page: Observation
    viewport: Viewport


class Press(msgspec.Struct):
    """Something went down."""

    id: int
    at: float
    on: Pressed
    seen: Seen
    used: bool = False


class Typing(msgspec.Struct):
    """A field being filled in. `left`: the person went on, and nothing has answered yet."""

    id: int
    on: Pressed
    seen: Seen
    text: str = ""
    at: float = 0.0
    changed: bool = False
    added: int = 0
    left: float | None = None
    judged: bool = False


class Scrolling(msgspec.Struct):
    """A stretch of scrolling; `start` and `last` in pixels."""

    seen: Seen
    start: float
    last: float
    at: float
    began: float
