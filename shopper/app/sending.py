"""Send: a run as one file, made while it is sent, so that it needs no room on the disk."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from envs.browser.browser import ContextOptions, launch
from envs.errors import EnvError
from shopper.app import kept, notes
from shopper.app.pages import Site
from shopper.app.reports import report_name
from shopper.app.result import TABS
from shopper.app.shelf import SHOWN, Item

_LOGS = frozenset({".jsonl"})
_PACKED = frozenset({".jpg", ".jpeg", ".png"})
_NO_TABLES = ("replays",)
PATIENCE_MS = 60_000


def routes(site: Site) -> list[Route]:
    sending = _Sending(site)
    return [
        Route("/run/{name}/send", sending.show),
        Route("/run/{name}/zip", sending.zip),
        Route("/run/{name}/pdf", sending.pdf),
        Route("/run/{name}/table/{table}", sending.table),
    ]


class _Sending:
    def __init__(self, site: Site) -> None:
        self._site = site

    def show(self, request: Request) -> Response:
        item, folder = self._known(request)
        tables = sorted(path.name for path in folder.glob("*.csv"))
        plain = sum(path.stat().st_size for path in _files(folder, SHOWN))
        logs = sum(path.stat().st_size for path in _files(folder, _LOGS))
        return self._site.page(
            "send.html",
            item=item,
            tab="/send",
            tabs=TABS,
            here="home",
            tables=tables,
            plain=plain,
            logs=logs,
        )

    def zip(self, request: Request) -> Response:
        """The pages, pictures, tables and notes; with ``?logs=1`` also every visit's log."""
        item, folder = self._known(request)
        endings = SHOWN | _LOGS if request.query_params.get("logs") else SHOWN
        return StreamingResponse(
            zipped(folder, endings),
            media_type="application/zip",
            headers=_attached(f"{item.name}.zip"),
        )

    async def pdf(self, request: Request) -> Response:
        """The page as it is printed."""
        item, folder = self._known(request)
        name = report_name(folder)
        page = f"http://127.0.0.1:{self._site.door.port}"
        page += kept.address(self._site, quote(item.name), name)
        try:
            async with launch() as browser, asyncio.timeout(PATIENCE_MS / 1000):
                context = await browser.context(ContextOptions())
                tab = await context.new_page()
                await tab.goto(page, timeout=PATIENCE_MS)
                printed = await tab.pdf(format="A4", print_background=True)
        except (EnvError, TimeoutError) as error:
            why = f"{error or 'it took too long'}."
            back = f"/run/{quote(item.name)}/send"
            return self._site.wrong("It could not be printed", why, 500, back)
        return Response(
            printed, media_type="application/pdf", headers=_attached(f"{item.name}.pdf")
        )

    def table(self, request: Request) -> Response:
        item, _ = self._known(request)
        table = request.path_params["table"]
        path = self._site.shelf.file(item.name, table)
        return Response(
            path.read_bytes(),
            media_type="text/csv; charset=utf-8",
            headers=_attached(f"{item.name}-{table}"),
        )

    def _known(self, request: Request) -> tuple[Item, Path]:
        item = self._site.shelf.item(request.path_params["name"])
        return item, self._site.shelf.folder(item.name)


def zipped(folder: Path, endings: frozenset[str]) -> Iterator[bytes]:
    """The files of a run with these endings as a zip, piece by piece."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path in _files(folder, endings):
            told = zipfile.ZipInfo.from_file(path, f"{folder.name}/{path.relative_to(folder)}")
            small = path.suffix.lower() in _PACKED  # they are packed already
            told.compress_type = zipfile.ZIP_STORED if small else zipfile.ZIP_DEFLATED
            with path.open("rb") as source, packed.open(told, "w") as target:
                while piece := source.read(1 << 18):
                    target.write(piece)
                    yield pipe.take()
        if text := _notes(folder):
            packed.writestr(f"{folder.name}/notes.txt", text)
    yield pipe.take()


def _files(folder: Path, endings: frozenset[str]) -> Iterator[Path]:
    """Its own files, none that is a link or hidden."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts) or inside.parts[0] in _NO_TABLES
        if hidden or path.suffix.lower() not in endings or path.is_symlink():
            continue
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            yield path


def _notes(folder: Path) -> str:
    """The notes as a text, for whoever has no app."""
    try:
        said = notes.read_notes(folder)
    except notes.NotesError:
        return ""
    lines = [f"{note.at:%Y-%m-%d}  {note.where}  {note.text}" for note in said.notes]
    return "".join(f"{line}\n" for line in lines)


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


class _Pipe(io.RawIOBase):
    """Takes what is written and gives it out; nothing in it can be gone back to."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
