"""How connections through the gateway behave: bodies, tunnels, closes, limits, deadlines."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest

from envs.gateway import Gateway, GatewayLimits, SiteRules
from tests.envs.gateway.asking import exchange, names
from tests.envs.gateway.servers import listening, trap
from tests.website import Website


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
                f"POST {origin}/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab".encode(),
                b"c\r\n0\r",
                f"\n\r\nGET {origin}/second HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
            )
    assert collected == [b"3\r\nabc\r\n0\r\n\r\n", b"GET /second HTTP/1.1"]
    assert answer.count(b"HTTP/1.1 2") == 2


async def test_big_headers_and_slow_clients_pass(echo_shop: Website) -> None:
    async with Gateway(SiteRules.for_start(echo_shop.url)) as gateway:
        head = f"GET {echo_shop.url}/headers HTTP/1.1\r\nHost: x\r\nX-Big: {'y' * 60_000}\r\nConnection: close\r\n\r\n"
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
                f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: x\r\n\r\n".encode() + payload[:10],
                payload[10:],
                eof=True,
            )
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head == b"HTTP/1.1 200 Connection established"
    assert body == payload[::-1]


@pytest.mark.parametrize("cut", [50, 10])
async def test_an_upgraded_connection_becomes_a_tunnel(cut: int) -> None:
    """Also where the answer's first line arrives in two pieces."""
    said = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n"

    async def switch(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said[:cut])
        await asyncio.sleep(0.05)
        writer.write(said[cut:])
        writer.write(b"got " + await reader.readexactly(5))
        writer.close()

    async with listening(switch) as port:
        origin = f"http://127.0.0.1:{port}"
        async with Gateway(SiteRules.for_start(origin)) as gateway:
            ask = (
                f"GET {origin}/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"
            )
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
            head = f"POST {origin}/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
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
                return await exchange(
                    gateway.port, f"GET {origin}{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
                )

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
            writer.write(f"GET {origin}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            await reader.readexactly(1000)
            writer.transport.abort()
            await asyncio.wait_for(gone.wait(), 5)


@pytest.mark.slow
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
            writer.write(f"GET {origin}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            await reader.readexactly(1000)
            last = -1
            while sent != last:  # until back-pressure has reached the host
                last = sent
                await asyncio.sleep(0.3)
            assert sent < 64_000_000
            writer.transport.abort()


@pytest.mark.slow
async def test_silence_has_deadlines() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with listening(silent) as port:
        origin = f"http://127.0.0.1:{port}"
        limits = GatewayLimits(first_byte=0.1, head=0.1, idle=0.1, tunnel=0.1)
        async with Gateway(SiteRules.for_start(origin), limits) as gateway:
            answers = await asyncio.gather(
                exchange(gateway.port, f"GET {origin}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()),
                exchange(gateway.port, b"GET http://127"),
                exchange(gateway.port),
                exchange(
                    gateway.port, f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
                ),
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
        limits = GatewayLimits(rate=10, burst=2, longest_wait=0.3)
        resolver = names({"far.test": "127.0.0.3"})
        ask = f"GET {start} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
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
        ask = f"GET {start} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        resolver = names({"far.test": "127.0.0.3"})
        async with Gateway(rules, GatewayLimits(per_host=2), resolver=resolver) as gateway:
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
                f"GET {origin}/ HTTP/1.1\r\nHost: x\r\n\r\n",
                f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: x\r\n\r\n",
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
