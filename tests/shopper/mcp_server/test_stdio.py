"""`shopper mcp` as an assistant uses it: the protocol's own client, over standard input and output."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import psutil
import pytest

from agent.runs.card import RunFolder
from agent.runs.folder import read_card
from tests.shopper.lamps import SHOP, STUDY

mcp = pytest.importorskip("mcp")
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@asynccontextmanager
async def client(folder: Path) -> AsyncIterator[Any]:
    words = ["-m", "shopper", "mcp", "--out", str(folder / "runs")]
    server = mcp.StdioServerParameters(
        command=sys.executable, args=words, env={**os.environ}, cwd=folder
    )
    async with mcp.Client(mcp.stdio_client(server)) as found:
        yield found


def text(result: Any) -> str:
    return "".join(one.text for one in result.content)


def script(folder: Path) -> Path:
    steps = [{"type": "click", "name": "red_lamp"}, {"type": "terminate", "reasoning": "Seen it."}]
    path = folder / "script.json"
    path.write_text(json.dumps(steps))
    return path


async def test_an_assistant_looks_sends_customers_studies_and_reports(
    tmp_path: Path, serve: Callable[..., str]
) -> None:
    site, policy = serve(SHOP), f"scripted:{script(tmp_path)}"
    (tmp_path / "study.toml").write_text(STUDY.format(site=site, script=script(tmp_path)))
    told: list[tuple[float, float | None, str | None]] = []

    async def note(done: float, total: float | None, message: str | None) -> None:
        told.append((done, total, message))

    async with client(tmp_path) as server:
        tools = {tool.name: tool for tool in (await server.list_tools()).tools}
        assert set(tools) == {"observe", "run", "study", "report"}
        assert "allow_purchase" not in json.dumps([t.input_schema for t in tools.values()])
        seen = await server.call_tool("observe", {"page": site})
        assert 'name="red_lamp"' in text(seen)
        ran = await server.call_tool(
            "run", {"url": site, "customers": 2, "policy": policy}, progress_callback=note
        )
        run = ran.structured_content
        assert not ran.is_error and run["stopped"] is None
        assert [(one["outcome"], one["steps"], one["last"]) for one in run["visits"]] == [
            ("left", 2, "Seen it.")
        ] * 2
        assert Path(run["report"]).is_file() and Path(run["folder"]).parent == tmp_path / "runs"
        found = (
            await server.call_tool("study", {"file": "study.toml", "out": "asked"})
        ).structured_content
        assert found["tasks"] == [
            {"task": "lamp", "asked": "Find the red lamp.", "done": 2, "of": 2}
        ]
        assert found["summary"].startswith("Everybody did")
        (tmp_path / "asked" / "study.html").unlink()
        again = (await server.call_tool("report", {"folder": "asked"})).structured_content
        assert again["kind"] == "study" and again["summary"].startswith("2 of 2 visits did it")
        assert (tmp_path / "asked" / "study.html").is_file()
    amounts = [done for done, _, _ in told]
    assert amounts == sorted(set(amounts)) and amounts[-1] == 2
    assert told[-1][1] == 2 and "2 of 2 visits finished" in str(told[-1][2])


async def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path) -> None:
    async with client(tmp_path) as server:
        for tool, words, said in (
            ("report", {"folder": "nowhere"}, "nowhere"),
            ("observe", {"page": "file:///etc/passwd"}, "file:///etc/passwd"),
            ("study", {"file": "none.toml"}, "none.toml"),
            ("run", {"policy": "nobody"}, "no policy is called 'nobody'"),
            ("run", {"customers": 0}, "customers"),
            (
                "run",
                {"url": "http://127.0.0.1:9/", "policy": f"scripted:{script(tmp_path)}"},
                "127.0.0.1:9",
            ),
        ):
            result = await server.call_tool(tool, words)
            assert result.is_error, tool
            assert said in text(result), text(result)
            assert "Traceback" not in text(result)


async def test_a_call_that_is_given_up_ends_its_customers_and_keeps_what_was_reached(
    tmp_path: Path,
) -> None:
    out = tmp_path / "runs" / "cut"
    acted = anyio.Event()
    others = browsers()  # those of this test run

    async def note(done: float, total: float | None, message: str | None) -> None:
        acted.set()

    async with client(tmp_path) as server:
        async with anyio.create_task_group() as calls:
            words = {"policy": "synthetic", "customers": 200, "out": str(out)}
            calls.start_soon(lambda: server.call_tool("run", words, progress_callback=note))
            await acted.wait()
            calls.cancel_scope.cancel()
        with anyio.fail_after(60):
            while read_card(RunFolder(out)).finished_at is None or set(browsers()) - set(others):
                await anyio.sleep(0.1)
        seen = await server.call_tool("report", {"folder": str(out)})
        assert "stopped: " in text(seen), text(seen)


def browsers() -> list[psutil.Process]:
    """Browsers that this test run and its servers started."""
    here = psutil.Process().children(recursive=True)
    return [one for one in here if one.is_running() and "chrom" in _name(one)]


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.Error:
        return ""


HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}  # fmt: skip


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, None])
def test_a_server_ends_by_a_signal_or_with_its_input(
    tmp_path: Path, how: signal.Signals | None
) -> None:
    """And before that answers a well-formed line after one that is not."""
    with subprocess.Popen(
        [sys.executable, "-m", "shopper", "mcp"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
    ) as process:  # fmt: skip
        assert process.stdin and process.stdout
        process.stdin.write("this is no JSON\n" + json.dumps(HELLO) + "\n")
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline())]
        if answers[-1].get("id") != 1:  # whether the first line is answered is the library's choice
            answers.append(json.loads(process.stdout.readline()))
        assert answers[-1]["result"]["serverInfo"]["name"] == "shopper"
        if how is None:
            process.stdin.close()
        else:
            process.send_signal(how)
        assert process.wait(30) == 0
        assert process.stdout.read() == ""
        assert "Traceback" not in (process.stderr.read() if process.stderr else "")


def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "mcp.py").write_text("raise ModuleNotFoundError('no', name='mcp')")
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "shopper", "mcp"],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": paths}, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 1
    assert "this needs mcp, which is not installed" in done.stderr


async def test_the_docs_name_every_tool_with_its_arguments() -> None:
    from shopper.commands.mcp import command
    from shopper.mcp_server.server import make_server

    page = (Path(__file__).parents[3] / "docs" / "mcp.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*)$", page, re.M))
    tools = await make_server(Path("runs")).list_tools()
    assert set(rows) == {tool.name for tool in tools}
    for tool in tools:
        unsaid = [
            name for name in tool.input_schema["properties"] if f"`{name}`" not in rows[tool.name]
        ]
        assert not unsaid, tool.name
    (block,) = re.findall(r"```json\n(.*?)```", page, re.S)
    ((_, server),) = json.loads(block)["mcpServers"].items()
    assert server["command"].endswith("/.venv/bin/shopper")
    first, *words = server["args"]
    assert first == "mcp"
    command.make_context("mcp", words)  # raises where it does not take them
