"""Telling a page where one logs in from one where one is logged in.

A visit that began logged in meets such a page only when the site has ended the login. Goes by what
the page shows: one field for a password that exists already, in a form with another field to type
into or at an address that speaks of logging in; or, at such an address, a field for a user name
alone, as where the two are asked for one after the other. A form that asks for the password again
before something is changed is none.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.async_api import Error, Frame, Page

PASSWORD = (
    "input[type=password]:not([autocomplete~=new-password]):not([autocomplete~=one-time-code])"
)
USER = (
    "input:is([autocomplete~=username], [type=email], [name=user], [name=username], [name=login],"
    " [name=identifier], [name=loginfmt], [id=username])"
)
NAME = "input:is([type=text], [type=email], [type=tel], :not([type]))"
_MOST_FRAMES = 10
_ADDRESS = re.compile(
    r"(?:^|[/._-])(?:log-?in|log-?on|sign-?in|sso|oauth2?|openid|saml2?|adfs|authorize|idp|"
    r"anmelden|anmeldung|einloggen|connexion|acceso|entrar|accedi)(?:$|[/._?-])",
    re.IGNORECASE,
)
_LEAVING = re.compile(
    r"log_?out|log_?off|sign_?out|abmelde|ausloggen|deconnexion|déconnexion|cerrar_sesi|"
    r"salir|esci|uitloggen|afmelden|wyloguj|logga_ut|log_ud|sair|terminar_sess|ログアウト|退出|выйти",
    re.IGNORECASE,
)


async def asks_to_log_in(page: Page) -> bool:
    """Whether the page shows a form to log in. A page that goes away meanwhile shows none."""
    try:
        for frame in page.frames[:_MOST_FRAMES]:
            if await _count(frame, PASSWORD) != 1:
                continue
            if speaks_of_login(frame.url) or await _with_name(frame):
                return True
        return speaks_of_login(page.url) and await _count(page.main_frame, USER) == 1
    except Error:
        return False


def speaks_of_login(url: str) -> bool:
    """Whether an address is one where one logs in, by its words."""
    parts = urlsplit(url)
    return bool(_ADDRESS.search(f"{parts.hostname or ''}/{parts.path}"))


def logs_out(name: str) -> bool:
    """Whether an element's name says that pressing it ends the login."""
    return bool(_LEAVING.search(name))


async def _with_name(frame: Frame) -> bool:
    """Whether the form of the password, or the page where it is in none, asks who one is."""
    within = f"form:has({PASSWORD}) {NAME}"
    if await _count(frame, f"form {PASSWORD}"):
        return await _count(frame, within) > 0
    return await _count(frame, NAME) > 0


async def _count(frame: Frame, selector: str) -> int:
    """How many can be seen, closed forms and menus left out; open shadow trees are looked into."""
    return await frame.locator(selector).locator("visible=true").count()
