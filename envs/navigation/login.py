"""Whether a visit that began logged in still is, or how it ended.

Knows what the visit was logged in by and what the customer did; which page is one to log in at says
`envs.navigation.login_page`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from envs.actions import ElementAction
from envs.errors import LoginLost, NotLetIn, Refused
from envs.faults import Notice, PageNotice
from envs.navigation.login_page import asks_to_log_in, logs_out, speaks_of_login
from envs.navigation.tabs import Tabs
from envs.observation import Observation
from envs.options import EnvOptions
from envs.sieve import Sieve

LOST = "the site ended the login"
"""How the cause begins of a visit that lost its login."""


class Login:
    """The login of one visit; without one, nothing is looked for."""

    def __init__(self, tabs: Tabs, options: EnvOptions, sieve: Sieve) -> None:
        self._tabs = tabs
        self._options = options
        self._sieve = sieve
        self._begun = False
        self._left = False

    def begin(self) -> None:
        """The visit begins: whoever is logged in now should stay so."""
        self._begun = True

    def act(self, action: ElementAction) -> None:
        """A customer who logs out has ended the login, and not the site."""
        self._left = self._left or (self._begun and logs_out(action.name))

    async def check_start(self, url: str) -> None:
        """
        Raises:
            NotLetIn: the visit should begin logged in, and the page asks to log in.
        """
        if self._options.login and await asks_to_log_in(self._tabs.current.page):
            raise NotLetIn(
                url,
                f"{self._options.login} does not let anyone in: {self._where()} asks to log in; "
                "it may have expired, or its user name and password are wrong",
            )

    async def check(self, seen: Observation) -> None:
        """
        Raises:
            LoginLost: the site asks to log in where the customer was logged in.
        """
        if not self._begun or self._left or not (self._options.login or self._options.brought):
            return
        if any(map(_unauthorised, seen.notices or ())):
            raise LoginLost(
                f"{LOST}: {self._where()} answers with HTTP 401, which it did not before"
            )
        if not self._options.login:
            return
        elsewhere = next(filter(None, map(_login_elsewhere, seen.notices or ())), "")
        if elsewhere:
            raise LoginLost(self._sieve(f"{LOST}: it leads to {elsewhere} to log in"))
        if await asks_to_log_in(self._tabs.current.page):
            raise LoginLost(f"{LOST}: {self._where()} asks to log in, which it did not before")

    def refused(self, error: Refused) -> str:
        """What a start that was led to a host out of reach means to a visit with a login; empty
        where it means nothing."""
        login = self._options.login
        return f"{login} may have expired, if one logs in there: {error}" if login else ""

    def _where(self) -> str:
        """The page's address without what stands behind it, which differs from time to time."""
        parts = urlsplit(self._tabs.current.page.url)
        return self._sieve(f"{parts.scheme}://{parts.netloc}{parts.path}")


def _unauthorised(notice: PageNotice) -> bool:
    return notice.code is Notice.HTTP_ERROR and notice.about == "401"


def _login_elsewhere(notice: PageNotice) -> str:
    """The host where the page wanted to have one log in, which is out of reach."""
    if notice.code is not Notice.NOT_OPENED or not speaks_of_login(notice.about):
        return ""
    return urlsplit(notice.about).hostname or ""
