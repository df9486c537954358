"""What an earlier version wrote is read as it was: same sessions, figures, findings and endings.

The files and `expected.json` are by version 6d8e5ee (see ``files/README.md``). A test that fails
here says that something users have on their disks is no longer understood, or means another thing:
mend the reader, not the files; what is meant otherwise on purpose stands in `decided`.
"""

from __future__ import annotations

import html
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from agent.models.trained import read_trained
from tests.compat.decided import as_decided, without_intervals
from tests.compat.expected import BENCHES, facts, unpack
from tests.compat.facts import Shopper

FACTS = facts()


@pytest.mark.parametrize(("archive", "name"), FACTS)
def test_a_fact_is_as_it_was(
    archive: str, name: str, shopper: Shopper, files: Path, tmp_path: Path, expected: Any
) -> None:
    unpack(files / f"{archive}.zip", tmp_path)
    found = FACTS[archive, name](shopper, tmp_path)
    assert without_intervals(found) == without_intervals(as_decided(name, expected[name]))


@pytest.mark.parametrize("bench", ["bench-scripted", "bench-smollm2"])
def test_scoring_again_asks_nobody(
    bench: str, shopper: Shopper, files: Path, tmp_path: Path
) -> None:
    """Each row is still known by what was asked, down to the prompt's settings."""
    unpack(files / "benchmarks.zip", tmp_path)
    rows = tmp_path / bench / "predictions.jsonl"
    before = rows.read_bytes()
    shopper("bench", *BENCHES[bench], "--out", bench)
    assert rows.read_bytes() == before


@pytest.mark.parametrize(
    ("archive", "folder", "file"),
    [
        ("runs", "embedded-run", "report.html"),
        ("runs", "killed-run", "report.html"),
        ("foreign", "foreign-run", "report.html"),
        ("studies", "study-before", "study.html"),
    ],
)
def test_pages_show_what_was_thought_what_failed_and_what_was_answered(
    archive: str, folder: str, file: str, shopper: Shopper, files: Path, tmp_path: Path
) -> None:
    unpack(files / f"{archive}.zip", tmp_path)
    shopper("report", folder)
    shown = html.unescape((tmp_path / folder / file).read_text("utf-8"))
    told = 0
    for log in (tmp_path / folder / "sessions").iterdir():
        for line in map(json.loads, log.read_text("utf-8").splitlines()):
            texts = (line.get("reasoning"), line.get("result", {}).get("error"), line.get("intent"))
            for text in filter(None, texts):
                assert text in shown
                told += 1
    assert told > 3
    for kept in ("answers.json", "asked.json"):
        if (path := tmp_path / folder / kept).exists():
            answers = json.loads(path.read_text("utf-8"))["answers"]
            assert {a["question"] for a in answers if a["kind"] == "open"}
            assert "The coupon did not work" in shown


def test_an_old_picture_is_in_the_report(shopper: Shopper, files: Path, tmp_path: Path) -> None:
    """One is there, and the others were deleted."""
    unpack(files / "foreign.zip", tmp_path)
    shopper("report", "foreign-run")
    assert (tmp_path / "foreign-run" / "report.html").read_text("utf-8").count(
        "data:image/jpeg"
    ) == 1


@pytest.mark.parametrize("study", ["study-before", "study-after", "study-embedded"])
def test_an_old_study_is_no_other_than_itself_analysed_again(
    study: str, shopper: Shopper, files: Path, tmp_path: Path
) -> None:
    """Findings are known again and measures are compared, whichever version worked them out."""
    unpack(files / "studies.zip", tmp_path)
    old = json.loads((tmp_path / study / "study.json").read_text("utf-8"))
    shutil.copytree(tmp_path / study, tmp_path / "again")
    shopper("study", "again")
    found = json.loads(shopper("compare", study, "again", "--json"))
    assert (found["resolved"], found["new"]) == ([], [])
    assert len(found["persisting"]) == len(old["findings"])
    assert all(one["before"] == one["after"] for one in found["persisting"])
    assert all(one["before"] == one["after"] for one in found["measures"])
    missing = {one["key"] for one in old["measures"]} - {one["key"] for one in found["measures"]}
    assert missing == {"out-of-patience"}, "counts no longer who was stuck; the page says so"


def test_a_seed_draws_the_same_personas(shopper: Shopper, files: Path, tmp_path: Path) -> None:
    unpack(files / "data.zip", tmp_path)
    shopper("personas", "--count", 5, "--seed", 3, "--out", "drawn.jsonl")
    assert (tmp_path / "drawn.jsonl").read_bytes() == (tmp_path / "personas.jsonl").read_bytes()


def test_an_adapter_says_what_it_was_shown(files: Path, tmp_path: Path) -> None:
    unpack(files / "training.zip", tmp_path)
    adapter = tmp_path / "trained" / "adapter"
    trained = read_trained(adapter)
    assert trained is not None
    assert (trained.base, trained.kind) == ("tiny", "adapter")
    said = json.loads((adapter / "shopper.json").read_text("utf-8"))["prompt"]
    assert {name: getattr(trained.prompt, name) for name in said} == said
