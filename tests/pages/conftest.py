"""Fixtures for looking at reports in a real browser (synchronous Playwright, own process)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from eval.report.run.page import write_report
from tests.eval.report.sample import build_run
from tests.pages.shop_page import Photographer

CHROMIUMS = ("chromium-headless-shell", "chromium", "google-chrome")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium where there is one, else Playwright's own."""
    found = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
    args = {**browser_type_launch_args, "args": ["--no-sandbox"]}
    return {**args, "executable_path": found} if found else args


@pytest.fixture(scope="session")
def browser(launch_browser: Callable[[], Browser]) -> Iterator[Browser]:
    """The plain synchronous browser; the other tests' fixture of this name is the product's."""
    browser = launch_browser()
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def run_report(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the sample run, with pictures taken in a real browser."""
    with Photographer(browser) as camera:
        folder = build_run(tmp_path_factory.mktemp("run"), camera.shoot)
    return write_report(folder)
