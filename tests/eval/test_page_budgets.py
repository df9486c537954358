"""Runs whose pages were shown within other budgets are compared with a note that says so."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from agent.runs.card import RunFolder
from agent.runs.folder import write_card
from agent.sessions.log import SessionLog
from agent.sessions.session import Session
from eval.page_budgets import budgets_differ
from shopper.commands.compare import command
from tests.agent.runs.cards import CARD
from tests.agent.study.studies import leave, search, session


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({"page_tokens": 1024}, {"page_tokens": 2048}, "1024 and 2048"),
        ({"policy": "x"}, {"page_tokens": 2048}, "cut and 2048"),
        ({"page_tokens": "all"}, {"prompt.page_tokens": 9}, "all and 9"),
        ({"page_tokens": 1024}, {"prompt.page_tokens": 1024}, None),
        ({}, {"page_tokens": 1024}, None),
    ],
)
def test_budgets(one: dict[str, object], other: dict[str, object], said: str | None) -> None:
    told = budgets_differ(one, other)
    assert told is None if said is None else said in (told or "")


def run_within(root: Path, tokens: int, visit: Session) -> Path:
    folder = RunFolder(root / str(tokens))
    folder.sessions.mkdir(parents=True)
    settings = {"policy": "m", "page_tokens": tokens}
    write_card(folder, msgspec.structs.replace(CARD, policy_settings=settings))
    with SessionLog(folder.session_log(visit.session_id), visit) as log:
        for step in visit.steps:
            log.step(step)
        log.end("terminate", ())
    return folder.root


def test_two_runs_are_compared_with_a_note(tmp_path: Path) -> None:
    visit = session(search("/", "lamp"), leave("/list"))
    a, b = (run_within(tmp_path, tokens, visit) for tokens in (1024, 2048))
    page = tmp_path / "compared.html"
    done = CliRunner().invoke(command, [str(a), str(b), "--html", str(page)])
    assert done.exit_code == 0, done.output
    assert "--page-tokens 1024 and 2048" in " ".join(done.output.split())
    assert "--page-tokens 1024 and 2048" in page.read_text("utf-8")
    assert "budgets" not in CliRunner().invoke(command, [str(a), str(a)]).output
