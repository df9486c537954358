"""Which hosts a run may reach."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.gateway import SiteError, SiteRules
from envs.gateway.host_names import nature
from envs.gateway.rules import parse_url


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://Shop.Example", "https://shop.example/"),
        (" https://shop.example/a?b=c#d\n", "https://shop.example/a?b=c"),
        ("http://shop.example:80/", "http://shop.example/"),
        ("https://shop.example:8443/x", "https://shop.example:8443/x"),
        ("http://shop.example?q", "http://shop.example/?q"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("http://2130706433:8000/", "http://127.0.0.1:8000/"),
        ("http://bücher.example/ä", "http://xn--bcher-kva.example/ä"),
    ],
)
def test_a_start_url_is_written_as_a_browser_would(url: str, start: str) -> None:
    assert SiteRules.for_start(url).start == start


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "localhost:8000",
        "//shop.example",
        "/etc/passwd",
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,hi",
        "ftp://shop.example/",
        "chrome://settings",
        "about:blank",
        "view-source:http://shop.example/",
        "blob:http://shop.example/1",
        "ws://shop.example/",
        "http:",
        "http://",
        "http:///path",
        "http:shop.example",
        "http:/shop.example",
        "http://?q",
        "http://:80/",
        "http://shop.example:0/",
        "http://shop.example:99999/",
        "http://shop.example:http/",
        "http://user@shop.example/",
        "http://user:secret@shop.example/",
        "http://shop.example\\@evil.example/",
        "http://shop.example/a b",
        "http://sh op.example/",
        "http://[::1/",
        "http://256.1.1.1/",
    ],
)
def test_what_is_no_web_address_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(SiteError) as raised:
        SiteRules.for_start(url)
    message = str(raised.value)
    assert "\n" not in message
    assert len(message) < 250


def test_a_password_is_not_repeated_beyond_the_url_itself() -> None:
    with pytest.raises(SiteError, match="leave the user name and password out"):
        SiteRules.for_start("https://a:b@shop.example/")


@pytest.mark.parametrize(
    ("start", "reachable", "refused"),
    [
        (
            "https://www.shop.co.uk/",
            ["www.shop.co.uk", "shop.co.uk", "cdn.shop.co.uk", "a.b.shop.co.uk"],
            ["co.uk", "other.co.uk", "evilshop.co.uk", "shop.co.uk.evil.example", "127.0.0.1"],
        ),
        (
            "https://mine.myshopify.com/",
            ["mine.myshopify.com", "x.mine.myshopify.com"],
            ["other.myshopify.com", "myshopify.com"],
        ),
        ("https://myshopify.com/", ["myshopify.com"], ["other.myshopify.com"]),
        ("https://8.8.8.8/", ["8.8.8.8"], ["8.8.4.4", "dns.google"]),
        (
            "http://www.shop.internal/",
            ["www.shop.internal", "img.shop.internal"],
            ["other.internal", "internal"],
        ),
    ],
)
def test_the_site_and_its_subdomains(start: str, reachable: list[str], refused: list[str]) -> None:
    rules = SiteRules.for_start(start)
    assert [host for host in reachable if rules.refuse_host(host, 443)] == []
    assert [host for host in refused if not rules.refuse_host(host, 443)] == []


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.5", "localhost", "[::1]"])
def test_a_local_start_allows_its_very_host_and_port(host: str) -> None:
    rules = SiteRules.for_start(f"http://{host}:8000/")
    plain = host.strip("[]")
    assert rules.refuse_host(plain, 8000) is None
    assert rules.refuse_host(plain, 8001)
    others = {"127.0.0.1", "127.0.0.2", "localhost", "10.0.0.5", "::1"} - {plain}
    assert all(rules.refuse_host(other, 8000) for other in others)


@pytest.mark.parametrize(
    ("allow", "host", "port", "passes"),
    [
        ("cdn.example", "cdn.example", 443, True),
        ("cdn.example", "a.cdn.example", 443, False),
        ("*.cdn.example", "a.cdn.example", 443, True),
        ("*.cdn.example", "cdn.example", 443, True),
        ("*.cdn.example", "evilcdn.example", 443, False),
        ("cdn.example:8443", "cdn.example", 8443, True),
        ("cdn.example:8443", "cdn.example", 443, False),
        ("CDN.Example.", "cdn.example", 443, True),
        ("127.0.0.2:8080", "127.0.0.2", 8080, True),
        ("127.0.0.2:8080", "127.0.0.2", 8081, False),
        ("127.2:8080", "127.0.0.2", 8080, True),
        ("10.0.0.0/8", "10.9.9.9", 80, True),
        ("10.0.0.0/8", "11.0.0.1", 80, False),
        ("fd00::/8", "fd00::5", 80, True),
        ("::1", "::1", 80, True),
        ("[::1]:81", "::1", 81, True),
        ("[::1]:81", "::1", 80, False),
        ("10.0.0.1", "::ffff:a00:1", 80, True),
        ("::ffff:10.0.0.1", "10.0.0.1", 80, True),
        ("localhost", "localhost", 3000, True),
    ],
)
def test_what_allow_adds(allow: str, host: str, port: int, passes: bool) -> None:
    rules = SiteRules.for_start("https://shop.example/", [allow])
    assert (rules.refuse_host(host, port) is None) is passes


@pytest.mark.parametrize(
    "allow",
    [
        "",
        "*",
        "*.com",
        "*.co.uk",
        "a.*.b",
        "http://cdn.example",
        "cdn.example/x",
        "0.0.0.0/0",
        "::/0",
        "cdn.example:0",
        "*.127.0.0.1",
        "10.0.0.0/99",
        "a b",
        "1:2:3",
    ],
)
def test_an_allow_that_makes_no_sense_is_named(allow: str) -> None:
    with pytest.raises(SiteError) as raised:
        SiteRules.for_start("https://shop.example/", [allow])
    assert repr(allow) in str(raised.value)


PRIVATE = ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "100.64.0.1", "0.0.0.0")


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("allow", [[], ["intranet.example"], ["10.0.0.2"]])
def test_a_name_cannot_lead_into_the_private_network(address: str, allow: list[str]) -> None:
    rules = SiteRules.for_start("https://shop.example/", allow)
    for host in ("shop.example", "intranet.example"):
        assert rules.refuse_address(host, 443, ipaddress.ip_address(address))
    assert rules.refuse_address("shop.example", 443, ipaddress.ip_address("8.8.8.8")) is None


def test_a_private_address_that_was_asked_for_may_be_resolved_to() -> None:
    rules = SiteRules.for_start("http://staging.example/", ["10.0.0.5:80", "192.168.0.0/16"])
    assert rules.refuse_address("staging.example", 80, ipaddress.ip_address("10.0.0.5")) is None
    assert rules.refuse_address("staging.example", 81, ipaddress.ip_address("10.0.0.5"))
    assert rules.refuse_address("staging.example", 1, ipaddress.ip_address("192.168.9.9")) is None


def test_localhost_leads_to_this_machine_only() -> None:
    rules = SiteRules.for_start("http://localhost:8000/")
    assert rules.refuse_address("localhost", 8000, ipaddress.ip_address("127.0.0.1")) is None
    assert rules.refuse_address("localhost", 8000, ipaddress.ip_address("10.0.0.1"))


def test_a_refusal_says_what_where_and_what_to_do() -> None:
    rules = SiteRules.for_start("https://www.shop.example/")
    assert rules.refuse_host("evil.example", 443) == (
        "evil.example is not on this run's allowlist (*.shop.example); "
        "--allow evil.example, in a study `allow`, adds it"
    )
    told = rules.refuse_address("www.shop.example", 443, ipaddress.ip_address("10.0.0.5"))
    assert told is not None
    assert "10.0.0.5 (a private address)" in told
    assert "--allow 10.0.0.5:443" in told


@given(st.ip_addresses(), st.integers(1, 65535))
def test_no_address_but_a_granted_one_passes(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int
) -> None:
    rules = SiteRules.for_start("http://127.0.0.1:8000/")
    is_start = str(address) == "127.0.0.1" and port == 8000
    assert (rules.refuse_host(str(address), port) is None) is is_start
    refused = rules.refuse_address("127.0.0.1", port, address)
    assert (refused is None) is (is_start or nature(address) == "public")


@given(st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}){0,3}", fullmatch=True))
def test_only_names_under_the_site_pass(host: str) -> None:
    rules = SiteRules.for_start("https://www.shop.example/")
    inside = host == "shop.example" or host.endswith(".shop.example")
    assert (rules.refuse_host(host, 443) is None) is inside


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_refused_in_one_line(text: str) -> None:
    try:
        target, rest = parse_url(text)
    except SiteError as error:
        message = str(error)
    else:
        message = ""
        assert parse_url(target.origin + (rest or "/"))[0] == target
    assert "\n" not in message
