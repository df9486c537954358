"""A customer's visit as an rrweb recording, for whoever has a player of such recordings.

What is typed into secret fields is covered in the page, before it is an event; what else is known
to be a secret is taken out of every event before it is written. Knows neither where rrweb comes
from nor what a run's folder is.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
from playwright.async_api import BrowserContext, Page

from envs.page import script
from envs.sieve import Sieve

_BINDING = "__shopperRrweb"
_BEGIN = Path(__file__).with_name("rrweb_begin.js")
_LEFT_OUT = ("listening.js", "veil.js")
_COVER = "*"
_INCREMENTAL, _INPUT = 3, 5
MAX_EVENT = 64 * 2**20
"""Characters of one event; a page that makes larger ones is not recorded, but shopped in."""


def page_source(rrweb: str) -> str:
    """What runs in every document: rrweb, what tells secrets, and what begins the recording."""
    upto = script.ORDER[: script.ORDER.index("secrets.js") + 1]
    parts = "\n".join(
        (script.FOLDER / part).read_text("utf-8") for part in upto if part not in _LEFT_OUT
    )
    return (
        "(() => { const rrweb = (() => { const module = { exports: {} }; "
        "const exports = module.exports; const define = undefined;\n"
        f"{rrweb}\nreturn module.exports; }})();\n"
        "const shopper = {}; const hearPresses = () => {};\n"
        f"{parts}\n{_BEGIN.read_text('utf-8')}\n}})()"
    )


class RrwebRecording:
    """One visit's recording in a file: a JSON array of events.

    Events of every window but the first have a ``windowId``. What a killed process leaves is an
    array that is cut off.
    """

    def __init__(self, path: Path) -> None:
        """
        Raises:
            OSError: it cannot be written there.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")
        self._file.write(b"[")
        self._first = True
        self._waiting: list[tuple[int, str]] = []
        self._windows: dict[Page, int] = {}

    async def install(self, context: BrowserContext, rrweb: str) -> None:
        """Record every page of `context` from now on; `rrweb` is its source."""
        await context.expose_binding(_BINDING, self._heard)
        await context.add_init_script(page_source(rrweb))

    def flush(self, sieve: Sieve) -> None:
        """Write what has been told; `sieve` knows by now what was typed as a secret.

        Raises:
            OSError: it cannot be written.
        """
        waiting, self._waiting = self._waiting, []
        for window, text in waiting:
            line = _clean(text, window, sieve)
            if line is not None:
                self._file.write((b"\n" if self._first else b",\n") + line)
                self._first = False
        self._file.flush()

    def close(self) -> None:
        """End the array. What was told after the last `flush` is not in it."""
        if not self._file.closed:
            self._file.write(b"\n]\n")
            self._file.close()

    def __enter__(self) -> RrwebRecording:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _heard(self, source: dict[str, Any], text: object) -> None:
        page = source.get("page")
        if not isinstance(text, str) or len(text) > MAX_EVENT or page is None:
            return
        window = self._windows.setdefault(page, len(self._windows) + 1)
        self._waiting.append((window, text))


def _clean(text: str, window: int, sieve: Sieve) -> bytes | None:
    """One event as it is kept; None for what is none: the page could have said anything."""
    try:
        event = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    if not isinstance(event, dict) or not {"type", "timestamp"} <= event.keys():
        return None
    if window > 1:
        event["windowId"] = str(window)
    if sieve.secrets:
        event = _without(event, sieve)
        _cover_beginnings(event, sieve)
    return msgspec.json.encode(event)


def _without(value: Any, sieve: Sieve) -> Any:
    """The value without secrets in any of its texts."""
    if isinstance(value, str):
        return sieve(value)
    if isinstance(value, list):
        return [_without(one, sieve) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, sieve) for key, one in value.items()}
    return value


def _cover_beginnings(event: dict[str, Any], sieve: Sieve) -> None:
    """A secret that was typed letter by letter was in the field in every part of it."""
    data = event.get("data")
    if event["type"] != _INCREMENTAL or not isinstance(data, dict) or data.get("source") != _INPUT:
        return
    text = data.get("text")
    if isinstance(text, str) and text and any(secret.startswith(text) for secret in sieve.secrets):
        data["text"] = _COVER * len(text)
