"""Playing one task: our environment in front of its page, and the page's reward as the judge."""

from __future__ import annotations

import asyncio

from bench.miniwob.view import NotSeen, View
from envs.actions import Click, ElementAction, Input, TypeAndSubmit
from envs.browser.browser import Browser
from envs.environment import Environment
from envs.options import EnvOptions

LIMIT_MS = 90_000
START = """([seed, limit]) => { core.EPISODE_MAX_TIME = limit; Math.seedrandom(seed); }"""
JUDGE = """() => [WOB_DONE_GLOBAL, WOB_RAW_REWARD_GLOBAL]"""
UTTERANCE = """() => { const said = core.getUtterance();
  return typeof said === 'string' ? said : said.utterance; }"""
"""The words of the task, as the page gives them to whoever plays it."""


class Over(Exception):
    """The task has ended; `reward` is its own, 1 for done, before time is taken off."""

    def __init__(self, reward: float) -> None:
        super().__init__(f"the task is over with a reward of {reward:g}")
        self.reward = reward


class NotDone(RuntimeError):
    """An action was not carried out; the message is what the environment says."""


class Play:
    """A task that has begun. Every action is followed by a look, `view`.

    The methods that act raise `Over` once the page says so, and `NotDone` when the environment
    could not carry out the action.
    """

    def __init__(self, environment: Environment, task: str, view: View) -> None:
        self._environment = environment
        self.task = task
        self.view = view
        self.actions: list[str] = []

    @classmethod
    async def begin(cls, environment: Environment, url: str, seed: int) -> Play:
        """Open the page and press its START."""
        await environment.start(url)
        await environment.page.evaluate(START, [str(seed), LIMIT_MS])
        seen = await environment.observe()
        outcome = await environment.act(Click(View(seen).showing("START")))
        if not outcome.ok:
            raise NotDone(f"START: {outcome.error}")
        task = str(await environment.page.evaluate(UTTERANCE))
        return cls(environment, task, View(await environment.observe()))

    async def click(self, name: str) -> View:
        return await self._act(Click(name))

    async def click_shown(self, words: str) -> View:
        """Click the first thing that shows `words`."""
        return await self._act(Click(self.view.showing(words)))

    async def input(self, name: str, text: str) -> View:
        return await self._act(Input(name, text))

    async def submit(self, name: str, text: str) -> View:
        """Type and press Enter."""
        return await self._act(TypeAndSubmit(name, text))

    async def wait(self, seconds: float = 0.0) -> View:
        """Look again, later."""
        await asyncio.sleep(seconds)
        return await self._look()

    async def _act(self, action: ElementAction) -> View:
        self.actions.append(repr(action))
        outcome = await self._environment.act(action)
        await self._judge()
        if not outcome.ok:
            raise NotDone(f"{type(action).__name__} {action.name}: {outcome.error}")
        return await self._look()

    async def _look(self) -> View:
        self.view = View(await self._environment.observe())
        return self.view

    async def _judge(self) -> None:
        done, reward = await self._environment.page.evaluate(JUDGE)
        if done:
            raise Over(float(reward))


async def environment_of(browser: Browser) -> Environment:
    """A fresh window; the tickets and stocks of the tasks may be bought."""
    return Environment(await browser.context(), EnvOptions(allow_purchase=True))


__all__ = ["NotDone", "NotSeen", "Over", "Play", "environment_of"]
