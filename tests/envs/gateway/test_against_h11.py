"""The gateway reads requests as h11 does, or not at all: nothing passes it that h11 refuses."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.gateway import Gateway, SiteRules
from envs.gateway.http1 import BadRequest
from envs.gateway.requests import read_request
from tests.envs.gateway.asking import exchange
from tests.envs.gateway.corpus import BOTH_REFUSE, HIDDEN, ONLY_OURS_REFUSES, PLAIN
from tests.envs.gateway.heard import Listener, Message, heard
from tests.envs.gateway.servers import listening

FOR_THE_PROXY = {b"connection", b"keep-alive", b"proxy-connection", b"host", b"upgrade"}


def essence(message: Message) -> Message:
    """What a proxy must leave as it is: all but the address, and what is said to the proxy."""
    named = {
        name.strip().lower()
        for field, value in message.fields
        if field == b"connection"
        for name in value.split(b",")
    }
    dropped = FOR_THE_PROXY | (named - {b"content-length", b"transfer-encoding"})
    kept = [field for field in message.fields if field[0] not in dropped]
    path = re.sub(rb"(?i)^http://[^/?]*", b"", message.target)
    path = path if path.startswith(b"/") else b"/" + path
    return Message(message.method, path, kept, message.body, message.trailer)


@asynccontextmanager
async def server() -> AsyncIterator[tuple[int, list[Listener]]]:
    """A server on h11; its port, and what came over each connection."""
    listeners: list[Listener] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listeners.append(listener := Listener())
        try:
            while data := await reader.read(65_536):
                writer.write(listener.take(data))
        except ConnectionError:
            pass
        finally:
            writer.close()

    async with listening(serve) as port:
        yield port, listeners


async def passed(stream: bytes) -> tuple[list[Listener], bytes, bytes]:
    """What comes out of a gateway that `stream` is sent into, the browser's answer, the stream."""
    async with server() as (port, listeners):
        ours = stream.replace(b"http://a.example", b"http://127.0.0.1:%d" % port)
        ours = ours.replace(b"CONNECT a.example:80", b"CONNECT 127.0.0.1:%d" % port)
        async with Gateway(SiteRules.for_start(f"http://127.0.0.1:{port}")) as gateway:
            answer = await exchange(gateway.port, ours, eof=True)
    return listeners, answer, ours


@pytest.mark.parametrize("name", PLAIN)
async def test_plain_requests_pass_as_h11_reads_them(name: str) -> None:
    listeners, answer, sent = await passed(PLAIN[name])
    expected = heard(sent)
    assert not expected.refused
    assert expected.messages
    (arrived,) = listeners
    assert not arrived.refused
    assert [essence(m) for m in arrived.messages] == [essence(m) for m in expected.messages]
    assert answer.count(b"HTTP/1.1 200") == len(expected.messages)


@pytest.mark.parametrize("name", [*BOTH_REFUSE, *ONLY_OURS_REFUSES])
async def test_hostile_requests_do_not_pass(name: str) -> None:
    stream = (BOTH_REFUSE | ONLY_OURS_REFUSES)[name]
    listeners, answer, _ = await passed(stream + HIDDEN)
    assert [m for one in listeners for m in one.messages] == []
    assert b"HTTP/1.1 200" not in answer
    alone = heard(stream)
    assert bool(alone.messages) is (name in ONLY_OURS_REFUSES)


def spoken(stream: bytes, cut: int) -> tuple[bytes, int]:
    """What the gateway's reader would send on of the complete requests at the beginning of
    `stream`, which it gets in pieces of `cut` bytes, and their number."""
    sent, count = b"", 0
    try:
        while (end := stream.find(b"\r\n\r\n")) >= 0:
            request, stream = read_request(stream[:end]), stream[end + 4 :]
            body = b""
            while stream and not request.body.done:
                taken = request.body.take(stream[:cut])
                body, stream = body + stream[:taken], stream[taken:]
            if request.tunnel or not request.body.done:
                break
            sent, count = sent + request.message + body, count + 1
            if not request.keep_alive:
                break
    except BadRequest:
        pass
    return sent, count


LINES = st.sampled_from(
    [
        b"Content-Length: 3",
        b"Content-Length: 5",
        b"Transfer-Encoding: chunked",
        b"Connection: close",
        b"Connection: content-length",
        b"X: a",
        b" folded",
        b"X : a",
        b"Host: b",
        b"Upgrade: x",
        b"Expect: 100-continue",
    ]
)
BODIES = st.sampled_from(
    [b"", b"abc", b"0\r\n\r\n", b"3\r\nabc\r\n0\r\n\r\n", b"2;x\r\nab\r\n0\r\nX: y\r\n\r\n"]
)


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    version = draw(st.sampled_from([b"1.1", b"1.1", b"1.1", b"1.0"]))
    head = [b"POST http://a.example/ HTTP/" + version, b"Host: a.example"]
    head += draw(st.lists(LINES, max_size=3))
    return b"\r\n".join((*head, b"", draw(BODIES)))


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    """Requests one after the other, some bytes of which were put in, taken out or overwritten."""
    stream = bytearray(b"".join(draw(st.lists(requests(), min_size=1, max_size=3))))
    odd = st.sampled_from([b"", b"\r", b"\n", b"\r\n", b" ", b"\t", b"\0", b":", b",", b";", b"0"])
    odd |= st.binary(min_size=1, max_size=1)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(stream)))
        stream[at : at + draw(st.integers(0, 1))] = draw(odd)
    return bytes(stream)


@settings(max_examples=300, deadline=None)
@given(streams(), st.integers(1, 40))
def test_whatever_is_read_is_what_h11_reads(stream: bytes, cut: int) -> None:
    sent, count = spoken(stream, cut)
    expected, arrived = heard(stream), heard(sent)
    assert not arrived.refused
    assert len(arrived.messages) == count <= len(expected.messages)
    assert [essence(m) for m in arrived.messages] == [essence(m) for m in expected.messages[:count]]
