"""What the gateway carries beside the requests: headers, a proxy behind it, TLS of its own. Real
servers, asked through it as a browser asks."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
import trustme

from envs.gateway import Gateway, Passes, SiteRules
from envs.gateway.passes import NOTHING, ClientCertificate, HostHeader
from envs.gateway.place import Place, parse_place
from envs.gateway.proxy import UpstreamProxy
from tests.servers.walls import ForwardProxy, SecureSite, forward_proxy
from tests.website import Reply, Request, Website

ANSWERS: Mapping[str, object] = {
    "/": lambda request: Reply("\n".join(f"{k}: {v}" for k, v in request.headers.items())),
    "/post": lambda request: Reply(request.body),
    "/big": "x" * 3_000_000,
}


def place(site: Website) -> Place:
    return Place("127.0.0.1", (site.port,))


def token(site: Website, value: str = "t0ken-of-the-gate") -> Passes:
    return Passes(headers=(HostHeader(place(site), "X-Gate", value),))


def client(gateway: Gateway) -> httpx.AsyncClient:
    context = httpx.create_ssl_context()
    context.load_verify_locations(cadata=gateway.tls.authority)
    return httpx.AsyncClient(
        proxy=gateway.url, verify=context, trust_env=False, follow_redirects=True, timeout=20
    )


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


def served(ca: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    return context


def trusting(ca: trustme.CA, passes: Passes = NOTHING) -> Passes:
    return Passes(
        headers=passes.headers,
        certificates=passes.certificates,
        proxies=passes.proxies,
        authorities=ca.cert_pem.bytes().decode(),
        authorities_file="ca.pem",
    )


async def test_a_header_goes_to_its_host_alone(website: object) -> None:
    assert callable(website)
    other = website({"/": ANSWERS["/"]})
    away = website({"/": Reply("", 302, headers={"Location": other.url})})
    passes = token(away)
    rules = SiteRules.for_start(away.url, [f"127.0.0.1:{other.port}"])
    async with Gateway(rules, passes=passes) as gateway, client(gateway) as asks:
        answer = await asks.get(away.url, headers={"X-Gate": "the page's own"})
    assert "x-gate" not in answer.text.replace("the page's own", "") or "t0ken" not in answer.text
    assert away.requests[0].headers["x-gate"] == "t0ken-of-the-gate"
    assert "t0ken" not in str(other.requests[0].headers)


async def test_a_header_is_added_within_https_for_its_host_alone(ca: trustme.CA) -> None:
    with SecureSite(ANSWERS, served(ca)) as site, SecureSite(ANSWERS, served(ca)) as other:  # type: ignore[arg-type]
        rules = SiteRules.for_start(site.url, [f"127.0.0.1:{other.port}"])
        passes = trusting(ca, token(site))
        async with Gateway(rules, passes=passes) as gateway, client(gateway) as asks:
            assert "x-gate: t0ken-of-the-gate" in (await asks.get(site.url)).text
            assert "t0ken" not in (await asks.get(other.url)).text
            posted = await asks.post(f"{site.url}/post", content=b"a" * 200_000)
            assert posted.content == b"a" * 200_000
            assert len((await asks.get(f"{site.url}/big")).content) == 3_000_000


async def test_a_host_with_a_certificate_of_nobody_known_is_not_opened(ca: trustme.CA) -> None:
    with SecureSite(ANSWERS, served(ca)) as site:  # type: ignore[arg-type]
        rules = SiteRules.for_start(site.url)
        async with Gateway(rules, passes=token(site)) as gateway, client(gateway) as asks:
            answer = await asks.get(site.url)
            told = gateway.explain(site.url)
        assert answer.status_code == 502
        assert told is not None and "--ca" in told.reason
        assert site.requests == []


async def test_a_wrong_name_in_a_certificate_is_seen(ca: trustme.CA) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("shop.example").configure_cert(context)
    with SecureSite(ANSWERS, context) as site:  # type: ignore[arg-type]
        async with Gateway(SiteRules.for_start(site.url), passes=trusting(ca)) as gateway:
            async with client(gateway) as asks:
                assert (await asks.get(site.url)).status_code == 502
    assert site.requests == []


@pytest.mark.parametrize("shown", [True, False])
async def test_a_client_certificate_is_shown_to_who_asks(ca: trustme.CA, shown: bool) -> None:
    context = served(ca)
    context.verify_mode = ssl.CERT_REQUIRED
    ca.configure_trust(context)
    mine = ca.issue_cert("customer@shop.example")
    chain = b"".join(blob.bytes() for blob in mine.cert_chain_pems)
    with SecureSite(ANSWERS, context) as site:  # type: ignore[arg-type]
        own = ClientCertificate(place(site), "me.pem", chain, mine.private_key_pem.bytes())
        passes = trusting(ca, Passes(certificates=(own,) if shown else ()))
        async with Gateway(SiteRules.for_start(site.url), passes=passes) as gateway:
            async with client(gateway) as asks:
                answer = await asks.get(site.url)
            told = gateway.explain(site.url)
    assert answer.status_code == (200 if shown else 502)
    assert shown or (told is not None and "client certificate" in told.reason)


async def test_a_request_for_another_host_within_a_tunnel_stays_in_it(ca: trustme.CA) -> None:
    """The allowlist judged the tunnel's host: what a Host header says changes nothing."""
    with SecureSite(ANSWERS, served(ca)) as site:  # type: ignore[arg-type]
        async with Gateway(SiteRules.for_start(site.url), passes=trusting(ca)) as gateway:
            async with client(gateway) as asks:
                answer = await asks.get(site.url, headers={"Host": "other.example"})
    assert f"host: 127.0.0.1:{site.port}" in answer.text


async def test_a_socket_works_within_https(ca: trustme.CA) -> None:
    """As of a chat: the answer 101, then bytes in both directions."""

    def upgrade(request: Request) -> Reply:
        head = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"
        return Reply(raw=head + request.headers["x-gate"].encode())

    with SecureSite({"/": upgrade}, served(ca)) as site:
        passes = trusting(ca, token(site))
        async with Gateway(SiteRules.for_start(site.url), passes=passes) as gateway:
            async with client(gateway) as asks:
                headers = {"Connection": "Upgrade", "Upgrade": "echo"}
                async with asks.stream("GET", site.url, headers=headers) as answer:
                    assert answer.status_code == 101
                    stream = answer.extensions["network_stream"]
                    assert await stream.read(100, 10) == b"t0ken-of-the-gate"


@pytest.mark.parametrize("secure", [False, True])
async def test_requests_go_through_the_proxy(ca: trustme.CA, secure: bool) -> None:
    made = SecureSite(ANSWERS, served(ca)) if secure else Website(ANSWERS)  # type: ignore[arg-type]
    with made as site, forward_proxy(ForwardProxy("me", "pr0xy-password")) as company:
        proxy = UpstreamProxy(
            host="127.0.0.1", port=company.port, user="me", password="pr0xy-password"
        )
        passes = trusting(ca, Passes(proxies=(proxy,))) if secure else Passes(proxies=(proxy,))
        async with Gateway(SiteRules.for_start(site.url), passes=passes) as gateway:
            async with client(gateway) as asks:
                answer = await asks.get(site.url)
            async with client(gateway) as asks:  # this proxy ends its connections unannounced
                assert (await asks.post(f"{site.url}/post", content=b"tea")).content == b"tea"
    assert answer.status_code == 200
    assert "proxy-authorization" not in answer.text
    assert company.asked[0].startswith("CONNECT" if secure else f"GET {site.url}/")


async def test_an_untouched_tunnel_goes_through_the_proxy(ca: trustme.CA) -> None:
    with SecureSite(ANSWERS, served(ca)) as site, forward_proxy(ForwardProxy()) as company:  # type: ignore[arg-type]
        passes = Passes(proxies=(UpstreamProxy(host="127.0.0.1", port=company.port),))
        async with Gateway(SiteRules.for_start(site.url), passes=passes) as gateway:
            context = ssl.create_default_context()
            ca.configure_trust(context)
            async with httpx.AsyncClient(proxy=gateway.url, verify=context) as asks:
                assert (await asks.get(site.url)).status_code == 200
    assert company.asked == [f"CONNECT 127.0.0.1:{site.port}"]


async def test_the_allowlist_stands_before_the_proxy(website: object) -> None:
    assert callable(website)
    site, other = website(ANSWERS), website(ANSWERS)
    with forward_proxy(ForwardProxy()) as company:
        passes = Passes(proxies=(UpstreamProxy(host="127.0.0.1", port=company.port),))
        async with Gateway(SiteRules.for_start(site.url), passes=passes) as gateway:
            async with client(gateway) as asks:
                assert (await asks.get(other.url)).status_code == 403
                with pytest.raises(httpx.ProxyError):
                    await asks.get(f"https://127.0.0.1:{other.port}")
    assert company.asked == []


async def test_a_name_that_only_the_proxy_knows_is_looked_up_there(website: object) -> None:
    assert callable(website)
    site = website(ANSWERS)
    inside = f"http://staging.company.example:{site.port}/"
    with forward_proxy(ForwardProxy(names={"staging.company.example": "127.0.0.1"})) as company:
        passes = Passes(proxies=(UpstreamProxy(host="127.0.0.1", port=company.port),))
        async with Gateway(
            SiteRules.for_start(inside), passes=passes, resolver=_unknown
        ) as gateway, client(gateway) as asks:  # fmt: skip
            assert (await asks.get(inside)).status_code == 200
    assert company.asked == [f"GET {inside}"]


async def _unknown(host: str, port: int) -> tuple[()]:
    raise OSError("no such name")


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize(
    ("user", "password", "told"),
    [("me", "wrong-password", "does not accept"), ("", "", "asks for a user name")],
)
async def test_a_proxy_that_does_not_know_us_is_named(
    website: object, secure: bool, user: str, password: str, told: str
) -> None:
    assert callable(website)
    site = website(ANSWERS)
    with forward_proxy(ForwardProxy("me", "right-password")) as company:
        proxy = UpstreamProxy(host="127.0.0.1", port=company.port, user=user, password=password)
        url = f"https://127.0.0.1:{site.port}" if secure else site.url
        async with Gateway(SiteRules.for_start(url), passes=Passes(proxies=(proxy,))) as gateway:
            async with client(gateway) as asks:
                if secure:
                    with pytest.raises(httpx.ProxyError):
                        await asks.get(url)
                else:
                    assert (await asks.get(url)).status_code == 502
            why = gateway.explain(url)
    assert why is not None
    assert f"the proxy 127.0.0.1:{company.port} {told}" in why.reason
    assert "wrong-password" not in why.reason
    assert site.requests == []


async def test_a_proxy_that_is_down_is_named(website: object) -> None:
    assert callable(website)
    site = website(ANSWERS)
    passes = Passes(proxies=(UpstreamProxy(host="127.0.0.1", port=9),))
    async with Gateway(SiteRules.for_start(site.url), passes=passes) as gateway:
        async with client(gateway) as asks:
            assert (await asks.get(site.url)).status_code == 502
        why = gateway.explain(site.url)
    assert why is not None and "the proxy 127.0.0.1:9 cannot be reached" in why.reason


def test_what_is_secret_is_not_shown() -> None:
    where = parse_place("staging.example.com")
    certificate = ClientCertificate(where, "me.p12", b"chain-of-mine", b"key-of-mine")
    passes = Passes(
        headers=(HostHeader(where, "X-Gate", "t0ken-of-the-gate"),),
        certificates=(certificate,),
        proxies=(UpstreamProxy(host="p.example", port=1, user="me", password="pr0xy"),),
    )
    shown = repr(passes)
    assert "staging.example.com" in shown and "p.example:1" in shown
    for secret in ("t0ken", "key-of-mine", "chain-of-mine", "pr0xy"):
        assert secret not in shown


async def test_certificates_made_for_a_run_leave_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gateway = Gateway(SiteRules.for_start("https://shop.example"), passes=Passes(authorities="x"))
    gateway.tls.towards_browser("shop.example")
    assert list(tmp_path.iterdir()) == []
