"""How a Chromium must be started for the gateway to be its only way out.

The proxy alone already catches every request; these flags close what a proxy cannot see (name
look-ups, WebRTC, QUIC) and put a second wall behind it.
"""

from __future__ import annotations

PROXY_HOST = "gateway.invalid"
"""What the browser calls the gateway's address: the one name that leads anywhere in it."""


def chromium_flags(trusted_key: str = "") -> tuple[str, ...]:
    """Command-line flags for a browser whose windows have `Gateway.proxy` as their proxy, and that
    trusts the certificates of `trusted_key`, which `envs.gateway.tls.trusted_key` gives.

    No name and no address, this machine's included, resolves in such a browser; only the
    gateway's own made-up name does. A request that went around the proxy would fail.
    """
    trust = (f"--ignore-certificate-errors-spki-list={trusted_key}",) if trusted_key else ()
    return (
        *trust,
        f"--host-resolver-rules=MAP {PROXY_HOST} 127.0.0.1 , MAP * ~NOTFOUND",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-quic",
        "--dns-prefetch-disable",
    )
