"""The shop's process: starting, stopping, determinism, and no orphans."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from envs.shop import ShopError, serve
from envs.shop.events import EventLog

PATHS = ("/", "/search?q=lamp", "/c/pets?sort=low&page=2", "/p/ardenne-oversized-hoodie")


async def pages(url: str) -> list[str]:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        return [(await http.get(path)).text for path in PATHS]


@pytest.mark.slow
async def test_the_same_seed_gives_the_same_pages_and_reset_forgets() -> None:
    async with serve(seed=7) as first, serve(seed=7) as second, serve(seed=8) as other:
        assert await pages(first.url) == await pages(second.url)
        assert await pages(first.url) != await pages(other.url)
        assert await first.events()
        await first.reset()
        assert await first.events() == []
        assert await pages(first.url) == await pages(second.url)


@pytest.mark.slow
async def test_it_is_gone_after_the_block() -> None:
    async with serve() as shop:
        url = shop.url
        assert url.startswith("http://127.0.0.1:")
    with pytest.raises(ShopError, match="does not answer"):
        await type(shop)(url).events()


async def test_a_port_in_use_is_one_clear_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ShopError, match=f"port {port} on 127.0.0.1 is in use"):
            async with serve(port=port):
                pass


async def test_an_unknown_variant_is_named() -> None:
    with pytest.raises(ShopError, match="no variant 'nope'; choose one of: default,"):
        async with serve(variant="nope"):
            pass


@pytest.mark.slow
async def test_its_events_go_where_the_caller_says_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study").mkdir()
    log = Path("study", "shop.sqlite")
    async with serve(events_file=log) as shop:
        await pages(shop.url)
        assert len(await shop.events()) == len(EventLog(log).read()) > 0


async def test_an_event_log_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ShopError, match=r"nowhere/log\.sqlite cannot be written"):
        async with serve(events_file=tmp_path / "nowhere" / "log.sqlite"):
            pass


@pytest.mark.slow
async def test_it_ends_when_its_parent_is_killed() -> None:
    script = (
        "import asyncio, envs.shop\n"
        "async def main():\n"
        "    async with envs.shop.serve() as shop:\n"
        "        print(shop.url, flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout
    await parent.stdout.readline()
    (child,) = psutil.Process(parent.pid).children()
    parent.kill()
    await parent.wait()
    for _ in range(100):
        if not child.is_running() or child.status() == psutil.STATUS_ZOMBIE:
            break
        await asyncio.sleep(0.1)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


async def shopper_shop(port: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shopper", "shop", "--port", str(port)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.slow
async def test_the_command_serves_until_ctrl_c() -> None:
    process = await shopper_shop(0)
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    url = next(word for word in line.split() if word.startswith("http://"))
    assert "Larkfield" in (await pages(url))[0]
    os.kill(process.pid, signal.SIGINT)
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.slow
async def test_the_command_says_when_the_port_is_in_use() -> None:
    async with serve() as shop:
        process = await shopper_shop(int(shop.url.rsplit(":", 1)[1]))
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert b"is in use; choose another with --port" in errors
    assert b"Traceback" not in errors
