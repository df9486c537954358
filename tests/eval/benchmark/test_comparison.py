"""Benchmarks side by side: pairing, tests, warnings, the command."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from agent.sessions.dataset import write_sessions
from eval.bench import score_external
from eval.benchmark.comparison import ComparedPolicy, compare
from eval.benchmark.predictions import Prediction
from eval.errors import EvalInputError
from shopper.commands.compare import command
from tests.eval.benchmark.sample import BUY, CUP, LEAVE, MUG, SEARCH, outcome_row, row, session


def side(label: str, rows: list[Prediction], **more: str | bool) -> ComparedPolicy:
    data = str(more.pop("data", "data"))
    return ComparedPolicy(label=label, data=data, settings=dict(more), rows=rows)


def outcomes(*guesses: object) -> list[Prediction]:
    return [
        outcome_row(n, BUY if n % 2 else LEAVE, guess)  # type: ignore[arg-type]
        for n, guess in enumerate(guesses)
    ]


def test_differences_and_tests_by_hand() -> None:
    good = outcomes(LEAVE, BUY, LEAVE, BUY, LEAVE, BUY)
    poor = outcomes(LEAVE, MUG, MUG, MUG, MUG, MUG)
    found = compare(side("poor", poor), side("good", good))
    by_label = {d.label: d for d in found.differences}
    micro = by_label["exact match, micro"]
    assert (micro.first, micro.second) == (pytest.approx(1 / 6), 1.0)
    assert micro.difference == pytest.approx(5 / 6)
    low, high = micro.ci95 or (0, 0)
    assert 0 < low <= 5 / 6 <= high <= 1
    tests = {t.label: t.p for t in found.tests}
    assert tests["McNemar's exact test on outcomes"] == pytest.approx(2 / 32)
    assert tests["sign-flip permutation of session accuracy"] == pytest.approx(2 / 32)
    assert found.warnings == ()


def test_a_policy_against_itself_differs_in_nothing() -> None:
    rows = outcomes(LEAVE, BUY, MUG, MUG)
    found = compare(side("a", rows), side("b", rows))
    assert {d.difference for d in found.differences} <= {0.0, None}
    assert {d.ci95 for d in found.differences} <= {(0.0, 0.0), None}
    assert {t.p for t in found.tests} == {1.0}


def test_warnings_name_what_was_asked_differently() -> None:
    rows = outcomes(LEAVE, BUY, MUG)
    one = side("one", rows, data="x", constrained=True, policy="a", split="test")
    other = side("other", rows[:2], data="y", constrained=False, policy="b", split="test")
    text = "\n".join(compare(one, other).warnings)
    assert "different data: x and y" in text
    assert "constrained is True and False" in text
    assert "of one, 2 steps of 3 can be compared" in text
    assert "policy" not in text
    assert "split" not in text


def bare(rows: list[Prediction]) -> list[Prediction]:
    """The rows as a file that holds only what it must."""
    return [
        Prediction(session_id=r.session_id, step=r.step, truth=r.truth, prediction=r.prediction)
        for r in rows
    ]


def test_rows_that_say_less_are_completed_from_the_other_side() -> None:
    guesses = [(LEAVE, BUY, BUY, MUG)[n % 4] for n in range(40)]
    rows = [
        msgspec.structs.replace(r, user_id=f"u{n // 4}") for n, r in enumerate(outcomes(*guesses))
    ]
    poor = [msgspec.structs.replace(r, prediction=CUP, prediction_kind="product") for r in rows]
    whole = compare(side("poor", poor), side("good", rows))
    for pair in ((poor, bare(rows)), (bare(poor), rows)):
        less = compare(side("poor", pair[0]), side("good", pair[1]))
        assert less.clustered_by == "user"
        told = {d.label: d for d in less.differences}
        for one in whole.differences:
            if "exact" in one.label or "type" in one.label:
                assert told[one.label] == one
    same = compare(side("a", rows), side("b", bare(rows)))
    assert {t.p for t in same.tests} == {1.0}
    assert same.warnings == ()


def test_outcomes_are_not_compared_where_nobody_knows_what_was_clicked() -> None:
    good = outcomes(LEAVE, BUY, LEAVE, BUY)
    other = bare([msgspec.structs.replace(r, prediction=CUP) for r in good])
    found = compare(side("good", good), side("other", other))
    assert "McNemar's exact test on outcomes" not in {t.label for t in found.tests}
    assert {d.first for d in found.differences if "outcome" in d.label} == {None}
    assert any("other does not say on which kinds" in text for text in found.warnings)


def test_sessions_of_one_user_are_flipped_together() -> None:
    """Sixteen sessions by four users, all better on the second: four witnesses, not sixteen."""
    ours = [row(MUG, CUP, session_id=f"s{n}", user_id=f"u{n % 4}") for n in range(16)]
    theirs = [msgspec.structs.replace(one, prediction=MUG) for one in ours]
    found = compare(side("a", ours), side("b", theirs))
    flips = found.tests[0]
    assert flips.p == pytest.approx(2 / 2**4)
    assert "16 sessions of 4 users" in flips.detail


def test_steps_without_an_answer_are_said() -> None:
    rows = outcomes(LEAVE, BUY, MUG)
    fewer = msgspec.structs.replace(side("b", rows[:2]), unanswered=1)
    found = compare(side("a", rows), fewer)
    assert any(w.startswith("b did not answer 1 step:") for w in found.warnings)


def test_nothing_in_common_is_refused() -> None:
    with pytest.raises(EvalInputError, match="share no step"):
        compare(side("a", [row(MUG, MUG, session_id="x")]), side("b", [row(MUG, CUP)]))


def bench(folder: Path, name: str, guess: dict[str, str]) -> Path:
    data = folder / "data.jsonl"
    write_sessions(data, [session("a", SEARCH, MUG, BUY), session("b", SEARCH, MUG, LEAVE)])
    rows = [
        {
            "session_id": s,
            "step": 1,
            "truth": {"type": "click", "name": "results.mug"},
            "prediction": guess,
        }
        for s in "ab"
    ]
    file = folder / f"{name}.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    score_external(file, data, folder / name, name)
    return folder / name


def test_the_command_compares_benchmarks(tmp_path: Path) -> None:
    right = bench(tmp_path, "right", {"type": "click", "name": "results.mug"})
    wrong = bench(tmp_path, "wrong", {"type": "terminate"})
    page = tmp_path / "page.html"
    arguments = [str(right), str(wrong), "--json", "--html", str(page)]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["benchmarks"][0]
    assert (found["sessions"], found["steps"]) == (2, 4)
    assert "against" in page.read_text("utf-8")
    shown = CliRunner().invoke(command, [str(right), str(wrong)])
    assert "-50.00" in shown.output


def test_the_command_compares_a_run_with_a_data_set(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    write_sessions(data, [session("a", SEARCH, MUG, BUY), session("b", SEARCH, LEAVE)])
    done = CliRunner().invoke(command, [str(data), str(data), "--html", str(tmp_path / "p.html")])
    assert done.exit_code == 0, done.output
    assert "searches a session" in done.output
    assert "1.00" in done.output


def test_the_command_refuses_a_mixture(tmp_path: Path) -> None:
    right = bench(tmp_path, "right", {"type": "terminate"})
    done = CliRunner().invoke(command, [str(right), str(tmp_path / "data.jsonl")])
    assert done.exit_code == 2
    assert "no benchmark" in done.output
    assert CliRunner().invoke(command, [str(right)]).exit_code == 2
