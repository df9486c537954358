"""`shopper.visit` and what it needs: an environment, a policy, one look at a page."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

from agent.personas.personas import as_customers, new_session
from agent.policies import Options, load, opened
from agent.policies.custom import Decider, as_policy, given
from agent.policies.policy import Policy
from agent.runs import environments
from agent.runs.config import Pace, RunConfig, steps_enough
from agent.runs.login_script import log_in_or_show
from agent.runs.visit import EnvironmentProtocol, Limits, NoLog, Watch, WatchFailed
from agent.runs.visit import visit as carry_out
from agent.sessions.log import SessionLog
from agent.sessions.session import Session
from envs.browser.devices import window_of
from envs.environment import Environment
from envs.observation import Observation
from envs.open_page import is_address, open_page
from envs.page.script import version as simplifier_version
from shopper.access import AccessAsked, read_access
from shopper.plan import Person, PlanError, hosts, one_side_of, patterns


def open_environment(
    url: str | None = None,
    *,
    variant: str = "default",
    allow: Sequence[str] | str = (),
    allow_purchase: bool = False,
    not_a_purchase: Sequence[str] | str = (),
    respect_robots: bool = False,
    headed: bool = False,
    pace: Pace = "fast",
    device: str = "desktop",
    locale: str | None = None,
    timezone: str | None = None,
    access: AccessAsked | None = None,
) -> AbstractAsyncContextManager[Environment]:
    """A browser window for one visit to `url`, None for the embedded shop: ``async with
    open_environment(url) as environment``. What may be reached, and whether orders are placed, is
    as in `run`.

    Raises:
        ValueError: an option or the address cannot be used.
        EnvError: no browser, or no shop.
    """
    start, variant = one_side_of(url, variant, hosts(allow))
    return environments.open_environment(
        RunConfig(
            url=start,
            variant=variant,
            customers=(),
            concurrency=1,
            allow=hosts(allow),
            allow_purchase=allow_purchase,
            not_purchases=patterns(not_a_purchase),
            respect_robots=respect_robots,
            headed=headed,
            pace=pace,
            screenshots=False,
            window=window_of(device, locale, timezone),
            access=read_access(access or AccessAsked(), [start]),
        )
    )


async def visit(
    environment: EnvironmentProtocol,
    policy: str | Decider,
    customer: Person,
    *,
    url: str | None = None,
    intent: str | None = None,
    seed: int = 0,
    max_steps: int | None = None,
    log: Path | str | None = None,
    watch: Watch = lambda session, doing: None,
) -> Session:
    """Let one customer shop in an environment until the visit ends; returns the finished session.

    The environment is one of `open_environment`, or anything that can `start`, `observe` and `act`
    alike; `url` is where the visit begins if it does not say so itself. `max_steps` is as in `run`:
    20 in the embedded shop, 40 elsewhere. `log` is a file for the session, written step by step.

    What goes wrong in the visit ends it with ``error: ...``; what `watch` raises is raised here.

    Raises:
        ValueError: nothing says where the visit begins, or `customer` is nobody.
        PolicyError: the policy cannot be loaded.
        OSError: the log cannot be written.
    """
    start = url or getattr(environment, "home", None)
    if start is None:
        raise PlanError("say where the visit begins: url=")
    [someone] = as_customers([customer], seed, intent)
    async with opened(given(policy)) as found:
        session = new_session(
            someone,
            site=_site(environment, start),
            policy=found.name,
            versions={"simplifier": simplifier_version()},
        )
        with nullcontext(NoLog()) if log is None else SessionLog(Path(log), session) as kept:
            try:
                return await carry_out(
                    environment,
                    found,
                    session,
                    kept,
                    url=start,
                    limits=Limits(max_steps=max_steps or _steps_enough(environment, start)),
                    watch=watch,
                )
            except WatchFailed as failed:
                raise failed.why from failed.why.__cause__


async def observe(
    page: str | Path,
    *,
    viewport: bool = False,
    allow: Sequence[str] | str = (),
    access: AccessAsked | None = None,
) -> Observation:
    """What a customer sees of a page: an address, or a saved page (``.html``, ``.html.gz``), which
    is opened offline and with its scripts off.

    Raises:
        ValueError: there is no such file, or the address may not be visited.
        EnvError: there is no page, or it could not be looked at.
    """
    address = str(page) if is_address(page) else None
    brought = read_access(access or AccessAsked(), [address])
    async with open_page(
        page, viewport=viewport, allow=hosts(allow), access=brought, log_in=log_in_or_show
    ) as look:
        return await look()


async def load_policy(policy: str | Decider, options: Options | None = None) -> Policy:
    """A policy by the name that ``--policy`` takes, for as many runs and visits as you like; close
    it when you are done. An object that can `decide` is completed to a policy.

    Raises:
        PolicyError: there is no such policy, it cannot be loaded, or it is none.
    """
    return await load(policy, options) if isinstance(policy, str) else as_policy(policy)


def _is_ours(environment: EnvironmentProtocol) -> bool:
    """Whether it is a visit to the embedded shop."""
    return isinstance(environment, Environment) and environment.options.own_shop


def _steps_enough(environment: EnvironmentProtocol, url: str) -> int:
    return steps_enough(None if _is_ours(environment) else url)


def _site(environment: EnvironmentProtocol, url: str) -> str:
    """What session logs call the site."""
    return "embedded-shop" if _is_ours(environment) else urlsplit(url).netloc
