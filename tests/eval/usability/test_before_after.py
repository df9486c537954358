"""Two studies compared: known differences, equal studies, and what cannot be compared."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from eval.errors import EvalInputError
from eval.report.study.compare import write_before_after
from eval.stats.intervals import wilson
from eval.usability.baseline import since
from eval.usability.before_after import (
    BeforeAfter,
    compare_studies,
    could_be_missed,
    difference_interval,
)
from eval.usability.schema import Measure, read_result, write_result
from shopper.commands.compare import command
from tests.eval.usability.folders import build_study


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    root = tmp_path_factory.mktemp("studies")
    return build_study(root / "a").parent, build_study(root / "b", lost=0).parent


def share(hits: int, n: int) -> Measure:
    return Measure(
        key="success", label="Task success", unit="share", value=hits / n,
        ci95=wilson(hits, n), n=n, better="higher", definition="", source="",
    )  # fmt: skip


def test_a_repaired_shop_is_better_and_its_finding_gone(folders: tuple[Path, Path]) -> None:
    found = compare_studies(*folders)
    success = next(one for one in found.measures if one.key == "success")
    assert success.verdict == "better"
    assert success.difference == pytest.approx(4 / 6)
    assert [(one.kind, one.before) for one in found.resolved] == [("rage-click", (4, 6))]
    assert (found.new, found.persisting, found.warnings) == ((), (), ())


def test_turned_round_everything_is_turned_round(folders: tuple[Path, Path]) -> None:
    found = compare_studies(*reversed(folders))
    success = next(one for one in found.measures if one.key == "success")
    assert success.verdict == "worse"
    assert len(found.new) == 1


def test_a_study_does_not_differ_from_itself(folders: tuple[Path, Path]) -> None:
    found = compare_studies(folders[0], folders[0])
    assert {one.verdict for one in found.measures} == {"unclear"}
    assert [one.kind for one in found.persisting] == ["rage-click"]


def changed(folder: Path, root: Path, *findings: dict[str, object]) -> Path:
    """The study with its finding as often as wanted, each with changes."""
    result = read_result(folder)
    (one,) = result.findings
    made = tuple(msgspec.structs.replace(one, **change) for change in findings)
    root.mkdir(parents=True)
    write_result(root, msgspec.structs.replace(result, findings=made))
    return root


def test_findings_of_one_kind_on_one_page_are_told_apart(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    many, few = {"about": "required", "affected": 5}, {"about": "invalid", "affected": 1}
    before = changed(folders[0], tmp_path / "a", many, few)
    after = changed(folders[0], tmp_path / "b", {**few, "element": "another", "title": "Else"})
    found = compare_studies(before, after)
    assert [one.before and one.before[0] for one in found.resolved] == [5]
    assert [one.before and one.before[0] for one in found.persisting] == [1]
    assert found.new == ()


@pytest.mark.parametrize(
    ("page", "other", "same"),
    [("/c/shoes", "/c/*", True), ("/c/*", "/p/*", False), ("/c/*", "/c", False), ("/", "/", True)],
)
def test_a_page_is_the_same_where_one_study_saw_fewer_like_it(
    folders: tuple[Path, Path], tmp_path: Path, page: str, other: str, same: bool
) -> None:
    before = changed(folders[0], tmp_path / "a", {"page": page})
    after = changed(folders[0], tmp_path / "b", {"page": other}, {"page": "/elsewhere"})
    found = compare_studies(before, after)
    assert (len(found.persisting), len(found.resolved), len(found.new)) == (
        (1, 0, 1) if same else (0, 1, 2)
    )


def test_the_interval_covers_the_true_difference_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(600):
        a, b = share(rng.binomial(12, 0.3), 12), share(rng.binomial(12, 0.6), 12)
        low, high = difference_interval(a, b) or (0.0, 0.0)
        held += low <= 0.3 <= high
    assert 0.925 <= held / 600 <= 0.995


def test_what_nobody_met_can_still_be_there() -> None:
    assert could_be_missed(6) == pytest.approx(0.393, abs=0.001)
    assert could_be_missed(0) == 1.0


def test_what_else_differs_is_said(folders: tuple[Path, Path], tmp_path: Path) -> None:
    result = read_result(folders[1])
    facts = msgspec.structs.replace(result.facts, policy="other")
    few = result.participants[:3]
    write_result(tmp_path, msgspec.structs.replace(result, facts=facts, participants=few))
    found = compare_studies(folders[0], tmp_path)
    assert any("policies differ" in warning for warning in found.warnings)
    assert not any("budgets" in warning for warning in found.warnings)
    assert {one.verdict for one in found.measures} == {"unclear"}


def test_pages_within_other_budgets_are_said_where_a_study_is_compared(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    for budget, folder in ((1024, tmp_path / "a"), (2048, tmp_path / "b")):
        folder.mkdir()
        result = read_result(folders[1])
        settings = {**result.facts.policy_settings, "policy": "m", "prompt.page_tokens": budget}
        facts = msgspec.structs.replace(result.facts, policy_settings=settings)
        write_result(folder, msgspec.structs.replace(result, facts=facts))
    said = "--page-tokens 1024 and 2048"
    both = tmp_path / "a", tmp_path / "b"
    assert any(said in warning for warning in compare_studies(*both).warnings)
    first, second = map(read_result, both)
    assert said in (since(both[0], first, second).warning or "")
    assert since(both[0], first, first).warning is None


def test_studies_without_a_common_task_are_refused(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    result = read_result(folders[1])
    tasks = tuple(msgspec.structs.replace(one, id="else") for one in result.study.tasks)
    study = msgspec.structs.replace(result.study, tasks=tasks)
    write_result(tmp_path, msgspec.structs.replace(result, study=study))
    with pytest.raises(EvalInputError, match="no task in common"):
        compare_studies(folders[0], tmp_path)


def with_another_task(folder: Path, root: Path) -> Path:
    """The study of a second task besides, with a finding of its own."""
    result = read_result(folder)
    other = msgspec.structs.replace(result.study.tasks[0], id="other")
    study = msgspec.structs.replace(result.study, tasks=(*result.study.tasks, other))
    (one,) = result.findings
    evidence = tuple(msgspec.structs.replace(e, task="other") for e in one.evidence)
    more = msgspec.structs.replace(one, page="/elsewhere", evidence=evidence)
    each = tuple(msgspec.structs.replace(m, task="find") for m in result.measures)
    root.mkdir(parents=True)
    write_result(
        root,
        msgspec.structs.replace(
            result, study=study, findings=(one, more), measures=(*result.measures, *each)
        ),
    )
    return root


def test_only_what_is_about_common_tasks_is_compared(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    found = compare_studies(with_another_task(folders[0], tmp_path / "two"), folders[1])
    assert {one.task for one in found.measures} == {"find"}
    assert next(one for one in found.measures if one.key == "success").verdict == "better"
    assert [one.page for one in found.resolved] == ["/list"]
    page = write_before_after(tmp_path / "page.html", found).read_text("utf-8")
    assert "No measure differs" not in page
    assert "Task success: better" in page


def test_the_command_prints_json_and_writes_a_page(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    words = [*map(str, folders), "--html", str(page), "--json"]
    done = CliRunner().invoke(command, words, catch_exceptions=False)
    assert done.exit_code == 0
    assert msgspec.json.decode(done.stdout, type=BeforeAfter).resolved
    assert "One resolved, none new, none persisting." in page.read_text("utf-8")


def test_what_was_measured_in_another_way_is_not_compared(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    """Until this version the visits that got stuck were counted as out of patience, too."""
    result = read_result(folders[0])
    older = [
        msgspec.structs.replace(one, definition="Visits ended by the limit, or stuck.")
        if one.key == "out-of-patience"
        else one
        for one in result.measures
        if one.key != "stuck"
    ]
    write_result(tmp_path, msgspec.structs.replace(result, measures=tuple(older)))
    found = compare_studies(tmp_path, folders[1])
    assert not {"out-of-patience", "stuck"} & {one.key for one in found.measures}
    assert "success" in {one.key for one in found.measures}
    assert any("not compared: Ran out of patience." in one for one in found.warnings)
