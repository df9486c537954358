"""Host names and addresses as a browser reads them, and what an IP address stands for.

`127.1`, `0x7f.1`, `2130706433`, `１２７.0.0.1` and `[::ffff:127.0.0.1]` are all the same
machine; here they become one spelling, after the host parser of the WHATWG URL standard
(section 3.5), so that they can be judged.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Literal
from urllib.parse import unquote_to_bytes

import idna

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

Nature = Literal[
    "public",
    "loopback",
    "private",
    "link-local",
    "metadata",
    "shared carrier",
    "multicast",
    "unspecified",
    "reserved",
]
"""What an address is for. Only public ones are open to everyone on the Internet."""

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
"""Forbidden domain code points (WHATWG URL, section 3.2)."""
_LABEL = re.compile(r"[^\x00-\x7f]")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        (
            "169.254.169.254",  # AWS, Azure, Google, DigitalOcean, Oracle
            "169.254.170.2",  # AWS container credentials
            "169.254.169.123",  # AWS time
            "100.100.100.200",  # Alibaba
            "168.63.129.16",  # Azure host
            "192.0.0.192",  # Oracle, old
            "fd00:ec2::254",  # AWS over IPv6
            "fd20:ce::254",  # Google over IPv6
        ),
    )
)
_SHARED = ipaddress.ip_network("100.64.0.0/10")
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_COMPATIBLE = ipaddress.ip_network("::/96")
_SITE_LOCAL = ipaddress.ip_network("fec0::/10")


class HostError(ValueError):
    """Text that no browser would take for a host; the message says what is wrong with it."""


def canonical_host(text: str) -> str:
    """The one spelling of a host: lower case, ASCII (IDNA), no trailing dot, addresses shortest.

    An IPv6 address comes back without brackets; `address_of` tells addresses from names.

    Raises:
        HostError: empty, too long, or not a host.
    """
    if text.startswith("["):
        return _bracketed(text)
    host = _ascii(_percent_decoded(text)).removesuffix(".")
    if not host:
        raise HostError("the host is missing")
    if bad := _FORBIDDEN.search(host):
        raise HostError(f"{bad.group()!r} cannot stand in a host name")
    if _ends_in_a_number(host):
        return str(_ipv4(host))
    if len(host) > 253 or any(not 0 < len(label) < 64 for label in host.split(".")):
        raise HostError("a host name has labels of 1 to 63 characters, 253 in all")
    return host


def address_of(host: str) -> Address | None:
    """The address a canonical host is, or None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_loopback_name(host: str) -> bool:
    """`localhost` and names under it never leave the machine (RFC 6761, section 6.3)."""
    return host == "localhost" or host.endswith(".localhost")


def effective(address: Address) -> Address:
    """The address that packets to `address` really go to: the IPv4 one wrapped in an IPv6 one.

    Unwraps IPv4-mapped, IPv4-compatible, 6to4 and NAT64 addresses.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and any(address in network for network in _NAT64):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is None and address in _COMPATIBLE and int(address) > 1:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address if inner is None else inner


def nature(address: Address) -> Nature:
    """What `address` is for (IANA special-purpose registries), wrapped addresses unwrapped."""
    address = effective(address)
    if address in _METADATA:
        return "metadata"
    if address.is_unspecified or (int(address) < 1 << 24 and address.version == 4):
        return "unspecified"
    if address.is_loopback:
        return "loopback"
    if address.is_link_local:
        return "link-local"
    if address.is_multicast:
        return "multicast"
    if address.version == 4 and address in _SHARED:
        return "shared carrier"
    if address.version == 6 and address in _SITE_LOCAL:
        return "private"
    if address.is_reserved:
        return "reserved"
    return "private" if address.is_private else "public" if address.is_global else "reserved"


def bracketed(host: str) -> str:
    """`host` as it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def split_port(authority: str, usual: int) -> tuple[str, int]:
    """`host:port` taken apart, the port being `usual` where none is written.

    Raises:
        HostError: the port is not a number from 1 to 65535.
    """
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        return authority, usual
    if not port:
        return host, usual
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        raise HostError(f"{port!r} is not a port: ports are 1 to 65535")
    return host, int(port)


def _bracketed(text: str) -> str:
    if not text.endswith("]"):
        raise HostError("an IPv6 address ends with ]")
    try:
        address = ipaddress.IPv6Address(text[1:-1])
    except ValueError as error:
        raise HostError(f"{text} is not an IPv6 address") from error
    if address.scope_id:
        raise HostError("an IPv6 address in a URL has no zone")
    return str(address)


def _percent_decoded(text: str) -> str:
    if "%" not in text:
        return text
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError as error:
        raise HostError("its percent-encoding is not UTF-8") from error


def _ascii(text: str) -> str:
    if text.isascii():
        return text.lower()
    try:
        mapped = idna.uts46_remap(text, std3_rules=False, transitional=False)
        labels = [
            "xn--" + label.encode("punycode").decode() if _LABEL.search(label) else label
            for label in mapped.split(".")
        ]
    except (idna.IDNAError, UnicodeError) as error:
        raise HostError(f"{text!r} is not an international host name") from error
    return ".".join(labels)


def _ends_in_a_number(host: str) -> bool:
    return bool(_NUMBER.fullmatch(host.rsplit(".", 1)[-1]))


def _ipv4(host: str) -> ipaddress.IPv4Address:
    """The IPv4 parser of browsers: one to four parts, each decimal, octal or hexadecimal."""
    parts = host.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise HostError(f"{host} is neither a name nor an IPv4 address")
    *leading, last = (_part(part, host) for part in parts)
    if any(value > 255 for value in leading) or last >= 256 ** (4 - len(leading)):
        raise HostError(f"{host} is not an IPv4 address: a part is too large")
    whole = last + sum(value << 8 * (3 - place) for place, value in enumerate(leading))
    return ipaddress.IPv4Address(whole)


def _part(part: str, host: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    if part.startswith("0") and len(part) > 1:
        if not set(part) <= set("01234567"):
            raise HostError(f"{host} is not an IPv4 address: {part} is not octal")
        return int(part, 8)
    return int(part)
