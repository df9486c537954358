"""One outcome of a session: everything that counts visits counts them alike.

A visit that got stuck is counted as stuck and nowhere else; in particular not as one that ran into
the limit.
"""

from __future__ import annotations

import ast
import io
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from agent.cluster.folder_store import FolderStore
from agent.cluster.ledger import Ledger
from agent.cluster.messages import VisitEnded, VisitStarted
from agent.runs.card import RunFolder, RunTotals, decode_card
from agent.runs.folder import claim, finished_sessions, read_card, totals, write_card
from agent.sessions.jsonl import Row
from agent.sessions.log import SessionLog
from agent.sessions.outcome import SessionOutcome, outcome_of
from agent.sessions.session import Finding, Session
from agent.sessions.statistics import Statistics
from agent.study.outcome import ending
from eval.ab.comparison import compare_runs
from eval.benchmark.targets import questions
from eval.report.run import figures
from eval.visits import visit_of
from shopper.commands._run_result import say_result
from shopper.fail_if import parse_condition, value
from shopper.run_progress import Progress
from shopper.run_words import no_result
from tests.agent.runs.cards import CARD
from tests.agent.study.studies import BUY, leave, press, session

ROOT = Path(__file__).parents[2]
LOOP = Finding(kind="loop", step=1, text="did the same on an unchanged page 3 times")
STEPS = Finding(kind="steps", step=1, text="still shopping after 2 steps")
COUNTS = {
    SessionOutcome.PURCHASE: 3,
    SessionOutcome.HELD: 5,
    SessionOutcome.TERMINATE: 2,
    SessionOutcome.STUCK: 4,
    SessionOutcome.LIMIT: 1,
    SessionOutcome.ERROR: 2,
    SessionOutcome.UNFINISHED: 1,
}
"""How many of the sessions below end in which way; all but one number differ."""
FINISHED = {outcome: n for outcome, n in COUNTS.items() if outcome.finished}
TOTAL = sum(COUNTS.values()) - COUNTS[SessionOutcome.UNFINISHED]
"""Sessions in a run's totals."""


def visits() -> list[Session]:
    """Sessions of every ending, of two steps each."""
    ways = [
        *[("purchase", press("/lamp", "buy_now", kind="buy"), ())] * 3,
        *[("held", press("/lamp", "buy_now", kind="buy"), ())] * 5,
        *[("terminate", leave("/lamp"), ())] * 2,
        *[("limit", press("/lamp", "more"), (LOOP,))] * 4,
        ("limit", press("/lamp", "more"), (STEPS,)),
        *[("error: the page crashed", press("/lamp", "more"), ())] * 2,
        (None, press("/lamp", "more"), ()),
    ]
    return [
        session(press("/", "lamp"), last, customer=n, end=end, findings=findings)  # type: ignore[arg-type]
        for n, (end, last, findings) in enumerate(ways, 1)
    ]


def run_of(root: Path) -> RunFolder:
    """The folder of a run with these visits."""
    folder = RunFolder(root)
    claim(folder, CARD, resume=False)
    for one in visits():
        with SessionLog(folder.session_log(one.session_id), one) as log:
            for step in one.steps:
                log.step(step)
            if one.end is not None:
                log.end(one.end, one.findings)
    counted = totals(finished_sessions(folder).values(), 1.0)
    write_card(folder, msgspec.structs.replace(CARD, totals=counted))
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return run_of(tmp_path_factory.mktemp("runs") / "a")


def test_every_session_has_one_outcome() -> None:
    assert Counter(map(outcome_of, visits())) == COUNTS


def test_run_totals_count_each_session_once(run: RunFolder) -> None:
    counted = read_card(run).totals
    assert {one: counted.ended(one) for one in COUNTS} == {**COUNTS, SessionOutcome.UNFINISHED: 0}
    assert sum(map(counted.ended, SessionOutcome)) == counted.sessions == TOTAL


def test_a_cluster_counts_as_one_machine_does(run: RunFolder, tmp_path: Path) -> None:
    store = FolderStore(RunFolder(tmp_path / "cluster"))
    store.claim(CARD, resume=False)
    ledger = Ledger(CARD, store, lambda session, doing: None)
    for one in visits():
        begun = msgspec.structs.replace(one, end=None, steps=(), findings=())
        ledger.note(0, VisitStarted(begun))
        if one.end is not None:
            ledger.note(0, VisitEnded(one.session_id, one.end, one.findings))
    ledger.close()
    counted = ledger.card.totals
    assert {one: counted.ended(one) for one in FINISHED} == FINISHED


def test_the_report_counts_as_the_totals_do() -> None:
    told = [visit_of(one, n) for n, one in enumerate(visits(), 1)]
    assert figures.outcomes(told) == COUNTS
    assert {one.outcome for one in told if one.why.startswith("Got stuck")} == {
        SessionOutcome.STUCK
    }


def test_a_comparison_of_two_sides_counts_as_the_totals_do(run: RunFolder, tmp_path: Path) -> None:
    found = compare_runs(run, run_of(tmp_path / "b"))
    sides = found.sides
    assert (sides.stuck, sides.limit, sides.failed, sides.unfinished) == (
        *((4, 4), (1, 1), (2, 2), (1, 1)),
    )
    shares = {one.name: (one.a, one.b) for one in found.measures}
    finished = sum(n for outcome, n in COUNTS.items() if outcome.finished)
    assert found.pairs == finished == 15
    assert (shares["bought"], shares["left"]) == ((8 / 15, 8 / 15), (2 / 15, 2 / 15))


def test_a_study_ends_as_the_totals_say() -> None:
    found = Counter(ending(one, BUY, None).outcome for one in visits())
    assert found == {
        "done": COUNTS[SessionOutcome.PURCHASE] + COUNTS[SessionOutcome.HELD],
        "gave-up": COUNTS[SessionOutcome.TERMINATE],
        "stuck": COUNTS[SessionOutcome.STUCK],
        "out-of-patience": COUNTS[SessionOutcome.LIMIT],
        "failed": COUNTS[SessionOutcome.ERROR] + COUNTS[SessionOutcome.UNFINISHED],
    }


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("bought", SessionOutcome.PURCHASE),
        ("held", SessionOutcome.HELD),
        ("left", SessionOutcome.TERMINATE),
        ("stuck", SessionOutcome.STUCK),
        ("limit", SessionOutcome.LIMIT),
        ("error", SessionOutcome.ERROR),
    ],
)
def test_a_condition_is_about_the_same_visits(
    run: RunFolder, name: str, outcome: SessionOutcome
) -> None:
    condition = parse_condition(f"{name}>0")
    of = TOTAL if name == "error" else TOTAL - COUNTS[SessionOutcome.ERROR]
    assert value(condition.name, read_card(run).totals) == COUNTS[outcome] / of


def test_the_terminal_tells_the_same_numbers(
    run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    say_result(read_card(run), run.report, as_json=False)
    assert (
        f"{TOTAL} visits, {2 * TOTAL} steps in 1 s: 3 bought, "
        "5 had the order held back, 2 left, 4 got stuck, "
        "1 ran out of steps or time, 2 failed"
    ) in " ".join(capsys.readouterr().out.split())


def test_progress_tells_the_same_ends() -> None:
    screen = io.StringIO()
    with Progress(Console(file=screen, width=200), total=len(visits())) as progress:
        for one in visits():
            progress.watch(one, "looks" if one.end is None else one.end)
    lines = screen.getvalue().splitlines()
    said = {outcome: sum(f": {outcome.label.lower()} after 2 steps" in line for line in lines)
            for outcome in FINISHED}  # fmt: skip
    assert said == FINISHED
    reasons = [line.partition(" s: ")[2] for line in lines if ": failed after" in line]
    assert len(reasons) == 2 and reasons[0] == "the page crashed"
    assert reasons[1].startswith("for the same reason as ")


def test_a_data_set_counts_the_same_ends() -> None:
    seen = Statistics(len, "letters")
    for n, one in enumerate(visits(), 1):
        seen.add(Row(path=Path("a.jsonl"), line=n, session=one))
    assert seen.summary().ends == {outcome.value: n for outcome, n in COUNTS.items()}


def test_the_benchmark_scores_the_end_of_visits_that_were_not_cut_off() -> None:
    scored = Counter(
        outcome_of(one) for one in visits() for asked in questions(one, "") if asked.truth.last
    )
    ended = [o for o in COUNTS if o.ordered] + [
        SessionOutcome.TERMINATE,
        SessionOutcome.UNFINISHED,
    ]
    assert scored == {outcome: COUNTS[outcome] for outcome in ended}


def test_an_end_that_nobody_knows_is_an_error() -> None:
    odd = session(press("/", "lamp"), end="abandoned")
    assert outcome_of(odd) is SessionOutcome.ERROR
    assert totals([odd], 0.0).error == 1
    assert visit_of(odd, 1).error == "abandoned"


def test_a_card_of_the_first_format_opens_with_the_numbers_of_its_logs(run: RunFolder) -> None:
    """There a visit that got stuck was counted under `limit` as well."""
    now = read_card(run)
    stuck, limit = COUNTS[SessionOutcome.STUCK], COUNTS[SessionOutcome.LIMIT]
    old = msgspec.structs.replace(
        now, format="1", totals=msgspec.structs.replace(now.totals, limit=limit + stuck)
    )
    opened = decode_card(msgspec.json.encode(old))
    assert opened == now
    again = totals(finished_sessions(run).values(), 1.0)
    assert opened.totals == again
    assert decode_card(msgspec.json.encode(opened)) == opened  # not taken off twice


def test_a_card_whose_numbers_do_not_fit_opens_all_the_same() -> None:
    odd = msgspec.structs.replace(CARD, format="1", totals=RunTotals(limit=1, stuck=3))
    assert decode_card(msgspec.json.encode(odd)).totals.limit == 0


def test_one_cause_is_told_of_visits_that_all_failed(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    claim(folder, CARD, resume=False)
    for one in visits()[-3:-1]:
        with SessionLog(folder.session_log(one.session_id), one) as log:
            log.end(one.end or "")
    assert no_result(folder) == "all 2 visits failed: the page crashed"


def reads_an_end(node: ast.AST) -> bool:
    """Whether code compares an `.end` with an ending's text, or looks for ``error`` in a text."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        texts = (a.value for a in ast.walk(node) if isinstance(a, ast.Constant))
        looks = node.func.attr in ("startswith", "partition", "removeprefix")
        about_end = any(isinstance(a, ast.Attribute) and a.attr == "end" for a in ast.walk(node))
        return looks and (about_end or any(str(t).startswith("error") for t in texts))
    if not isinstance(node, ast.Compare):
        return False
    parts = [*ast.walk(node.left), *(a for side in node.comparators for a in ast.walk(side))]
    ends = any(isinstance(a, ast.Attribute) and a.attr == "end" for a in parts)
    return ends and any(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in parts)


def test_nobody_else_reads_what_an_end_says() -> None:
    """`envs` is left out: it knows no sessions."""
    assert reads_an_end(ast.parse('s.end == "limit"', mode="eval").body)
    assert reads_an_end(ast.parse('s.end in ("purchase", None)', mode="eval").body)
    assert reads_an_end(ast.parse('(s.end or "").startswith("error")', mode="eval").body)
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in ("agent", "bench", "eval", "trainer", "shopper")
        for path in (ROOT / package).rglob("*.py")
        if path != ROOT / "agent" / "sessions" / "outcome.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.expr) and reads_an_end(node)
    ]
    assert not found
