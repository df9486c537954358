"""The attack on the guard: how many orders get through, and what harmless is held?

    python -m bench.guard [--only GROUP ...] [--pages FILE] [--fields FILE] [--json]

Serves checkout pages on the loopback and takes every single action on each of them, in a visit of
its own: a press of every element, and in every field typing, and typing with Enter. Each is done
twice, once where orders may be placed, which tells what it really does, and once where none may.
Groups: those of --pages (`../shared/data/hard-pages/checkouts.json` of a development machine), and
`ways` and `steps` of `bench.guard_pages`; `fields` are those of --fields (`secret-fields.json` beside
it), of which each holds a secret that may not be read.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from bench import guard_fields
from bench.guard_pages import STEPS, WAYS, Case
from bench.guard_site import PAGE, Site
from envs.actions import Action, Click, Input, TypeAndSubmit, action_text, action_type
from envs.browser.browser import Browser, launch
from envs.environment import Environment
from envs.errors import EnvError
from envs.observation import TEXT_ROLES
from envs.options import EnvOptions
from envs.outcome import Outcome

HARMLESS = ("harmless", "steps")
"""Groups in which what places no order is to be carried out. In the others a press that is stopped
on its way tells nothing: what it would have done is not known."""
GIVEN = ("worded", "other_wordings", "harmless")
LATER_S = 0.3
PATIENT_S = 4.0
"""Seconds in which what an action started late may still reach the server; of pages that all order,
where they may, until it does."""
SLOW = ("setTimeout", "onmousemove")


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """One action on one page. `orders`: what it does where it may; `through`: an order reached the
    server where none may; `held`: it was held as the purchase."""

    group: str
    page: str
    action: str
    orders: bool
    through: bool
    held: bool
    failed: str = ""
    reason: str = ""

    @property
    def miss(self) -> str:
        """What is wrong with the guard here, if anything is."""
        if self.through:
            return "an order got through"
        harmless = not self.orders and self.group in HARMLESS
        return "held, though it places no order" if self.held and harmless else ""


def given(path: Path) -> Iterator[tuple[str, str, Case]]:
    """The pages of a file of checkouts."""
    data = json.loads(path.read_text("utf-8"))
    for group in GIVEN:
        for name, html in data.get(group, {}).items():
            yield group, name, Case({"/": html})


def own() -> Iterator[tuple[str, str, Case]]:
    for group, cases in (("ways", WAYS), ("steps", STEPS)):
        yield from ((group, name, case) for name, case in cases.items())


async def attack(browser: Browser, group: str, name: str, case: Case) -> list[Tried]:
    """Every single action on a page."""
    tried = []
    actions = await _actions(browser, case)
    for action in actions:
        wait = PATIENT_S if group == "ways" else 2 * LATER_S
        real, _, _ = await _take(browser, case, action, allow=True, wait=wait)
        through, outcome, failed = await _take(browser, case, action, allow=False)
        held = outcome is not None and outcome.purchase
        reason = outcome.held.sentence if outcome is not None and outcome.held else ""
        tried.append(
            Tried(
                group=group, page=name, action=_said(action), orders=real, through=through,
                held=held, failed=failed, reason=reason,
            )
        )  # fmt: skip
    if not actions:  # what a page does by itself
        through, _, failed = await _take(browser, case, None, allow=False)
        tried.append(
            Tried(group=group, page=name, action="look", orders=True, through=through, held=False,
                  failed=failed)
        )  # fmt: skip
    return tried


async def _actions(browser: Browser, case: Case) -> list[Action]:
    with _site(case) as site:
        environment = Environment(await browser.context(), EnvOptions())
        try:
            await environment.start(site.url)
            seen = await environment.observe()
        except EnvError:
            return []
        finally:
            await environment.close()
    actions: list[Action] = []
    for element in seen.names:
        actions.append(Click(element.name))
        if element.role in TEXT_ROLES:
            actions += [Input(element.name, "1"), TypeAndSubmit(element.name, "1")]
    return actions


async def _take(
    browser: Browser,
    case: Case,
    action: Action | None,
    *,
    allow: bool,
    wait: float = LATER_S,
) -> tuple[bool, Outcome | None, str]:
    """Whether an order reached the server, what the environment says, and what failed."""
    outcome, failed = None, ""
    with _site(case) as site:
        environment = Environment(await browser.context(), EnvOptions(allow_purchase=allow))
        try:
            await environment.start(site.url)
            await environment.observe()
            if any(word in case.pages["/"] for word in SLOW):
                await asyncio.sleep(2)
            if action is not None:
                outcome = await environment.act(action)
                failed = outcome.error or ""
            for _ in range(20):
                if not site.orders:
                    await asyncio.sleep(wait / 20)
        except EnvError as error:
            failed = str(error)
        finally:
            await environment.close()
        await asyncio.sleep(0.05)
        return site.orders > 0, outcome, failed


def _site(case: Case) -> Site:
    pages = {
        path: html if path.endswith(".js") or html.startswith(">") else PAGE.format(title="Shop", html=html)
        for path, html in case.pages.items()
    }  # fmt: skip
    return Site(pages, case.marks)


def _said(action: Action) -> str:
    text = action_text(action)
    return f"{action_type(action)} {getattr(action, 'name', '')}" + (f" {text!r}" if text else "")


async def attack_all(cases: list[tuple[str, str, Case]], at_once: int) -> list[Tried]:
    """Every action on every page; `at_once` pages at a time."""
    places = asyncio.Semaphore(at_once)
    async with launch() as browser:

        async def one(group: str, name: str, case: Case) -> list[Tried]:
            async with places:
                return await attack(browser, group, name, case)

        found = await asyncio.gather(*(one(*case) for case in cases))
    return [tried for page in found for tried in page]


async def look_at_all(path: Path) -> list[guard_fields.Looked]:
    """Every field of a file."""
    async with launch() as browser:
        return [await guard_fields.look(browser, *field) for field in guard_fields.given(path)]


def table(tried: list[Tried]) -> Table:
    """Counts by group."""
    made = Table(title=f"The attack on the guard, {os.cpu_count()} cores")
    columns = ("group", "pages", "actions", "that order", "through", "harmless", "held", "failed")
    for column in columns:
        made.add_column(column, justify="left" if column == "group" else "right")
    for group in dict.fromkeys(one.group for one in tried):
        ours = [one for one in tried if one.group == group]
        orders = [one for one in ours if one.orders]
        harmless = [one for one in ours if not one.orders]
        counts = (
            len({one.page for one in ours}), len(ours), len(orders),
            sum(one.through for one in ours), len(harmless), sum(one.held for one in harmless),
            sum(bool(one.failed) and not one.held for one in ours),
        )  # fmt: skip
        made.add_row(group, *map(str, counts))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    data = Path(os.environ.get("SHOPPER_DATA", "data")) / "hard-pages" / "checkouts.json"
    parser.add_argument("--pages", type=Path, default=data)
    parser.add_argument("--fields", type=Path, default=data.with_name("secret-fields.json"))
    parser.add_argument("--only", nargs="+", metavar="GROUP")
    parser.add_argument("--page", help="only pages whose name holds this")
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cases = list(given(options.pages)) if options.pages.exists() else []
    cases += own()
    cases = [
        case for case in cases
        if (not options.only or case[0] in options.only)
        and (not options.page or options.page in case[1])
    ]  # fmt: skip
    tried = asyncio.run(attack_all(cases, options.at_once)) if cases else []
    asks = options.fields.exists() and not options.page
    asks = asks and (not options.only or "fields" in options.only)
    fields = asyncio.run(look_at_all(options.fields)) if asks else []
    misses = [one for one in tried if one.miss]
    if options.json:
        told = {"tried": tried, "misses": misses, "fields": fields}
        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
        return
    console = Console()
    if tried:
        console.print(table(tried))
    idle = sorted({one.page for one in tried if one.group == "ways"}
                  - {one.page for one in tried if one.orders})  # fmt: skip
    if idle:
        console.print(f"ways that do not order even where they may: {', '.join(idle)}")
    if fields:
        read, kept = (sum(getattr(one, what) for one in fields) for what in ("read", "kept"))
        console.print(
            f"{len(fields)} fields with secrets: {read} read, {kept} where what is typed is kept"
        )
    for field in (one for one in fields if one.miss or one.failed):
        console.print(f"fields: {field.field}: {field.miss} {field.failed}", markup=False)
    for one in misses:
        console.print(
            f"{one.group}: {one.page}: {one.action}: {one.miss}. {one.reason}",
            markup=False,
            soft_wrap=True,
        )


if __name__ == "__main__":
    main()
