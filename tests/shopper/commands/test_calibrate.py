"""`shopper calibrate` through the command line, with comparisons that are there already."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from shopper.cli import main
from tests.eval.ab.test_comparison import BOUGHT, SHORT, side, visits
from tests.eval.benchmark.sample import LEAVE, MUG, SEARCH

pytestmark = pytest.mark.slow
CLEAR = [0.2, -0.15, 0.25, -0.2, 0.15, -0.25, 0.2, 0.3, -0.3, 0.25]
LOOKED = (SEARCH, MUG, LEAVE)


def calibrated(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["calibrate", *map(str, arguments)])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def past_file(tmp_path: Path, turned: int) -> Path:
    """Ten past tests, each with a comparison of 60 customers; `turned` -1: who do the opposite."""
    rng, lines = random.Random(4), []
    for n, effect in enumerate(CLEAR):
        for name, share in (("a", 0.4), ("b", 0.4 + turned * effect)):
            ways = [BOUGHT if rng.random() < share else LOOKED for _ in range(60)]
            side(tmp_path / f"run{n}" / name, visits(*ways))
        bought = round(1000 * (0.4 + effect))
        lines.append(
            f'[[tests]]\nname = "test {n}"\nrun = "run{n}"\n'
            f"people = {{ a = [400, 1000], b = [{bought}, 1000] }}\n"
        )
    path = tmp_path / "tests.toml"
    path.write_text("\n".join(lines))
    return path


def test_good_customers_are_trusted_and_the_page_says_why(tmp_path: Path, capsys) -> None:
    code, out, _ = calibrated(capsys, past_file(tmp_path, 1), "--strict")
    assert code == 0
    assert "can be trusted" in out
    told = json.loads((tmp_path / "tests" / "calibration.json").read_text())
    assert (told["trust"], told["policy"]) == ("size", "synthetic")
    assert told["direction"]["of"] == 10 and told["direction"]["hits"] >= 9
    page = (tmp_path / "tests" / "calibration.html").read_text()
    assert "test 7" in page and "within their intervals" in page


def test_customers_who_do_the_opposite_are_told_off(tmp_path: Path, capsys) -> None:
    code, out, err = calibrated(capsys, past_file(tmp_path, -1), "--strict", "--json")
    assert code == 1 and "Do not trust" in err
    told = json.loads(out)
    assert told["trust"] == "none" and "wrong way" in told["reasons"][0]
    assert calibrated(capsys, tmp_path / "tests.toml")[0] == 0, "without --strict it is an answer"


def test_a_folder_without_a_comparison_is_named(tmp_path: Path, capsys) -> None:
    path = tmp_path / "tests.toml"
    path.write_text(
        '[[tests]]\nname = "t"\nrun = "nowhere"\npeople = { a = [4, 10], b = [5, 10] }\n'
    )
    code, _, err = calibrated(capsys, path)
    assert code == 2 and "holds no comparison" in err


def test_too_few_customers_say_so(tmp_path: Path, capsys) -> None:
    for name in "ab":
        side(tmp_path / "run" / name, visits(*[BOUGHT if name == "a" else SHORT] * 3))
    path = tmp_path / "tests.toml"
    path.write_text('[[tests]]\nname = "t"\nrun = "run"\npeople = { a = [4, 10], b = [5, 10] }\n')
    code, _, err = calibrated(capsys, path)
    assert code == 2 and "too few for an interval" in err


def test_a_variant_beside_an_address_is_refused(tmp_path: Path, capsys) -> None:
    path = tmp_path / "tests.toml"
    path.write_text(
        '[[tests]]\nname = "t"\na = "default"\nb = "https://shop.example"\n'
        "people = { a = [4, 10], b = [5, 10] }\n"
    )
    code, _, err = calibrated(capsys, path, "--policy", "synthetic")
    assert code == 2 and "is a variant of the embedded shop" in err
