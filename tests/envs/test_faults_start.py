"""A start page that is none: one clear sentence each, in time."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess

import pytest

from envs.browser.browser import Browser
from envs.errors import (
    BadStatus,
    EmptyPage,
    EnvError,
    NavigatesForever,
    NotAPage,
    PageHung,
    Refused,
    StartError,
    Unreachable,
)
from envs.navigation import start_page
from envs.navigation.start_page import check_document
from tests.envs.acting.acting import opened, visiting
from tests.website import Reply

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63"
    "64f8cf500f00038601 80a5d4a1d20000000049454e44ae426082".replace(" ", "")
)


async def failure(browser: Browser, url: str, **options) -> EnvError:
    """The error that starting at `url` ends in."""
    async with opened(browser, **options) as environment:
        with pytest.raises(EnvError) as caught:
            await environment.start(url)
    message = str(caught.value)
    assert "\n" not in message and "Call log" not in message and len(message) < 250
    if isinstance(caught.value, StartError):
        assert url in message
    return caught.value


async def test_nothing_listens(browser: Browser) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    error = await failure(browser, url)
    assert isinstance(error, Unreachable) and "nothing answers" in str(error)


async def test_no_such_host(browser: Browser) -> None:
    error = await failure(browser, "http://shop.invalid/")
    assert isinstance(error, Unreachable) and "host" in str(error)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "shop", "http://", ""]
)
async def test_not_an_address_of_a_page(browser: Browser, url: str) -> None:
    error = await failure(browser, url)
    assert isinstance(error, Refused) and "http" in str(error)


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
@pytest.mark.parametrize("body", ["<h1>Sorry</h1>", ""])
async def test_an_http_error_names_its_status(
    browser: Browser, serve, status: int, body: str
) -> None:
    error = await failure(browser, serve({"/": Reply(body, status=status)}) + "/")
    assert isinstance(error, BadStatus) and error.status == status and str(status) in str(error)


async def test_a_start_behind_a_password_says_what_is_missing(browser: Browser, serve) -> None:
    locked = Reply(status=401, headers={"WWW-Authenticate": 'Basic realm="Preview"'})
    error = await failure(browser, serve({"/": locked}) + "/")
    assert isinstance(error, BadStatus) and "password" in str(error)


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        (Reply(b"%PDF-1.4 x", content_type="application/pdf"), "pdf|download"),
        (Reply(PNG, content_type="image/png"), "image/png"),
        (Reply('{"a": 1}', content_type="application/json"), "json"),
        (Reply("just words", content_type="text/plain"), "text/plain"),
        (Reply(b"\0\1", content_type="application/octet-stream"), "download"),
        (Reply("x", headers={"Content-Disposition": "attachment; filename=a.html"}), "download"),
        (Reply(status=204), "without a page"),
    ],
)
async def test_not_a_page(browser: Browser, serve, reply: Reply, what: str) -> None:
    error = await failure(browser, serve({"/": reply}) + "/")
    assert isinstance(error, NotAPage) and re.search(what, str(error)), error


@pytest.mark.parametrize(
    "body", ["", "<!doctype html><html><body></body></html>", "<script>1</script>"]
)
async def test_an_empty_page(browser: Browser, serve, body: str) -> None:
    error = await failure(browser, serve({"/": body}) + "/")
    assert isinstance(error, EmptyPage) and "empty" in str(error)


async def test_redirects_in_circles(browser: Browser, serve) -> None:
    error = await failure(
        browser, serve({"/": Reply(status=302, headers={"Location": "/?again"})}) + "/"
    )
    assert isinstance(error, Unreachable) and "circles" in str(error)


@pytest.mark.parametrize(
    "page",
    [
        "<script>location.reload()</script><p>x",
        "<script>location = '/?' + Math.random()</script>",
        "<meta http-equiv=refresh content='0'><p>x",
    ],
)
async def test_navigates_for_ever(browser: Browser, serve, page: str) -> None:
    error = await failure(browser, serve({"*": page}) + "/", load_s=4.0)
    assert isinstance(error, NavigatesForever), error


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"", "without an answer|broke|closed"),
        (b"SSH-2.0-OpenSSH_9\r\n", "not HTTP|opened|without"),
    ],
)
async def test_broken_answers(browser: Browser, serve, raw: bytes, what: str) -> None:
    error = await failure(browser, serve({"/": Reply(raw=raw)}) + "/")
    assert isinstance(error, Unreachable) and re.search(what, str(error)), error


async def test_a_server_that_never_answers(browser: Browser, serve) -> None:
    error = await failure(browser, serve({"/": Reply("x", delay=60)}) + "/", load_s=1.0)
    assert isinstance(error, Unreachable) and "within 1 s" in str(error)


async def test_a_certificate_nobody_trusts(browser: Browser, tmp_path) -> None:
    with serving_tls(tmp_path) as url:
        error = await failure(browser, url)
    assert isinstance(error, Unreachable) and "certificate is not valid" in str(error)


async def test_https_where_only_http_is_spoken(browser: Browser, serve) -> None:
    error = await failure(browser, serve({"/": "x"}).replace("http:", "https:") + "/")
    assert isinstance(error, Unreachable) and "secure connection" in str(error)


async def test_a_page_that_hangs_when_it_is_asked_what_it_is(
    browser: Browser, serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_page, "_KIND_S", 1.0)
    url = serve({"/": "<h1>Shop</h1>"})
    async with visiting(browser, url) as environment:
        async with environment.page.expect_console_message():
            loop = environment.page.evaluate("console.log('hanging'); for (;;);")
            hanging = asyncio.ensure_future(loop)
        with pytest.raises(PageHung, match="does not answer within 1 s"):
            await check_document(environment._tabs.current, url)
    await asyncio.gather(hanging, return_exceptions=True)


async def test_a_page_that_never_finishes_is_shown_as_far_as_it_got(
    browser: Browser, serve
) -> None:
    page = "<h1>Half a page</h1><a href=/b>Go</a><script src=/never.js></script><p>rest"
    url = serve(
        {"/": Reply(page + " " * 2000), "/never.js": Reply("", delay=60), "/b": "<h1>B</h1>"}
    )
    async with opened(browser, load_s=1.5) as environment:
        await environment.start(url)
        seen = await environment.observe()
        assert "Half a page" in seen.html and "still loading" in seen.html


async def test_a_body_that_never_ends(browser: Browser, serve) -> None:
    page = Reply("<h1>Half a page</h1>" + "<!-- -->" * 300, endless=True)
    async with opened(browser, load_s=1.5) as environment:
        await environment.start(serve({"/": page}))
        assert "Half a page" in (await environment.observe()).html


class serving_tls:
    """An HTTPS server with a certificate it signed itself."""

    def __init__(self, folder) -> None:
        self.folder = folder

    def __enter__(self) -> str:
        made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        names = ["-nodes", "-subj", "/CN=127.0.0.1", "-days", "2"]
        paths = ["-keyout", str(self.folder / "key"), "-out", str(self.folder / "cert")]
        subprocess.run(made + names + paths, check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        serve = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-quiet"]
        self.server = subprocess.Popen(
            [*serve, "-key", str(self.folder / "key"), "-cert", str(self.folder / "cert")]
        )
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return f"https://127.0.0.1:{port}/"

    def __exit__(self, *_) -> None:
        self.server.terminate()
        self.server.wait()
