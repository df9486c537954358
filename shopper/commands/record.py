"""``shopper record``: a person shops in a window of this machine, and the visit is logged.

Reads the options, asks the browser for a window, keeps the session. The work is
`agent.sources.recording`.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

import click
import msgspec

from agent.sessions.dataset import read_sessions, write_sessions
from agent.sessions.describe import describe_step
from agent.sessions.log import read_session_log
from agent.sessions.outcome import outcome_of
from agent.sessions.redaction import Redact
from agent.sessions.session import Session, Step
from agent.sessions.writer import check_format
from envs.access import Access
from envs.actions import ActionSet
from eval import formatting
from shopper.access import AccessAsked, check_told, read_access
from shopper.commands._access_options import SECTION, access_options
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import Command, option

if TYPE_CHECKING:
    from agent.sources.recording import Recording

CONSENT = "consent.txt"
_err = plain_console(stderr=True)


@click.command(
    "record",
    cls=Command,
    sections={
        "What is kept": "out user intent consent redact actions",
        "Where": "allow",
        "Getting in": SECTION,
    },
)
@click.argument("url", required=False)
@option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    required=True,
    help="Data set to add the session to: .jsonl, .jsonl.gz, .jsonl.zst or .parquet.",
)
@option(
    "--user",
    metavar="NAME",
    help="Who shops; the same name for every visit of one person.",
    show_default="a new one",
)
@option("--intent", help="What the person came for.")
@option("--consent", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Text file to show instead of our consent text.")  # fmt: skip
@option(
    "--redact",
    type=click.Choice(["personal", "all"]),
    is_flag=False,
    flag_value="all",
    help="Take out what is typed: all of it, or (personal) all but searches.",
)
@option(
    "--actions",
    type=click.Choice(get_args(ActionSet)),
    default="paper",
    show_default=True,
    help="What is kept: clicks and texts, as in the paper, or also scrolls, hovers that open "
    "something, and returns.",
)
@option("--allow", multiple=True, metavar="HOST", help="Record on this host as well.")
@access_options
@option("--headless", is_flag=True, hidden=True, help="Without a window, for tests.")
@option("--devtools", type=int, hidden=True, help="Port to drive the browser by, for tests.")
def command(
    url: str | None, out: Path, user: str | None, intent: str | None, consent: Path | None,
    redact: Redact | None, actions: ActionSet, allow: tuple[str, ...], headless: bool,
    devtools: int | None, access: AccessAsked,
) -> None:  # fmt: skip
    """Record how a person shops at URL, or in the embedded shop, in a browser window.

    The window first says what is recorded and asks for consent. Then everything pressed, chosen
    and typed becomes a session in --out, until the window is closed or an order is placed;
    passwords and card numbers are never recorded. A file that exists gets the session added.
    """
    from agent.sources.recording import Recording

    _check(url, out)
    brought = read_access(access, [url])
    check_told(brought, {"--out": out, "--user": user, "--intent": intent, "the URL": url})
    user = user or f"person-{secrets.token_hex(4)}"
    session_id = f"{user}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    job = Recording(
        url=url or "",
        log=out.with_name(f"{out.name}.{session_id}.log"),
        session_id=session_id,
        user_id=user,
        site=urlsplit(url).hostname or "" if url else "embedded-shop",
        consent=_consent(consent, actions),
        intent=intent,
        hosts=allow,
        redact=redact or "nothing",
        trusted=not url,
        actions=actions,
    )
    flags = (f"--remote-debugging-port={devtools}",) if devtools else ()
    try:
        session = asyncio.run(_record(job, brought, headless, flags))
    except KeyboardInterrupt as error:
        kept = _keep(job, out)
        raise Failure(f"stopped; {formatting.count(kept, 'step')} kept in {out}") from error
    count = _add(out, session)
    job.log.unlink()
    click.echo(
        f"{out}: {formatting.count(count, 'session')}; this one has "
        f"{formatting.count(len(session.steps), 'step')}: the person {outcome_of(session).word}"
    )


async def _record(
    job: Recording, access: Access, headless: bool, flags: tuple[str, ...]
) -> Session:
    from agent.sources.login import persons_browser
    from agent.sources.recording import record
    from envs.browser.browser import missing_display
    from envs.shop import serve

    if not headless and missing_display():
        raise Failure("there is no display to show a window on: run it in a desktop session")
    async with AsyncExitStack() as stack:
        if not job.url:
            shop = await stack.enter_async_context(serve())
            job = msgspec.structs.replace(job, url=shop.entry(job.session_id))
        window = persons_browser(job.url, access, headed=not headless, flags=flags)
        own = await stack.enter_async_context(window)
        _err.print("The window asks for consent; the recording ends when it is closed.")
        return await record(job, own, _say)


def _check(url: str | None, out: Path) -> None:
    """What would fail after the visit fails before it."""
    from envs.errors import StartError
    from envs.navigation.start_page import check_address

    check_format(out)
    for _ in read_sessions(out) if out.exists() else ():
        pass
    for log in sorted(out.parent.glob(f"{out.name}.*.log")):
        _err.print(f"{log} holds a recording that was cut off; `shopper data convert` reads it")
    try:
        check_address(url or "http://127.0.0.1/")
    except StartError as error:
        raise Failure(str(error), 2) from error


def _add(out: Path, session: Session) -> int:
    """Add the session behind those that are there; returns how many there are now."""
    there = read_sessions(out) if out.exists() else iter(())
    return write_sessions(out, chain(there, [session]))


def _keep(job: Recording, out: Path) -> int:
    """Keep what was recorded before the stop; returns the number of steps."""
    from agent.sources.recording import cut_short

    if not job.log.exists():
        return 0
    session = read_session_log(job.log)
    if session.steps:
        _add(out, cut_short(job, session))
    job.log.unlink()
    return len(session.steps)


def _consent(path: Path | None, actions: ActionSet) -> str:
    if path is None:
        text = (files("agent") / "samples" / CONSENT).read_text("utf-8")
        return text if actions == "paper" else text.replace(_PRESSED, f"{_PRESSED}{_ALSO}", 1)
    text = path.read_text("utf-8")
    if not text.strip():
        raise Failure(f"{path} is empty: it must say what the person agrees to", 2)
    return text


_PRESSED = "- what you press and choose, and what you type into fields\n"
_ALSO = (
    "- how far you scroll, what opens under your pointer, and when you go back to a page before\n"
)


def _say(step: Step) -> None:
    _err.print(f"{step.index + 1:>4}  {describe_step(step)}")
