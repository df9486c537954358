"""A visit kept as an rrweb recording: what is in it, and what never is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from envs.actions import Click, Input
from envs.browser.browser import Browser
from envs.environment import Environment
from envs.options import EnvOptions, Secret
from envs.recording.rrweb import RrwebRecording

CARD = "4242 4242 4242 4242"
FORM = """<!doctype html><title>Pay</title><h1>Your details</h1>
<label>Name <input name="who"></label>
<label>Password <input type="password" name="pw"></label>
<label>Card number <input name="number" autocomplete="cc-number"></label>
<label>Club <input name="club"></label>
<p id="echo"></p>
<button onclick="history.pushState({}, '', '/done'); echo.textContent = 'Charged to ' + number.value">Go on</button>
<a href="/next" target="_blank">Terms</a>
<script>const number = document.querySelector('[name=number]'), echo = document.getElementById('echo');</script>"""


async def recorded(
    browser: Browser, rrweb: str, url: str, path: Path, actions: list[Any], **options: Any
) -> list[dict[str, Any]]:
    """The events of a visit that does `actions`."""
    context = await browser.context()
    with RrwebRecording(path) as recording:
        await recording.install(context, rrweb)
        environment = Environment(context, EnvOptions(**options), recording=recording)
        await environment.start(url)
        for action in actions:
            await environment.observe()
            outcome = await environment.act(action)
            assert outcome.ok, outcome.error
        await environment.observe()
        await environment.close()
    events: list[dict[str, Any]] = json.loads(path.read_text())
    return events


async def test_what_was_done_is_there_and_secrets_are_not(browser, rrweb, serve, tmp_path):
    url = serve({"/": FORM, "/next": "<h1>Terms</h1>"})
    names = ["name", "password", "card_number", "club"]
    texts = ["Ada Lovelace", "correct horse", CARD, "{{club}}"]
    actions = [Input(n, t) for n, t in zip(names, texts, strict=True)]
    path = tmp_path / "visit.json"
    secret = Secret("club", "zebra-7719", "127.0.0.1")
    events = await recorded(
        browser, rrweb, f"{url}/", path, [*actions, Click("go_on"), Click("terms")],
        secrets=(secret,), allow_purchase=True,
    )  # fmt: skip
    text = path.read_text()
    assert "Ada Lovelace" in text and "Charged to [secret]" in text
    for hidden in ("correct horse", "correct h", CARD, "4242 4242", "42424242", "zebra", "zeb"):
        assert hidden not in text
    assert {event["type"] for event in events} >= {2, 3, 4}
    assert events[0]["timestamp"] <= events[-1]["timestamp"]
    addresses = [e["data"]["payload"]["href"] for e in events if e["type"] == 5]
    assert addresses == [f"{url}/done"]
    windows = [event.get("windowId") for event in events]
    assert set(windows) == {None, "2"}
    assert [e["data"]["href"] for e in events if e["type"] == 4] == [f"{url}/", f"{url}/next"]


async def test_a_page_that_tells_nonsense_is_only_a_page(browser, rrweb, serve, tmp_path):
    page = "<h1>Hello</h1><script>window.__shopperRrweb?.('nonsense'); window.rrweb = 1</script>"
    events = await recorded(
        browser, rrweb, serve({"/": page}), tmp_path / "v.json", [], allow_purchase=True
    )
    assert [event["type"] for event in events if event["type"] in (2, 4)] == [4, 2]
