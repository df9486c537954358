"""Looking at the window once it is at rest, and dealing with what does not come to rest."""

from __future__ import annotations

import asyncio

import msgspec

from envs.deadline import Deadline
from envs.errors import NavigatesForever, PageCrashed
from envs.faults import Notice, PageNotice
from envs.navigation import recovery, start_page
from envs.navigation.pass_down import pass_down
from envs.navigation.point_at import point_at_all
from envs.navigation.settle import Settled, SettleMark, mark, settle
from envs.navigation.steps import Steps
from envs.navigation.tab import Tab
from envs.navigation.tabs import Tabs
from envs.observation import Load, Observation
from envs.options import EnvOptions
from envs.page.script import PageScriptGone
from envs.sieve import SECRET, Sieve, veiled

ABOVE = "<p>(the page goes on above)</p>"
BELOW = "<p>(the page goes on below)</p>"
"""What a window that shows a part of a page says of the rest."""


class Eyes:
    """What one customer looks with. `explain` as for `Environment`.

    `url` is the page looked at last or on its way, `load` how the document there came, `seen_in`
    the window of the last look. `begun`: the customer has seen the start page, so that there is one
    to go back to.
    """

    def __init__(
        self,
        tabs: Tabs,
        options: EnvOptions,
        steps: Steps,
        explain: start_page.Explain,
        sieve: Sieve,
    ) -> None:
        self._tabs = tabs
        self._options = options
        self._steps = steps
        self._explain = explain
        self._sieve = sieve
        self._crashes = 0
        self._unfolds = False
        self._hovers = False
        self.url = ""
        self.load: Load | None = None
        self.seen_in: Tab | None = None
        self.begun = False

    async def rest(self, deadline: Deadline, since: SettleMark) -> Settled:
        """Settle, and deal with what did not come to rest."""
        rest = await settle(self._tabs, self._options, deadline, since)
        self._unfolds, self._hovers = rest.unfolds, self._hovers or rest.hovers
        if rest.replaced:
            self.load = rest.load
        for complaint in rest.invalid:
            self._tabs.note(Notice.FORM_REJECTED, complaint)
        if rest.state == "crashed":
            await self._reload(deadline)
        elif rest.state == "hung":
            await recovery.stop_scripts(self._tabs, self._options.call_s)
        elif rest.state == "loading":
            await recovery.stop_loading(self._tabs, since, self._options.call_s)
        elif rest.state == "redirecting":
            self._tabs.note(Notice.KEEPS_REDIRECTING)
        elif self.begun and (lost := recovery.failed(self._tabs.current, rest, self._explain)):
            self._tabs.note(Notice.NOT_OPENED, *lost)
            back = await recovery.step_back(self._tabs, self._options, deadline)
            self._unfolds, self._hovers = back.unfolds, back.hovers
        elif rest.replaced and rest.status >= 400:
            self._tabs.note(Notice.HTTP_ERROR, str(rest.status))
        return rest

    async def look(self, deadline: Deadline) -> Observation:
        """Observe; look again when the document is replaced meanwhile.

        Raises:
            NavigatesForever: it was replaced too often.
            DeadlinePassed: no look was over in time.
        """
        notices: tuple[PageNotice, ...] = ()
        replaced = 0
        while replaced <= self._options.max_navigations:
            if deadline.passed:
                raise self._steps.late(f"looking at {self.url}")
            tab = self._tabs.current
            notices += tuple(map(self._without_secrets, self._tabs.take_notices()))
            try:
                await self._look_about(deadline)
                async with asyncio.timeout(self._options.call_s):
                    look = tab.observer.observe(
                        self._options.viewport_only, notices, self._sieve.secrets
                    )
                    seen = await tab.unless_crashed(look)
            except PageScriptGone:
                replaced += 1
                rest = await self.rest(deadline, mark(self._tabs))
                if rest.state == "redirecting":
                    break
            except TimeoutError:
                await recovery.stop_scripts(self._tabs, self._options.call_s)
            else:
                self.url = seen.url if SECRET not in seen.url else tab.page.url
                self.seen_in = tab
                return veiled(await self._placed(tab, seen), self._sieve)
        raise NavigatesForever(
            self._sieve(f"{self.url} keeps leaving for another page; it was never at rest")
        )

    async def _placed(self, tab: Tab, seen: Observation) -> Observation:
        """What is seen, and whether there is more, as the bar beside a window tells."""
        if not (self._options.viewport_only and self._options.told_where):
            return seen
        try:
            answer = await tab.unless_crashed(tab.world.call("beyond"))
        except PageScriptGone:
            return seen
        beyond = msgspec.json.decode(answer, type=dict[str, bool])
        above = f"{ABOVE}\n" if beyond["above"] else ""
        below = f"\n{BELOW}" if beyond["below"] else ""
        return msgspec.structs.replace(seen, html=f"{above}{seen.html}{below}")

    async def _look_about(self, deadline: Deadline) -> None:
        """Once after each rest, down the page and at what shows under the pointer, where there is
        anything to be seen by it."""
        if self._options.viewport_only:
            return
        unfolds, self._unfolds = self._unfolds, False
        hovers, self._hovers = self._hovers, False
        if unfolds and self._options.pass_s:
            await pass_down(self._tabs, self._options, deadline)
        if hovers:
            await point_at_all(self._tabs, self._options, deadline)

    def _without_secrets(self, notice: PageNotice) -> PageNotice:
        clean = self._sieve
        return msgspec.structs.replace(notice, text=clean(notice.text), about=clean(notice.about))

    async def _reload(self, deadline: Deadline) -> None:
        """Load a crashed page again in a new window."""
        self._crashes += 1
        if self._crashes > self._options.max_crashes:
            crashed = f"{self.url} crashed {self._crashes} times; it was given up"
            raise PageCrashed(self._sieve(crashed))
        await self._tabs.replace_crashed(self._tabs.current)
        self._tabs.take_notices()
        self._tabs.note(Notice.PAGE_CRASHED)
        await start_page.go(self._tabs, self.url, self._options, deadline, self._explain)
        rest = await settle(self._tabs, self._options, deadline, mark(self._tabs))
        self._unfolds, self._hovers = rest.unfolds, rest.hovers
