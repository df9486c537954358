"""The model sees of an old session what it saw then: its answers were learned on that."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from agent.models import fetch_embedded
from agent.prompts.context_window import PromptBuilder
from agent.prompts.prompt import PromptSettings
from agent.sessions.dataset import read_sessions
from eval.benchmark.targets import questions


@pytest.mark.model
def test_prompts_are_as_long_as_they_were(files: Path, tmp_path: Path) -> None:
    """Token for token as many, with what the adapter of then thought, which was part of what it
    read before it acted."""
    with zipfile.ZipFile(files / "benchmarks.zip") as kept:
        kept.extractall(tmp_path)
    old = tmp_path / "bench-smollm2"
    settings = json.loads((old / "bench.json").read_text("utf-8"))["settings"]
    shown = {name: settings[name] for name in PromptSettings.__struct_fields__ if name in settings}
    windows = PromptBuilder(fetch_embedded().tokenizer(), PromptSettings(**shown))
    asked = {
        (question.truth.session_id, question.truth.step): question
        for session in read_sessions(tmp_path / "sessions.jsonl.zst")
        for question in questions(session, "")
    }
    rows = [json.loads(line) for line in (old / "predictions.jsonl").open(encoding="utf-8")]
    assert len(rows) > 5
    for row in rows:
        question = asked[row["session_id"], row["step"]]
        prompt = windows.prompt_for(question.session, question.page)
        thought = windows.encode_reasoning(row["reasoning"])[1]
        assert len(prompt.ids) + len(thought) == row["tokens"]["prompt"], row["step"]
