"""A benchmark without a single answer fails and says why; it is no result of 0 %."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from agent.policies import Options
from agent.sessions.dataset import write_sessions
from eval.bench import BenchRequest, benchmark
from eval.errors import EvalError, EvalInputError
from shopper.cli import describe, shopper
from tests.eval.benchmark.sample import LEAVE, MUG, SEARCH, session
from tests.eval.benchmark.test_predict import FirstProduct

VISITS = [session("a", SEARCH, MUG, LEAVE), session("b", SEARCH, MUG)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_sessions(tmp_path / "data.jsonl", VISITS)
    return tmp_path / "data.jsonl"


def asked(policy: FirstProduct, data: Path, *, resume: bool = False) -> BenchRequest:
    out = data.parent / "out"
    return BenchRequest(data=data, policy=policy, out=out, options=Options(), resume=resume)


async def test_a_policy_that_is_down_is_no_bad_policy(data: Path) -> None:
    with pytest.raises(EvalError, match="no answer to any of 3 steps; the last: the server is awa"):
        await benchmark(asked(FirstProduct(lambda session: True), data))
    assert not (data.parent / "out" / "results.json").exists()
    results = await benchmark(asked(FirstProduct(), data, resume=True))
    assert results.steps == 3 and results.unanswered == 0


async def test_one_answer_is_a_result(data: Path) -> None:
    down = FirstProduct(lambda session: session.session_id == "a")
    results = await benchmark(asked(down, data))
    assert results.unanswered == 2


@pytest.mark.parametrize("with_data", [True, False])
def test_a_file_without_predictions_is_a_wrong_input(
    data: Path, tmp_path: Path, with_data: bool
) -> None:
    empty = tmp_path / "predictions.jsonl"
    empty.write_text("\n")
    words = ["bench", *([str(data)] if with_data else []), "--predictions", str(empty)]
    done = CliRunner().invoke(shopper, [*words, "--out", str(tmp_path / "out")])
    assert isinstance(done.exception, EvalInputError)
    said, code = describe(done.exception)
    assert code == 2 and "nothing to score" in said


DOWN = """
from agent.policies.policy import PolicyError


class Down:
    name = "down"
    settings = {"policy": "down"}

    async def decide(self, session, observation):
        raise PolicyError("the server is away")

    async def forget(self, session_id): ...

    async def close(self): ...
"""


def test_the_command_ends_with_the_cause(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "down_policy.py").write_text(DOWN)
    monkeypatch.syspath_prepend(str(tmp_path))
    words = ["bench", str(data), "--policy", "down_policy:Down", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(shopper, words)
    assert isinstance(done.exception, EvalError), done.output
    said, code = describe(done.exception)
    assert code == 1 and "no answer to any of 3 steps; the last: the server is away" in said
