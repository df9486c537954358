"""What commands say in the terminal, where there is one of a thing, or none."""

from __future__ import annotations

import io
import re
from importlib.resources import as_file, files
from itertools import islice
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from rich.console import Console

from agent.runs.card import RunTotals
from agent.sessions.dataset import read_sessions, write_sessions
from agent.sessions.session import Session
from agent.shoppers.published_figures import ShopperTally
from agent.sources.simulation import tally_session
from shopper.cli import shopper
from shopper.commands import doctor, simulate
from shopper.commands._run_result import say_result
from shopper.doctor import Check, Diagnosis
from shopper.fail_if import broken, parse_condition
from shopper.run_progress import Progress
from shopper.run_words import no_result_of
from tests.agent.runs.cards import CARD

ROOT = Path(__file__).parents[2]
NOUNS = (
    "visits sessions steps customers rows predictions personas users requests pages descriptions "
    "actions questions sequences tasks"
)


def shown(*words: object) -> str:
    done = CliRunner().invoke(shopper, [str(word) for word in words], prog_name="shopper")
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """A data set of the first session that ships."""
    with as_file(files("agent") / "samples" / "sessions.jsonl.zst") as sample:
        sessions: list[Session] = list(islice(read_sessions(sample), 1))
    write_sessions(tmp_path / "one.jsonl", sessions)
    return tmp_path / "one.jsonl"


@pytest.mark.parametrize(
    ("totals", "refused", "said"),
    [
        (
            RunTotals(sessions=1, steps=1, terminate=1, seconds=4.25),
            {"cdn.test": 1},
            "1 visit, 1 step in 4 s: 1 left\n1 request to cdn.test refused (add --allow ",
        ),
        (
            RunTotals(sessions=1200, steps=9000, purchase=1100, stuck=100, seconds=4000),
            {"cdn.test": 2},
            "1,200 visits, 9,000 steps in 1 h 6 min: 1,100 bought, 100 got stuck\n2 requests to ",
        ),
        (RunTotals(), {}, "0 visits, 0 steps in 0 s: nobody finished a visit\nreport: "),
    ],
)
def test_a_run_says_what_happened_and_not_what_did_not(
    totals: RunTotals, refused: dict[str, int], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    card = msgspec.structs.replace(CARD, totals=totals, refused=refused)
    say_result(card, "report.html", as_json=False)
    assert capsys.readouterr().out.startswith(said)


@pytest.mark.parametrize(
    ("causes", "said"),
    [
        (["no shop"], "the visit failed: no shop"),
        (["no shop"] * 3, "all 3 visits failed: no shop"),
        (["a", "b", "b"], "all 3 visits failed, 2 of them with this: b"),
        (["a", "b", "c"], "all 3 visits failed, 1 of them with this: a"),
        (
            ["a", "", "a"],
            "no result, as 2 of 3 visits failed and the others say too little of the site: a",
        ),
    ],
)
def test_why_visits_failed_is_said_of_as_many_as_it_is_true_of(
    causes: list[str], said: str, one: Path
) -> None:
    (session,) = read_sessions(one)
    ends = [f"error: {cause}" if cause else "terminate" for cause in causes]
    assert no_result_of(msgspec.structs.replace(session, end=end) for end in ends) == said


def test_a_condition_about_one_visit() -> None:
    totals = RunTotals(sessions=1, steps=7, stuck=1)
    assert broken([parse_condition("stuck>0"), parse_condition("steps>1")], totals) == [
        "stuck>0: stuck was 1 (1 of 1 visit)",
        "steps>1: steps were 7 on average over 1 visit",
    ]


def test_the_progress_of_one_customer(one: Path) -> None:
    (session,) = read_sessions(one)
    begun = msgspec.structs.replace(session, steps=session.steps[:1], end=None)
    screen = io.StringIO()
    console = Console(file=screen, width=160, force_terminal=True)
    with Progress(console, total=1) as progress:
        progress.begin(0)
        progress.watch(begun, "thinks")
    assert "0 of 1 visit finished · 1 step, " in screen.getvalue()


def test_data_sets_of_one_session(one: Path, tmp_path: Path) -> None:
    assert shown("data", "convert", one, "--out", tmp_path / "b.jsonl").endswith(": 1 session")
    with one.open("ab") as file:
        file.write(b"{}\n")
    checked = CliRunner().invoke(shopper, ["data", "check", str(one)])
    assert checked.exit_code == 2
    assert checked.output.rstrip().endswith(" has 1 bad row")


def test_one_persona(tmp_path: Path) -> None:
    out = tmp_path / "people.jsonl"
    assert shown("personas", "--count", 1, "--out", out).endswith(f" 1 persona: {out}")


def test_one_simulated_session(one: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (session,) = read_sessions(one)
    tally = ShopperTally()
    tally_session(tally, msgspec.structs.replace(session, end="limit"))
    simulate._print(tally, one, seconds=2.0, as_json=False)
    said = capsys.readouterr().out
    assert "1 synthetic session (not human)" in said
    assert "\n1 session ended neither in a purchase nor by leaving\n" in said


def test_a_benchmark_of_one_session(one: Path, tmp_path: Path) -> None:
    said = shown("bench", one, "--policy", "synthetic", "--out", tmp_path / "out")
    assert re.search(r"In percent, over 1 session and \d+ steps, with 95 % intervals ", said)
    assert said.endswith(f"report: {tmp_path / 'out' / 'report.html'}")


def test_the_doctors_advice_can_be_copied_and_paths_are_whole() -> None:
    command = "python -m pip install " + " ".join(f"'package-{n}>=1'" for n in range(20))
    path = "/home/somebody/" + "folder/" * 20
    check = Check(area="model", state="missing", found=f"nothing in {path}", advice=command)
    screen = io.StringIO()
    doctor._print(Console(file=screen, width=60), Diagnosis(ready=False, checks=(check,)))
    lines = screen.getvalue().splitlines()
    assert any(line.endswith(f"→ {command}") for line in lines)
    assert path in "".join(line.strip() for line in lines)
    assert lines[-1] == "`shopper run` will not work here; see model above."


def test_no_number_is_written_before_a_plural_without_looking() -> None:
    """`eval.formatting.count` looks. After ``all`` there is more than one."""
    bare = re.compile(rf"(?<!all )\{{[^{{}}]*\}} (more |bad )?({NOUNS.replace(' ', '|')})\b(?!/)")
    places = [*ROOT.glob("shopper/**/*.py"), *ROOT.glob("eval/report/**/*terminal.py")]
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in places
        for line in path.read_text("utf-8").splitlines()
        if bare.search(line)
    ]
    assert found == []
