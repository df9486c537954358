"""Fixtures shared by all tests: a web site, the browser, the embedded shop, folders.

Everything here is the real thing; what a test needs and a machine lacks is skipped by name.
"""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import envs.shop
from agent.rrweb_bundle import BundleError, fetch_bundle
from envs.browser.browser import Browser, launch
from tests.selection import is_fast, longest_first, mark, needs_torch
from tests.website import Route, Website

REPOSITORY = Path(__file__).parents[1]

if "PYTEST_XDIST_WORKER" in os.environ:
    # Two test processes whose numeric libraries each start a thread a core wait for each other's
    # threads: four times the processor time. Read when PyTorch is loaded, and by what tests start.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# How long an example may take says how busy the machine is, nothing of what is tested.
settings.register_profile("shopper", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shopper")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("shopper")
    group.addoption(
        "--fast", action="store_true", help="only tests without browser, model, PyTorch"
    )
    group.addoption("--rest", action="store_true", help="only the tests that --fast leaves out")


def pytest_configure(config: pytest.Config) -> None:
    """A shell lets what it starts in the background ignore Ctrl-C, and so what that starts: tests
    that interrupt a process would wait for it in vain. And no test is about the build it runs in."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        os.environ.pop(name, None)
    if config.getoption("fast"):  # a test that starts a browser is to be marked so
        os.environ["SHOPPER_CHROMIUM"] = "/left/out/by/--fast"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return True if config.getoption("fast") and needs_torch(collection_path) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what tests ask for, then keeps the half that is wanted."""
    for item in items:
        mark(item)
    fast, rest = config.getoption("fast"), config.getoption("rest")
    if fast or rest:
        dropped = [item for item in items if is_fast(item) is not fast]
        items[:] = [item for item in items if is_fast(item) is fast]
        config.hook.pytest_deselected(items=dropped)
    if "PYTEST_XDIST_WORKER" in os.environ:
        items[:] = longest_first(items)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for the whole test run; open a context of your own in it."""
    async with launch() as running:
        yield running


@pytest.fixture(scope="session")
async def shop() -> AsyncIterator[Any]:
    """The embedded shop, in a process of its own, for the whole test run."""
    async with envs.shop.serve(port=0) as running:
        yield running


@pytest.fixture
def website() -> Iterator[Callable[[Mapping[str, Route]], Website]]:
    """Starts web sites that live as long as the test: ``website({"/": html}).url``."""
    sites: list[Website] = []

    def start(pages: Mapping[str, Route]) -> Website:
        sites.append(Website(pages))
        return sites[-1]

    yield start
    for site in sites:
        site.close()


@pytest.fixture
def serve(website: Callable[[Mapping[str, Route]], Website]) -> Callable[..., str]:
    """``serve({"/": html, "/slow": Reply(html, delay=2)})`` gives the site's base URL."""

    def start(pages: Mapping[str, Route]) -> str:
        return website(pages).url

    return start


@pytest.fixture
def cache_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder for this test and the processes it starts."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("SHOPPER_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The saved pages and measurements, which are not part of the repository."""
    named = os.environ.get("SHOPPER_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no saved data in {folder}; SHOPPER_DATA names the folder")
    return folder


@pytest.fixture(scope="session")
def rrweb() -> str:
    """rrweb's source, fetched when it is not here."""
    try:
        return fetch_bundle().read_text("utf-8")
    except BundleError as error:
        pytest.skip(str(error))
