"""``shopper mcp``: a server of the Model Context Protocol on standard input and output."""

from __future__ import annotations

import asyncio
import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from shopper.failure import Failure
from shopper.help import option


@click.command()
@option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default="runs",
    help="Folder in which each run has its own.",
)
def command(out: Path) -> None:
    """Let an assistant send customers: a server of the Model Context Protocol.

    Speaks the protocol on standard input and output, with the tools observe, run, study and report.
    An assistant starts it with the command `shopper mcp`; it needs the extra mcp.
    """
    from shopper.mcp_server.server import make_server  # asks for the extra
    from shopper.mcp_server.serving import serve

    if sys.__stdin__ is None or sys.__stdout__ is None:
        raise Failure("standard input and output are closed; an assistant speaks through them")
    if sys.__stdin__.isatty():
        click.echo(
            "An assistant is to speak here (Model Context Protocol); docs/mcp.md says how to set "
            "one up. Ctrl-C or Ctrl-D ends this.",
            err=True,
        )
    server = make_server(out)
    # The protocol's bytes go to the stream itself; what tools might print goes to standard error.
    with redirect_stdout(sys.__stdout__):
        asyncio.run(serve(server))
