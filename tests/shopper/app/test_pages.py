"""Every page of the app: accessible, in light and dark, on a phone, and complete without a script."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from envs.browser.browser import Browser
from tests.shopper.app.folders import a_run
from tests.shopper.app.serving import RunningApp
from tests.shopper.app.windows import let_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

STUDY = """title = "First look"
site = "embedded"
policy = "{policy}"
[population]
customers = 1
[[tasks]]
id = "look"
text = "a mug"
[tasks.success]
text = "Popular"
[questions]
seq = false
sus = false
"""
PAGES = (
    "/",
    "/?find=nothing",
    "/bin",
    "/nowhere",
    "/new",
    "/new?check=1&site=http://127.0.0.1:9/",
    "/new/people?people=drawn",
    "/new/task",
    "/new/task?kind=study&more=1",
    "/new/who",
    "/new/start?kind=study&t1/text=a+mug&t1/done=seen&t1/url=*/cart*",
    "/run/run",
    "/run/study",
    "/run/half",
    "/run/study/findings",
    "/run/run/ask",
    "/run/study/send",
    "/compare",
    "/compare?a=run&b=run",
    "/compare?a=study&b=study",
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """An app over a run and a study, each of one short visit, and a folder that is broken."""
    root = tmp_path_factory.mktemp("pages")
    policy = root / "leave.json"
    policy.write_text(json.dumps([{"type": "terminate", "reasoning": "Not for me."}]))
    (root / "study.toml").write_text(STUDY.format(policy=f"scripted:{policy}"))
    runs = root / "runs"
    for words in (
        ("run", "--customers", "1", "--policy", f"scripted:{policy}", "--out", runs / "run"),
        ("study", root / "study.toml", "--out", runs / "study", "--recheck", "0"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "shopper", *map(str, words)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    (a_run(runs / "half") / "run.json").write_text("{")
    running = RunningApp(runs, "--port", "0")
    running.enter()
    yield running
    running.close()


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_accessible_and_fits_a_phone(
    app: RunningApp, browser: Browser, path: str
) -> None:
    context = await let_in(browser, app)
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for scheme, width in (("light", 1280), ("dark", 360)):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto(app.url + path, wait_until="load")
        assert not await violations(page)
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await context.close()
    outside = [url for url in asked if not url.startswith((app.url, "data:"))]
    assert not outside, "nothing comes from elsewhere"


async def test_the_keyboard_reaches_what_a_mouse_does(app: RunningApp, browser: Browser) -> None:
    context = await let_in(browser, app)
    page = await context.new_page()
    await page.goto(app.url)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    reached = []
    for _ in range(40):
        await page.keyboard.press("Tab")
        reached.append(
            await page.evaluate(
                "document.activeElement.getAttribute('href') || document.activeElement.name || ''"
            )
        )
        style = "getComputedStyle(document.activeElement).outlineStyle"
        if reached[-1]:
            assert await page.evaluate(style) != "none", reached[-1]
    assert {"/new", "/compare", "/run/run", "/run/study", "find"} <= set(reached)
    await context.close()


async def test_without_scripts_everything_but_moving_pictures_is_there(
    app: RunningApp, browser: Browser
) -> None:
    context = await let_in(browser, app)
    page = await context.new_page()
    await page.route("**/*.js", lambda route: route.abort())
    await page.goto(f"{app.url}/new/start?customers=2&policy=synthetic")
    assert "shopper run --customers 2" in await page.locator("pre").last.inner_text()
    await page.goto(f"{app.url}/run/run")
    assert await page.frame_locator("iframe").locator("h1").inner_text()
    await context.close()
