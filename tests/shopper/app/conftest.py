"""Apps that live as long as their test or their file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shopper.app.jobs import Jobs
from tests.shopper.app.serving import RunningApp

StartApp = Callable[..., RunningApp]


@pytest.fixture
def start_app() -> Iterator[StartApp]:
    """``start_app(folder, "--port", "0")`` gives a running app that has let us in."""
    running: list[RunningApp] = []

    def start(folder: Path, *words: str, enter: bool = True, **env: str) -> RunningApp:
        app = RunningApp(folder, *words, **env)
        running.append(app)
        if enter:
            app.enter()
        return app

    yield start
    for app in running:
        app.close()
        for job in Jobs(app.folder).all().values():
            job.stop()  # what a test that failed has left running
