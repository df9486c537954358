"""What `shopper doctor` says of getting in: which variables are set, how old a kept login is.

No value is looked at further, and nothing of a login's content is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from envs.access import AccessError
from envs.access.state import read_state
from envs.gateway.proxy import ProxyError, parse_proxy
from shopper.access.reading import CREDENTIALS, USUAL, proxy_variables
from shopper.check import Check

AREA = "access"


def check_access(states: Iterable[Path], environ: Mapping[str, str]) -> Iterator[Check]:
    """The login in each of `states`, and the variables that are set; nothing where none is."""
    for path in states:
        yield _state(path)
    for scheme in ("https", "http"):
        name = next((n for n in proxy_variables(scheme) if environ.get(n)), "")
        if name:
            yield _proxy(name, environ[name])
    names = [name for name in (CREDENTIALS, *USUAL.values()) if environ.get(name)]
    if names:
        verb = "is" if len(names) == 1 else "are"
        yield Check(area=AREA, state="ok", found=f"{', '.join(names)} {verb} set")


def _state(path: Path) -> Check:
    try:
        state = read_state(path)
    except AccessError as error:
        return Check(area=AREA, state="warning", found=str(path), advice=str(error))
    return Check(
        area=AREA, state="ok", found=f"login in {path}, {state.age}", facts={"file": str(path)}
    )


def _proxy(name: str, address: str) -> Check:
    try:
        shown = parse_proxy(address).shown
    except ProxyError as error:
        return Check(area=AREA, state="warning", found=f"{name} is set", advice=str(error))
    return Check(area=AREA, state="ok", found=f"runs go through the proxy {shown} ({name})")
