"""What is in a trace file: actions, each with the page just before it, as a stream.

Facts: microsoft/playwright, ``packages/trace`` (versions 8 to 10). Knows nothing of sessions.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import msgspec

from agent.sessions.session import RecordError
from agent.sources.playwright_trace.snapshots import Frame

VERSIONS = (8, 10)
LONGEST_LINE = 1 << 28
_LARGEST_SHEET = 1 << 24


class TracedAction(msgspec.Struct, frozen=True):
    """Something that was done. `html` is the page before it, empty where there is no snapshot;
    `at` in ms since 1970; `size` of the window."""

    method: str
    params: dict[str, Any]
    page: str
    at: float
    url: str = ""
    html: str = ""
    size: tuple[int, int] = (1280, 800)


class Trace:
    """A ``trace.zip``. Use as a context manager."""

    def __init__(self, path: Path) -> None:
        """
        Raises:
            RecordError: it is none.
        """
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise RecordError(f"{path} is no trace of Playwright: {error}") from error
        self.names = [name for name in self._zip.namelist() if name.endswith(".trace")]
        if not self.names:
            raise RecordError(f"{path} is no trace of Playwright: no .trace is in it")
        self._sheets: dict[str, str] | None = None

    def close(self) -> None:
        self._zip.close()

    def __enter__(self) -> Trace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def actions(self, name: str) -> Iterator[TracedAction]:
        """The actions of one of `names`, in their order.

        Raises:
            RecordError: a version that is not known, or not readable.
        """
        frames: dict[str, Frame] = {}
        open_calls: dict[str, dict[str, Any]] = {}
        looks: dict[str, TracedAction] = {}
        clock = 0.0
        for row in self._rows(name):
            kind = row.get("type")
            if kind == "context-options":
                self._check(row)
                clock = float(row.get("wallTime", 0)) - float(row.get("monotonicTime", 0))
            elif kind == "before":
                open_calls[str(row.get("callId"))] = row
            elif kind == "frame-snapshot":
                self._look(row["snapshot"], frames, open_calls, looks)
            elif kind == "after":
                call = str(row.get("callId"))
                began = open_calls.pop(call, None)
                seen = looks.pop(call, None)
                if began is not None and "error" not in row:
                    yield seen or _bare(began, clock)

    def _look(
        self,
        snapshot: dict[str, Any],
        frames: dict[str, Frame],
        open_calls: dict[str, dict[str, Any]],
        looks: dict[str, TracedAction],
    ) -> None:
        call = str(snapshot.get("callId"))
        frame = frames.setdefault(str(snapshot.get("frameId")), Frame())
        frame.add(snapshot.get("html"))
        began = open_calls.get(call)
        phase = snapshot.get("phase") or str(snapshot.get("snapshotName", "")).partition("@")[0]
        if began is None or not snapshot.get("isMainFrame", True) or phase == "after":
            return
        url = str(snapshot.get("frameUrl", ""))
        port = snapshot.get("viewport") or {}
        looks[call] = TracedAction(
            method=str(began.get("method", "")),
            params=began.get("params") or {},
            page=str(snapshot.get("pageId", "")),
            at=float(snapshot.get("wallTime", 0)),
            url=url,
            html=frame.html(call, lambda href: self._sheet(urljoin(url, href))),
            size=(int(port.get("width", 1280)), int(port.get("height", 800))),
        )

    def _check(self, row: dict[str, Any]) -> None:
        version = row.get("version")
        least, most = VERSIONS
        if not isinstance(version, int) or not least <= version <= most:
            raise RecordError(
                f"{self._path}: a trace of version {version}; {least} to {most} are read: record "
                "it again with a Playwright of today"
            )

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:
        try:
            with self._zip.open(name) as lines:
                while line := lines.readline(LONGEST_LINE):
                    row = msgspec.json.decode(line)
                    if isinstance(row, dict):
                        yield row
        except (zipfile.BadZipFile, msgspec.DecodeError, OSError, EOFError, UnicodeError) as error:
            raise RecordError(f"{self._path}: {name} cannot be read: {error}") from error

    def _sheet(self, url: str) -> str | None:
        """A style sheet that the trace holds."""
        if self._sheets is None:
            self._sheets = self._sheet_names()
        held = self._sheets.get(url)
        if held is None:
            return None
        try:
            if self._zip.getinfo(held).file_size > _LARGEST_SHEET:
                return None
            return self._zip.read(held).decode("utf-8", "replace")
        except (KeyError, zipfile.BadZipFile, OSError):
            return None

    def _sheet_names(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in self._zip.namelist():
            if not name.endswith(".network"):
                continue
            for row in self._rows(name):
                told = row.get("snapshot") or {}
                content = (told.get("response") or {}).get("content") or {}
                held = content.get("_file") or f"resources/{content.get('_sha1')}"
                if "css" in str(content.get("mimeType", "")):
                    found[str((told.get("request") or {}).get("url", ""))] = held
        return found


def _bare(began: dict[str, Any], clock: float) -> TracedAction:
    return TracedAction(
        method=str(began.get("method", "")),
        params=began.get("params") or {},
        page="",
        at=clock + float(began.get("startTime", 0)),
    )
