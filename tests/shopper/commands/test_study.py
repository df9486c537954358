"""`shopper study` as a person types it: a real browser, and a shop whose problems are known."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from agent.runs.lock import locked
from envs.shop.events import EventLog
from eval.usability.schema import read_result
from tests.agent.study.bad_shop import PAGES, SCRIPT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

STUDY = """title = "Lamps"
site = "{site}"
policy = "scripted:{script}"
[population]
customers = {customers}
[[tasks]]
id = "lamp"
text = "Put a lamp into the cart."
max_steps = 12
success = {{ url = "*/thanks" }}
"""


def run(*words: object, **where: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shopper", "study", *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=200, check=False, **where
    )


def written(folder: Path, site: str, script: object, customers: int) -> Path:
    (folder / "script.json").write_text(json.dumps(script))
    path = folder / "study.toml"
    text = STUDY.format(site=site, script=folder / "script.json", customers=customers)
    path.write_text(text)
    return path


@pytest.mark.slow
def test_every_planted_problem_is_found_with_its_evidence(
    tmp_path: Path, serve: Callable[..., str]
) -> None:
    file = written(tmp_path, serve(PAGES), SCRIPT, 7)
    out = tmp_path / "out"
    done = run(file, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "29% of 7 did it" in done.stdout
    result = read_result(out)
    found = {(f.kind, f.page, f.element) for f in result.findings}
    assert found == {
        ("loop", "/deals", None),
        ("far-target", "/lamp/*", "add_to_cart"),
        ("slow-page", "/lamp/*", None),
        ("server-error", "/", "gift_cards"),
        ("late-price", "/lamps", None),
        ("unclear-label", "/lamps", "Option 1"),
        ("form-error", "/lamp/*", "add_to_cart"),
        ("rage-click", "/", "size_guide"),
        ("dead-click", "/", "delivery"),
        ("empty-results", "/search", None),
        ("typo-not-forgiven", "/search", None),
        ("covered-target", "/", "subscribe"),
        ("covered-target", "/", "get_the_coupon"),
    }
    for finding in result.findings:
        for one in finding.evidence:
            assert one.screenshot is not None
            assert (out / one.screenshot).read_bytes()[:2] == b"\xff\xd8"
    assert {r.outcome for r in result.results} == {"done", "stuck", "gave-up"}
    with (out / "findings.csv").open(newline="") as table:
        assert len(list(csv.DictReader(table))) == len(result.findings)
    again = run(out)  # the analysis alone, from the logs
    assert again.returncode == 0, again.stderr
    assert msgspec.json.encode(read_result(out)) == msgspec.json.encode(result)
    (out / "study.html").unlink()
    made = subprocess.run(
        [sys.executable, "-m", "shopper", "report", str(out)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.strip() == str(out / "study.html")
    assert (out / "study.html").stat().st_size > 10_000
    other = run(file, "--seed", 9, "--out", out, "--resume")
    assert other.returncode == 2
    assert "seed 0, not 9" in other.stderr


def test_a_task_that_nobody_can_do_is_said(tmp_path: Path, serve: Callable[..., str]) -> None:
    script = [{"type": "terminate", "reasoning": "There are no lamps here."}]
    file = written(tmp_path, serve({"/": "<h1>Closed</h1>"}), script, 2)
    done = run(file, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "nobody did it" in done.stdout
    assert "0% of 2 did it" in done.stdout


def test_the_page_that_the_last_action_leads_to_is_seen(
    tmp_path: Path, serve: Callable[..., str]
) -> None:
    """Two presses are allowed, and the second one opens the page."""
    site = serve({"/": '<a href="/list">Lamps</a>', "/list": '<a href="/thanks">Red</a>',
                  "/thanks": "<h1>Thanks</h1>"})  # fmt: skip
    script = [
        {"type": "click", "name": "lamps"},
        {"type": "click", "name": "red"},
        {"type": "click", "name": "nothing"},
    ]
    file = written(tmp_path, site, script, 2)
    text = file.read_text()
    assert "max_steps = 12" in text
    file.write_text(text.replace("max_steps = 12", "max_steps = 2"))
    done = run(file, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "100% of 2 did it" in done.stdout


def test_a_study_of_the_embedded_shop_from_another_folder_keeps_all_in_its_own(
    tmp_path: Path,
) -> None:
    assert run("--init", "embedded", cwd=tmp_path).returncode == 0
    (tmp_path / "runs").mkdir()
    synthetic = ("--policy", "synthetic", "--customers", 1)
    done = run("study.toml", *synthetic, "--out", "runs/one", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    events = EventLog(tmp_path / "runs" / "one" / "shop.sqlite").read()
    assert "page_view" in {event.type for event in events}
    assert (tmp_path / "runs" / "one" / "study.html").is_file()
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["one"]


def test_two_studies_do_not_write_into_one_folder(tmp_path: Path) -> None:
    file = written(tmp_path, "http://127.0.0.1:9/", [{"type": "terminate"}], 1)
    with locked(tmp_path / "out"):
        done = run(file, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "another run is writing into" in done.stderr


def test_a_site_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, "http://127.0.0.1:9/", [{"type": "terminate"}], 2)
    done = run(file, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_field_costs_nothing(tmp_path: Path) -> None:
    file = written(tmp_path, "http://127.0.0.1:9/", [{"type": "terminate"}], 0)
    done = run(file, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "$.population.customers" in done.stderr
    assert not (tmp_path / "out").exists()


def test_init_writes_a_study_and_never_over_one(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    assert run("--init", "http://127.0.0.1:8000/", "--out", path).returncode == 0
    before = path.read_text()
    assert 'site = "http://127.0.0.1:8000/"' in before
    again = run("--init", "embedded", "--out", path)
    assert again.returncode == 2
    assert path.read_text() == before
