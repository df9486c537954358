"""Which hosts one run may reach: the start URL's site, and what was allowed beside it.

Two questions are asked of every request: may this host be reached by name, and, once the name is
resolved, may this very address be. Whatever is not clearly allowed is refused.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from envs.gateway.grants import Grant, parse_grant
from envs.gateway.host_names import (
    Address,
    HostError,
    address_of,
    bracketed,
    canonical_host,
    effective,
    is_loopback_name,
    nature,
    split_port,
)
from envs.gateway.sites import registrable_domain

WEB_PORTS = {"http": 80, "https": 443}
_USUAL_PORTS = frozenset(WEB_PORTS.values())
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_AUTHORITY = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE)
_USER = re.compile(r"//[^/?#]*@")
"""What must not be repeated of an address: who is to log in, and by which password."""
_UNFIT = re.compile(r"[\x00-\x20\x7f\\]")
_LOOPBACK = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))


class SiteError(ValueError):
    """A start URL or an `--allow` that cannot be honoured; the message is one sentence."""


@dataclass(frozen=True)
class Target:
    """Where a URL leads: scheme, canonical host, port."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        shown = bracketed(self.host)
        usual = WEB_PORTS.get(self.scheme) == self.port
        return f"{self.scheme}://{shown}" if usual else f"{self.scheme}://{shown}:{self.port}"


@dataclass(frozen=True)
class SiteRules:
    """The allowlist of one run. Make it with `for_start`; immutable.

    `start` is the start URL as a browser would write it, `site` the registrable domain whose
    subdomains are allowed too (None when the start host is an address, or this machine),
    `grants` everything allowed. `everywhere` is for a person who goes where they please.
    """

    start: str
    target: Target
    site: str | None
    grants: tuple[Grant, ...]
    everywhere: bool = False

    @classmethod
    def for_a_person(cls, url: str) -> SiteRules:
        """For a window in which a person, not a policy, begins at `url`: nothing is refused.

        Raises:
            SiteError: `url` is not a web address.
        """
        return replace(cls.for_start(url), everywhere=True)

    @classmethod
    def for_start(cls, url: str, allow: Iterable[str] = ()) -> SiteRules:
        """The rules of a run that starts at `url`, `allow` being hosts reachable beside it.

        Each of `allow` is ``host``, ``*.host`` (the host and all under it), an IP address or a
        network such as ``10.0.0.0/8``, each optionally with ``:port``.

        Raises:
            SiteError: `url` is not a web address, or one of `allow` is not a host.
        """
        target, rest = parse_url(url)
        site, own = _own(target)
        try:
            others = tuple(parse_grant(text) for text in allow)
        except HostError as error:
            raise SiteError(str(error)) from error
        path = rest if rest.startswith("/") else f"/{rest}"
        return cls(target.origin + path, target, site, (own, *others))

    def refuse_host(self, host: str, port: int) -> str | None:
        """Why canonical `host` may not be reached at `port`, or None when it may.

        A name that passes must still have every address it resolves to judged.
        """
        if self.everywhere or any(grant.covers(host, port) for grant in self.grants):
            return None
        address = address_of(host)
        private = address is not None and nature(address) != "public"
        shown = f"{bracketed(host)}:{port}" if private or port not in _USUAL_PORTS else host
        what = f" (a {nature(address)} address)" if address is not None and private else ""
        return (
            f"{shown}{what} is not on this run's allowlist "
            f"({', '.join(map(str, self.grants))}); --allow {shown}, in a study `allow`, adds it"
        )

    def refuse_address(self, host: str, port: int, address: Address) -> str | None:
        """Why `address`, to which allowed `host` resolved, may not be reached, or None.

        Public addresses may. Any other must have been asked for as an address, by the start URL
        or by `--allow`, so that no name can lead into the operator's own network.
        """
        if self.everywhere or nature(address) == "public":
            return None
        if is_loopback_name(host) and address in _LOOPBACK:
            return None
        if any(grant.covers_address(address, port) for grant in self.grants):
            return None
        shown = bracketed(str(address))
        return (
            f"{host} leads to {shown} (a {nature(address)} address), which this run was not asked "
            f"to reach; if it is yours, --allow {shown}:{port}, in a study `allow`, permits it"
        )

    @cached_property
    def local(self) -> bool:
        """Whether the start URL leads to this machine itself."""
        address = address_of(self.target.host)
        named = is_loopback_name(self.target.host)
        return named or (address is not None and nature(address) == "loopback")


def parse_url(url: str) -> tuple[Target, str]:
    """Read an http or https URL: where it leads, and its path with query.

    Raises:
        SiteError: another scheme, no host, a bad port, a user name, spaces.
    """
    text = url.strip()
    shown = _USER.sub("//…@", text)
    shown = shown if len(shown) <= 100 else shown[:99] + "…"
    if _UNFIT.search(text):
        raise SiteError(f"{shown!r} is not a web address: it holds a space, backslash or control")
    scheme = _SCHEME.match(text)
    if scheme is None or (scheme[1].lower() not in WEB_PORTS and _looks_like_host(text)):
        raise SiteError(f"{shown!r} is not a web address: write https://{shown or 'shop.example'}")
    if scheme[1].lower() not in WEB_PORTS:
        raise SiteError(f"{shown!r} is refused: only http and https pages can be visited")
    found = _AUTHORITY.fullmatch(text.split("#", 1)[0])
    if found is None:
        raise SiteError(f"{shown!r} is not a web address: // must follow the scheme")
    return _target(found[1].lower(), found[2], shown), found[3]


def _target(scheme: str, authority: str, shown: str) -> Target:
    if "@" in authority:
        raise SiteError(
            f"{shown!r} is refused: leave the user name and password out of the URL, and give them "
            "with --http-credentials-file or SHOPPER_HTTP_CREDENTIALS"
        )
    try:
        host, port = split_port(authority, WEB_PORTS[scheme])
        return Target(scheme, canonical_host(host), port)
    except HostError as error:
        raise SiteError(f"{shown!r} is not a web address: {error}") from error


def _looks_like_host(text: str) -> bool:
    """`localhost:8000/x` and `shop.example:80` parse as schemes, but nobody means them so."""
    return bool(re.match(r"[a-z0-9.-]+:\d+(?:/|$)", text, re.IGNORECASE))


def _own(target: Target) -> tuple[str | None, Grant]:
    """The site of a start URL and the grant it makes.

    A public name allows its site. A public address allows itself. This machine and private
    addresses allow the very host and port, so that the services beside it stay out of reach.
    """
    address = address_of(target.host)
    if address is not None:
        port = None if nature(address) == "public" else target.port
        network = ipaddress.ip_network(effective(address))
        return None, Grant(network=network, port=port)
    if is_loopback_name(target.host):
        return None, Grant(host=target.host, port=target.port)
    site = registrable_domain(target.host)
    if site is None:
        return target.host, Grant(host=target.host)
    return site, Grant(host=site, subdomains=True)
