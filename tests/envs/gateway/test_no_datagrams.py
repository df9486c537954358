"""No page makes the browser call out to the local network: nothing leaves beside the gateway.

Watches the interfaces themselves, whatever the port.
"""

from __future__ import annotations

import asyncio

import pytest

from envs.browser.browser import Browser
from tests.envs.acting.acting import opened
from tests.envs.gateway.overheard import Overheard, call_out, overhearing
from tests.envs.gateway.servers import until

pytestmark = pytest.mark.browser

STRANGER = "192.0.2.77"
"""Nobody's address (RFC 5737)."""
CALLING = {
    "candidates of its own": """
      const one = new RTCPeerConnection({iceServers: []});
      one.createDataChannel('x');
      one.onicecandidate = (e) => { window.done ||= !e.candidate };
      one.createOffer().then((offer) => one.setLocalDescription(offer));""",
    "a server for its own address": f"""
      const one = new RTCPeerConnection({{iceServers: [{{urls: 'stun:{STRANGER}:3478'}}]}});
      one.createDataChannel('x');
      one.onicecandidate = (e) => {{ window.done ||= !e.candidate }};
      one.createOffer().then((offer) => one.setLocalDescription(offer));""",
    "somebody's made-up name": """
      const one = new RTCPeerConnection();
      const two = new RTCPeerConnection();
      one.createDataChannel('x');
      (async () => {
        await one.setLocalDescription(await one.createOffer());
        await two.setRemoteDescription(one.localDescription);
        await two.setLocalDescription(await two.createAnswer());
        const name = '7c6d1d5e-25b8-4f4c-9a3b-1f0a2b3c4d5e.local';
        await two.addIceCandidate({sdpMid: '0', sdpMLineIndex: 0,
          candidate: `candidate:1 1 udp 2122260223 ${name} 50000 typ host`}).catch(() => {});
        window.done = true;
      })();""",
    "a name of the local network": "fetch('http://printer.local/').catch(() => { window.done = true });",
    "pictures of the local network": """
      const seen = new Image();
      seen.onerror = () => { window.done = true };
      seen.src = 'http://nas.local/logo.png';""",
}


async def hears(heard: Overheard) -> None:
    """Be sure that what leaves is heard at all."""
    try:
        call_out(b"can you hear me")
    except OSError as error:
        pytest.skip(f"this machine has no network to call out to: {error}")
    try:
        await until(lambda: any(d.data == b"can you hear me" for d in heard.to_many()), 3)
    except TimeoutError:
        pytest.skip("what leaves this machine cannot be overheard here")
    heard.datagrams.clear()


@pytest.mark.parametrize("case", CALLING)
async def test_nothing_leaves_beside_the_gateway(browser: Browser, serve, case: str) -> None:
    url = serve({"/": f"<!doctype html><h1>Shop</h1><script>{CALLING[case]}</script>"})
    try:
        listening = overhearing()
        with listening as heard:
            await hears(heard)
            async with opened(browser) as environment:
                await environment.start(url)
                await environment.page.wait_for_function("window.done", timeout=8000)
                await asyncio.sleep(1.5)  # a name is announced after it was made
            assert heard.to_many() == []
            assert heard.to(STRANGER) == []
    except PermissionError as error:
        pytest.skip(f"nothing can be overheard here: {error}")
