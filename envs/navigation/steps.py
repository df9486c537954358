"""The deadlines of a visit and of each step in it, and the error in which a step ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Error

from envs.browser.strain import Strain
from envs.deadline import Clock, Deadline
from envs.errors import BrowserGone, Closed, DeadlinePassed, PageHung
from envs.navigation.tabs import Tabs
from envs.options import EnvOptions
from envs.page.script import PageScriptGone
from envs.sieve import Sieve

AFTER_S = 5.0
"""Seconds for a look at what an order led to, however much time the step has used up."""


class Steps:
    """The steps of one visit, which begins with `begin`. A visit as a whole goes by the time that
    passes, a step by `clock`. `sieve` keeps secrets out of what is told."""

    def __init__(self, tabs: Tabs, options: EnvOptions, clock: Clock, sieve: Sieve) -> None:
        self._tabs = tabs
        self._options = options
        self._clock = clock
        self._sieve = sieve
        self._session: Deadline | None = None
        self._strain = Strain()

    def begin(self) -> None:
        self._session = Deadline(self._options.session_s)
        self._strain.begin()

    def extend(self, seconds: float) -> None:
        """Give the visit so much more time."""
        if self._session is not None:
            self._session = Deadline(self._session.left + seconds)

    def end(self) -> None:
        self._strain.end()

    @property
    def over(self) -> bool:
        """Whether the time of the whole visit has passed."""
        return self._session is not None and self._session.passed

    @asynccontextmanager
    async def step(self, doing: str) -> AsyncIterator[Deadline]:
        """The deadline of one step; turns what the browser throws into an EnvError."""
        if self._session is None:
            raise Closed("the visit has not started")
        if self._session.passed:
            raise self.late(doing)
        deadline = Deadline(min(self._options.step_s, self._session.left), self._clock)
        self._tabs.begin_step()
        try:
            async with self._clock.timeout(deadline.left + self._options.call_s + AFTER_S):
                yield deadline
        except TimeoutError:
            raise self.late(doing) from None
        except PageHung as hung:
            raise PageHung(self._sieve(self._strain.beside(str(hung)))) from hung
        except Closed:
            await self._tabs.settled_end()
            raise
        except (Error, PageScriptGone) as error:
            await self._tabs.settled_end()
            first = str(error).splitlines()[0]
            if "has been closed" in first:
                raise Closed(f"the window was closed while {doing}") from error
            raise BrowserGone(f"the browser failed while {doing}: {first}") from error

    def late(self, doing: str) -> DeadlinePassed:
        """Which deadline has passed: the visit's, or the step's."""
        if self.over:
            late = f"the visit took longer than {self._options.session_s:g} s"
        else:
            late = f"{doing} took longer than {self._options.step_s:g} s"
        return DeadlinePassed(self._sieve(self._strain.beside(late)))
