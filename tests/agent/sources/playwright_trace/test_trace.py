"""Traces that Playwright really records become the steps that were taken."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from agent.sessions.session import RecordError, Session, encode
from agent.sources.playwright_trace.importer import import_trace
from agent.sources.playwright_trace.trace import Trace
from agent.sources.rrweb.importer import ImportOptions
from envs.browser.browser import Browser
from tests.agent.sources.rrweb.tapes import told
from tests.website import Reply

FRONT = """<!doctype html><html><head><title>Mugs</title><link rel="stylesheet" href="/s.css"></head><body>
<form action="/found" role="search"><input type="search" name="q" aria-label="Search"><button>Go</button></form>
<label>Password <input type="password" name="p"></label> <label>Name <input name="n"></label>
<label>Size <select name="s"><option>Small</option><option value="l">Large</option></select></label>
<label>Gift <input type="checkbox"></label> <a href="/blue">Blue mug</a> <p class="hidden">Not to be seen</p>
<textarea aria-label="Note">old</textarea><script>document.body.append('made by a script')</script></body></html>"""
PAGES: dict[str, Any] = {
    "/": FRONT,
    "/s.css": Reply(".hidden { display: none }", content_type="text/css"),
    "/found": "<title>Found</title><h1>Results</h1><a href='/blue'>Blue mug</a>",
    "/blue": "<title>Blue</title><h1>Blue mug</h1><button>Add to cart</button>",
}


async def traced(browser: Browser, url: str, path: Path, act: Callable[[Page], Any]) -> Path:
    context = await browser.context()
    await context.tracing.start(snapshots=True)
    page = await context.new_page()
    await page.goto(url)
    await act(page)
    await context.tracing.stop(path=path)
    await context.close()
    return path


async def shopping(page: Page) -> None:
    await page.get_by_label("Name").fill("Ada")
    await page.get_by_label("Password").fill("hunter22")
    await page.get_by_label("Size").select_option("l")
    await page.get_by_label("Gift").check()
    await page.get_by_label("Search").fill("mug")
    await page.get_by_label("Search").press("Enter")
    await page.wait_for_url("**/found?q=mug")  # both pages have the link
    await page.get_by_text("Blue mug").click()
    await page.go_back()
    await page.go_back()
    await page.get_by_label("Search").fill("cup")
    await page.get_by_role("button", name="Go").click()


STEPS = [
    "input name 'Ada'", "input password '[secret]'", "click size.large", "click gift",
    "typeandsubmit search.search_input 'mug'", "click blue_mug", "back", "back",
    "typeandsubmit search.search_input 'cup'", "terminate",
]  # fmt: skip


async def imported(path: Path, browser: Browser, **options: Any) -> Session:
    settings = ImportOptions(source="import:playwright-trace", **({"redact": "nothing"} | options))
    (one,) = [found async for found in import_trace(path, browser, settings)]
    assert one.session is not None
    return one.session


async def test_what_was_done_on_which_page(browser, serve, tmp_path):
    url = serve(PAGES)
    path = await traced(browser, f"{url}/", tmp_path / "trace.zip", shopping)
    session = await imported(path, browser, actions="full")
    assert told(session) == STEPS
    assert "hunter22" not in encode(session).decode()
    first = session.steps[0]
    assert (first.url, first.title) == (f"{url}/", "Mugs")
    assert "Not to be seen" not in first.context, "style sheets are taken from the trace"
    assert "made by a script" in first.context and "old" in first.context
    assert session.steps[5].url == f"{url}/found?q=mug"
    assert 'value="Ada"' in session.steps[2].context
    paper = await imported(path, browser, redact="personal")
    assert "back" not in told(paper) and "Ada" not in encode(paper).decode()


async def test_a_trace_of_version_8_is_read_as_well(browser, serve, tmp_path):
    path = await traced(browser, f"{serve(PAGES)}/", tmp_path / "trace.zip", shopping)
    old = tmp_path / "old.zip"
    with zipfile.ZipFile(path) as new, zipfile.ZipFile(old, "w") as target:
        for name in new.namelist():
            data = new.read(name)
            target.writestr(name, older(data) if name.endswith(".trace") else data)
    assert told(await imported(old, browser, actions="full")) == STEPS


def older(data: bytes) -> bytes:
    """The same trace as version 8 wrote it: snapshots have names, targets the call that is meant."""
    rows = [json.loads(line) for line in data.splitlines()]
    for row in rows:
        if row["type"] == "context-options":
            row["version"] = 8
        if row["type"] == "frame-snapshot":
            snapshot = row["snapshot"]
            phase = {"action": "input"}.get(phase := snapshot.pop("phase"), phase)
            snapshot["snapshotName"] = f"{phase}@{snapshot['callId']}"
    text = "\n".join(json.dumps(row) for row in rows)
    return text.encode()


def packed(folder: Path, files: dict[str, str]) -> Path:
    path = folder / "x.zip"
    with zipfile.ZipFile(path, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"readme.txt": "x"}, "no .trace is in it"),
        (
            {"trace.trace": '{"type":"context-options","version":7}\n'},
            "version 7; 8 to 10 are read",
        ),
        ({"trace.trace": "nonsense\n"}, "cannot be read"),
    ],
)
def test_what_is_no_trace_is_said(files, said, tmp_path):
    with pytest.raises(RecordError, match=said):
        with Trace(packed(tmp_path, files)) as trace:
            list(trace.actions(trace.names[0]))


def test_another_file_is_no_trace(tmp_path):
    path = tmp_path / "x.zip"
    path.write_text("not a zip")
    with pytest.raises(RecordError, match=r"is no trace of Playwright: File is not a zip file"):
        Trace(path)
