"""The page of a run as it lies in its folder, made again where it is missing or out of date."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from agent.study.folder import StudyFolder
from shopper.app.kept import our_policies, policy_in

PATIENCE = 600.0
"""Seconds; a report of thousands of visits takes one."""


class NoReport(Exception):
    """There is no page, and none can be made; says why."""


def report_name(folder: Path) -> str:
    return "study.html" if StudyFolder(folder).definition.is_file() else "report.html"


def is_current(folder: Path) -> bool:
    """Whether the page is there, of this version, and no older than what it is about."""
    page = folder / report_name(folder)
    if not page.is_file() or policy_in(page) not in our_policies():
        return False
    about = [path for path in (folder / "run.json", folder / "asked.json") if path.is_file()]
    return all(page.stat().st_mtime >= path.stat().st_mtime for path in about)


class Reports:
    """Makes each page once, however many ask for it."""

    def __init__(self) -> None:
        self._making: dict[Path, asyncio.Task[None]] = {}

    async def make(self, folder: Path) -> None:
        """Make the page of `folder`.

        Raises:
            NoReport: it cannot be made.
        """
        task = self._making.get(folder)
        if task is None:
            task = self._making[folder] = asyncio.create_task(self._make(folder))
        try:
            await asyncio.shield(task)
        finally:
            if task.done():
                self._making.pop(folder, None)

    async def _make(self, folder: Path) -> None:
        error = await shopper("report", str(folder))
        if error is not None:
            raise NoReport(error)


async def shopper(*arguments: str) -> str | None:
    """Let the command ``shopper`` do something, in a process of its own; returns what it says went
    wrong."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "shopper", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            _, said = await process.communicate()
    except TimeoutError:
        return f"it took longer than {PATIENCE:.0f} s"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == 0:
        return None
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].removeprefix("Error: ") if lines else "it ended without a word"
