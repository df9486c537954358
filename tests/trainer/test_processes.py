"""Two processes, and two replicas of two, learn exactly as one: losses, gradients and weights.

Five sequences a step on two processes: unequal shares of the tokens, one sequence from which nothing
is learned, and a process that has nothing left at the end of a step.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("bitsandbytes")

from tests.trainer.processes import CASES, REPLICATED  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
REPOSITORY = Path(__file__).parents[2]
Outcome = dict[str, Any]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], Outcome]:
    folder = tmp_path_factory.mktemp("processes")
    done = subprocess.run(
        [sys.executable, "-m", "tests.trainer.processes", str(folder)],
        cwd=REPOSITORY,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=380,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]

    def read(case: str, size: int) -> Outcome:
        kept: Outcome = torch.load(folder / f"{case}-{size}.pt")
        return kept

    return read


@pytest.mark.parametrize("case", CASES)
def test_two_processes_learn_exactly_as_one(
    outcome: Callable[[str, int], Outcome], case: str
) -> None:
    assert_equal(outcome(case, 1), outcome(case, 2))


@pytest.mark.parametrize("case", REPLICATED)
def test_two_replicas_of_two_shards_learn_exactly_as_one(
    outcome: Callable[[str, int], Outcome], case: str
) -> None:
    assert_equal(outcome(case, 1), outcome(case, 4))


def test_cases_differ(outcome: Callable[[str, int], Outcome]) -> None:
    """What is compared above has learned, each case its own way."""
    results = [outcome(case, 1) for case in CASES]
    assert all(len(result["losses"]) == 4 for result in results)
    assert all(result["validation"] < result["losses"][0] - 0.01 for result in results)
    assert len({round(result["validation"], 6) for result in results}) >= len(CASES) - 1


def assert_equal(one: Outcome, several: Outcome) -> None:
    for what in ("losses", "norms", "validation"):
        assert several[what] == pytest.approx(one[what], abs=2e-5), what
    assert one["weights"].keys() == several["weights"].keys()
    for name, weight in one["weights"].items():
        assert torch.allclose(weight, several["weights"][name], atol=1e-4), name
