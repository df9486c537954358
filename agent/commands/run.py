"""Send virtual customers to a shop and report what they did.

The command line of a run: reads the options, says what was reached. The run is `agent.crowd`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console

from agent.crowd import Crowd, Plan, default_folder
from agent.failure import Failure
from agent.loop import Limits
from agent.personas import Customer, PersonaError, cast, load_personas, sample_personas
from agent.policies import load
from agent.policy import Policy, PolicyError
from agent.progress import Progress
from agent.report import write_report
from agent.runcard import RunCard, RunFolder, Setting
from agent.runstore import FolderError, claim
from agent.session import Session
from envs.browser import ContextOptions
from envs.devices import DEVICES, window_of
from envs.errors import BadOptions, EnvError
from envs.gateway import SiteError, SiteRules
from envs.shop import VARIANTS, UnknownVariant, variant_named
from envs.world import version as simplifier_version

MOST_CUSTOMERS = 10_000
_err = Console(stderr=True, highlight=False)


def _default_concurrency() -> int:
    return min(16, 4 * (os.cpu_count() or 1))


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL] [URL_B]")
@click.option("--customers", type=click.IntRange(1, MOST_CUSTOMERS), default=3, show_default=True)
@click.option(
    "--policy",
    default="smollm2",
    show_default=True,
    help="Who decides: smollm2, "
    "anthropic:MODEL, openai:MODEL@URL, scripted:FILE, replay:DIR, or a model's path.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for the run.  [default: runs/DATE_TIME]"
)
@click.option("--personas", type=click.Path(path_type=Path), help="JSON Lines of personas.")
@click.option("--intent", help="What every customer came for, instead of their own intents.")
@click.option(
    "--variant",
    default="default",
    show_default=True,
    metavar="NAME[,NAME_B]",
    help=f"Version of the embedded shop: {', '.join(VARIANTS)}.",
)
@click.option("--device", type=click.Choice(list(DEVICES)), default="desktop", show_default=True)
@click.option("--locale", metavar="TAG", help="Language of the customers' browser, e.g. de-DE.")
@click.option("--timezone", metavar="ZONE", help="Where their clock stands, e.g. Europe/Berlin.")
@click.option("--max-steps", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 256),
    help="Customers at once.  [default: four per core, at most 16]",
)
@click.option("--allow", multiple=True, metavar="HOST", help="Also reach this host; repeatable.")
@click.option("--allow-purchase", is_flag=True, help="Really place orders on a foreign site.")
@click.option(
    "--respect-robots", is_flag=True, help="Stay out of pages that the site's robots.txt closes."
)
@click.option("--headed", is_flag=True, help="Show the browser.")
@click.option("--resume", is_flag=True, help="Go on with the run in --out.")
@click.option("--no-screenshots", is_flag=True, help="Faster, but the report has no pictures.")
@click.option("--json", "as_json", is_flag=True, help="Print the run card as JSON at the end.")
def command(
    urls: tuple[str, ...],
    customers: int,
    policy: str,
    seed: int,
    out: Path | None,
    personas: Path | None,
    intent: str | None,
    variant: str,
    device: str,
    locale: str | None,
    timezone: str | None,
    max_steps: int,
    concurrency: int | None,
    allow: tuple[str, ...],
    allow_purchase: bool,
    respect_robots: bool,
    headed: bool,
    resume: bool,
    no_screenshots: bool,
    as_json: bool,
) -> None:
    """Send customers to URL; without a URL to the embedded shop, started for the run.

    Writes run.json, sessions/ID.jsonl, screenshots and report.html into the --out folder. On
    Ctrl-C everything so far is kept; --resume goes on.

    With two URLs, or --variant NAME,NAME_B, the same customers go to both: each side has a run of
    its own, in a/ and b/ of the --out folder, and report.html there compares them.
    """
    if resume and out is None:
        raise Failure("--resume needs --out with the folder of the run to go on with", exit_code=2)
    sides = _sides(urls, variant, allow)
    plan = Plan(
        url=sides[0][0],
        variant=sides[0][1],
        customers=tuple(_customers(personas, customers, seed, intent)),
        concurrency=concurrency or _default_concurrency(),
        limits=Limits(max_steps=max_steps),
        allow=allow,
        allow_purchase=allow_purchase,
        respect_robots=respect_robots,
        headed=headed,
        screenshots=not no_screenshots,
        window=_window(device, locale, timezone),
    )
    folder = RunFolder(out or default_folder())
    if len(sides) == 2:
        from agent.commands._ab import run_both  # its statistics take a second to import

        plans = [msgspec.structs.replace(plan, url=url, variant=name) for url, name in sides]
        cards = [_card(one, policy, seed) for one in plans]
        return run_both(folder.root, plans, cards, resume=resume, as_json=as_json)
    stopped, card = asyncio.run(_run(plan, policy, seed, folder, resume))
    report = write_report(folder)
    _say_result(card, report, as_json)
    if stopped:
        raise Failure(
            f"stopped; finished visits are kept: `shopper run --resume --out {folder.root}` with "
            "the same options goes on",
            exit_code=1,
        )
    if card.totals.sessions and card.totals.error == card.totals.sessions:
        raise Failure(_common_cause(folder), exit_code=1)


async def _run(
    plan: Plan, policy_name: str, seed: int, folder: RunFolder, resume: bool
) -> tuple[bool, RunCard]:
    """Carry out the plan; returns whether it was stopped by hand, and the run card."""
    card = _card(plan, policy_name, seed)
    finished = claim_folder(folder, card, resume)
    policy = await load_policy(policy_name)
    try:
        card = msgspec.structs.replace(card, policy_settings=dict(policy.settings))
        progress = Progress(_err, len(plan.customers), len(finished), plan.limits.max_steps)
        crowd = Crowd(plan, policy, folder, card, progress.watch)
        with progress:
            stopped = await until_done_or_stopped(crowd.run(finished), folder.root)
        return stopped, crowd.card
    finally:
        await policy.close()


async def until_done_or_stopped(shopping: Coroutine[Any, Any, None], root: Path) -> bool:
    """Let a crowd, or two, shop into `root`; the first Ctrl-C or SIGTERM stops it cleanly."""
    work = asyncio.ensure_future(shopping)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        return True
    except EnvError as error:
        raise Failure(str(error), exit_code=1) from error
    except OSError as error:
        raise Failure(
            f"cannot write to {root}: {error}; what was written is kept, make room "
            "and add --resume",
            exit_code=1,
        ) from error
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    return False


def _sides(
    urls: tuple[str, ...], variant: str, allow: tuple[str, ...]
) -> list[tuple[str | None, str]]:
    """Address and variant of the one or two sides that are asked for."""
    variants = [name.strip() for name in variant.split(",")]
    if len(urls) > 2 or len(variants) > 2:
        raise Failure("at most two sides are compared: name two URLs or two variants", exit_code=2)
    if urls and variants != ["default"]:
        raise Failure("--variant is of the embedded shop: leave out the URL", exit_code=2)
    try:
        names = [variant_named(name).name for name in variants]
    except UnknownVariant as error:
        raise Failure(str(error), exit_code=2) from error
    if urls:
        return [(_checked_url(url, allow), "default") for url in urls]
    return [(None, name) for name in names]


def _window(device: str, locale: str | None, timezone: str | None) -> ContextOptions:
    try:
        return window_of(device, locale, timezone)
    except BadOptions as error:
        raise Failure(str(error), exit_code=2) from error


def _checked_url(url: str, allow: tuple[str, ...]) -> str:
    try:
        return SiteRules.for_start(url, allow).start
    except SiteError as error:
        raise Failure(str(error), exit_code=2) from error


def _customers(path: Path | None, count: int, seed: int, intent: str | None) -> list[Customer]:
    try:
        personas = sample_personas() if path is None else load_personas(path)
    except PersonaError as error:
        raise Failure(str(error), exit_code=2) from error
    return cast(personas, count, seed, intent)


def claim_folder(folder: RunFolder, card: RunCard, resume: bool) -> dict[str, Session]:
    try:
        return claim(folder, card, resume=resume)
    except FolderError as error:
        raise Failure(str(error), exit_code=2) from error
    except OSError as error:
        raise Failure(f"cannot write to {folder.root}: {error}", exit_code=1) from error


async def load_policy(name: str) -> Policy:
    try:
        return await load(name)
    except PolicyError as error:
        raise Failure(str(error), exit_code=2) from error


def _card(plan: Plan, policy_name: str, seed: int) -> RunCard:
    from agent import __version__

    arguments: dict[str, Setting | list[str]] = {
        "max_steps": plan.limits.max_steps,
        "concurrency": plan.concurrency,
        "allow": list(plan.allow),
        "allow_purchase": plan.allow_purchase,
        "respect_robots": plan.respect_robots,
        "screenshots": plan.screenshots,
        "variant": plan.variant,
        "device": plan.window.device or "desktop",
        "locale": plan.window.locale,
        "timezone": plan.window.timezone,
    }
    return RunCard(
        shopper_version=__version__,
        started_at=datetime.now(UTC),
        url=plan.url or "the embedded shop",
        embedded_shop=plan.url is None,
        policy=policy_name,
        customers=len(plan.customers),
        seed=seed,
        arguments=arguments,
        versions={"simplifier": simplifier_version()},
    )


def _common_cause(folder: RunFolder) -> str:
    """One sentence for a run in which every visit failed."""
    from agent.runstore import finished_sessions

    ends = Counter(s.end or "" for s in finished_sessions(folder).values())
    cause, times = ends.most_common(1)[0]
    everyone = "the visit" if times == 1 else f"all {ends.total()} visits"
    return f"{everyone} failed: {cause.removeprefix('error: ')}"


def _say_result(card: RunCard, report: Path, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(msgspec.json.encode(card).decode() + "\n")
        return
    n = card.totals
    out = Console(highlight=False)
    out.print(
        f"{n.sessions} visits, {n.steps} steps in {n.seconds:.0f} s: {n.purchase} bought, "
        f"{n.terminate} left, {n.limit} ran out of steps or time ({n.stuck} stuck), "
        f"{n.error} failed"
    )
    for host, count in sorted(card.refused.items(), key=lambda item: -item[1])[:3]:
        out.print(f"refused {count} requests to {host} (add --allow {host} if the shop needs it)")
    out.print(f"report: {report}", soft_wrap=True)
