"""Send virtual customers to a shop and report what they did.

The command line of a run: its options and what they come to. What they mean is
`shopper.plan`, what is said of the result `shopper.commands._run_result`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import get_args

import click
import msgspec

from agent.policies.registry import DEFAULT, choices
from agent.prompts.prompt import PageTokens
from agent.rrweb_bundle import fetch_bundle
from agent.runs.ab import PairRequest
from agent.runs.capacity import customers_at_once, too_many
from agent.runs.card import RunFolder
from agent.runs.config import Pace, RunConfig, See, steps_enough
from agent.runs.crowd import default_folder
from agent.runs.runner import RunRequest
from agent.runs.visit import Limits
from envs.actions import ActionSet
from envs.browser.devices import DEVICES, window_of
from envs.shop import VARIANTS
from shopper import run_words
from shopper.access import AccessAsked, check_told, read_access
from shopper.ci.account import RUN
from shopper.ci.files import Wanted, telling
from shopper.commands._access_options import SECTION, access_options
from shopper.commands._one import run_one
from shopper.commands._page_tokens import page_tokens_option
from shopper.commands._shared_options import ci_options, looking_options, not_a_purchase, picked
from shopper.console import plain_console
from shopper.fail_if import NAMES, parse_condition
from shopper.failure import Failure
from shopper.help import Command, option
from shopper.plan import (
    FROM_SHOP,
    budget_from,
    check_looking,
    people_told,
    price_from,
    sides_of,
    wanting,
)

MOST_CUSTOMERS = 100_000
_err = plain_console(stderr=True)


@click.command(
    cls=Command,
    sections={
        "Who shops": "customers policy personas intent seed",
        "Where": "variant device locale timezone allow respect-robots",
        "Getting in": SECTION,
        "Orders": "allow-purchase not-a-purchase",
        "How they shop": "max-steps page-tokens actions see pace concurrency headed",
        "What is kept": "out no-screenshots rrweb json resume retry-failed",
        "Budget": "max-tokens max-cost price",
        "Continuous integration": "fail-if junit summary",
        "Cluster": "cluster workers",
    },
)
@click.argument("urls", nargs=-1, metavar="[URL] [URL_B]")
@option(
    "--customers",
    type=click.IntRange(1, MOST_CUSTOMERS),
    default=3,
    show_default=True,
    help="How many shop.",
)
@option(
    "--policy",
    metavar="POLICY",
    default=DEFAULT,
    show_default=True,
    help=f"Who decides: {choices()}; auto takes what suits this machine.",
)
@option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="The same seed sends the same customers.",
)
@option("--out", metavar="DIR", help="Folder for the run.", show_default="runs/DATE_TIME")
@option(
    "--personas",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Who they are, as JSON Lines: see `shopper personas`.",
    show_default="samples that ship",
)
@option(
    "--intent",
    help="What every customer came for, instead of their own intents; from-shop: something that "
    "the first page of URL names.",
)
@option(
    "--variant",
    default="default",
    show_default=True,
    metavar="NAME[,NAME_B]",
    help=f"Version of the embedded shop: {', '.join(VARIANTS)}.",
)
@option(
    "--device",
    type=click.Choice(list(DEVICES)),
    default="desktop",
    show_default=True,
    help="What they shop on.",
)
@option("--locale", metavar="TAG", help="Language of the customers' browser, e.g. de-DE.")
@option(
    "--timezone", metavar="ZONE", help="Time zone of the customers' browser, e.g. Europe/Berlin."
)
@option(
    "--max-steps",
    type=click.IntRange(1, 1000),
    help="Actions after which a visit ends.",
    show_default="20 in the embedded shop, 40 elsewhere",
)
@option(
    "--pace",
    type=click.Choice(get_args(Pace)),
    default="fast",
    show_default=True,
    help="How their hands move: without pauses, or as a person's.",
)
@looking_options
@page_tokens_option
@option(
    "--concurrency",
    type=click.IntRange(1, 256),
    help="Customers at once.",
    show_default="as many as cores, free memory and the policy allow",
)
@option(
    "--cluster",
    metavar="ADDRESS",
    help="Spread customers over a Ray cluster: HOST:PORT of its head, auto, or local to start one "
    "here. --concurrency is then each worker's, and --out may be a URL, e.g. s3://BUCKET/RUN.",
)
@option(
    "--workers",
    type=click.IntRange(1, 10_000),
    help="With --cluster: processes with a browser each.",
    show_default="one for two cores",
)
@option("--allow", multiple=True, metavar="HOST", help="Also reach this host; repeatable.")
@access_options
@option(
    "--allow-purchase",
    is_flag=True,
    help="Really place orders on a site other than the embedded shop.",
)
@not_a_purchase
@option(
    "--respect-robots", is_flag=True, help="Stay out of pages that the site's robots.txt closes."
)
@option("--headed", is_flag=True, help="Show the browser.")
@option("--resume", is_flag=True, help="Go on with the run in --out.")
@option("--retry-failed", is_flag=True, help="With --resume: visits that failed start again, too.")
@option("--max-tokens", type=click.IntRange(1), help="Stop when the model has used so many tokens.")
@option(
    "--max-cost",
    type=click.FloatRange(0, min_open=True),
    metavar="USD",
    help="Stop when so much is spent, at --price.",
)
@option(
    "--price",
    metavar="IN,OUT[,CACHED]",
    help="Dollars for a million tokens of prompt, answer and cached prompt, e.g. 3,15,0.3; the run "
    "says what it cost.",
)
@option(
    "--fail-if",
    multiple=True,
    metavar="CONDITION",
    help=f"Exit with 1 when it holds, e.g. 'stuck>0.1'; about {', '.join(NAMES)}; repeatable.",
)
@ci_options
@option("--no-screenshots", is_flag=True, help="Faster, but the report has no pictures.")
@option(
    "--rrweb",
    is_flag=True,
    help="Keep each visit as a recording, too, for a player of rrweb: rrweb/ID.json.",
)
@option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print the run card as JSON at the end, and what came of each --fail-if.",
)
def command(
    urls: tuple[str, ...],
    customers: int,
    policy: str,
    seed: int,
    out: str | None,
    personas: Path | None,
    intent: str | None,
    variant: str,
    device: str,
    locale: str | None,
    timezone: str | None,
    max_steps: int | None,
    page_tokens: PageTokens,
    actions: ActionSet,
    see: See,
    pace: Pace,
    concurrency: int | None,
    cluster: str | None,
    workers: int | None,
    allow: tuple[str, ...],
    allow_purchase: bool,
    not_purchases: tuple[str, ...],
    respect_robots: bool,
    headed: bool,
    resume: bool,
    retry_failed: bool,
    max_tokens: int | None,
    max_cost: float | None,
    price: str | None,
    fail_if: tuple[str, ...],
    junit: Path | None,
    summary: Path | None,
    no_screenshots: bool,
    rrweb: bool,
    as_json: bool,
    access: AccessAsked,
) -> None:
    """Send customers to URL; without a URL to the embedded shop, started for the run.

    Writes run.json, sessions/ID.jsonl, screenshots and report.html into the --out folder. Ctrl-C
    keeps finished visits; --resume makes those under way again, from the start.

    With two URLs, or --variant NAME,NAME_B, the same customers go to both: each side has a run of
    its own, in a/ and b/ of the --out folder, and report.html there compares them.
    """
    if resume and out is None:
        raise Failure("--resume needs --out with the folder of the run to go on with", exit_code=2)
    if retry_failed and not resume:
        raise Failure("--retry-failed needs --resume", exit_code=2)
    if resume and urls and allow_purchase and out and "://" in out:
        raise Failure(
            "--resume does not go with --allow-purchase where --out is a URL: nothing there tells "
            "which visits had begun, and they would place another order",
            exit_code=2,
        )
    policy, policy_auto = picked(policy)
    check_looking(actions, see, policy)
    conditions = tuple(map(parse_condition, fail_if))
    budget = budget_from(max_tokens, max_cost, price)
    sides = sides_of(urls, variant, allow)
    brought = read_access(access, [url for url, _ in sides])
    check_told(brought, {"--out": out, "--intent": intent, "the URL": " ".join(urls)})
    # Files are read outside of any event loop, where Ctrl-C ends the reading.
    who = people_told(
        sides[0][0], customers, policy=policy, personas=personas, seed=seed, intent=intent
    )
    if intent == FROM_SHOP:
        who = asyncio.run(wanting(who, sides[0][0], allow, brought))
    config = RunConfig(
        url=sides[0][0],
        variant=sides[0][1],
        customers=who,
        concurrency=concurrency or customers_at_once(policy),
        limits=Limits(max_steps=max_steps or steps_enough(sides[0][0])),
        allow=allow,
        allow_purchase=allow_purchase,
        not_purchases=not_purchases,
        respect_robots=respect_robots,
        headed=headed,
        pace=pace,
        actions=actions,
        see=see,
        page_tokens=page_tokens,
        screenshots=not no_screenshots,
        rrweb=rrweb,
        window=window_of(device, locale, timezone),
        access=brought,
        policy_auto=policy_auto,
        price=price_from(price),
    )
    if len(sides) == 2 and cluster is not None:
        raise Failure("--cluster runs one side at a time: name one URL or variant", exit_code=2)
    if cluster is not None and budget is not None:
        raise Failure(
            "--max-tokens and --max-cost are kept by one process: leave out --cluster, or set "
            "a limit at the model's server",
            exit_code=2,
        )
    if rrweb and cluster is not None:
        raise Failure("--rrweb keeps files on this machine: leave out --cluster", exit_code=2)
    remote = bool(out and "://" in out)
    if cluster is None and (workers or remote):
        raise Failure("--workers, and a URL as --out, need --cluster", exit_code=2)
    if rrweb:
        fetch_bundle(_err.print)
    folder = RunFolder(Path(out) if out and not remote else default_folder())
    title = f"Customers in {' and '.join(run_words.site(*side) for side in sides)}"
    wanted = Wanted(
        command=RUN,
        title=title,
        junit=junit,
        summary=summary,
        out=None if remote else folder.root,
    )
    with telling(wanted) as tell:
        if cluster is not None:
            from shopper.commands._cluster import Request, run_on_cluster

            return run_on_cluster(
                Request(
                    config=config,
                    policy=policy,
                    seed=seed,
                    address=cluster,
                    workers=workers,
                    concurrency=concurrency,
                    out=out,
                    resume=resume,
                    retry_failed=retry_failed,
                    as_json=as_json,
                    title=title,
                    tell=tell,
                    conditions=conditions,
                )
            )
        if len(sides) == 2:
            from shopper.commands._ab import run_both

            a, b = (msgspec.structs.replace(config, url=url, variant=name) for url, name in sides)
            pair = PairRequest(
                root=folder.root,
                configs=(a, b),
                policy=policy,
                seed=seed,
                resume=resume,
                retry_failed=retry_failed,
                budget=budget,
            )
            return run_both(pair, as_json=as_json, title=title, tell=tell, conditions=conditions)
        request = RunRequest(
            config=config,
            policy=policy,
            seed=seed,
            folder=folder,
            resume=resume,
            retry_failed=retry_failed,
            budget=budget,
        )
        if warning := too_many(policy, config.concurrency):
            _err.print(warning)
        return run_one(request, as_json=as_json, title=title, tell=tell, conditions=conditions)
