"""What customers hold in their hands, where they live and which language they read.

From a few plain words to the window a customer gets.
"""

from __future__ import annotations

import difflib
import re
from zoneinfo import available_timezones

from envs.browser.browser import ContextOptions
from envs.errors import BadOptions

DEVICES: dict[str, str | None] = {"desktop": None, "phone": "Pixel 7"}
"""Playwright's descriptor for each; None is the plain window of `ContextOptions`. A phone that runs
Chromium, since that is what really renders the page."""

_LOCALE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)
"""Language, script and region of a BCP 47 tag (RFC 5646), e.g. ``zh-Hant-TW``."""


def window_of(
    device: str = "desktop", locale: str | None = None, timezone: str | None = None
) -> ContextOptions:
    """The window of a customer with this device, language and time zone.

    Raises:
        BadOptions: one of them is none; says which there are.
    """
    if device not in DEVICES:
        raise BadOptions(f"no device is called {device!r}; choose one of: {', '.join(DEVICES)}")
    return ContextOptions(
        device=DEVICES[device],
        locale=None if locale is None else _locale(locale),
        timezone=None if timezone is None else _timezone(timezone),
    )


def _locale(text: str) -> str:
    """The tag as browsers write it: ``de_de`` as ``de-DE``."""
    match = _LOCALE.fullmatch(text)
    if match is None:
        raise BadOptions(
            f"{text!r} is not a locale: write language and region, for example de-DE or en-GB"
        )
    language, script, region = match.groups()
    parts = (language.lower(), (script or "").title(), (region or "").upper())
    return "-".join(part for part in parts if part)


def _timezone(name: str) -> str:
    known = available_timezones()
    if name in known or not known:  # a machine without a database leaves it to the browser
        return name
    by_lower = {zone.lower(): zone for zone in known}
    exact = by_lower.get(name.lower())
    if exact is not None:
        return exact
    cities = {zone.rpartition("/")[2].lower(): zone for zone in known}
    near = difflib.get_close_matches(name.lower(), [*by_lower, *cities], n=3)
    close = dict.fromkeys(by_lower.get(one) or cities[one] for one in near)
    hint = f"; did you mean {' or '.join(close)}?" if close else ", for example Europe/Berlin"
    raise BadOptions(f"{name!r} is not a time zone{hint}")
