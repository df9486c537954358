"""Requests are read in one way only, and bodies end where they end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.gateway.http1 import BadRequest, Chunked, Length
from envs.gateway.requests import read_request


def request(first: str, *lines: str) -> bytes:
    return "\r\n".join((first, "Host: x", *lines)).encode("latin-1")


def test_a_request_is_sent_on_in_origin_form() -> None:
    read = read_request(
        request(
            "GET http://Shop.Example:8080/a?b HTTP/1.1",
            "Proxy-Connection: keep-alive",
            "Proxy-Authorization: Basic eA==",
            "Connection: X-Mine",
            "X-Mine: 1",
            "Cookie: a=b; c",
        )
    )
    assert read.target == ("shop.example", 8080)
    assert read.message == (
        b"GET /a?b HTTP/1.1\r\nHost: shop.example:8080\r\ncookie: a=b; c\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("http://a.example", b"GET / "),
        ("http://a.example?x/y", b"GET /?x/y "),
        ("HTTP://a.example/x", b"GET /x "),
        ("http://a.example/http://b.example/", b"GET /http://b.example/ "),
        ("http://2130706433/", b"GET / "),
        ("http://[::1]:81/", b"GET / "),
    ],
)
def test_targets(target: str, path: bytes) -> None:
    assert read_request(
        request(
            f"GET {target} HTTP/1.1",
        )
    ).message.startswith(path)


def test_connect() -> None:
    read = read_request(request("CONNECT shop.example:443 HTTP/1.1"))
    assert (read.target, read.tunnel) == (("shop.example", 443), True)


def test_an_upgrade_is_passed_on() -> None:
    read = read_request(
        request(
            "GET http://a.example/ws HTTP/1.1",
            "Connection: keep-alive, Upgrade",
            "Upgrade: websocket",
        )
    )
    assert read.upgrade
    assert b"Connection: Upgrade\r\nUpgrade: websocket\r\n" in read.message


@pytest.mark.parametrize(
    "lines",
    [
        ("GET / HTTP/1.1",),
        ("GET https://shop.example/ HTTP/1.1",),
        ("GET ftp://shop.example/ HTTP/1.1",),
        ("GET http://a@shop.example/ HTTP/1.1",),
        ("GET http://shop.example\\@evil.example/ HTTP/1.1",),
        ("GET http://shop.example/#x HTTP/1.1",),
        ("GET http:///x HTTP/1.1",),
        ("GET http://a b/ HTTP/1.1",),
        ("GET  http://a.example/ HTTP/1.1",),
        ("GET http://a.example/ HTTP/2",),
        ("GET http://a.example/",),
        ("",),
        ("\x16\x03\x01\x02\x00",),
        ("CONNECT shop.example HTTP/1.1",),
        ("CONNECT shop.example:0 HTTP/1.1",),
        ("CONNECT http://shop.example:443 HTTP/1.1",),
        ("GET http://a.example/ HTTP/1.1", "Name : x"),
        ("GET http://a.example/ HTTP/1.1", " folded"),
        ("GET http://a.example/ HTTP/1.1", "X: a\nY: b"),
        ("GET http://a.example/ HTTP/1.1", "X: a\x00"),
        ("POST http://a.example/ HTTP/1.1", "Content-Length: 3", "Content-Length: 4"),
        ("POST http://a.example/ HTTP/1.1", "Content-Length: +3"),
        ("POST http://a.example/ HTTP/1.1", "Content-Length: 3, 3"),
        ("POST http://a.example/ HTTP/1.1", "Content-Length: 3", "Transfer-Encoding: chunked"),
        ("POST http://a.example/ HTTP/1.1", "Transfer-Encoding: gzip, chunked"),
        ("POST http://a.example/ HTTP/1.1", "Transfer-Encoding: xchunked"),
        ("POST http://a.example/ HTTP/1.0", "Transfer-Encoding: chunked"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(BadRequest):
        read_request(request(*lines))


def test_a_request_has_one_host() -> None:
    with pytest.raises(BadRequest):
        read_request(b"GET http://a.example/ HTTP/1.1\r\nX: 1")
    with pytest.raises(BadRequest):
        read_request(request("GET http://a.example/ HTTP/1.1", "Host: x"))
    assert read_request(b"GET http://a.example/ HTTP/1.0").host == "a.example"


def test_words_that_only_hold_close_or_upgrade_mean_neither() -> None:
    read = read_request(
        request("GET http://a.example/ HTTP/1.1", "Connection: closed, upgraded", "Upgrade: x")
    )
    assert read.keep_alive
    assert not read.upgrade


def test_a_connection_header_cannot_drop_the_framing() -> None:
    read = read_request(
        request(
            "POST http://a.example/ HTTP/1.1", "Connection: content-length", "Content-Length: 3"
        )
    )
    assert b"content-length: 3\r\n" in read.message


@given(st.integers(0, 50), st.binary(max_size=100))
def test_a_length_takes_so_many_bytes(size: int, data: bytes) -> None:
    body = Length(size)
    taken = body.take(data)
    assert taken == min(size, len(data))
    assert body.done is (size <= len(data))


def chunks(pieces: list[bytes], trailer: bytes) -> bytes:
    body = b"".join(b"%x;ext=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece)
    return body + b"0\r\n" + trailer + b"\r\n"


@given(
    st.lists(st.binary(max_size=40), max_size=6),
    st.sampled_from([b"", b"Digest: x\r\n"]),
    st.lists(st.integers(1, 30), max_size=40),
)
def test_a_chunked_body_ends_where_it_ends_however_it_arrives(
    pieces: list[bytes], trailer: bytes, cuts: list[int]
) -> None:
    encoded = chunks(pieces, trailer)
    stream = encoded + b"GET http://next.example/ HTTP/1.1\r\n\r\n"
    body, at = Chunked(), 0
    for cut in [*cuts, len(stream)]:
        taken = body.take(stream[at : at + cut])
        at += taken
        if body.done:
            break
        assert taken == len(stream[at - taken : at - taken + cut])
    assert body.done
    assert at == len(encoded)


@pytest.mark.parametrize(
    "data",
    [
        b"x\r\n",
        b"\r\n",
        b"-1\r\n",
        b"3\nabc\r\n",
        b"3\r\nabcd\r\n",
        b"3\r\nabcXY",
        b"3 \r\nabc\r\n",
        b"3;\x00\r\nabc\r\n",
        b"0\r\nX : 1\r\n",
        b"0\r\nContent-Length: 1\r\n",
        b"0\r\n" + b"X: 1234567890\r\n" * 20_000,
        b"1 2\r\n",
        b"ffffffffffffffffffff\r\n",
        b"1" * 20_000,
    ],
)
def test_malformed_chunks(data: bytes) -> None:
    with pytest.raises(BadRequest):
        Chunked().take(data)
    bytewise = Chunked()
    with pytest.raises(BadRequest):
        list(map(bytewise.take, (bytes((byte,)) for byte in data)))
