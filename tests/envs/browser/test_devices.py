"""Devices, locales and time zones: asked for in plain words, seen by the page and the server."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from envs.browser.browser import Browser
from envs.browser.devices import window_of
from envs.environment import Environment
from envs.errors import BadOptions
from tests.website import Route, Website

ASK = """() => JSON.stringify({
  width: innerWidth, ratio: devicePixelRatio, touch: navigator.maxTouchPoints,
  coarse: matchMedia('(pointer: coarse)').matches, agent: navigator.userAgent,
  language: navigator.language, zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  price: (1234.5).toLocaleString() })"""


async def test_a_german_phone_is_one_to_page_and_server(
    browser: Browser, website: Callable[[Mapping[str, Route]], Website]
) -> None:
    site = website(
        {"/": "<meta name=viewport content='width=device-width'><h1>Laden</h1><a href=/>x</a>"}
    )
    window = window_of("phone", "de_de", "europe/berlin")
    environment = Environment(await browser.context(window))
    try:
        await environment.start(site.url)
        told = json.loads(await environment.page.evaluate(ASK))
    finally:
        await environment.close()
    assert (told["width"], told["ratio"], told["coarse"]) == (412, 2.625, True)
    assert told["touch"] > 0
    assert "Android" in told["agent"] and "Mobile" in told["agent"]
    assert f"Chrome/{browser.version.split('.')[0]}.0.0.0 " in told["agent"]
    assert (told["language"], told["zone"], told["price"]) == (
        "de-DE",
        "Europe/Berlin",
        "1.234,5",
    )
    [request] = [r for r in site.requests if r.path == "/"]
    assert request.headers["accept-language"].startswith("de-DE")
    assert request.headers["user-agent"] == told["agent"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"device": "watch"}, "choose one of: desktop, phone"),
        ({"locale": "german"}, "for example de-DE"),
        ({"locale": "de-DE; x"}, "for example de-DE"),
        ({"timezone": "Europe/Berlim"}, "did you mean Europe/Berlin"),
        ({"timezone": "berlin"}, "did you mean Europe/Berlin"),
        ({"timezone": "../../etc/passwd"}, "is not a time zone"),
    ],
)
def test_what_is_none_is_told(words: dict[str, str], said: str) -> None:
    with pytest.raises(BadOptions) as caught:
        window_of(**words)
    assert said in str(caught.value)


def test_a_tag_is_written_as_browsers_do() -> None:
    assert window_of(locale="zh_hant_tw").locale == "zh-Hant-TW"
    assert window_of(locale="EN").locale == "en"
