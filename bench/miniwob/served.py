"""The pages of the installed `miniwob` package, served on the loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path


class NoMiniWoB(RuntimeError):
    """The package `miniwob` is not installed."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""


def folder() -> Path:
    """Where the installed package keeps its pages; the package itself is not imported.

    Raises:
        NoMiniWoB: it is not installed.
    """
    found = find_spec("miniwob")
    if found is None or not found.submodule_search_locations:
        raise NoMiniWoB("the package miniwob is not installed: pip install miniwob")
    return Path(next(iter(found.submodule_search_locations))) / "html"


def tasks() -> list[str]:
    """The names of all tasks, in alphabetical order."""
    return sorted(page.stem for page in (folder() / "miniwob").glob("*.html"))


@contextmanager
def serve() -> Iterator[str]:
    """The address of the tasks, without a slash at its end, for as long as the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder())))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/miniwob"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
