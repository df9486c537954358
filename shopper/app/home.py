"""Home: what lies in the folder, newest first, and the bin."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from shopper.app.jobs import cannot_write
from shopper.app.own_folder import OwnFolder
from shopper.app.pages import Site, one, static_files
from shopper.app.shelf import Item, NotHere, is_name
from shopper.run_list import kind_of

A_PAGE = 30
"""Runs shown at once."""
STATES = ("running", "done", "stopped", "failed")


def routes(site: Site) -> list[Route]:
    home = _Home(site)
    return [
        Route("/", home.show),
        Route("/bin", home.bin),
        Route("/bin", home.throw_away, methods=["POST"]),
        Route("/bin/back", home.take_back, methods=["POST"]),
        Route("/bin/empty", home.empty, methods=["POST"]),
        Route("/picture/{name}", home.picture),
    ]


class _Home:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._shelf = site.shelf
        self._bin = OwnFolder(site.shelf.root).bin

    def show(self, request: Request) -> Response:
        """``?state=`` and ``?find=`` choose among them, ``?page=`` goes on to older ones."""
        try:
            everything = self._shelf.items()
        except OSError as error:
            why = f"{self._shelf.root} cannot be looked into: {error.strerror or error}"
            return self._site.wrong("The folder cannot be read", why, 500)
        state, find = request.query_params.get("state", ""), request.query_params.get("find", "")
        fitting = [item for item in everything if _fits(item, state, find.lower())]
        last = max(1, -(-len(fitting) // A_PAGE))
        page = min(max(1, _number(request.query_params.get("page", "1"))), last)
        shown = fitting[(page - 1) * A_PAGE : page * A_PAGE]
        return self._site.page(
            "home.html",
            here="home",
            items=[(item, self._shelf.outcome(item)) for item in shown],
            everything=len(everything),
            fitting=len(fitting),
            states=[(name, sum(_is(item, name) for item in everything)) for name in STATES],
            state=state,
            find=find,
            page=page,
            last=last,
            thrown=sum(1 for _ in self._thrown()),
        )

    def bin(self, request: Request) -> Response:
        return self._site.page("bin.html", here="home", names=sorted(self._thrown()))

    async def throw_away(self, request: Request) -> Response:
        """Move a run into the bin; a run that goes on is stopped first by whoever wants it."""
        name = one(await self._site.form(request), "name")
        item = self._shelf.item(name)
        if item.under_way:
            return self._site.wrong(
                "It is still running", "Stop it first; then it can go.", 409, item.address
            )
        try:
            if (self._shelf.root / name).is_dir():
                self._bin.mkdir(parents=True, exist_ok=True)
                self._shelf.folder(name).rename(_free(self._bin, name))
            self._shelf.jobs.forget(name)
        except OSError as error:
            return self._site.wrong(
                "It could not be moved", cannot_write(self._shelf.root, error), 500
            )
        return RedirectResponse(f"/?gone={quote(name)}", 303)

    async def take_back(self, request: Request) -> Response:
        path = self._in_bin(one(await self._site.form(request), "name"))
        try:
            path.rename(_free(self._shelf.root, path.name))
        except OSError as error:
            return self._site.wrong(
                "It could not be moved", cannot_write(self._shelf.root, error), 500, "/bin"
            )
        return RedirectResponse("/", 303)

    async def empty(self, request: Request) -> Response:
        """Delete for good what is in the bin."""
        await self._site.form(request)
        try:
            shutil.rmtree(self._bin)
        except FileNotFoundError:
            pass
        except OSError as error:
            why = cannot_write(self._bin, error)
            return self._site.wrong("Not everything could be deleted", why, 500, "/bin")
        return RedirectResponse("/", 303)

    def picture(self, request: Request) -> Response:
        """The first picture of a run; a drawing where none was taken, or none yet."""
        folder = self._shelf.folder(request.path_params["name"])
        root = folder / "a" if kind_of(folder) == "comparison" else folder
        found = next(root.glob("screenshots/*/000.jpg"), None)
        if found is None:
            drawing = static_files()["no-picture.svg"]
            return FileResponse(drawing, headers={"Cache-Control": "no-store"})
        path = self._shelf.file(folder.name, str(found.relative_to(folder)))
        return FileResponse(path, headers={"Cache-Control": "private, max-age=600"})

    def _thrown(self) -> Iterator[str]:
        if self._bin.is_dir():
            yield from (path.name for path in self._bin.iterdir() if path.is_dir())

    def _in_bin(self, name: str) -> Path:
        path = self._bin / name
        if not is_name(name) or not path.is_dir() or path.is_symlink():
            raise NotHere(f"there is no {name} in the bin")
        return path


def _fits(item: Item, state: str, find: str) -> bool:
    texts = (item.name, item.site, item.card.policy if item.card else "")
    found = not find or any(find in text.lower() for text in texts)
    return found and (not state or _is(item, state))


def _is(item: Item, state: str) -> bool:
    return item.under_way if state == "running" else item.state == state


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _free(folder: Path, name: str) -> Path:
    """Where something of this name may lie without taking another's place."""
    found, again = folder / name, 2
    while found.exists():
        found, again = folder / f"{name}-{again}", again + 1
    return found
