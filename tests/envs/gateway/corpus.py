"""Requests to a proxy, plain and hostile, for ``http://a.example``; each by a name."""

from __future__ import annotations

HIDDEN = b"GET http://a.example/hidden HTTP/1.1\r\nHost: a.example\r\n\r\n"
"""Follows every hostile request: what an attacker would have pass unread."""
_INSIDE = b"GET /hidden HTTP/1.1\r\nHost: a.example\r\n\r\n"


def post(*lines: bytes, body: bytes = b"", first: bytes = b"", host: bytes = b"") -> bytes:
    """A POST with these lines after its Host."""
    first = first or b"POST http://a.example/x HTTP/1.1"
    return b"\r\n".join((first, host or b"Host: a.example", *lines, b"", body))


def chunked(body: bytes, *lines: bytes) -> bytes:
    return post(b"Transfer-Encoding: chunked", *lines, body=body)


PLAIN = {
    "no body": post(),
    "a body": post(b"Content-Length: 3", body=b"abc"),
    "an empty body": post(b"Content-Length: 0"),
    "a length with zeros before": post(b"Content-Length: 003", body=b"abc"),
    "two requests": post(b"Content-Length: 3", body=b"abc") + post(b"Content-Length: 1", body=b"d"),
    "a body like a request": post(b"Content-Length: %d" % len(_INSIDE), body=_INSIDE) + post(),
    "chunks": chunked(b"3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n") + post(),
    "a chunk like a request": chunked(b"%x\r\n%b\r\n0\r\n\r\n" % (len(_INSIDE), _INSIDE)) + post(),
    "chunked in capitals": post(b"TRANSFER-ENCODING: Chunked", body=b"1\r\na\r\n0\r\n\r\n"),
    "chunk extensions": chunked(b'3;a=b;c="d e"\r\nabc\r\n0;last\r\n\r\n'),
    "a chunk's size with zeros before": chunked(b"003\r\nabc\r\n000\r\n\r\n"),
    "a trailer": chunked(b"1\r\na\r\n0\r\nDigest: x\r\nX: \r\n\r\n") + post(),
    "an empty value": post(b"X:", b"Y: \t "),
    "values of any letters": post(b"X: \xc3\xa9\xff", b"Y: a\tb  c", b'Z: (;,=:"\\)'),
    "names of any token": post(b"!#$%&'*+-.^_`|~09aZ: x"),
    "the same field twice": post(b"X: 1", b"X: 2"),
    "a large head": post(*(b"X-%d: " % n + b"y" * 2_000 for n in range(100))),
    "a query": post(first=b"GET http://a.example?a=/b HTTP/1.1"),
    "no path": post(first=b"GET http://a.example HTTP/1.1"),
    "a path like an address": post(first=b"GET http://a.example/http://b/ HTTP/1.1"),
    "another Host": post(host=b"Host: other.example"),
    "HTTP/1.0 without Host": post(first=b"GET http://a.example/ HTTP/1.0", host=b"X: 1"),
    "a strange method": post(first=b"M-SEARCH! http://a.example/ HTTP/1.1"),
    "no upgrade without Connection": post(b"Upgrade: websocket") + post(),
    "an upgrade that is not taken up": post(b"Connection: upgrade", b"Upgrade: echo") + post(),
    "the last request": post(b"Connection: close") + HIDDEN,
    "the last request among others": post(b"Connection: x, Close", b"X: 1") + HIDDEN,
    "HTTP/1.0 has one request": post(first=b"GET http://a.example/ HTTP/1.0") + HIDDEN,
    "close within a word": post(b"Connection: closed") + post(),
}

BOTH_REFUSE = {
    "no Host": post(host=b"X: 1"),
    "two Hosts": post(b"Host: a.example"),
    "no version": post(first=b"GET http://a.example/"),
    "an empty line first": b"\r\n" + post(),
    "a tab in the first line": post(first=b"GET\thttp://a.example/ HTTP/1.1"),
    "two spaces in the first line": post(first=b"GET  http://a.example/ HTTP/1.1"),
    "a space in the address": post(first=b"GET http://a.example/a b HTTP/1.1"),
    "a letter beyond ASCII in the address": post(first=b"GET http://a.example/\xc3\xa9 HTTP/1.1"),
    "NUL in the address": post(first=b"GET http://a.example/\x00 HTTP/1.1"),
    "space before the colon": post(b"Content-Length : 3"),
    "tab before the colon": post(b"Transfer-Encoding\t: chunked"),
    "no name": post(b": 1"),
    "no colon": post(b"X 1"),
    "NUL in a name": post(b"X\x00: 1"),
    "NUL in a value": post(b"X: a\x00"),
    "a carriage return in a value": post(b"X: a\rContent-Length: 3"),
    "a vertical tab in a value": post(b"X: a\x0bb"),
    "a form feed in a value": post(b"X: a\x0cb"),
    "a folded first field": post(host=b" Host: a.example"),
    "two lengths": post(b"Content-Length: 3", b"Content-Length: 60"),
    "two lengths in one": post(b"Content-Length: 3, 60"),
    "a signed length": post(b"Content-Length: +3"),
    "a negative length": post(b"Content-Length: -3"),
    "a hexadecimal length": post(b"Content-Length: 0x3"),
    "an underscore in a length": post(b"Content-Length: 1_0"),
    "digits beyond ASCII": post(b"Content-Length: \xef\xbc\x93"),
    "an empty length": post(b"Content-Length:"),
    "a huge length": post(b"Content-Length: 1" + b"0" * 30),
    "chunked twice": post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
    "chunked twice in one": post(b"Transfer-Encoding: chunked, chunked"),
    "chunked and more": post(b"Transfer-Encoding: chunked, identity"),
    "another coding before": post(b"Transfer-Encoding: gzip, chunked"),
    "identity": post(b"Transfer-Encoding: identity"),
    "chunked after a vertical tab": post(b"Transfer-Encoding: \x0bchunked"),
    "chunked misspelt": post(b"Transfer-Encoding: xchunked"),
    "chunked in quotes": post(b'Transfer-Encoding: "chunked"'),
    "a chunk without a size": chunked(b"\r\nabc\r\n0\r\n\r\n"),
    "a chunk of a signed size": chunked(b"+3\r\nabc\r\n0\r\n\r\n"),
    "a chunk of size 0x3": chunked(b"0x3\r\nabc\r\n0\r\n\r\n"),
    "a huge chunk": chunked(b"F" * 30 + b"\r\nabc\r\n0\r\n\r\n"),
    "a space before a chunk's size": chunked(b" 3\r\nabc\r\n0\r\n\r\n"),
    "a space before an extension": chunked(b"3 ;a\r\nabc\r\n0\r\n\r\n"),
    "a bare line feed after a size": chunked(b"3\nabc\r\n0\r\n\r\n"),
    "a bare line feed in an extension": chunked(b"3;a\nb\r\nabc\r\n0\r\n\r\n"),
    "a chunk longer than its size": chunked(b"3\r\nabcd\r\n0\r\n\r\n"),
    "a bare line feed after a chunk": chunked(b"3\r\nabc\n0\r\n\r\n"),
    "other letters for a chunk's end": chunked(b"3\r\nabcXY0\r\n\r\n"),
    "a trailer with a space before the colon": chunked(b"0\r\nX : 1\r\n\r\n"),
    "a trailer without a colon": chunked(b"0\r\nGET / HTTP/1.1\r\n\r\n"),
    "a coding in the trailer": chunked(b"0\r\nTransfer-Encoding: gzip\r\n\r\n"),
    "a tunnel without Host": post(first=b"CONNECT a.example:80 HTTP/1.1", host=b"X: 1"),
    "a tunnel of no length": post(b"Content-Length: x", first=b"CONNECT a.example:80 HTTP/1.1"),
    "a head beyond the limit": post(b"X: " + b"y" * 300_000)[:-4],
}
"""Neither reads a whole request in it."""

ONLY_OURS_REFUSES = {
    "length and chunked": post(
        b"Content-Length: 3", b"Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n\r\n"
    ),
    "chunked and length": chunked(b"0\r\n\r\n", b"Content-Length: 60"),
    "the same length twice": post(b"Content-Length: 3", b"Content-Length: 3", body=b"abc"),
    "the same length twice in one": post(b"Content-Length: 3, 3", body=b"abc"),
    "a length of 20 digits": post(b"Content-Length: " + b"3".zfill(20), body=b"abc"),
    "chunks in HTTP/1.0": chunked(b"0\r\n\r\n").replace(b"HTTP/1.1", b"HTTP/1.0"),
    "HTTP/1.2": post(first=b"GET http://a.example/ HTTP/1.2"),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a folded field": post(b"X: a", b" Content-Length: 3"),
    "a folded coding": post(b"Transfer-Encoding:", b" chunked", body=b"0\r\n\r\n"),
    "bare line feeds": post().replace(b"\r\n", b"\n"),
    "a bare line feed in a head": post(b"X: a\nContent-Length: 3", body=b"abc"),
    "a bare line feed before the end": post(b"X: a\n"),
    "a control character in a value": post(b"X: a\x01b"),
    "DEL in a value": post(b"X: a\x7f"),
    "a space after a chunk's size": chunked(b"3 \r\nabc\r\n0\r\n\r\n"),
    "a chunk's size of 16 digits": chunked(b"3".zfill(16) + b"\r\nabc\r\n0\r\n\r\n"),
    "a carriage return in an extension": chunked(b"3;a\rb\r\nabc\r\n0\r\n\r\n"),
    "NUL in an extension": chunked(b"3;a\x00b\r\nabc\r\n0\r\n\r\n"),
    "a length in the trailer": chunked(b"0\r\nContent-Length: 60\r\n\r\n"),
    "a Host in the trailer": chunked(b"0\r\nHost: b.example\r\n\r\n"),
    "a tunnel with a body": post(
        b"Content-Length: 3", body=b"abc", first=b"CONNECT a.example:80 HTTP/1.1"
    ),
    "origin form": post(first=b"GET / HTTP/1.1"),
    "another scheme": post(first=b"GET ftp://a.example/ HTTP/1.1"),
    "a name and password": post(first=b"GET http://b@a.example/ HTTP/1.1"),
    "a backslash": post(first=b"GET http://a.example\\@b.example/ HTTP/1.1"),
    "a fragment": post(first=b"GET http://a.example/#x HTTP/1.1"),
}
"""h11 reads a request here: by the letter of the standards some are allowed."""
