"""Do customers pursue a goal on pages of shops they never saw? Saved pages, one look each.

    python -m bench.saved_goals [--policy smollm2] [FILE ...]

A customer who wants something stands on a saved page. Where the page has a search field and the
thing is not on it: is the first action a search for it? Where the page shows results: `RESULTS`
says what the customer wants of them, and a press counts when its link names that. The likeliest
action, and beside it what a blind draw from the same choices would have had.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent.policies import load
from agent.policies.options import Options
from agent.policies.policy import Policy
from agent.prompts.lines.memory import last_part, stems
from agent.sessions.session import Session
from bench.quality_scripts import HIDE_NOSCRIPT
from bench.saved_pages import evaluate, saved_pages
from envs.actions import Action, Click, TypeAndSubmit
from envs.browser.browser import launch
from envs.observation import TEXT_ROLES, Observation
from envs.page.observer import Observer
from envs.page.saved_page import open_saved, read_saved

GOALS = (
    "I want a bicycle helmet for my daughter.",
    "I'm looking for a wooden chess set.",
    "I need a sleeping bag for cold nights.",
    "I'd like to buy a violin for a beginner.",
)
"""Wanted by turns; none of the saved pages sells one of them."""
THINGS = ("bicycle helmet", "chess set", "sleeping bag", "violin")
RESULTS = {
    "results-amz": ("I want a pair of red basketball shoes.", "basketball shoes"),
    "results-ws": ("I want a pair of red basketball shoes.", "basketball shoes"),
}
"""Of pages of results: what is wanted, and the thing."""


def on_goal(text: str, thing: str) -> bool:
    """Whether half of the thing's words, without their endings, are in `text`."""
    wanted = stems(thing)
    return 2 * len(stems(text) & wanted) >= len(wanted)


def searches_for(action: Action | None, thing: str) -> bool:
    return isinstance(action, TypeAndSubmit) and on_goal(action.text, thing)


def opens(action: Action | None, page: Observation, thing: str) -> bool:
    return isinstance(action, Click) and on_goal(_told(action.name), thing) and bool(page.names)


def _told(name: str) -> str:
    return last_part(name).replace("_", " ")


async def decided(policy: Policy, page: Observation, intent: str, number: int) -> Action | None:
    session = Session(
        session_id=f"goal-{number}",
        user_id="bench",
        site="bench",
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        source="bench",
        intent=intent,
    )
    action = (await policy.decide(session, page)).action
    await policy.forget(session.session_id)
    return action


async def main(policy_name: str, files: Sequence[Path]) -> None:
    table = Table("page", "wanted", "did", "on goal", title=f"{policy_name} on saved pages")
    searched = []
    policy = await load(policy_name, Options(greedy=True))
    try:
        async for number, (file, page) in looks(files):
            found = RESULTS.get(file.name.split(".")[0])
            if found is None and not any(e.role in TEXT_ROLES for e in page.names):
                continue
            intent, thing = found or (GOALS[number % len(GOALS)], THINGS[number % len(GOALS)])
            action = await decided(policy, page, intent, number)
            right = opens(action, page, thing) if found else searches_for(action, thing)
            if found is None:
                searched.append(right)
            table.add_row(file.name.split(".")[0], thing, str(action), "yes" if right else "no")
    finally:
        await policy.close()
    Console().print(table)
    Console().print(f"first searches on goal: {sum(searched)} of {len(searched)}")


async def looks(files: Sequence[Path]) -> AsyncIterator[tuple[int, tuple[Path, Observation]]]:
    async with launch() as browser:
        for number, file in enumerate(files):
            async with open_saved(browser, read_saved(file)) as world:
                await evaluate(world, HIDE_NOSCRIPT)
                page = await Observer(world).observe()
            yield number, (file, page)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--policy", default="smollm2")
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    asyncio.run(main(asked.policy, asked.files or saved_pages()))
