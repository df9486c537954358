"""Visits that were recorded in the page come back as the very steps that were taken.

`python -m bench.recordings` does the same with a hundred.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.personas.personas import cast
from agent.runs.card import RunFolder
from agent.runs.config import RunConfig
from agent.runs.runner import RunRequest, run
from agent.sessions.session import Persona, Session
from tests.agent.sources.rrweb.tapes import imported


def taken(session: Session) -> list[tuple[object, ...]]:
    """What is to be the same: every action on its page, byte for byte."""
    return [(s.action, s.kind, s.url, s.title, s.context, s.names) for s in session.steps]


@pytest.mark.slow
async def test_synthetic_visits_come_back(browser, rrweb, tmp_path):
    who = tuple(cast([(Persona(id="p", text="someone"), None)], 3, 11, "a coffee maker"))
    config = RunConfig(url=None, customers=who, concurrency=3, screenshots=False, rrweb=True)
    request = RunRequest(
        config=config, policy="synthetic", seed=11, folder=RunFolder(tmp_path / "run")
    )
    result = await run(request)
    visits = list(result.sessions())
    assert len(visits) == 3
    for visit in visits:
        path: Path = result.folder.recording(visit.session_id)
        (one,) = await imported(path, browser, rrweb, trusted=True)
        assert one.session is not None
        assert taken(one.session) == taken(visit)
        assert (one.session.end, one.session.session_id) == (visit.end, visit.session_id)
        assert one.quality.named == 1
