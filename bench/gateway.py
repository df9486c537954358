"""What the gateway costs: requests a second through it against straight to the server.

    python bench/gateway.py [--seconds S] [--connections N] [--size BYTES]

A trivial server in a process of its own, plain HTTP, kept-alive connections, as the embedded shop
is used. The gateway runs in this process, as in a run; its processor time per request is its own
(the client's work is measured apart and taken off). What reading one request costs is measured
apart, beside h11, which does not judge the address or write the head to send on. Prints tables;
nothing is asserted.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import h11

sys.path.insert(0, str(Path(__file__).parents[1]))

from envs.gateway import Gateway, SiteRules
from envs.gateway.requests import read_request

HEADERS = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8\r\n"
    "Accept-Encoding: gzip, deflate\r\nAccept-Language: en-US\r\n"
    "Referer: http://127.0.0.1/search\r\n"
    "Cookie: visit=0123456789abcdef\r\nUpgrade-Insecure-Requests: 1\r\n"
)


class Page(asyncio.Protocol):
    """Answers every request with the same page."""

    def __init__(self, reply: bytes) -> None:
        self.reply = reply

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(self.reply * data.count(b"\r\n\r\n"))


def serve(size: int, pipe: Connection) -> None:
    async def run() -> None:
        reply = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
        server = await asyncio.get_running_loop().create_server(lambda: Page(reply), "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


class Asker(asyncio.Protocol):
    """Asks again as soon as the answer is complete."""

    def __init__(self, request: bytes, answer: int) -> None:
        self.request, self.answer, self.count, self.left = request, answer, 0, answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.left -= len(data)
        if self.left <= 0:
            self.count += 1
            self.left = self.answer
            self.transport.write(self.request)


async def ask(port: int, request: bytes, answer: int, connections: int, seconds: float) -> float:
    """Requests a second over so many connections."""
    loop = asyncio.get_running_loop()
    pairs = [
        await loop.create_connection(lambda: Asker(request, answer), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.sleep(seconds)
    for transport, _ in pairs:
        transport.abort()
    return sum(asker.count for _, asker in pairs) / seconds


async def measure(port: int, options: argparse.Namespace) -> None:
    origin = f"http://127.0.0.1:{port}"
    answer = len(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % options.size) + options.size
    direct = f"GET /item HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{HEADERS}\r\n".encode()
    proxied = direct.replace(b"GET /item", f"GET {origin}/item".encode())
    rows = []
    for _ in range(3):
        async with Gateway(SiteRules.for_start(origin)) as gateway:
            for name, where, request in (
                ("direct", port, direct),
                ("gateway", gateway.port, proxied),
            ):
                began = time.process_time()
                rate = await ask(where, request, answer, options.connections, options.seconds)
                spent = time.process_time() - began
                rows.append((name, rate, 1e6 * spent / (rate * options.seconds)))
    report(rows, options)
    ours, theirs = reading(proxied)
    print(f"of which reading the request: {ours:.0f} µs; h11 would take {theirs:.0f} µs")


def report(rows: list[tuple[str, float, float]], options: argparse.Namespace) -> None:
    print(f"{options.size} byte answers, {options.connections} connections, medians of 3")
    print(f"{'':10}{'requests/s':>12}{'µs CPU each, this process':>28}")
    middle = {}
    for name in ("direct", "gateway"):
        rates = sorted(rate for kind, rate, _ in rows if kind == name)
        costs = sorted(cost for kind, _, cost in rows if kind == name)
        middle[name] = costs[1]
        print(f"{name:10}{rates[1]:12,.0f}{costs[1]:28.0f}")
    print(f"the gateway's own share: {middle['gateway'] - middle['direct']:.0f} µs a request")


def reading(request: bytes, repeat: int = 5_000) -> tuple[float, float]:
    """µs to read one request, medians: by the gateway's reader, and by h11."""
    connection = h11.Connection(h11.SERVER)
    ours, theirs = [], []
    for _ in range(repeat):
        began = time.perf_counter()
        read_request(request[: request.find(b"\r\n\r\n")])
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        connection.receive_data(request)
        while not isinstance(connection.next_event(), h11.EndOfMessage):
            pass
        theirs.append(time.perf_counter() - began)
        connection.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
        connection.send(h11.EndOfMessage())
        connection.start_next_cycle()
    return 1e6 * statistics.median(ours), 1e6 * statistics.median(theirs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--size", type=int, default=20_000)
    options = parser.parse_args()
    here, there = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(
        target=serve, args=(options.size, there), daemon=True
    )
    server.start()
    try:
        asyncio.run(measure(here.recv(), options))
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
