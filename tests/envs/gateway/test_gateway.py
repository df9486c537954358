"""The gateway over plain sockets: what passes, what is refused, and how connections behave."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct
from collections.abc import Sequence

import httpx
import pytest

from envs.gateway import Gateway, Limits, Resolver, SiteRules, Trouble
from envs.gateway.hosts import Address
from tests.envs.gateway.servers import listening, trap
from tests.website import Reply, Request, Website


async def exchange(port: int, *messages: bytes, eof: bool = False) -> bytes:
    """Send to the gateway, and read until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for message in messages:
        writer.write(message)
        await asyncio.sleep(0.02)
    if eof:
        writer.write_eof()
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionResetError:
        return b"reset"
    finally:
        writer.close()


def names(**addresses: str) -> Resolver:
    """A resolver that knows these names (``_`` for a dot) and no others."""
    known = {name.replace("_", "."): value for name, value in addresses.items()}

    async def resolve(host: str, port: int) -> Sequence[Address]:
        if host not in known:
            raise OSError("unknown")
        return [ipaddress.ip_address(one) for one in known[host].split()]

    return resolve


@pytest.fixture
def shop(serve_shop: Website) -> Website:
    return serve_shop


@pytest.fixture
def serve_shop(website: object) -> Website:
    def echo(request: Request) -> Reply:
        return Reply(request.body or b"empty")

    def headers(request: Request) -> Reply:
        return Reply("\n".join(f"{k}: {v}" for k, v in request.headers.items()))

    assert callable(website)
    made = website({"/": "home", "/echo": echo, "/headers": headers, "/big": "x" * 3_000_000})
    assert isinstance(made, Website)
    return made


async def test_allowed_requests_pass_with_their_bodies(shop: Website) -> None:
    async with Gateway(SiteRules.for_start(shop.url)) as gateway:
        async with httpx.AsyncClient(proxy=gateway.url, trust_env=False) as client:
            assert (await client.get(shop.url)).text == "home"
            assert (await client.head(shop.url)).status_code == 200
            assert (
                await client.post(f"{shop.url}/echo", content=b"z" * 500_000)
            ).text == "z" * 500_000
            assert len((await client.get(f"{shop.url}/big")).content) == 3_000_000
            sent = (await client.get(f"{shop.url}/headers", headers={"X-Mine": "1"})).text
    assert "x-mine: 1" in sent
    assert "proxy-connection" not in sent
    assert f"host: 127.0.0.1:{shop.port}" in sent


async def test_a_chunked_upload_streams_through() -> None:
    async def collect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raw = await reader.readuntil(b"0\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + b"")
        collected.append(raw.partition(b"\r\n\r\n")[2])
        again = await reader.readuntil(b"\r\n\r\n")
        collected.append(again.split(b"\r\n")[0])
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    collected: list[bytes] = []
    async with listening(collect) as port:
        origin = f"http://127.0.0.1:{port}"
        async with Gateway(SiteRules.for_start(origin)) as gateway:
            answer = await exchange(
                gateway.port,
                f"POST {origin}/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab".encode(),
                b"c\r\n0\r",
                f"\n\r\nGET {origin}/second HTTP/1.1\r\n\r\n".encode(),
            )
    assert collected == [b"3\r\nabc\r\n0\r\n\r\n", b"GET /second HTTP/1.1"]
    assert answer.count(b"HTTP/1.1 2") == 2


async def test_every_request_of_a_kept_alive_connection_is_judged(shop: Website) -> None:
    async with trap() as forbidden:
        async with Gateway(SiteRules.for_start(shop.url)) as gateway:
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            for url, status in ((shop.url, b"200"), (forbidden.url, b"403"), (shop.url, b"200")):
                writer.write(f"GET {url}/ HTTP/1.1\r\nHost: 127.0.0.1:{shop.port}\r\n\r\n".encode())
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
                assert head.split(b" ")[1] == status
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
            writer.close()
            assert gateway.refused == {"127.0.0.3": 1}
        assert forbidden.hits == []


async def test_a_request_hidden_in_a_body_is_only_a_body(shop: Website) -> None:
    async with trap() as forbidden:
        hidden = f"GET {forbidden.url}/ HTTP/1.1\r\n\r\n".encode()
        async with Gateway(SiteRules.for_start(shop.url)) as gateway:
            head = f"POST {shop.url}/echo HTTP/1.1\r\nContent-Length: {len(hidden)}\r\n"
            answer = await exchange(
                gateway.port, f"{head}Connection: close\r\n\r\n".encode() + hidden
            )
            assert answer.endswith(hidden)
            smuggled = await exchange(
                gateway.port, f"{head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode() + hidden
            )
        assert smuggled.startswith(b"HTTP/1.1 400 ")
        assert forbidden.hits == []


async def test_a_refusal_is_a_small_page_that_names_the_reason(shop: Website) -> None:
    told: list[Trouble] = []
    rules = SiteRules.for_start(shop.url)
    async with Gateway(rules, on_trouble=told.append) as gateway:
        async with httpx.AsyncClient(proxy=gateway.url, trust_env=False) as client:
            refused = await client.get("http://evil.example/<script>")
            assert refused.status_code == 403
            assert "evil.example is not on this run" in refused.text
            assert "evil.example" in refused.headers["X-Shopper-Refused"]
            with pytest.raises(httpx.ProxyError, match="403"):
                await client.get("https://evil.example/")
        assert gateway.refused == {"evil.example": 2}
        assert [(one.kind, one.host, one.port) for one in told] == [
            ("refused", "evil.example", 80),
            ("refused", "evil.example", 443),
        ]
        explained = gateway.explain("https://EVIL.example/x")
        assert explained is not None
        assert explained.kind == "refused"
        assert gateway.explain(shop.url) is None
        assert gateway.explain("about:blank") is None


ODD = ("2130706435", "0x7f000003", "0177.0.0.3", "127.3", "[::ffff:127.0.0.3]", "127.0.0.3.")


@pytest.mark.parametrize("spelling", ODD)
async def test_odd_spellings_of_an_address(spelling: str, shop: Website) -> None:
    async with trap() as forbidden:
        url = f"http://{spelling}:{forbidden.port}/"
        ask = f"GET {url} HTTP/1.1\r\nConnection: close\r\n\r\n".encode()
        async with Gateway(SiteRules.for_start(shop.url)) as gateway:
            assert (await exchange(gateway.port, ask)).startswith(b"HTTP/1.1 403 ")
        assert forbidden.hits == []
        rules = SiteRules.for_start(shop.url, [f"127.0.0.3:{forbidden.port}"])
        async with Gateway(rules) as gateway:
            assert (await exchange(gateway.port, ask)).startswith(b"HTTP/1.1 200 ")
        assert forbidden.hits[:2] == ["connected", "GET / HTTP/1.1"]


@pytest.mark.parametrize("addresses", ["127.0.0.3", "8.8.8.8 127.0.0.3", "::ffff:127.0.0.3"])
async def test_an_allowed_name_cannot_lead_to_this_machine(addresses: str) -> None:
    async with trap() as forbidden:
        start = f"http://shop.test:{forbidden.port}/"
        ask = f"GET {start} HTTP/1.1\r\nConnection: close\r\n\r\n".encode()
        tunnel = f"CONNECT shop.test:{forbidden.port} HTTP/1.1\r\n\r\n".encode()
        resolver = names(shop_test=addresses)
        async with Gateway(SiteRules.for_start(start), resolver=resolver) as gateway:
            for message in (ask, tunnel):
                answer = await exchange(gateway.port, message, eof=True)
                assert answer.startswith(b"HTTP/1.1 403 ")
                assert b"127.0.0.3 (a loopback address)" in answer or b"7f00:3" in answer
            assert gateway.refused == {"shop.test": 2}
        assert forbidden.hits == []
        rules = SiteRules.for_start(start, [f"127.0.0.3:{forbidden.port}"])
        alone = names(shop_test="127.0.0.3")
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
        ask = f"GET {start} HTTP/1.1\r\nConnection: close\r\n\r\n".encode()
        async with Gateway(rules, Limits(names=0), resolver=rebinding) as gateway:
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
        answer = await exchange(gateway.port, b"GET http://shop.test/ HTTP/1.1\r\n\r\n")
    assert answer == b""


async def test_failures_say_what_failed(shop: Website) -> None:
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
    resolver = names()
    async with Gateway(SiteRules.for_start("http://gone.test/"), resolver=resolver) as gateway:
        answer = await exchange(gateway.port, b"GET http://gone.test/ HTTP/1.0\r\n\r\n")
        assert b"the name gone.test is not known" in answer


@pytest.mark.parametrize(
    "message",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x00\xa5\r\n\r\n",
        b"x" * 300_000,
        b"GET\r\n\r\n",
        b"GET http://127.0.0.1/ HTTP/1.1\r\nA: " + b"x" * 300_000,
    ],
)
async def test_what_is_no_proxy_request_is_answered_400(message: bytes, shop: Website) -> None:
    async with Gateway(SiteRules.for_start(shop.url)) as gateway:
        assert (await exchange(gateway.port, message)).startswith((b"HTTP/1.1 400 ", b"reset"))
    assert shop.requests == []


async def test_big_headers_and_slow_clients_pass(shop: Website) -> None:
    async with Gateway(SiteRules.for_start(shop.url)) as gateway:
        head = (
            f"GET {shop.url}/headers HTTP/1.1\r\nX-Big: {'y' * 60_000}\r\nConnection: close\r\n\r\n"
        )
        raw = head.encode()
        cuts = [raw[:5], raw[5:70], raw[70:-1], raw[-1:]]
        answer = await exchange(gateway.port, *cuts)
        assert b"y" * 60_000 in answer


async def test_tunnels_carry_bytes_both_ways_and_half_closes() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        everything = await reader.read()  # up to the client's half-close
        writer.write(everything[::-1])
        await writer.drain()
        writer.close()

    async with listening(echo) as port:
        async with Gateway(SiteRules.for_start(f"https://127.0.0.1:{port}")) as gateway:
            payload = bytes(range(256)) * 4000
            answer = await exchange(
                gateway.port,
                f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode() + payload[:10],
                payload[10:],
                eof=True,
            )
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head == b"HTTP/1.1 200 Connection established"
    assert body == payload[::-1]


async def test_an_upgraded_connection_becomes_a_tunnel() -> None:
    async def switch(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n")
        writer.write(b"got " + await reader.readexactly(5))
        writer.close()

    async with listening(switch) as port:
        origin = f"http://127.0.0.1:{port}"
        async with Gateway(SiteRules.for_start(origin)) as gateway:
            ask = f"GET {origin}/ HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"
            answer = await exchange(gateway.port, ask.encode(), b"hello")
    assert answer.endswith(b"got hello")


async def test_expect_continue_is_passed_on() -> None:
    async def patient(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await reader.readexactly(3)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n" + body)
        writer.close()

    async with listening(patient) as port:
        origin = f"http://127.0.0.1:{port}"
        async with Gateway(SiteRules.for_start(origin)) as gateway:
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            head = f"POST {origin}/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            writer.write(head.encode())
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
            writer.write(b"abc")
            assert (await reader.read()).endswith(b"abc")
            writer.close()


async def test_what_the_host_does_to_its_end_the_browser_sees() -> None:
    async def faulty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"/reset" in head:
            link = writer.get_extra_info("socket")
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if b"/truncated" in head:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
            await writer.drain()
        writer.close()

    async with listening(faulty) as port:
        origin = f"http://127.0.0.1:{port}"
        async with Gateway(SiteRules.for_start(origin)) as gateway:

            async def ask(path: str) -> bytes:
                return await exchange(gateway.port, f"GET {origin}{path} HTTP/1.1\r\n\r\n".encode())

            assert await ask("/closed") == b""
            assert await ask("/reset") == b"reset"
            assert (await ask("/truncated")).endswith(b"only this")


async def test_a_browser_that_leaves_frees_the_host() -> None:
    gone = asyncio.Event()

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while not reader.at_eof():
                writer.write(b"x" * 65536)
                await writer.drain()
        except ConnectionError:
            pass
        gone.set()

    async with listening(endless) as port:
        origin = f"http://127.0.0.1:{port}"
        async with Gateway(SiteRules.for_start(origin)) as gateway:
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(f"GET {origin}/ HTTP/1.1\r\n\r\n".encode())
            await reader.readexactly(1000)
            writer.transport.abort()
            await asyncio.wait_for(gone.wait(), 5)


async def test_a_slow_reader_holds_the_host_back() -> None:
    sent = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    async with listening(endless) as port:
        origin = f"http://127.0.0.1:{port}"
        async with Gateway(SiteRules.for_start(origin)) as gateway:
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port, limit=1024)
            writer.write(f"GET {origin}/ HTTP/1.1\r\n\r\n".encode())
            await reader.readexactly(1000)
            last = -1
            while sent != last:  # until back-pressure has reached the host
                last = sent
                await asyncio.sleep(0.3)
            assert sent < 64_000_000
            writer.transport.abort()


async def test_silence_has_deadlines() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with listening(silent) as port:
        origin = f"http://127.0.0.1:{port}"
        limits = Limits(first_byte=0.1, head=0.1, idle=0.1, tunnel=0.1)
        async with Gateway(SiteRules.for_start(origin), limits) as gateway:
            answers = await asyncio.gather(
                exchange(gateway.port, f"GET {origin}/ HTTP/1.1\r\n\r\n".encode()),
                exchange(gateway.port, b"GET http://127"),
                exchange(gateway.port),
                exchange(gateway.port, f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode()),
            )
            told = gateway.explain(origin)
    assert answers[0].startswith(b"HTTP/1.1 504 ")
    assert answers[1] == answers[2] == b""
    assert answers[3].startswith(b"HTTP/1.1 200 ")
    assert told is not None
    assert told.kind == "timeout"


async def test_a_foreign_host_is_asked_no_faster_than_the_limit() -> None:
    async with trap() as far:
        start = f"http://far.test:{far.port}/"
        rules = SiteRules.for_start(start, [f"127.0.0.3:{far.port}"])
        limits = Limits(rate=10, burst=2, longest_wait=0.3)
        resolver = names(far_test="127.0.0.3")
        ask = f"GET {start} HTTP/1.1\r\nConnection: close\r\n\r\n".encode()
        loop = asyncio.get_running_loop()
        async with Gateway(rules, limits, resolver=resolver) as gateway:
            began = loop.time()
            answers = await asyncio.gather(*(exchange(gateway.port, ask) for _ in range(8)))
            spent = loop.time() - began
        statuses = sorted(answer[9:12] for answer in answers)
        assert statuses == [b"200"] * 5 + [b"429"] * 3  # two at once, three in turn, three too late
        assert spent >= 0.25


async def test_connections_to_a_foreign_host_are_capped() -> None:
    most = now = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.05)
        now -= 1
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    async with listening(count, "127.0.0.3") as port:
        start = f"http://far.test:{port}/"
        rules = SiteRules.for_start(start, [f"127.0.0.3:{port}"])
        ask = f"GET {start} HTTP/1.1\r\n\r\n".encode()
        resolver = names(far_test="127.0.0.3")
        async with Gateway(rules, Limits(per_host=2), resolver=resolver) as gateway:
            answers = await asyncio.gather(*(exchange(gateway.port, ask) for _ in range(6)))
    assert [answer[9:12] for answer in answers] == [b"204"] * 6
    assert most == 2


async def test_closing_leaves_nothing_behind() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with listening(silent) as port:
        origin = f"http://127.0.0.1:{port}"
        gateway = Gateway(SiteRules.for_start(origin))
        async with gateway:
            where = gateway.port
            readers = []
            for first in (
                f"GET {origin}/ HTTP/1.1\r\n\r\n",
                f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n",
            ):
                reader, writer = await asyncio.open_connection("127.0.0.1", where)
                writer.write(first.encode())
                readers.append((reader, writer))
            await asyncio.sleep(0.05)
        for reader, writer in readers:
            await asyncio.wait_for(reader.read(), 5)
            writer.close()
        with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
            await asyncio.open_connection("127.0.0.1", where)
        await gateway.close()
