"""The runner: true history, resuming, failures, foreign predictions, the folder."""

from __future__ import annotations

import asyncio
import json
import math
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from agent.policies import Options
from agent.policies.policy import Decision, Policy, PolicyError
from agent.sessions.dataset import write_sessions
from agent.sessions.session import Cost, Session
from envs.actions import Action, Click, Input, Terminate, encode_action
from envs.observation import Observation
from eval.bench import BenchRequest, benchmark, score_external
from eval.benchmark.baselines import repeat_search
from eval.benchmark.predict import Finished, Terms, predict
from eval.benchmark.predictions import PredictionLog, read_predictions
from eval.benchmark.results import read_results
from eval.errors import EvalError, EvalInputError
from shopper.commands.bench import command
from tests.eval.benchmark.sample import BUY, CUP, LEAVE, MUG, RED, SEARCH, session

VISITS = (
    session("a", SEARCH, MUG, BUY, user="ann"),
    session("b", SEARCH, RED, MUG, LEAVE, user="bob"),
    session("c", SEARCH, user="bob"),
    session("d", SEARCH, CUP, LEAVE, user="cem"),
)


HALF = Cost(prompt_tokens=7, seconds=0.5)


class FirstProduct:
    """A small policy: clicks the first product, once; then leaves. Remembers what it was shown."""

    name = "first-product"
    settings: dict[str, str | int | float | bool] = {"policy": "first-product"}  # noqa: RUF012

    def __init__(self, fails: Callable[[Session], bool] = lambda session: False) -> None:
        self.fails = fails
        self.seen: list[Session] = []
        self.closed = False

    async def decide(self, session: Session, observation: Observation) -> Decision:
        self.seen.append(session)
        await asyncio.sleep(0)
        if self.fails(session):
            raise PolicyError("the server is away")
        if any(isinstance(step.action, Click) for step in session.steps):
            return Decision(action=Terminate(), reasoning="enough", raw="{}", cost=HALF)
        name = next(e.name for e in observation.names if e.kind == "product")
        return Decision(action=Click(name), cost=HALF)

    async def forget(self, session_id: str) -> None: ...

    async def close(self) -> None:
        self.closed = True


async def run(policy: Policy, log: Path, **terms: float) -> Finished:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Policy]:
        try:
            yield policy
        finally:
            await policy.close()

    earlier = {str(r.key): r for r in read_predictions(log)} if log.exists() else {}
    with PredictionLog(log) as file:
        return await predict(VISITS, earlier, opened, file, Terms(settings="x", **terms))


async def test_every_step_from_the_second_on_under_the_true_history(tmp_path: Path) -> None:
    policy = FirstProduct()
    finished = await run(policy, tmp_path / "p.jsonl", concurrency=2)
    assert [(r.session_id, r.step, r.last) for r in finished.rows] == [
        ("a", 1, False),
        ("a", 2, True),
        ("b", 1, False),
        ("b", 2, False),
        ("b", 3, True),
        ("d", 1, False),
        ("d", 2, True),
    ]
    assert finished.too_short == 1
    assert policy.closed
    for seen in policy.seen:
        whole = next(v for v in VISITS if v.session_id == seen.session_id)
        assert seen.steps == whole.steps[: len(seen.steps)]
        assert seen.end is None
    assert [encode_action(r.prediction) for r in finished.rows if r.prediction] == [
        encode_action(a) for a in (MUG, LEAVE, MUG, LEAVE, LEAVE, MUG, LEAVE)
    ]


async def test_what_is_predicted_is_not_asked_again(tmp_path: Path) -> None:
    log = tmp_path / "p.jsonl"
    first = await run(FirstProduct(), log)
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:4]) + lines[4][:30])
    policy = FirstProduct()
    again = await run(policy, log)
    assert again.rows == first.rows
    assert len(policy.seen) == 3
    idle = FirstProduct()
    assert (await run(idle, log)).rows == first.rows
    assert idle.seen == []
    assert len(log.read_bytes().splitlines()) == 7


async def test_an_unanswered_step_counts_as_wrong_and_is_asked_again(tmp_path: Path) -> None:
    log = tmp_path / "p.jsonl"
    flaky = FirstProduct(lambda session: session.session_id == "b" and len(session.steps) == 2)
    finished = await run(flaky, log)
    assert finished.unanswered == 1
    missing = [r for r in finished.rows if r.prediction is None]
    assert [(r.place, r.error) for r in missing] == [(("b", 2), "the server is away")]
    policy = FirstProduct()
    assert (await run(policy, log)).unanswered == 0
    assert len(policy.seen) == 1


async def test_a_policy_that_is_down_ends_the_benchmark(tmp_path: Path) -> None:
    policy = FirstProduct(lambda session: True)
    with pytest.raises(EvalError, match=r"[5-9] times in a row.*the server is away"):
        await run(policy, tmp_path / "p.jsonl")
    assert policy.closed


class Sleeper(FirstProduct):
    async def decide(self, session: Session, observation: Observation) -> Decision:
        if session.session_id == "a":
            await asyncio.sleep(30)
        return await super().decide(session, observation)


async def test_a_policy_that_takes_too_long_is_not_waited_for(tmp_path: Path) -> None:
    finished = await run(Sleeper(), tmp_path / "p.jsonl", patience=0.05)
    assert finished.unanswered == 2
    assert all(r.prediction is None for r in finished.rows if r.session_id == "a")


def data_set(folder: Path) -> Path:
    write_sessions(folder / "data.jsonl", VISITS)
    return folder / "data.jsonl"


async def test_replaying_the_data_scores_everything_right(tmp_path: Path) -> None:
    data = data_set(tmp_path)
    out = tmp_path / "bench"
    request = BenchRequest(
        data=data, policy=f"replay:{data}", out=out, options=Options(greedy=True)
    )
    results = await benchmark(request)
    assert (results.sessions, results.steps) == (3, 7)
    assert results.exact_match.session_macro.value == 1.0
    assert results.outcome.f1_buy.value == 1.0
    assert results.illegal_share == 0.0
    assert sum(results.errors.values()) == 0
    assert results.distribution is not None
    assert results.distribution.js_distance == pytest.approx(0)
    assert results.clusters == {"by": "user", "count": 3}
    assert read_results(out / "results.json") == results


async def test_baselines_by_hand(tmp_path: Path) -> None:
    data = data_set(tmp_path)
    request = BenchRequest(
        data=data, policy=f"replay:{data}", out=tmp_path / "b", options=Options()
    )
    baselines = (await benchmark(request)).baselines
    right = {name: scores.exact_match.micro.value for name, scores in baselines.items()}
    assert right["always_terminate"] == pytest.approx(2 / 7)
    assert right["always_buy"] == pytest.approx(1 / 7)
    assert right["first_result"] == pytest.approx(2 / 7)
    assert right["repeat_search"] == 0.0
    assert right["most_frequent"] == pytest.approx(2 / 7)
    assert baselines["always_buy"].outcome.f1_buy.value == pytest.approx(2 / 4)
    assert baselines["always_terminate"].outcome.f1_buy.value == 0.0


async def test_a_folder_holds_one_benchmark(tmp_path: Path) -> None:
    data = data_set(tmp_path)
    out = tmp_path / "b"
    one = BenchRequest(data=data, policy=f"replay:{data}", out=out, options=Options())
    first = await benchmark(one)
    with pytest.raises(EvalInputError, match="--resume"):
        await benchmark(one)
    again = BenchRequest(
        data=data, policy=f"replay:{data}", out=out, options=Options(), resume=True
    )
    assert await benchmark(again) == first
    other = BenchRequest(data=data, policy="replay:x", out=out, options=Options(), resume=True)
    with pytest.raises(EvalInputError, match="policy"):
        await benchmark(other)


def minimal(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


BARE = [
    {
        "session_id": "a",
        "step": 1,
        "truth": {"type": "click", "name": "results.mug"},
        "prediction": {"type": "click", "name": "results.mug"},
    },
    {
        "session_id": "a",
        "step": 2,
        "truth": {"type": "click", "name": "buybox.buy_now"},
        "prediction": "I would scroll",
    },
    {
        "session_id": "b",
        "step": 3,
        "truth": {"type": "terminate"},
        "prediction": {"type": "scroll", "by": 100},
    },
]


def test_the_minimal_format_is_scored_and_the_rest_is_null(tmp_path: Path) -> None:
    file = minimal(tmp_path / "theirs.jsonl", *BARE)
    results = score_external(file, None, tmp_path / "out", "theirs")
    assert results.exact_match.micro.value == pytest.approx(1 / 3)
    assert results.exact_match.session_macro.value == pytest.approx(1 / 4)
    assert results.errors["illegal"] == 2
    assert results.outcome.f1_buy.value is None
    assert results.outcome.f1_buy.ci95 is None
    assert (results.illegal_share, results.distribution) == (None, None)
    raw = json.loads((tmp_path / "out" / "results.json").read_text())
    assert raw["outcome"]["f1_buy"] == {"value": None, "ci95": None}


def test_foreign_predictions_against_their_data(tmp_path: Path) -> None:
    file = minimal(tmp_path / "theirs.jsonl", *BARE)
    results = score_external(file, data_set(tmp_path), tmp_path / "out", "theirs")
    assert (results.sessions, results.steps, results.unanswered) == (3, 7, 4)
    assert results.exact_match.micro.value == pytest.approx(1 / 7)
    assert results.outcome.f1_buy.value == 0.0
    assert set(results.baselines) >= {"always_buy", "random_legal"}


def without_names(visit: Session) -> Session:
    """The visit as a log that does not list what can be acted on."""
    page = "".join(f'<a name="{one.name}"></a>' for one in visit.steps[0].names)
    steps = (msgspec.structs.replace(s, names=(), context=page) for s in visit.steps)
    return msgspec.structs.replace(visit, steps=tuple(steps))


def test_where_nobody_says_what_is_bought_with_outcomes_are_not_scored(tmp_path: Path) -> None:
    data = tmp_path / "bare.jsonl"
    write_sessions(data, [without_names(visit) for visit in VISITS])
    buys = {"type": "click", "name": "buybox.buy_now"}
    last = [("a", 2, buys, buys), ("b", 3, {"type": "terminate"}, buys)]
    rows = [
        {"session_id": s, "step": n, "truth": truth, "prediction": guess}
        for s, n, truth, guess in last
    ]
    unknown = score_external(minimal(tmp_path / "x.jsonl", *rows), data, tmp_path / "x", "x")
    assert unknown.outcome.f1_buy.value is None
    assert unknown.distribution is None
    assert any("whether that buys is not known" in note for note in unknown.notes)
    rows[1]["prediction"] = {"type": "terminate"}
    known = score_external(minimal(tmp_path / "y.jsonl", *rows), data, tmp_path / "y", "y")
    assert known.outcome.f1_buy.value == 1.0, "the true action has the truth's kind"


def test_the_true_action_has_the_truths_kind_where_a_file_does_not_say(tmp_path: Path) -> None:
    kinds = (("a", BUY, "buy"), ("b", LEAVE, "leave"))
    rows = [
        {
            "session_id": name, "step": 1, "last": True, "truth_kind": kind,
            "truth": msgspec.to_builtins(action), "prediction": msgspec.to_builtins(action),
        }
        for name, action, kind in kinds
    ]  # fmt: skip
    results = score_external(minimal(tmp_path / "x.jsonl", *rows), None, tmp_path / "out", "x")
    assert results.outcome.f1_buy.value == 1.0
    assert results.distribution is not None
    assert results.distribution.js_distance == pytest.approx(0, abs=1e-9)


def test_a_visit_that_was_cut_off_has_no_outcome(tmp_path: Path) -> None:
    """It pressed "buy now" as the last thing it did, in vain."""
    cut = msgspec.structs.replace(session("e", SEARCH, MUG, BUY, user="eva"), end="limit")
    data = tmp_path / "cut.jsonl"
    write_sessions(data, [*VISITS, cut])
    file = minimal(tmp_path / "theirs.jsonl", *BARE)
    assert score_external(file, data, tmp_path / "out", "theirs").outcome.sessions == 3


def test_no_answer_is_wrong_but_not_illegal(tmp_path: Path) -> None:
    file = minimal(tmp_path / "theirs.jsonl", BARE[0])
    results = score_external(file, data_set(tmp_path), tmp_path / "out", "theirs")
    assert (results.unanswered, results.illegal_share) == (6, 0.0)


def test_a_last_row_that_is_whole_is_not_dropped_for_what_it_says(tmp_path: Path) -> None:
    file = tmp_path / "theirs.jsonl"
    lines = [json.dumps(BARE[0]), json.dumps(BARE[1] | {"step": "2"})]
    file.write_text("\n".join(lines))
    with pytest.raises(EvalInputError, match=r"theirs.jsonl:2:.*\$\.step"):
        score_external(file, None, tmp_path / "out", "theirs")
    file.write_text("\n".join([lines[0], lines[1][:20]]))
    assert score_external(file, None, tmp_path / "out", "theirs").steps == 1


def test_a_search_is_repeated_the_way_it_was_made() -> None:
    typed = msgspec.structs.replace(VISITS[0].steps[0], action=Input("header.search", "mug"))
    page = Observation(url="", title="", html="", names=VISITS[0].steps[0].names)
    assert repeat_search([typed], page, random.Random(0)) == Input("header.search", "mug")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"session_id": "zz"}, "do not hold"),
        ({"step": 0}, "do not hold"),
        ({"truth": {"type": "terminate"}}, "is not what the data hold"),
        ({"step": -1}, r"theirs.jsonl:1:.*\$\.step"),
        ({"truth": None}, r"theirs.jsonl:1:.*\$\.truth"),
    ],
)
def test_predictions_that_do_not_fit_are_named(
    tmp_path: Path, wrong: dict[str, object], message: str
) -> None:
    file = minimal(tmp_path / "theirs.jsonl", BARE[0] | wrong)
    with pytest.raises(EvalInputError, match=message):
        score_external(file, data_set(tmp_path), tmp_path / "out", "theirs")


def test_two_predictions_of_one_step_are_refused(tmp_path: Path) -> None:
    file = minimal(tmp_path / "theirs.jsonl", BARE[0], BARE[0])
    with pytest.raises(EvalInputError, match="two predictions for step 1 of session 'a'"):
        score_external(file, None, tmp_path / "out", "theirs")


def test_the_command(tmp_path: Path) -> None:
    data = data_set(tmp_path)
    arguments = [str(data), "--policy", f"replay:{data}", "--out", str(tmp_path / "out"), "--json"]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["exact_match"]["micro"]["value"] == 1.0
    nothing = CliRunner().invoke(command, ["--out", str(tmp_path / "x")])
    assert nothing.exit_code == 2


async def test_sessions_of_one_step_leave_nothing_to_score(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    write_sessions(data, [session("c", SEARCH)])
    request = BenchRequest(
        data=data, policy=f"replay:{data}", out=tmp_path / "b", options=Options()
    )
    with pytest.raises(EvalInputError, match="nothing to score"):
        await benchmark(request)


class Scoring(FirstProduct):
    """Finds buying and the first product likelier than the rest."""

    async def logprobs(
        self,
        session: Session,
        observation: Observation,
        reasoning: str | None,
        actions: Sequence[Action],
    ) -> list[float]:
        likely = {MUG: math.log(0.5), BUY: math.log(0.3)}
        return [likely.get(action, math.log(0.01)) for action in actions]


async def test_probabilities_of_actions_where_a_policy_can_say(tmp_path: Path) -> None:
    finished = await run(Scoring(), tmp_path / "p.jsonl", action_scores=True)
    rows = {row.place: row for row in finished.rows}
    assert (rows["a", 1].truth_rank, rows["a", 2].truth_rank) == (1, 2)
    assert rows["a", 1].truth_logprob == pytest.approx(math.log(0.5))
    assert rows["a", 2].p_buy == pytest.approx(0.3 / (0.5 + 0.3 + 5 * 0.01))
    assert rows["a", 1].p_buy is msgspec.UNSET
    with pytest.raises(EvalError, match="leave out --probabilities"):
        await run(FirstProduct(), tmp_path / "q.jsonl", action_scores=True)


async def test_probabilities_asked_for_later_are_measured(tmp_path: Path) -> None:
    log = tmp_path / "p.jsonl"
    plain = await run(Scoring(), log)
    assert all(row.truth_logprob is msgspec.UNSET for row in plain.rows)
    asked = await run(Scoring(), log, action_scores=True)
    assert all(row.truth_logprob is not msgspec.UNSET for row in asked.rows)
    again = Scoring()
    assert (await run(again, log, action_scores=True)).rows == asked.rows
    assert again.seen == []


async def test_a_name_its_page_does_not_hold_is_a_miss_that_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    write_sessions(data, [session("a", SEARCH, Click("gone"), LEAVE)])
    request = BenchRequest(
        data=data, policy=f"replay:{data}", out=tmp_path / "b", options=Options()
    )
    results = await benchmark(request)
    assert results.exact_match.micro.value == pytest.approx(1 / 2)
    assert results.truth_missing == pytest.approx(1 / 2)
    assert any("50.0 %" in note for note in results.notes)


@pytest.mark.parametrize("last", [LEAVE, BUY, MUG])
async def test_without_both_outcomes_their_f1_is_null(tmp_path: Path, last: Action) -> None:
    data = tmp_path / "data.jsonl"
    write_sessions(data, [session("a", SEARCH, last), session("b", SEARCH, last)])
    request = BenchRequest(
        data=data, policy=f"replay:{data}", out=tmp_path / "b", options=Options()
    )
    await benchmark(request)
    raw = json.loads((tmp_path / "b" / "results.json").read_text())
    for scores in (raw, *raw["baselines"].values()):
        assert scores["outcome"]["f1_buy"] == {"value": None, "ci95": None}
        assert scores["outcome"]["weighted_f1"] == {"value": None, "ci95": None}
    assert "NaN" not in (tmp_path / "b" / "results.json").read_text()
