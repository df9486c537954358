"""``shopper record`` as a command: its window driven by real input from outside, and what it leaves."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from playwright.async_api import Page

from agent.sessions.dataset import read_sessions, write_sessions
from agent.sessions.session import Session
from envs.actions import Click, Terminate, TypeAndSubmit
from envs.recording.consent import YES
from shopper.commands.data import command as data_command
from shopper.commands.record import command as record_command
from tests.agent.sources.test_recording import FOUND, MUG, SHOP
from tests.shopper.commands.windows import START_S, attached, free_port, shopper


def window(port: int) -> AbstractAsyncContextManager[Page]:
    """The window of the recorder that listens at `port`, once it asks for consent."""
    return attached(port, button=YES)


async def agree_and_search(page: Page) -> None:
    await page.get_by_role("button", name=YES).click()
    await page.get_by_label("Search").click()
    await page.keyboard.type("red cup")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/found**")
    await page.get_by_role("link", name="Blue mug").click()
    await page.wait_for_url("**/mug")
    await asyncio.sleep(0.7)  # the last look at the page


def check(path: Path) -> dict[str, object]:
    result = CliRunner().invoke(data_command, ["check", str(path), "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, object] = msgspec.json.decode(result.stdout)
    return found


WANTED = [
    TypeAndSubmit("header.search.search_input", "red cup"),
    Click("blue_mug"),
    Terminate(),
]


@pytest.mark.browser
async def test_recorded_simulated_and_run_sessions_are_checked_alike(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    url, out, port = (
        serve({"/": SHOP, "/found": FOUND, "/mug": MUG}),
        tmp_path / "r.jsonl.zst",
        free_port(),
    )
    arguments = ("record", f"{url}/", "--out", str(out), "--user", "ada", "--intent", "a cup")
    work = await shopper(*arguments, "--headless", "--devtools", str(port))
    async with window(port) as page:
        await agree_and_search(page)
        await page.close()
    printed, errors = await asyncio.wait_for(work.communicate(), START_S)
    assert work.returncode == 0, errors.decode()
    assert "1 session; this one has 3 steps: the person left" in printed.decode()
    (session,) = read_sessions(out)
    assert [step.action for step in session.steps] == WANTED
    assert (session.source, session.user_id, session.intent, session.site) == (
        *("recorded", "ada", "a cup", "127.0.0.1"),
    )
    assert [path.name for path in tmp_path.iterdir()] == ["r.jsonl.zst"]

    sample = tmp_path / "sample.jsonl"
    assert CliRunner().invoke(data_command, ["sample", "--out", str(sample)]).exit_code == 0
    simulated = tmp_path / "simulated.jsonl"
    write_sessions(simulated, list(read_sessions(sample))[:1])
    script = tmp_path / "script.jsonl"
    script.write_bytes(b"\n".join(map(msgspec.json.encode, WANTED)))
    run = await shopper(
        *("run", f"{url}/", "--customers", "1", "--policy", f"scripted:{script}"),
        *("--out", str(tmp_path / "run")),
    )
    assert await asyncio.wait_for(run.wait(), START_S) == 0, (await run.communicate())[1].decode()
    for path, source in ((out, "recorded"), (simulated, "synthetic"), (tmp_path / "run", "live")):
        summary = check(path)
        assert (summary["bad_rows"], summary["concerns"]) == (0, [])
        assert summary["name_in_context"] == 1.0
        assert list(summary["sources"]) == [source]


@pytest.mark.browser
async def test_a_stopped_recording_is_added_to_the_file(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    url, out, port = (
        serve({"/": SHOP, "/found": FOUND, "/mug": MUG}),
        tmp_path / "r.jsonl",
        free_port(),
    )
    assert CliRunner().invoke(data_command, ["sample", "--out", str(out)]).exit_code == 0
    work = await shopper(
        *("record", f"{url}/", "--out", str(out), "--headless", "--devtools", str(port))
    )
    async with window(port) as page:
        await agree_and_search(page)
        work.send_signal(signal.SIGINT)
        _, errors = await asyncio.wait_for(work.communicate(), START_S)
    assert work.returncode == 1
    assert "stopped; 2 steps kept" in errors.decode()
    *before, session = read_sessions(out)
    assert len(before) == 100
    assert [s.action for s in session.steps] == WANTED[:2]
    assert session.end == "error: the recording was stopped"


@pytest.mark.browser
@pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("chromium")), reason="needs Xvfb and a full Chromium"
)
async def test_in_a_window_that_can_be_seen(serve: Callable[..., str], tmp_path: Path) -> None:
    url, out, port = (
        serve({"/": SHOP, "/found": FOUND, "/mug": MUG}),
        tmp_path / "r.jsonl",
        free_port(),
    )
    read, write = os.pipe()
    display = await asyncio.create_subprocess_exec(
        *("Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"),
        pass_fds=(write,), stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        number = (await asyncio.to_thread(os.read, read, 10)).decode().strip()
        work = await shopper(
            *("record", f"{url}/", "--out", str(out), "--devtools", str(port)),
            DISPLAY=f":{number}",
        )
        async with window(port) as page:
            await agree_and_search(page)
            await page.close()
        _, errors = await asyncio.wait_for(work.communicate(), START_S)
        assert work.returncode == 0, errors.decode()
    finally:
        display.terminate()
        await display.wait()
        os.close(read)
        os.close(write)
    (session,) = read_sessions(out)
    assert [step.action for step in session.steps] == WANTED
    first: Session = session
    assert first.steps[0].viewport and first.steps[0].viewport.width > 1000


def test_bad_arguments_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*arguments: str) -> str:
        result = CliRunner().invoke(record_command, list(arguments))
        assert result.exit_code != 0
        return f"{result.output} {result.exception}"

    assert "must end in one of" in told("http://x/", "--out", str(tmp_path / "r.csv"))
    broken = tmp_path / "r.jsonl"
    broken.write_text("{}\n")
    assert "r.jsonl:1" in told("http://x/", "--out", str(broken))
    empty = tmp_path / "consent.txt"
    empty.write_text(" \n")
    out = str(tmp_path / "new.jsonl")
    assert "it must say what" in told("http://x/", "--out", out, "--consent", str(empty))
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform == "linux":
        assert "no display" in told("http://x/", "--out", out)
    assert "http" in told("ftp://x/", "--out", out, "--headless")
