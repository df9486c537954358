"""The options of getting in, the same for every command that visits a site.

Declared once; a command gets what they come to as one value, `access`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from shopper.access import AccessAsked, in_clear
from shopper.help import option

SECTION = "http-credentials-file header cookie storage-state setup secret proxy ca client-cert"
"""Their names, for a command that has sections."""

_FILE = click.Path(path_type=Path)
_OPTIONS = (
    option(
        "--http-credentials-file",
        metavar="FILE",
        type=_FILE,
        help="USER:PASSWORD for a site that asks by Basic or Digest; mode 0600. Or by "
        "SHOPPER_HTTP_CREDENTIALS.",
    ),
    option(
        "--header",
        multiple=True,
        metavar="TEXT",
        help="NAME=VALUE, or NAME=env:VARIABLE: header of every request to the site's host; "
        "HOST/NAME=VALUE to another; repeatable.",
    ),
    option(
        "--cookie",
        multiple=True,
        metavar="TEXT",
        help="Cookie that every visit starts with, in the same form; repeatable.",
    ),
    option(
        "--storage-state",
        metavar="FILE",
        type=_FILE,
        help="Start every visit from the login in this file: see `shopper login`.",
    ),
    option(
        "--setup",
        metavar="FILE",
        type=_FILE,
        help="Script that logs in before each visit, with {{user}}, {{password}} and {{totp}} from "
        "SHOPPER_USER, SHOPPER_PASSWORD and SHOPPER_TOTP_SECRET.",
    ),
    option(
        "--secret",
        multiple=True,
        metavar="TEXT",
        help="NAME=env:VARIABLE: typed in place of {{NAME}}, on the site only; repeatable.",
    ),
    option(
        "--proxy",
        metavar="URL",
        help="Proxy to go through, http://HOST:PORT or env:VARIABLE.",
        show_default="HTTPS_PROXY, HTTP_PROXY, NO_PROXY",
    ),
    option("--ca", metavar="FILE", type=_FILE, help="Certificate authority to trust as well, PEM."),
    option(
        "--client-cert",
        multiple=True,
        metavar="FILE",
        help="Client certificate with its key, PEM or .p12; HOST=FILE for another host; "
        "repeatable.",
    ),
)


def access_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds them all; the command takes `access`, an `AccessAsked`."""

    @functools.wraps(command)
    def with_access(*args: Any, **given: Any) -> Any:
        own = {name: given.pop(name) for name in AccessAsked.__struct_fields__}
        access = AccessAsked(**own)
        for warning in in_clear(access):
            click.echo(warning, err=True)
        return command(*args, access=access, **given)

    decorated: Callable[..., Any] = with_access
    for one in reversed(_OPTIONS):
        decorated = one(decorated)
    return decorated
