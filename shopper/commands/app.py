"""``shopper app``: the app for people who do not live in a terminal."""

from __future__ import annotations

import asyncio
import webbrowser
from pathlib import Path

import click

from shopper.app.guard import Door
from shopper.app.jobs import CannotStart, cannot_write
from shopper.app.new.written import free_name
from shopper.app.shelf import Shelf
from shopper.app.start import NoPort, listen, port_of, serve
from shopper.app.web import make_app
from shopper.failure import Failure
from shopper.help import option


@click.command()
@click.argument(
    "folder", metavar="[DIR]", default=Path("runs"), type=click.Path(path_type=Path), required=False
)
@option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Where to listen, on this machine alone; 0: any that is free.",
    show_default="8760, or the next that is free",
)
@option("--no-open", is_flag=True, help="Print the address and open no browser.")
@option(
    "--demo",
    is_flag=True,
    help="Begin with three customers on their way through the embedded shop.",
)
def command(folder: Path, port: int | None, no_open: bool, demo: bool) -> None:
    """Open the app in the browser: make runs and studies, watch them, read, compare and send them.

    Works on the runs and studies in DIR (default: runs), as the other commands do. Only this
    machine reaches it, and only the browser that opens the address, which holds a token that is
    good for once. What it starts goes on when the app ends.
    """
    if folder.exists() and not folder.is_dir():
        raise Failure(f"{folder} is a file; name the folder that holds the runs", exit_code=2)
    try:
        listener = listen(port)
    except NoPort as error:
        raise Failure(str(error)) from error
    shelf = Shelf(folder)
    door = Door(port_of(listener), _demo(shelf) if demo else "/")

    def ready() -> None:
        click.echo(f"The app is at {door.address}\nCtrl-C ends it; what it started goes on.")
        if not no_open and not webbrowser.open(door.address):
            click.echo("No browser could be opened: open that address yourself.", err=True)

    asyncio.run(serve(make_app(shelf, door), listener, ready))


def _demo(shelf: Shelf) -> str:
    """Send three customers to the embedded shop; returns where that is seen."""
    name = free_name(shelf.root, shelf.jobs.file(""))
    words = ("run", "--customers", "3", "--out", str(shelf.root / name))
    try:
        shelf.root.mkdir(parents=True, exist_ok=True)
        shelf.jobs.start(name, "run", "the embedded shop", words)
    except CannotStart as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(cannot_write(shelf.root, error)) from error
    return f"/live/{name}"
