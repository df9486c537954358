"""Hosts are read as browsers read them, and addresses are known for what they are."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.gateway.host_names import (
    HostError,
    address_of,
    canonical_host,
    effective,
    nature,
    split_port,
)

LOOPBACK_SPELLINGS = (
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0X7F.0.0.1",
    "0177.0.0.1",
    "0177.0.0.01",
    "017700000001",
    "１２７.0.0.1",
    "127。0。0。1",
    "%31%32%37.0.0.1",
    "①②⑦.0.0.1",
)


@pytest.mark.parametrize("spelling", LOOPBACK_SPELLINGS)
def test_every_spelling_of_an_address_is_that_address(spelling: str) -> None:
    assert canonical_host(spelling) == "127.0.0.1"


@pytest.mark.parametrize(
    ("spelling", "address"),
    [
        ("[::1]", "::1"),
        ("[0:0::0:1]", "::1"),
        ("[::FFFF:127.0.0.1]", "::ffff:7f00:1"),
        ("[2001:DB8::1]", "2001:db8::1"),
    ],
)
def test_ipv6_addresses_lose_brackets(spelling: str, address: str) -> None:
    assert ipaddress.ip_address(canonical_host(spelling)) == ipaddress.ip_address(address)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Shop.Example", "shop.example"),
        ("shop.example.", "shop.example"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("straße.de", "xn--strae-oqa.de"),
        ("例え.jp", "xn--r8jz45g.jp"),
        ("ｓｈｏｐ.example", "shop.example"),
        ("sh%6Fp.example", "shop.example"),
        ("so\u00adft.example", "soft.example"),
        ("under_score.example", "under_score.example"),
        ("1.2.3.4.example", "1.2.3.4.example"),
    ],
)
def test_names_have_one_spelling(name: str, expected: str) -> None:
    assert canonical_host(name) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a..b",
        "256.0.0.1",
        "1.2.3.4.5",
        "127.0.0.08",
        "4294967296",
        "foo.1",
        "[::1",
        "[::1%25eth0]",
        "[127.0.0.1]",
        "a b",
        "a/b",
        "a@b",
        "a\\b",
        "a%00b",
        "a%",
        "%ff%fe",
        "a\u2100b",
        "a\uff0fb",
        "x" * 64 + ".example",
        ".".join(["abcdefgh"] * 40),
    ],
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(HostError):
        canonical_host(text)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", "public"),
        ("2606:4700::1111", "public"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::127.0.0.1", "loopback"),
        ("2002:7f00:1::", "loopback"),
        ("64:ff9b::127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.31.0.1", "private"),
        ("192.168.1.1", "private"),
        ("fd12:3456::1", "private"),
        ("fec0::1", "private"),
        ("64:ff9b::10.0.0.1", "private"),
        ("2002:a00:1::", "private"),
        ("169.254.1.1", "link-local"),
        ("fe80::1", "link-local"),
        ("169.254.169.254", "metadata"),
        ("::ffff:169.254.169.254", "metadata"),
        ("64:ff9b::a9fe:a9fe", "metadata"),
        ("fd00:ec2::254", "metadata"),
        ("100.100.100.200", "metadata"),
        ("100.64.0.1", "shared carrier"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("::", "unspecified"),
        ("::ffff:0.0.0.0", "unspecified"),
        ("255.255.255.255", "reserved"),
        ("240.0.0.1", "reserved"),
        ("192.0.2.1", "private"),
        ("198.18.0.1", "private"),
    ],
)
def test_addresses_are_known_for_what_they_are(address: str, expected: str) -> None:
    assert nature(ipaddress.ip_address(address)) == expected


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_does_not_hide_it(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    wrapped = (
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
        ipaddress.IPv6Address((0x64FF9B << 96) | number),
    )
    assert {effective(one) for one in wrapped} == {address}
    assert {nature(one) for one in wrapped} == {nature(address)}


@given(st.integers(0, 2**32 - 1), st.sampled_from((str, hex, lambda n: "0" + oct(n)[2:])))
def test_an_address_as_one_number(number: int, write: object) -> None:
    assert callable(write)
    assert canonical_host(write(number)) == str(ipaddress.IPv4Address(number))


@given(st.text(max_size=40))
def test_any_text_is_a_host_once_and_for_all_or_refused(text: str) -> None:
    try:
        host = canonical_host(text)
    except HostError:
        return
    assert host == host.lower()
    assert host.isascii()
    again = f"[{host}]" if ":" in host else host
    assert canonical_host(again) == host
    address = address_of(host)
    assert address is None or str(address) == host


@pytest.mark.parametrize(
    ("authority", "expected"),
    [
        ("shop.example", ("shop.example", 80)),
        ("shop.example:8080", ("shop.example", 8080)),
        ("shop.example:", ("shop.example", 80)),
        ("[::1]", ("[::1]", 80)),
        ("[::1]:81", ("[::1]", 81)),
    ],
)
def test_ports(authority: str, expected: tuple[str, int]) -> None:
    assert split_port(authority, 80) == expected


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x", "8 0", "٣", "+80", "000080"])
def test_bad_ports(port: str) -> None:
    with pytest.raises(HostError):
        split_port(f"shop.example:{port}", 80)
