"""From what is asked for to what a run brings along: files read, variables looked up, all checked.

No message repeats a credential.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, quote_plus

from agent.runs.login_script import read_login_script
from envs.access import OPEN, Access, AccessError, Cookie, Credentials
from envs.access.private_files import read_private
from envs.access.state import check_state, read_state
from envs.gateway import SiteRules
from envs.gateway.passes import ClientCertificate, HostHeader, Passes
from envs.gateway.place import Place, place_of
from envs.gateway.proxy import ProxyError, UpstreamProxy, parse_proxy
from envs.options import Secret
from shopper.access.asked import AccessAsked
from shopper.access.certificates import read_authorities, read_client_certificate
from shopper.access.values import Value, check_line, read_place, read_value, resolved

CREDENTIALS = "SHOPPER_HTTP_CREDENTIALS"
USUAL = {"user": "SHOPPER_USER", "password": "SHOPPER_PASSWORD", "totp": "SHOPPER_TOTP_SECRET"}
"""Variables of what a login script types, where `--secret` does not say otherwise."""
_OWN = frozenset(
    ("host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer")
)
"""Headers without which a request would not be the one that was judged."""
_SHORTEST = 6
"""Characters of a secret that is looked for within longer texts."""


def read_access(
    asked: AccessAsked, urls: Iterable[str | None], environ: Mapping[str, str] = os.environ
) -> Access:
    """What is brought along to the sites at `urls`; None among them is the embedded shop, to which
    everyone is let in.

    Raises:
        AccessError: something cannot be read or used; says what to do.
        SiteError: an address is none.
    """
    starts = [SiteRules.for_start(url) for url in urls if url is not None]
    if not starts:
        if asked.anything:
            raise AccessError(
                "logins, headers, proxies and the like are for a site of yours: name its URL"
            )
        return OPEN
    places = tuple(dict.fromkeys(place_of(start.target) for start in starts))
    headers = [_header(text, environ) for text in _texts(asked.header)]
    cookies = [_cookie(text, environ) for text in _texts(asked.cookie)]
    secrets = tuple(_secrets(asked, starts, environ))
    state = None if asked.storage_state is None else read_state(Path(asked.storage_state))
    for start in starts if state is not None else ():
        assert state is not None
        check_state(state, start.target)
    ca = None if asked.ca is None else Path(asked.ca)
    return Access(
        credentials=tuple(_credentials(asked, places, environ)),
        cookies=tuple(
            Cookie(place, one.name, one.value) for one in cookies for place in _where(one, places)
        ),
        state=state,
        script=None if asked.setup is None else read_login_script(Path(asked.setup), secrets),
        passes=Passes(
            headers=tuple(
                HostHeader(place, one.name, one.value)
                for one in headers
                for place in _where(one, places)
            ),
            certificates=tuple(_certificates(asked, places, environ)),
            authorities="" if ca is None else read_authorities(ca),
            authorities_file="" if ca is None else ca.name,
            proxies=tuple(_proxies(asked, starts, environ)),
        ),
        secrets=secrets,
        plain=frozenset(one.value for one in (*headers, *cookies) if not one.secret),
    )


def in_clear(asked: AccessAsked) -> tuple[str, ...]:
    """What of the options is a secret that everyone can read who looks at this machine's processes,
    or at the shell's history: one sentence each."""
    told = []
    for option, texts in (("--header", asked.header), ("--cookie", asked.cookie)):
        for text in _texts(texts):
            one = read_value(text, option, os.environ)
            if one.clear and one.secret:
                told.append(f"{option} {one.name}: its value {_EXPOSED}{one.name}=env:VARIABLE")
    if asked.proxy and "@" in asked.proxy and not asked.proxy.startswith("env:"):
        told.append(f"--proxy: its password {_EXPOSED}--proxy env:VARIABLE")
    return tuple(told)


_EXPOSED = "stands on the command line, where others can read it: better "


def check_told(access: Access, told: Mapping[str, object]) -> None:
    """What is written into files or told as it is must hold no secret: the folder's name, what
    customers came for. `told` has them by what asked for them.

    Raises:
        AccessError: it does; names which, and not what.
    """
    for what, text in told.items():
        if text is None:
            continue
        parts = set(re.split(r"[\\/]", str(text)))
        for secret in access.hidden:
            ways = {secret, quote(secret, ""), quote_plus(secret)}
            within = len(secret) >= _SHORTEST and any(way in str(text) for way in ways)
            if within or ways & parts:
                raise AccessError(
                    f"{what} holds one of the secrets that were given, and would be kept with the "
                    "run: choose another"
                )


def _texts(given: Sequence[str] | str) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _where(one: Value, places: tuple[Place, ...]) -> tuple[Place, ...]:
    return places if one.place is None else (one.place,)


def _header(text: str, environ: Mapping[str, str]) -> Value:
    one = read_value(text, "--header", environ)
    name = one.name.lower()
    check_line(one.value, f"--header {one.name}")
    if name in _OWN or name.startswith("proxy-"):
        raise AccessError(f"--header {one.name}: this header is the browser's own")
    if name == "cookie":
        raise AccessError("--header Cookie: give cookies with --cookie NAME=VALUE")
    return one


def _cookie(text: str, environ: Mapping[str, str]) -> Value:
    one = read_value(text, "--cookie", environ)
    check_line(one.value, f"--cookie {one.name}")
    if re.search(r"[;,\s]", one.value):
        raise AccessError(f"--cookie {one.name}: a cookie's value has no spaces, commas and ;")
    return one


def _credentials(
    asked: AccessAsked, places: tuple[Place, ...], environ: Mapping[str, str]
) -> Iterator[Credentials]:
    """From the file, else from the variable."""
    if asked.http_credentials_file is not None:
        path = Path(asked.http_credentials_file)
        what = f"--http-credentials-file {path}"
        data = read_private(path, "--http-credentials-file")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise AccessError(f"{what} is not text in UTF-8") from error
    else:
        text, what = environ.get(CREDENTIALS, ""), CREDENTIALS
        if not text.strip():
            return
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise AccessError(f"{what} is empty: it is to hold USER:PASSWORD")
    for number, line in enumerate(lines, 1):
        yield from _line_of_credentials(line, f"{what}, line {number}", places)


def _line_of_credentials(line: str, what: str, places: tuple[Place, ...]) -> Iterator[Credentials]:
    own = places
    if re.match(r"https?://", line):
        address, _, line = line.partition(" ")
        own = (place_of(SiteRules.for_start(address.strip()).target),) if address else ()
    user, colon, password = line.strip().partition(":")
    if not (colon and user and password):
        raise AccessError(f"{what} is not USER:PASSWORD, or https://HOST USER:PASSWORD")
    yield from (Credentials(place, user, password) for place in own)


def _secrets(
    asked: AccessAsked, starts: Sequence[SiteRules], environ: Mapping[str, str]
) -> Iterator[Secret]:
    hosts = tuple(dict.fromkeys(start.site or start.target.host for start in starts))
    given = [read_value(text, "--secret", environ) for text in _texts(asked.secret)]
    for one in given:
        if one.clear:
            raise AccessError(
                f"--secret {one.name}: secrets are taken from variables: {one.name}=env:VARIABLE"
            )
    named = {one.name for one in given}
    if asked.setup is not None:
        given += [
            Value(name, environ[variable])
            for name, variable in USUAL.items()
            if name not in named and environ.get(variable)
        ]
    for one in given:
        for host in hosts if one.place is None else (one.place.host,):
            yield Secret(one.name, _key(one), host, codes=one.name == "totp")


def _key(one: Value) -> str:
    """The value; that of ``totp`` must be one that codes can be made of."""
    if one.name != "totp":
        return one.value
    import binascii

    import pyotp

    key = re.sub(r"[\s-]", "", one.value)
    try:
        pyotp.TOTP(key).now()
    except (binascii.Error, ValueError) as error:
        raise AccessError(
            "the secret for one-time codes is none: it is the text in base32 (A to Z, 2 to 7) that "
            "the site shows beside its QR code"
        ) from error
    return key


def _certificates(
    asked: AccessAsked, places: tuple[Place, ...], environ: Mapping[str, str]
) -> Iterator[ClientCertificate]:
    for text in _texts(asked.client_cert):
        own, file = places, text
        host, equals, rest = text.partition("=")
        if equals and not Path(text).exists():
            own, file = (read_place(host, "--client-cert"),), rest
        for place in own:
            yield read_client_certificate(file, place, environ)


def _proxies(
    asked: AccessAsked, starts: Sequence[SiteRules], environ: Mapping[str, str]
) -> Iterator[UpstreamProxy]:
    """The one that is asked for, else those of the environment, which this machine's own addresses
    have no use for."""
    bypass = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    if asked.proxy is not None:
        address = resolved(asked.proxy, "--proxy", environ)
        try:
            yield parse_proxy(address, bypass=bypass)
        except ProxyError as error:
            raise AccessError(f"--proxy: {error}") from error
        return
    for scheme in ("https", "http"):
        name = next((n for n in proxy_variables(scheme) if environ.get(n)), "")
        if name:
            try:
                yield parse_proxy(environ[name], bypass=bypass, scheme=scheme, local_too=False)
            except ProxyError as error:
                if not all(start.local for start in starts):
                    raise AccessError(f"{name}: {error}") from error


def proxy_variables(scheme: str) -> tuple[str, str]:
    """The variables that name the proxy for addresses of a scheme, the first that is set counts."""
    return f"{scheme.upper()}_PROXY", f"{scheme}_proxy"
