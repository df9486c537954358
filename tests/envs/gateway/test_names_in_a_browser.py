"""Names, TLS and rebinding, in a real browser: what a page may reach when addresses have names."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error, Page

from envs.gateway import Gateway, GatewayLimits, SiteRules
from tests.envs.gateway.asking import names
from tests.envs.gateway.servers import trap, until
from tests.website import Website

pytestmark = pytest.mark.browser


@asynccontextmanager
async def page_behind(browser: Browser, gateway: Gateway) -> AsyncIterator[Page]:
    context = await browser.new_context(
        proxy={"server": gateway.proxy, "bypass": "<-loopback>"}, ignore_https_errors=True
    )
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def test_a_subdomain_that_leads_to_this_machine(walled: Browser) -> None:
    """The shop is reached by name at an address that was asked for, its neighbours are not."""
    async with trap("127.0.0.3") as forbidden:
        images = "".join(
            f"<img src='http://{host}:{forbidden.port}/x.png'>"
            for host in ("cdn.shop.test", "inner.shop.test", "evil.test", "gone.shop.test")
        )
        with Website({"/": f"<title>Shop</title>{images}"}) as shop:
            known = {"www.shop.test": "127.0.0.1", "cdn.shop.test": "127.0.0.3"}
            known |= {"inner.shop.test": "::ffff:127.0.0.3", "evil.test": "127.0.0.3"}
            start = f"http://www.shop.test:{shop.port}/"
            for asked_for in (False, True):
                allow = [f"127.0.0.1:{shop.port}"]
                allow += [f"127.0.0.3:{forbidden.port}"] if asked_for else []
                rules = SiteRules.for_start(start, allow)
                async with Gateway(rules, resolver=names(known)) as gateway:
                    async with page_behind(walled, gateway) as page:
                        await page.goto(start)
                        assert await page.title() == "Shop"
                    refused = dict(gateway.refused)
                if asked_for:
                    assert forbidden.hits.count("GET /x.png HTTP/1.1") == 2
                    assert refused == {"evil.test": 1}
                else:
                    assert forbidden.hits == []
                    assert refused == {"cdn.shop.test": 1, "inner.shop.test": 1, "evil.test": 1}


async def test_a_name_rebound_while_the_page_is_open(walled: Browser) -> None:
    """The classic attack: the page's own name turns into the operator's machine."""
    async with trap("127.0.0.3") as forbidden:
        with Website({"/": "<title>Shop</title>", "/x": "shop"}) as shop:
            where = {"shop.test": "127.0.0.1"}
            start = f"http://shop.test:{shop.port}/"
            rules = SiteRules.for_start(start, [f"127.0.0.1:{shop.port}"])
            async with Gateway(rules, GatewayLimits(names=0), resolver=names(where)) as gateway:
                async with page_behind(walled, gateway) as page:
                    await page.goto(start)
                    assert await page.evaluate("fetch('/x').then(r => r.text())") == "shop"
                    where["shop.test"] = "127.0.0.3"
                    again = f"http://shop.test:{forbidden.port}/x"
                    script = f"fetch('{again}', {{mode: 'no-cors'}}).then(r => r.type)"
                    await page.evaluate(script)
                    await until(lambda: gateway.refused["shop.test"] > 0)
                    await page.goto(start + "?again")
        assert forbidden.hits == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's TLS settings, with a certificate it signed itself."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder: Path = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=shop.test", "-keyout", key, "-out", cert),
        ],
        check=True,
        capture_output=True,
    )
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    settings.load_cert_chain(cert, key)
    return settings


async def test_https_passes_untouched_and_is_refused_by_name(
    walled: Browser, certificate: ssl.SSLContext
) -> None:
    async def shop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            asked.append(head.split(b"\r\n", 1)[0].decode())
            page = b"<title>Secure</title>" + b"x" * 300_000
            size = b"Content-Length: %d\r\n\r\n" % len(page)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + size + page)
            await writer.drain()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.ensure_future(shop(reader, writer)))

    asked: list[str] = []
    tasks: list[asyncio.Future[None]] = []
    server = await asyncio.start_server(accepted, "127.0.0.1", 0, ssl=certificate)
    port = server.sockets[0].getsockname()[1]
    start = f"https://shop.test:{port}/"
    rules = SiteRules.for_start(start, [f"127.0.0.1:{port}"])
    known = names({"shop.test": "127.0.0.1", "evil.test": "127.0.0.3"})
    async with trap("127.0.0.3") as forbidden:
        async with Gateway(rules, resolver=known) as gateway:
            async with page_behind(walled, gateway) as page:
                await page.goto(start)
                assert await page.title() == "Secure"
                for scheme in ("https", "wss"):
                    there = f"{scheme}://evil.test:{forbidden.port}/x"
                    script = f"new WebSocket('{there}')" if scheme == "wss" else f"fetch('{there}')"
                    await page.evaluate(f"void {script}")
                await until(lambda: gateway.refused["evil.test"] >= 2)
                with pytest.raises(Error, match="ERR_TUNNEL_CONNECTION_FAILED"):
                    await page.goto(f"https://evil.test:{forbidden.port}/")
                told = gateway.explain(f"https://evil.test:{forbidden.port}/")
        assert forbidden.hits == []
    server.close()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert asked[0] == "GET / HTTP/1.1"
    assert told is not None
    assert "evil.test" in told.reason
