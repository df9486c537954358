"""Where credentials may go, and which hosts a proxy is for."""

from __future__ import annotations

import pytest

from envs.gateway.host_names import HostError
from envs.gateway.place import parse_place, place_of
from envs.gateway.proxy import ProxyError, parse_proxy
from envs.gateway.rules import SiteRules


@pytest.mark.parametrize(
    ("start", "host", "port", "covered"),
    [
        ("https://shop.example/", "shop.example", 443, True),
        ("https://shop.example/", "shop.example", 80, False),  # never in clear
        ("http://shop.example/", "shop.example", 443, True),
        ("https://shop.example/", "www.shop.example", 443, False),
        ("https://shop.example/", "shop.example.evil.example", 443, False),
        ("http://127.0.0.1:8000/", "127.0.0.1", 8001, False),
        ("http://127.0.0.1:8000/", "127.0.0.1", 8000, True),
    ],
)
def test_the_place_of_an_address(start: str, host: str, port: int, covered: bool) -> None:
    assert place_of(SiteRules.for_start(start).target).covers(host, port) is covered


@pytest.mark.parametrize(
    ("text", "host", "port", "covered"),
    [
        ("shop.example", "shop.example", 443, True),
        ("SHOP.example:8443", "shop.example", 8443, True),
        ("shop.example:8443", "shop.example", 443, False),
        ("*.shop.example", "cdn.shop.example", 443, True),
        ("*.shop.example", "evilshop.example", 443, False),
        ("[::1]:8000", "::1", 8000, True),
    ],
)
def test_places_that_are_named(text: str, host: str, port: int, covered: bool) -> None:
    assert parse_place(text).covers(host, port) is covered


@pytest.mark.parametrize("text", ["", "*.com", "*", "a b", "shop.example:0", "*.co.uk"])
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(HostError):
        parse_place(text)


def test_origins_as_browsers_write_them() -> None:
    assert parse_place("shop.example").origins == ("https://shop.example", "http://shop.example")
    assert parse_place("[::1]:8000").origins == ("http://[::1]:8000", "https://[::1]:8000")
    assert parse_place("*.shop.example:443").origins == ("https://*.shop.example",)


@pytest.mark.parametrize(
    ("bypass", "host", "port", "carried"),
    [
        ("", "shop.example", 443, True),
        ("shop.example", "shop.example", 443, False),
        ("shop.example", "www.shop.example", 443, False),
        (".shop.example", "www.shop.example", 443, False),
        ("*.shop.example", "www.shop.example", 443, False),
        ("shop.example", "othershop.example", 443, True),
        ("a.example, 10.0.0.0/8", "10.1.2.3", 443, False),
        ("10.0.0.0/8", "11.1.2.3", 443, True),
        ("shop.example:8443", "shop.example", 443, True),
        ("shop.example:8443", "shop.example", 8443, False),
        ("127.0.0.1", "127.0.0.1", 80, False),
        ("*", "shop.example", 443, False),
        ("::/0,  ,]", "shop.example", 443, True),
    ],
)
def test_hosts_that_need_no_proxy(bypass: str, host: str, port: int, carried: bool) -> None:
    proxy = parse_proxy("http://proxy.example:3128", bypass=bypass)
    assert proxy.carries(host, port, tls=True) is carried


def test_a_proxy_of_the_machine_is_not_for_the_machine_itself() -> None:
    proxy = parse_proxy("http://proxy.example:3128", local_too=False)
    assert not proxy.carries("127.0.0.1", 80, tls=False)
    assert not proxy.carries("shop.localhost", 80, tls=False)
    assert not proxy.carries("::1", 80, tls=False)
    assert proxy.carries("shop.example", 80, tls=False)


def test_a_proxy_for_https_only() -> None:
    proxy = parse_proxy("http://proxy.example:3128", scheme="https")
    assert proxy.carries("shop.example", 443, tls=True)
    assert not proxy.carries("shop.example", 80, tls=False)


def test_user_and_password_in_a_proxy_s_address() -> None:
    proxy = parse_proxy("me%40company:p%3Aw@proxy.example:3128")
    assert (proxy.user, proxy.password, proxy.host, proxy.port) == (
        "me@company",
        "p:w",
        "proxy.example",
        3128,
    )
    assert proxy.shown == "proxy.example:3128"


@pytest.mark.parametrize(
    "text", ["socks5://me:hunter22@p.example:1", "http://me:hunter22@:80", "http://me:hunter22@p:x"]
)
def test_what_is_no_proxy_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(ProxyError) as error:
        parse_proxy(text)
    assert "hunter22" not in str(error.value)
