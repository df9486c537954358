"""`shopper study --recordings` through the command line: people measured, and beside customers."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from agent.sessions.dataset import write_sessions
from agent.sessions.session import Session
from shopper.cli import main
from tests.eval.benchmark.sample import BUY, LEAVE, MUG, RED, SEARCH, session
from tests.eval.usability.folders import build_study

pytestmark = pytest.mark.slow


class Said(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


Shopper = Callable[..., Said]


@pytest.fixture
def shopper(capsys: pytest.CaptureFixture[str]) -> Shopper:
    """The command line, as `shopper` runs it."""

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        return Said(int(ended.value.code or 0), *capsys.readouterr())

    return run


def data(path: Path, count: int, *, buys: float, stays: int, source: str, end: str = "") -> Path:
    """Visits that buy with probability `buys` and search up to `stays` times."""
    rng = random.Random(path.stem)

    def visit(n: int) -> Session:
        steps = [SEARCH, *[rng.choice([MUG, RED]) for _ in range(rng.randint(1, stays))]]
        last = BUY if rng.random() < buys else LEAVE
        made = session(f"v{n}", *steps, last, user=f"u{n % (count // 2)}", source=source)
        return msgspec.structs.replace(made, end=end) if end else made

    write_sessions(path, map(visit, range(count)))
    return path


def test_people_are_measured_and_set_beside_customers(shopper: Shopper, tmp_path: Path) -> None:
    people = data(tmp_path / "people.jsonl", 60, buys=0.1, stays=2, source="import:posthog")
    customers = data(tmp_path / "customers.jsonl", 60, buys=0.9, stays=7, source="live")
    out = tmp_path / "study"
    found = shopper("study", "--recordings", people, "--beside", customers, "--out", out)
    assert found.exit_code == 0, found.stderr
    assert "is that settled?" in found.stderr
    told = json.loads((out / "beside.json").read_text())
    verdicts = {one["key"]: one["verdict"] for one in told["measures"]}
    assert (verdicts["success"], verdicts["gave-up"]) == ("higher", "lower")
    assert {"waiting", "time", "errors"}.isdisjoint(verdicts), "no recording holds these"
    assert told["fidelity"]["discriminator"]["auc"] > 0.8
    assert told["numbers"] == [30, 30] and told["visits"] == [60, 60]
    depth = told["fidelity"]["depths"][1]
    assert depth["others"] > 2, "customers who do not buy stay longer than people"
    assert (out / "study.html").is_file() and (out / "customers" / "study.html").is_file()
    page = (out / "beside.html").read_text()
    assert "clearly differ" in page and "customers minus people" in page
    assert "60 recorded visits of 30 people" in (out / "study.html").read_text()
    again = shopper("compare", out / "customers", out, "--json")
    assert again.exit_code == 0, again.stderr
    assert json.loads(again.stdout)["measures"] == told["measures"]


def test_two_halves_of_one_population_are_called_alike(shopper: Shopper, tmp_path: Path) -> None:
    one, other = (
        data(tmp_path / f"{name}.jsonl", 80, buys=0.3, stays=3, source="synthetic")
        for name in ("one", "other")
    )
    out = tmp_path / "study"
    found = shopper("study", "--recordings", one, "--beside", other, "--out", out, "--json")
    assert found.exit_code == 0, found.stderr
    told = json.loads(found.stdout)
    assert {one["verdict"] for one in told["measures"]} == {"unclear"}
    assert told["stand_ins"] and "stand for people" in found.stderr
    assert all(one["detectable"] for one in told["measures"] if one["ci95"])


def test_the_task_is_that_of_the_customers_study(shopper: Shopper, tmp_path: Path) -> None:
    customers = tmp_path / "customers"
    build_study(customers)
    people = data(tmp_path / "people.jsonl", 20, buys=0.2, stays=2, source="recorded")
    out = tmp_path / "study"
    found = shopper("study", "--recordings", people, "--beside", customers, "--out", out, "--json")
    assert found.exit_code == 0, found.stderr
    assert json.loads((out / "study.json").read_text())["study"]["tasks"][0]["id"] == "find"
    assert "sites differ" in " ".join(json.loads(found.stdout)["warnings"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ('{"timestamp": 1, "type": 4}\n', "shopper data import"),
        ("session,time,event\n", "shopper data import"),
    ],
)
def test_what_is_no_data_set_is_refused(
    shopper: Shopper, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(text)
    found = shopper("study", "--recordings", path, "--out", tmp_path / "study")
    assert found.exit_code == 2
    assert said in found.stderr


def test_a_visit_that_was_cut_off_is_in_no_measure(shopper: Shopper, tmp_path: Path) -> None:
    cut = data(tmp_path / "cut.jsonl", 12, buys=0, stays=2, source="recorded", end="limit")
    out = tmp_path / "study"
    assert shopper("study", "--recordings", cut, "--out", out).exit_code == 0
    told = json.loads((out / "study.json").read_text())
    assert {row["outcome"] for row in told["results"]} == {"out-of-patience"}


def test_beside_needs_recordings(shopper: Shopper) -> None:
    found = shopper("study", "--beside", ".")
    assert found.exit_code == 2 and "goes with --recordings" in found.stderr


def test_kinds_of_people_become_customers(shopper: Shopper, tmp_path: Path) -> None:
    people = data(tmp_path / "people.jsonl", 80, buys=0.2, stays=3, source="import:posthog")
    out = tmp_path / "people-like-ours.jsonl"
    found = shopper("personas", "--from", people, "--count", 12, "--kinds", 2, "--out", out)
    assert found.exit_code == 0, found.stderr
    assert "as asked for" in found.stdout or "prediction strength" in found.stdout
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(rows) == 12 and {row["intent"] for row in rows} == {"I am looking for: mug."}
    other = tmp_path / "x.jsonl"
    few = shopper("personas", "--from", people, "--count", 3, "--out", other, "--least-people", 90)
    assert few.exit_code == 2 and "nobody can be recognised" in few.stderr
    wrong = tmp_path / "events.csv"
    wrong.write_text("session,time\n1,2\n")
    bad = shopper("personas", "--from", wrong, "--count", 3, "--out", other)
    assert bad.exit_code == 2 and "shopper data import" in bad.stderr
