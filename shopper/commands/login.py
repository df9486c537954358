"""``shopper login``: a person logs in once, and visits start from that.

Reads the options, asks for a window, keeps the file. The work is `agent.sources.login`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from agent.sources.login import NothingKept, keep_login, persons_browser
from envs.access import Access
from envs.access.private_files import write_private
from envs.gateway import SiteRules
from shopper.access import AccessAsked, check_told, read_access
from shopper.commands._access_options import SECTION, access_options
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import Command, option

_err = plain_console(stderr=True)


@click.command(
    "login", cls=Command, sections={"What is kept": "out", "What is brought along": SECTION}
)
@click.argument("url")
@option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="File for the login, readable by you alone.",
)
@access_options
@option("--headless", is_flag=True, hidden=True, help="Without a window, for tests.")
@option("--devtools", type=int, hidden=True, help="Port to drive the browser by, for tests.")
def command(url: str, out: Path, access: AccessAsked, headless: bool, devtools: int | None) -> None:
    """Log in at URL by hand, in a browser window, and keep the login for visits to start from.

    The login is kept when the window is closed: cookies and what pages keep, in --out, which
    --storage-state of other commands takes. With --setup a script logs in, and nobody need.
    """
    start = SiteRules.for_start(url).start
    brought = read_access(access, [url])
    check_told(brought, {"--out": out, "the URL": url})
    flags = (f"--remote-debugging-port={devtools}",) if devtools else ()
    try:
        state = asyncio.run(_logged_in(start, brought, headless, flags))
    except KeyboardInterrupt as error:
        raise Failure("stopped; nothing was kept: close the window to keep the login") from error
    write_private(out, state)
    click.echo(
        f"{out}: the login is kept, for you alone (mode 0600); --storage-state {out} uses it"
    )


async def _logged_in(url: str, access: Access, headless: bool, flags: tuple[str, ...]) -> bytes:
    from envs.browser.browser import missing_display

    by_script = access.script is not None
    if not headless and not by_script and missing_display():
        raise Failure(
            "there is no display to show a window on: run it in a desktop session, or log in by "
            "script with --setup"
        )
    window = persons_browser(url, access, headed=not (headless or by_script), flags=flags)
    async with window as own:
        if by_script:
            return _of_script(own.access, url)
        _err.print("Log in in the window. When you are in, close it: then the login is kept.")
        return await keep_login(own, url)


def _of_script(access: Access, url: str) -> bytes:
    state = access.state
    if state is None or not (state.for_browser.get("cookies") or state.for_browser.get("origins")):
        raise NothingKept(f"{url} left no cookie and nothing else to start from: nothing is kept")
    return state.content
