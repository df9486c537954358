"""A look at a site before anybody is sent there: can it be reached, what does robots.txt ask, what
would a customer see of it."""

from __future__ import annotations

import asyncio
import base64
import time

import msgspec

from agent.runs.config import RunConfig
from agent.runs.environments import open_environment
from envs.errors import EnvError
from envs.gateway import Gateway, SiteRules
from envs.gateway.robots import Robots
from envs.observation import Observation
from shopper.app.new.draft import Draft

PATIENCE = 75.0
"""Seconds until a site that shows nothing is given up."""


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen; `why` says why nothing was."""

    why: str = ""
    seen: Observation | None = None
    picture: str = ""
    robots: str = ""
    seconds: float = 0.0


async def look_at(draft: Draft) -> Looked:
    """Open the site once, as a customer would."""
    begun = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE):
            robots, found = await asyncio.gather(_robots(draft), _look(draft))
    except TimeoutError:
        return Looked(why=f"{draft.site} showed nothing within {PATIENCE:.0f} s")
    except (EnvError, ValueError, OSError) as error:
        return Looked(why=str(error))
    return msgspec.structs.replace(found, robots=robots, seconds=time.monotonic() - begun)


async def _look(draft: Draft) -> Looked:
    config = RunConfig(
        url=None if draft.embedded else draft.site,
        variant=draft.variant,
        customers=(),
        concurrency=1,
        allow=draft.allow,
    )
    async with open_environment(config) as environment:
        await environment.start(environment.home or draft.site)
        seen = await environment.observe()
        picture = await environment.picture()
    told = "" if picture is None else base64.b64encode(picture).decode()
    return Looked(seen=seen, picture=told)


async def _robots(draft: Draft) -> str:
    """What robots.txt says of the first page, in a sentence."""
    if draft.embedded:
        return "The embedded shop lets everyone in."
    rules = SiteRules.for_start(draft.site, draft.allow)
    async with Gateway(rules) as gateway:
        robots = Robots(gateway.url)
        missing = await robots.missing(rules.start)
        if missing:
            return f"robots.txt could not be had ({missing})."
        if await robots.allows(rules.start):
            return "robots.txt lets customers in."
        return (
            "robots.txt asks robots to stay out of this page. Send customers only to a site that "
            "is yours, or with its owner's consent."
        )
