"""What the gateway lets through and what it refuses, over plain sockets."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence

import httpx
import pytest

from envs.gateway import Gateway, GatewayLimits, SiteRules
from envs.gateway.host_names import Address
from tests.envs.gateway.asking import exchange, names
from tests.envs.gateway.servers import trap
from tests.website import Website


async def test_allowed_requests_pass_with_their_bodies(echo_shop: Website) -> None:
    async with Gateway(SiteRules.for_start(echo_shop.url)) as gateway:
        async with httpx.AsyncClient(proxy=gateway.url, trust_env=False) as client:
            assert (await client.get(echo_shop.url)).text == "home"
            assert (await client.head(echo_shop.url)).status_code == 200
            assert (
                await client.post(f"{echo_shop.url}/echo", content=b"z" * 500_000)
            ).text == "z" * 500_000
            assert len((await client.get(f"{echo_shop.url}/big")).content) == 3_000_000
            sent = (await client.get(f"{echo_shop.url}/headers", headers={"X-Mine": "1"})).text
    assert "x-mine: 1" in sent
    assert "proxy-connection" not in sent
    assert f"host: 127.0.0.1:{echo_shop.port}" in sent


async def test_every_request_of_a_kept_alive_connection_is_judged(echo_shop: Website) -> None:
    async with trap() as forbidden:
        async with Gateway(SiteRules.for_start(echo_shop.url)) as gateway:
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            for url, status in (
                (echo_shop.url, b"200"),
                (forbidden.url, b"403"),
                (echo_shop.url, b"200"),
            ):
                writer.write(
                    f"GET {url}/ HTTP/1.1\r\nHost: 127.0.0.1:{echo_shop.port}\r\n\r\n".encode()
                )
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
                assert head.split(b" ")[1] == status
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
            writer.close()
            assert gateway.refused == {"127.0.0.3": 1}
        assert forbidden.hits == []


async def test_a_request_hidden_in_a_body_is_only_a_body(echo_shop: Website) -> None:
    async with trap() as forbidden:
        hidden = f"GET {forbidden.url}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        async with Gateway(SiteRules.for_start(echo_shop.url)) as gateway:
            head = f"POST {echo_shop.url}/echo HTTP/1.1\r\nHost: x\r\nContent-Length: {len(hidden)}\r\n"
            answer = await exchange(
                gateway.port, f"{head}Connection: close\r\n\r\n".encode() + hidden
            )
            assert answer.endswith(hidden)
            smuggled = await exchange(
                gateway.port, f"{head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode() + hidden
            )
        assert smuggled.startswith(b"HTTP/1.1 400 ")
        assert forbidden.hits == []


async def test_a_refusal_is_a_small_page_that_names_the_reason(echo_shop: Website) -> None:
    rules = SiteRules.for_start(echo_shop.url)
    async with Gateway(rules) as gateway:
        async with httpx.AsyncClient(proxy=gateway.url, trust_env=False) as client:
            refused = await client.get("http://evil.example/<script>")
            assert refused.status_code == 403
            assert "evil.example is not on this run" in refused.text
            assert "evil.example" in refused.headers["X-Shopper-Refused"]
            with pytest.raises(httpx.ProxyError, match="403"):
                await client.get("https://evil.example/")
        assert gateway.refused == {"evil.example": 2}
        for scheme, port in (("http", 80), ("https", 443)):
            explained = gateway.explain(f"{scheme}://EVIL.example/x")
            assert explained is not None
            assert (explained.kind, explained.host) == ("refused", "evil.example")
            assert explained.port == port
        assert gateway.explain(echo_shop.url) is None
        assert gateway.explain("about:blank") is None


ODD = ("2130706435", "0x7f000003", "0177.0.0.3", "127.3", "[::ffff:127.0.0.3]", "127.0.0.3.")


@pytest.mark.parametrize("spelling", ODD)
async def test_odd_spellings_of_an_address(spelling: str, echo_shop: Website) -> None:
    async with trap() as forbidden:
        url = f"http://{spelling}:{forbidden.port}/"
        ask = f"GET {url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        async with Gateway(SiteRules.for_start(echo_shop.url)) as gateway:
            assert (await exchange(gateway.port, ask)).startswith(b"HTTP/1.1 403 ")
        assert forbidden.hits == []
        rules = SiteRules.for_start(echo_shop.url, [f"127.0.0.3:{forbidden.port}"])
        async with Gateway(rules) as gateway:
            assert (await exchange(gateway.port, ask)).startswith(b"HTTP/1.1 200 ")
        assert forbidden.hits[:2] == ["connected", "GET / HTTP/1.1"]


@pytest.mark.parametrize("addresses", ["127.0.0.3", "8.8.8.8 127.0.0.3", "::ffff:127.0.0.3"])
async def test_an_allowed_name_cannot_lead_to_this_machine(addresses: str) -> None:
    async with trap() as forbidden:
        start = f"http://shop.test:{forbidden.port}/"
        ask = f"GET {start} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        tunnel = f"CONNECT shop.test:{forbidden.port} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        resolver = names({"shop.test": addresses})
        async with Gateway(SiteRules.for_start(start), resolver=resolver) as gateway:
            for message in (ask, tunnel):
                answer = await exchange(gateway.port, message, eof=True)
                assert answer.startswith(b"HTTP/1.1 403 ")
                assert b"127.0.0.3 (a loopback address)" in answer or b"7f00:3" in answer
            assert gateway.refused == {"shop.test": 2}
        assert forbidden.hits == []
        rules = SiteRules.for_start(start, [f"127.0.0.3:{forbidden.port}"])
        alone = names({"shop.test": "127.0.0.3"})
        async with Gateway(rules, resolver=alone) as gateway:
            assert (await exchange(gateway.port, ask)).startswith(b"HTTP/1.1 200 ")
        assert "GET / HTTP/1.1" in forbidden.hits


async def test_a_name_that_changes_its_address_is_judged_again() -> None:
    asked: list[str] = []

    async with trap() as forbidden, trap("127.0.0.4") as granted:

        async def rebinding(host: str, port: int) -> Sequence[Address]:
            asked.append(host)
            return [ipaddress.ip_address("127.0.0.4" if len(asked) == 1 else "127.0.0.3")]

        start = f"http://shop.test:{granted.port}/"
        rules = SiteRules.for_start(start, [f"127.0.0.4:{granted.port}"])
        ask = f"GET {start} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        async with Gateway(rules, GatewayLimits(names=0), resolver=rebinding) as gateway:
            assert (await exchange(gateway.port, ask)).startswith(b"HTTP/1.1 200 ")
            assert (await exchange(gateway.port, ask)).startswith(b"HTTP/1.1 403 ")
        assert asked == ["shop.test", "shop.test"]
        assert forbidden.hits == []
        async with Gateway(rules, resolver=rebinding) as gateway:
            asked.clear()
            for _ in range(3):
                assert (await exchange(gateway.port, ask)).startswith(b"HTTP/1.1 200 ")
        assert asked == ["shop.test"]  # kept: connected to the address that was judged


async def test_a_failing_resolver_lets_nothing_through() -> None:
    async def broken(host: str, port: int) -> Sequence[Address]:
        raise RuntimeError("the resolver broke")

    async with Gateway(SiteRules.for_start("http://shop.test/"), resolver=broken) as gateway:
        answer = await exchange(gateway.port, b"GET http://shop.test/ HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer == b""


async def test_failures_say_what_failed(echo_shop: Website) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = unused.getsockname()[1]
        async with Gateway(SiteRules.for_start(f"http://127.0.0.1:{dead}/")) as gateway:
            answer = await exchange(
                gateway.port, f"GET http://127.0.0.1:{dead}/ HTTP/1.0\r\n\r\n".encode()
            )
            assert b"refused the connection" in answer
            told = gateway.explain(f"http://127.0.0.1:{dead}/")
            assert told is not None
            assert told.kind == "unreachable"
    resolver = names({})
    async with Gateway(SiteRules.for_start("http://gone.test/"), resolver=resolver) as gateway:
        answer = await exchange(gateway.port, b"GET http://gone.test/ HTTP/1.0\r\n\r\n")
        assert b"the name gone.test is not known" in answer


@pytest.mark.parametrize(
    "message",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x00\xa5\r\n\r\n",
        b"x" * 300_000,
        b"GET\r\n\r\n",
        b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 300_000,
    ],
)
async def test_what_is_no_proxy_request_is_answered_400(message: bytes, echo_shop: Website) -> None:
    async with Gateway(SiteRules.for_start(echo_shop.url)) as gateway:
        assert (await exchange(gateway.port, message)).startswith((b"HTTP/1.1 400 ", b"reset"))
    assert echo_shop.requests == []
