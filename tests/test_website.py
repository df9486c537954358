"""The test site serves what it is told, faults included."""

from __future__ import annotations

import socket

import httpx

from tests.website import Reply


def test_pages_statuses_headers_and_queries(website):
    site = website(
        {
            "/": "<h1>Hi</h1>",
            "/gone": Reply("no", status=410, headers={"X-Why": "sold"}),
            "/say": lambda request: f"{request.method} {request.query['q'][0]} {request.body!r}",
            "*": Reply(b"%PDF-1.7", content_type="application/pdf"),
        }
    )
    with httpx.Client(base_url=site.url) as client:
        assert client.get("/").text == "<h1>Hi</h1>"
        gone = client.get("/gone")
        assert (gone.status_code, gone.headers["x-why"]) == (410, "sold")
        assert client.post("/say?q=tea", content=b"x").text == "POST tea b'x'"
        assert client.get("/other").headers["content-type"] == "application/pdf"
    assert [request.path for request in site.requests] == ["/", "/gone", "/say", "/other"]


def test_missing_pages_are_404(serve):
    assert httpx.get(serve({"/": "x"}) + "/nowhere").status_code == 404


def test_raw_bytes_and_endless_bodies(website):
    site = website({"/raw": Reply(raw=b"\x15\x03\x01"), "/endless": Reply("<p>half", endless=True)})
    with socket.create_connection(("127.0.0.1", site.port)) as client:
        client.sendall(b"GET /raw HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(100) == b"\x15\x03\x01"
    with httpx.stream("GET", site.url + "/endless", timeout=10) as reply:
        assert next(reply.iter_bytes()) == b"<p>half"
