"""The file of past tests: read, and what is wrong with it named."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.calibration.past_tests import Outcome, read_past_tests
from eval.errors import EvalInputError

GOOD = """
metric = "cart"
customers = 40
[[tests]]
name = "late price"
a = "default"
b = "late-price"
people = { a = [120, 1000], b = [90, 1000] }
[[tests]]
name = "new header"
run = "runs/header"
people = { change = 0.02, ci95 = [0.01, 0.03] }
[[tests]]
name = "by others"
forecast = { a = [1, 10], b = [2, 10] }
people = { a = [120, 1000], b = [90, 1000] }
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tests.toml"
    path.write_text(text)
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    found = read_past_tests(write(tmp_path, GOOD))
    assert (found.metric, found.customers, found.seed) == ("cart", 40, 0)
    first, second, third = found.tests
    assert first.people == Outcome(a=(120, 1000), b=(90, 1000))
    assert second.people == Outcome(change=0.02, ci95=(0.01, 0.03))
    assert (second.run, third.forecast) == ("runs/header", Outcome(a=(1, 10), b=(2, 10)))


PEOPLE = "people = { a = [12, 100], b = [9, 100] }"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tests = [", "not TOML"),
        ("metric = 'bought'", "tests"),
        (f"[[tests]]\nname = 't'\n{PEOPLE}", "say where the forecast comes from"),
        (f"[[tests]]\nname = 't'\na = 'x'\n{PEOPLE}", "say where the forecast comes from"),
        (f"[[tests]]\nname = 't'\nrun = 'x'\na = 'x'\nb = 'y'\n{PEOPLE}", "say where"),
        ("[[tests]]\nname = 't'\nrun = 'x'", "people"),
        (
            "[[tests]]\nname = 't'\nrun = 'x'\npeople = { a = [12, 10], b = [9, 100] }",
            "more than all",
        ),
        (
            "[[tests]]\nname = 't'\nrun = 'x'\npeople = { a = [0, 0], b = [9, 100] }",
            "without visits",
        ),
        ("[[tests]]\nname = 't'\nrun = 'x'\npeople = { a = [-1, 9], b = [9, 100] }", "people"),
        ("[[tests]]\nname = 't'\nrun = 'x'\npeople = { change = 0.5, ci95 = [0, 0.1] }", "outside"),
        (f"metric = 'joy'\n[[tests]]\nname = 't'\nrun = 'x'\n{PEOPLE}", "metric"),
        (f"[[tests]]\nname = '../x'\nrun = 'x'\n{PEOPLE}", "name"),
        (f"[[tests]]\nname = 't'\nrun = 'x'\nwinner = 'b'\n{PEOPLE}", "winner"),
        (f"[[tests]]\nname = 't'\nrun = 'x'\n{PEOPLE}\n" * 2, "another test has this name"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(EvalInputError, match=r"tests\.toml") as raised:
        read_past_tests(write(tmp_path, text))
    assert said in str(raised.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvalInputError, match="cannot read"):
        read_past_tests(tmp_path / "none.toml")
