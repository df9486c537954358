"""Files for continuous integration: seen to be writable before, true at every moment."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import click
import pytest

from shopper.ci.account import RUN
from shopper.ci.files import UNTOLD, Wanted, telling
from shopper.failure import Failure
from shopper.workflow import unheard
from tests.shopper.ci.accounts import account
from tests.shopper.test_workflow import commands


@pytest.fixture(autouse=True)
def no_workflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if these tests were not run in one."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


def wanted(folder: Path, **others: object) -> Wanted:
    return Wanted(command=RUN, title="t", junit=folder / "new" / "j.xml", **others)


def errors(path: Path) -> list[str]:
    return [str(e.get("message")) for e in ET.fromstring(path.read_bytes()).iter("error")]


def test_until_it_is_told_the_files_say_that_the_work_has_not_ended(tmp_path: Path) -> None:
    asked = wanted(tmp_path, summary=tmp_path / "s.md")
    assert asked.junit is not None and asked.summary is not None
    asked.summary.write_text("all was well")
    with telling(asked) as tell:
        assert errors(asked.junit) == [UNTOLD]
        assert "has not ended" in asked.summary.read_text()
        tell(account("fine"))
    assert errors(asked.junit) == ["fine"]
    assert "## Customers in fine" in asked.summary.read_text()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Failure("no browser"), "no browser"),
        (OSError(28, "disk full"), "[Errno 28] disk full"),
        (KeyboardInterrupt(), "stopped"),
        (click.Abort(), "stopped"),
        (ValueError(), "ValueError"),
    ],
)
def test_work_that_breaks_off_is_an_error(tmp_path: Path, error: BaseException, said: str) -> None:
    asked = wanted(tmp_path)
    with pytest.raises(type(error)), telling(asked):
        raise error
    assert asked.junit is not None
    assert errors(asked.junit) == [said]


def test_what_was_told_stands_though_the_command_then_fails(tmp_path: Path) -> None:
    asked = wanted(tmp_path)

    def work() -> None:
        with telling(asked) as tell:
            tell(account("told"))
            raise Failure("the run fails by --fail-if")

    with pytest.raises(Failure):
        work()
    assert asked.junit is not None
    assert errors(asked.junit) == ["told"]


@pytest.mark.parametrize("option", ["junit", "summary"])
def test_a_file_that_cannot_be_written_is_said_before_the_work(tmp_path: Path, option: str) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "x.xml", tmp_path, Path("/proc/none/x.xml")):
        with pytest.raises(Failure, match=f"--{option} ") as failed:
            with telling(Wanted(command=RUN, title="t", **{option: path})):
                pytest.fail("the work began")
        assert failed.value.exit_code == 2
        assert str(path) in failed.value.message


def test_one_file_for_both_is_refused(tmp_path: Path) -> None:
    same = Wanted(command=RUN, title="t", junit=tmp_path / "a", summary=tmp_path / "b" / ".." / "a")
    with pytest.raises(Failure, match="one file"), telling(same):
        pytest.fail("the work began")


def test_a_file_in_the_folder_of_the_run_is_not_in_its_way(tmp_path: Path) -> None:
    out = tmp_path / "run"
    asked = Wanted(command=RUN, title="t", junit=out / "ci" / "j.xml", out=out)
    with telling(asked) as tell:
        assert not out.exists()
        tell(account())
    assert (out / "ci" / "j.xml").is_file()
    (tmp_path / "taken").write_text("")
    asked = Wanted(
        command=RUN, title="t", junit=tmp_path / "taken" / "j.xml", out=tmp_path / "taken"
    )
    with pytest.raises(Failure, match="is a file"), telling(asked):
        pytest.fail("the work began")


def test_a_device_is_written_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with telling(Wanted(command=RUN, title="t", summary=Path("/dev/stdout"))) as tell:
        tell(account("fine"))
    assert capfd.readouterr().out.count("## Customers") == 1


def test_a_workflow_gets_annotations_and_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step = tmp_path / "step.md"
    step.write_text("before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step))
    with unheard(), telling(wanted(tmp_path, summary=step.with_name("other.md"))) as tell:
        click.echo("::error::said by a page", err=True)
        tell(account("fine"))
    lines = capsys.readouterr().err.splitlines()
    kinds = [line.partition(" ")[0] for line in commands(lines)]
    assert kinds == ["::error", "::error", "::warning", "::notice"]
    assert "::error::said by a page" in lines and "::error::said by a page" not in commands(lines)
    assert step.read_text().startswith("before\n## Customers in fine")


def test_a_page_of_the_build_that_cannot_be_written_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "step.md"))
    with telling(wanted(tmp_path)) as tell:
        tell(account())
    assert "GITHUB_STEP_SUMMARY" in capsys.readouterr().err


def test_the_page_of_the_build_named_as_summary_is_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = tmp_path / "step.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step))
    with telling(wanted(tmp_path, summary=step)) as tell:
        tell(account("fine"))
    assert step.read_text().count("## Customers") == 1
