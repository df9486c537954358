"""Every way a page has of reaching another server, in a real browser: stopped, unless allowed.

Each way is tried twice: with the other server on the allowlist, where it must arrive (so the test
can fail), and without, where the server must not even see a connection.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright

from envs.browser import chromium
from envs.gateway import Gateway, SiteRules, chromium_flags
from tests.envs.gateway.servers import Trap, trap, until
from tests.website import Reply, Request, Route, Website

Make = Callable[[Mapping[str, Route]], Website]

pytestmark = pytest.mark.browser

# In each, TRAP stands for the other server's URL and WS for the same as ws://.
PAGES = {
    "image": "<img src='TRAP/x.png'>",
    "script": "<script src='TRAP/x.js'></script>",
    "module": "<script type=module>import('TRAP/x.js')</script>",
    "style sheet": "<link rel=stylesheet href='TRAP/x.css'>",
    "css image": "<body style='background:url(TRAP/x.png)'>x",
    "font": "<style>@font-face{font-family:f;src:url(TRAP/f.woff)}body{font-family:f}</style>text",
    "svg use": "<svg><image href='TRAP/x.png' width=9 height=9 /></svg>",
    "iframe": "<iframe src='TRAP/'></iframe>",
    "iframe in srcdoc": """<iframe srcdoc="<iframe src='TRAP/'></iframe>"></iframe>""",
    "sandboxed iframe": "<iframe sandbox='allow-scripts' src='TRAP/'></iframe>",
    "object": "<object data='TRAP/x' type='text/html'></object>",
    "embed": "<embed src='TRAP/x' type='text/html'>",
    "video": "<video autoplay muted src='TRAP/x.mp4'></video>",
    "audio": "<audio autoplay src='TRAP/x.mp3'></audio>",
    "track": "<video crossorigin src='/x'><track default src='TRAP/x.vtt'></video>",
    "favicon link": "<link rel=icon href='TRAP/i.png'><img src='TRAP/i.png'>",
    "preload": "<link rel=preload as=image href='TRAP/x.png'>",
    "preconnect": "<link rel=preconnect href='TRAP'><img src='TRAP/x.png'>",
    "dns prefetch": "<link rel=dns-prefetch href='TRAP'><img src='TRAP/x.png'>",
    "meta refresh": "<meta http-equiv=refresh content='0;url=TRAP/'>",
    "location": "<script>location.href = 'TRAP/'</script>",
    "location replace": "<script>location.replace('TRAP/')</script>",
    "fetch": "<script>fetch('TRAP/x')</script>",
    "fetch without cors": "<script>fetch('TRAP/x', {mode: 'no-cors'})</script>",
    "fetch post": "<script>fetch('TRAP/x', {method: 'POST', body: 'b', mode: 'no-cors'})</script>",
    "fetch keepalive": "<script>fetch('TRAP/x', {keepalive: true, mode: 'no-cors'})</script>",
    "preflight": "<script>fetch('TRAP/x', {headers: {'X-A': '1'}})</script>",
    "xhr": "<script>x = new XMLHttpRequest(); x.open('GET', 'TRAP/x'); x.send()</script>",
    "synchronous xhr": (
        "<script>x=new XMLHttpRequest();x.open('GET','TRAP/x',false);x.send()</script>"
    ),
    "beacon": "<script>navigator.sendBeacon('TRAP/x', 'b')</script>",
    "event source": "<script>new EventSource('TRAP/x')</script>",
    "web socket": "<script>new WebSocket('WS/x')</script>",
    "form get": "<form action='TRAP/'></form><script>document.forms[0].submit()</script>",
    "form post": (
        "<form method=post action='TRAP/'></form><script>document.forms[0].submit()</script>"
    ),
    "form to a new tab": (
        "<form target=_blank action='TRAP/'><button>go</button></form>"
        "<script>window.press = 'button'</script>"
    ),
    "link": "<a href='TRAP/'>go</a><script>window.press = 'a'</script>",
    "link to a new tab": "<a target=_blank href='TRAP/'>go</a><script>window.press = 'a'</script>",
    "ping": "<a href='#x' ping='TRAP/x'>go</a><script>window.press = 'a'</script>",
    "window.open": (
        "<button onclick=\"window.open('TRAP/')\">go</button><script>window.press='button'</script>"
    ),
    "pop-up's own script": (
        "<button onclick=\"w=window.open('');w.document.write('<img src=TRAP/x>')\">go</button>"
        "<script>window.press = 'button'</script>"
    ),
    "worker": "<script>new Worker('/worker.js')</script>",
    "shared worker": "<script>new SharedWorker('/worker.js')</script>",
    "service worker": "<script>navigator.serviceWorker.register('/worker.js')</script>",
    "unload beacon": (
        "<script>addEventListener('pagehide', () => navigator.sendBeacon('TRAP/x'));"
        "setTimeout(() => location.href = '/empty', 50)</script>"
    ),
    "image through a redirect": "<img src='/302'>",
    "fetch through a redirect": "<script>fetch('/302', {mode: 'no-cors'})</script>",
    "frame through a redirect": "<iframe src='/302'></iframe>",
    "form through a 307": (
        "<form method=post action='/307'></form><script>document.forms[0].submit()</script>"
    ),
    "blob page": (
        "<script>location.href = URL.createObjectURL(new Blob("
        "[\"<img src='TRAP/x'>\"], {type: 'text/html'}))</script>"
    ),
    "content security report": (
        "<meta charset=utf-8><iframe src='/csp'></iframe>"  # the header names the trap
    ),
    "link header": "<iframe src='/link-header'></iframe>",
    "refresh header": "<iframe src='/refresh-header'></iframe>",
}


@asynccontextmanager
async def window(
    browser: Browser, gateway: Gateway, **settings: Any
) -> AsyncIterator[BrowserContext]:
    proxy: Any = {"server": gateway.proxy, "bypass": "<-loopback>"}
    context = await browser.new_context(proxy=proxy, **settings)
    try:
        yield context
    finally:
        await context.close()


def pages(html: str, forbidden: Trap) -> dict[str, Route]:
    """A shop whose page holds `html`, and what such pages may need."""
    away = {"Location": f"{forbidden.url}/"}
    script = f"fetch('{forbidden.url}/x', {{mode: 'no-cors'}}).catch(() => 0)"
    return {
        "/": html.replace("TRAP", forbidden.url).replace("WS", forbidden.url.replace("http", "ws")),
        "/empty": "",
        "/worker.js": Reply(script, content_type="text/javascript"),
        "/302": Reply("", 302, headers=away),
        "/307": Reply("", 307, headers=away),
        "/csp": Reply(
            "<img src=/blocked>",
            headers={
                "Content-Security-Policy": f"img-src 'none'; report-uri {forbidden.url}/report"
            },
        ),
        "/link-header": Reply("x", headers={"Link": f"<{forbidden.url}/x>; rel=preload; as=image"}),
        "/refresh-header": Reply("x", headers={"Refresh": f"0; url={forbidden.url}/"}),
    }


async def open_and_press(context: BrowserContext, url: str) -> Page:
    page = await context.new_page()
    try:
        await page.goto(url, wait_until="commit", timeout=10_000)
        await page.wait_for_load_state("domcontentloaded", timeout=2000)
        if press := await page.evaluate("() => window.press"):
            await page.click(press)
    except Error:
        pass  # the page went elsewhere meanwhile, which is what some ways are
    return page


@pytest.mark.parametrize("way", PAGES)
async def test_a_page_reaches_no_other_server(way: str, walled: Browser, website: Make) -> None:
    async with trap() as forbidden:
        shop = website(pages(PAGES[way], forbidden))
        for allow in ([f"{forbidden.host}:{forbidden.port}"], []):
            forbidden.hits.clear()
            async with Gateway(SiteRules.for_start(shop.url, allow)) as gateway:
                async with window(walled, gateway) as context:
                    await open_and_press(context, shop.url)
                    if allow:
                        await until(lambda: len(forbidden.hits) > 1)
                        assert gateway.refused == {}
                    else:
                        await until(lambda seen=gateway.refused: seen[forbidden.host] > 0)
                        await asyncio.sleep(0.05)
                        assert forbidden.hits == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_of_a_page(status: int, walled: Browser, website: Make) -> None:
    async with trap() as forbidden:
        shop = website({"/": Reply("", status, headers={"Location": f"{forbidden.url}/"})})
        async with Gateway(SiteRules.for_start(shop.url)) as gateway:
            async with window(walled, gateway) as context:
                page = await context.new_page()
                answer = await page.goto(shop.url)
                assert answer is not None
                assert answer.status == 403
                assert "not on this run" in await page.inner_text("body")
        assert forbidden.hits == []
        assert gateway.refused == {"127.0.0.3": 1}


SPELLINGS = (
    "127.0.0.3",
    "2130706435",
    "0x7f000003",
    "0x7f.3",
    "0177.0.0.3",
    "127.3",
    "127.0.0.3.",
    "１２７.0.0.3",
    "127。0。0。3",
    "%31%32%37.0.0.3",
    "[::ffff:127.0.0.3]",
    "[::ffff:7f00:3]",
)


async def test_odd_spellings_in_a_page(walled: Browser, website: Make) -> None:
    async with trap() as forbidden:
        sources = [f"http://{host}:{forbidden.port}/{i}" for i, host in enumerate(SPELLINGS)]
        shop = website({"/": "".join(f"<img src='{url}'>" for url in sources)})
        rules = SiteRules.for_start(shop.url, [f"127.0.0.3:{forbidden.port}"])
        async with Gateway(rules) as gateway, window(walled, gateway) as context:
            await (await context.new_page()).goto(shop.url)
        arrived = {hit.split("/")[1].split(" ")[0] for hit in forbidden.hits if "/" in hit}
        assert arrived == {str(i) for i in range(len(SPELLINGS))}
        forbidden.hits.clear()
        async with Gateway(SiteRules.for_start(shop.url)) as gateway:
            async with window(walled, gateway) as context:
                await (await context.new_page()).goto(shop.url)
        assert gateway.refused.total() == len(SPELLINGS)
        assert forbidden.hits == []


async def test_web_sockets_to_the_shop_itself_work(walled: Browser, website: Make) -> None:
    def greet(request: Request) -> Reply:
        import base64
        import hashlib

        key = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        return Reply(raw=f"{head}Sec-WebSocket-Accept: {accept}\r\n\r\n".encode() + b"\x81\x02hi")

    html = (
        "<script>new WebSocket(`ws://${location.host}/ws`).onmessage = e => got = e.data</script>"
    )
    shop = website({"/": html, "/ws": greet})
    async with Gateway(SiteRules.for_start(shop.url)) as gateway:
        async with window(walled, gateway) as context:
            page = await context.new_page()
            await page.goto(shop.url)
            await page.wait_for_function("window.got === 'hi'")


RTC = """<script>
    const c = new RTCPeerConnection({iceServers: [{urls: URLS, username: 'a', credential: 'b'}]});
    c.onicegatheringstatechange = () => window.state = c.iceGatheringState;
    c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o));
</script>"""


@pytest.mark.parametrize("protected", [False, True])
async def test_web_rtc_sends_nothing_around_the_gateway(protected: bool, website: Make) -> None:
    async with trap() as forbidden, async_playwright() as playwright:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.3", 0))
            udp.setblocking(False)
            where = f"127.0.0.3:{udp.getsockname()[1]}"
            tcp = f"turn:127.0.0.3:{forbidden.port}?transport=tcp"
            shop = website({"/": RTC.replace("URLS", f"['stun:{where}', 'turn:{where}', '{tcp}']")})
            flags = chromium_flags() if protected else ()
            executable = chromium.find(playwright, False)
            plain = await playwright.chromium.launch(
                executable_path=executable, args=["--no-sandbox", *flags]
            )
            async with Gateway(SiteRules.for_start(shop.url)) as gateway:
                server = gateway.proxy if protected else gateway.url
                proxy: Any = {"server": server, "bypass": "<-loopback>"}
                page = await (await plain.new_context(proxy=proxy)).new_page()
                await page.goto(shop.url)
                if protected:
                    await page.wait_for_function("window.state === 'complete'")
                    with pytest.raises(BlockingIOError):
                        udp.recv(2048)
                else:
                    async with asyncio.timeout(15):
                        assert await asyncio.get_running_loop().sock_recv(udp, 2048)
            await plain.close()
        assert not protected or forbidden.hits == []


async def test_behind_the_gateway_stands_a_second_wall(walled: Browser, website: Make) -> None:
    shop = website({"/": "home"})
    context = await walled.new_context()  # a window that forgot its proxy
    page = await context.new_page()
    for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "shop.example"):
        with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
            await page.goto(f"http://{host}:{shop.port}/")
    await context.close()
    assert shop.requests == []


async def test_pages_cannot_open_files_or_inner_pages(walled: Browser, website: Make) -> None:
    addresses = ("file:///etc/passwd", "chrome://version", "view-source:file:///etc/passwd")
    for address in addresses:
        shop = website({"/": f"<a href='{address}'>a</a><iframe src='{address}'></iframe>"})
        async with Gateway(SiteRules.for_start(shop.url)) as gateway:
            async with window(walled, gateway) as context:
                page = await context.new_page()
                await page.goto(shop.url)
                await page.click("a")
                await page.wait_for_timeout(100)
                assert page.url.startswith(shop.url)
                assert [frame.url for frame in page.frames[1:]] == [""]
