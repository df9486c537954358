"""Fixtures shared by all tests: a web site, the browser, the embedded shop, folders.

Everything here is the real thing; what a test needs and a machine lacks is skipped by name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.website import Route, Website

REPOSITORY = Path(__file__).parents[1]


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
