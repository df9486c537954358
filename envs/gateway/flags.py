"""How a Chromium must be started for the gateway to be its only way out.

The proxy alone already catches every request; these flags close what a proxy cannot see (name
look-ups, WebRTC, QUIC) and put a second wall behind it.
"""

from __future__ import annotations

PROXY_HOST = "gateway.invalid"
"""What the browser calls the gateway's address: the one name that leads anywhere in it."""


def chromium_flags() -> tuple[str, ...]:
    """Command-line flags for a browser whose windows have `Gateway.proxy` as their proxy.

    No name and no address, this machine's included, resolves in such a browser; only the
    gateway's own made-up name does. A request that went around the proxy would fail.
    """
    return (
        f"--host-resolver-rules=MAP {PROXY_HOST} 127.0.0.1 , MAP * ~NOTFOUND",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-quic",
        "--dns-prefetch-disable",
    )
