"""Findings that come again, those that do not, and what is new since an earlier study."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.errors import EvalInputError
from eval.usability.baseline import read_baseline, since
from eval.usability.findings import find_all
from eval.usability.recurring import fingerprint, marked, to_take_again
from eval.usability.schema import Facts, StudyResult, write_result
from tests.agent.study.studies import START, leave, press, session, study
from tests.eval.usability.logs import logs_of, visits_of

DEAD = "<main><h1>Lamp</h1><button>Add</button></main>"


def dead(customer: int) -> object:
    """Presses something, and nothing happens."""
    steps = (
        press("/lamp", "main.add", DEAD),
        press("/lamp", "main.add", DEAD),
        leave("/lamp", DEAD),
    )
    return session(*steps, customer=customer)


def mended(customer: int) -> object:
    return session(
        press("/lamp", "main.add", DEAD), leave("/lamp", DEAD + "<p>Added.</p>"), customer=customer
    )


def result(*findings: object, site: str = "http://shop.test/") -> StudyResult:
    import msgspec

    asked = msgspec.structs.replace(study(), site=site)
    facts = Facts(shopper_version="0", started_at=START, finished_at=None, url="u", policy="p")
    return StudyResult(
        study=asked, facts=facts, participants=(), results=(), measures=(), findings=findings
    )  # type: ignore[arg-type]


def test_a_finding_that_a_replay_meets_again_is_confirmed() -> None:
    logs = logs_of(*map(dead, range(1, 6)))  # type: ignore[arg-type]
    found = find_all(logs)
    assert found and {f.recurs for f in found} == {"untried"} and all(f.confirmed for f in found)
    steps = to_take_again(found)
    assert set(steps) <= {f"customer-{n:04}.buy" for n in range(1, 6)} and len(steps) <= len(found)
    names = list(steps)
    [again] = visits_of(dead(int(names[0][9:13])))  # type: ignore[arg-type]
    told = marked(found, logs, {names[0]: again})
    assert told[0].recurs == "again"
    assert all(f.fingerprint for f in told)


def test_a_finding_that_does_not_come_again_was_seen_once_and_does_not_count() -> None:
    logs = logs_of(*map(dead, range(1, 6)))  # type: ignore[arg-type]
    found = find_all(logs)
    [name, *_] = to_take_again(found)
    [fine] = visits_of(mended(int(name[9:13])))  # type: ignore[arg-type]
    told = marked(found, logs, {name: fine})
    assert {f.recurs for f in told} == {"once"} and not any(f.confirmed for f in told)
    assert {f.recurs for f in marked(found, logs, {})} == {"once"}  # no time to try
    assert {f.recurs for f in marked(found, logs, None)} == {"untried"}


def test_a_fingerprint_is_the_same_for_other_customers_and_counts() -> None:
    few, many = (find_all(logs_of(*map(dead, range(1, n)))) for n in (4, 9))  # type: ignore[arg-type]
    assert {fingerprint(f) for f in few} == {fingerprint(f) for f in many}
    assert few[0].affected != many[0].affected


def test_new_persisting_and_resolved_since_a_baseline(tmp_path: Path) -> None:
    found = find_all(logs_of(*map(dead, range(1, 6))))  # type: ignore[arg-type]
    with_it, without = result(*found), result()
    assert since(tmp_path, without, with_it).new == found
    assert since(tmp_path, with_it, with_it).persisting == found
    assert since(tmp_path, with_it, without).resolved == found


def test_a_baseline_of_another_study_is_refused(tmp_path: Path) -> None:
    write_result(tmp_path, result(site="http://other.test/"))
    with pytest.raises(EvalInputError, match="a study of http://other"):
        read_baseline(tmp_path, study())
    with pytest.raises(EvalInputError, match="not a study's folder"):
        read_baseline(tmp_path / "none", study())
