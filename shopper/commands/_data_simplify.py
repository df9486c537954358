"""`shopper data simplify`: logs that hold raw HTML, through the same script as live pages.

The command line only; the work is done in `agent.sources.resimplify`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from agent.sessions.dataset import BadRows, SessionWriter, files_of, read_sessions
from agent.sessions.session import RecordError
from eval import formatting
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import option

_err = plain_console(stderr=True)


@click.command("simplify")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@option(
    "--out", metavar="FILE", required=True, type=click.Path(path_type=Path), help="File to write."
)
@option("--keep-raw", is_flag=True, help="Keep the raw HTML beside the new context.")
@option("--trusted", is_flag=True, help="Believe the pages' own kinds (the embedded shop).")
@option(
    "--at-once",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Pages worked on at a time.",
)
@option("--skip-bad", is_flag=True, help="Pass over bad rows and pages and count them.")
def simplify(
    file: Path, out: Path, keep_raw: bool, trusted: bool, at_once: int, skip_bad: bool
) -> None:
    """Simplify again the pages of FILE that were logged as raw HTML.

    Steps without raw HTML stay as they are.
    """
    if out.exists() and out.samefile(file):
        raise Failure(f"{out} is the file that is read; write to another", 2)
    if not files_of(file):
        raise Failure(f"{file} holds no sessions: no data files are in it", 2)
    bad = BadRows()
    asyncio.run(_simplify(file, out, bad if skip_bad else None, keep_raw, trusted, at_once))
    for reason in bad.reasons:
        _err.print(f"bad: {reason}", soft_wrap=True)
    if bad.count:
        _err.print(f"{formatting.count(bad.count, 'session')} passed over")


async def _simplify(
    file: Path, out: Path, bad: BadRows | None, keep_raw: bool, trusted: bool, at_once: int
) -> None:
    from agent.sources.resimplify import simplify_sessions
    from envs.browser.browser import launch

    pages = lost = 0
    with SessionWriter(out) as writer:
        async with launch() as browser:
            sessions = read_sessions(file, on_bad=bad)
            async for one in simplify_sessions(
                sessions, browser, trusted=trusted, keep_raw=keep_raw, at_once=at_once
            ):
                if isinstance(one, RecordError):
                    if bad is None:
                        raise one
                    bad(one)
                    continue
                writer.write(one.session)
                pages, lost = pages + one.pages, lost + one.lost
    count, again = formatting.count(writer.count, "session"), formatting.count(pages, "page")
    click.echo(f"{out}: {count}, {again} simplified again")
    if lost:
        click.echo(f"on {lost} of them the element acted on is not found by its name")
