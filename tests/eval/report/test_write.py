"""Writing a run's report: escaping, pictures and their budget, broken folders, the command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from agent.runs.card import RunFolder
from agent.sessions.log import read_session_log
from agent.sessions.session import Viewport
from envs.actions import Click, Terminate, TypeAndSubmit
from eval.report.html import policy
from eval.report.pictures import Album
from eval.report.run.page import ReportError, write_report
from eval.visits import visit_of
from shopper.commands.report import command
from tests.eval.report.sample import CUSTOMERS, Came, Did, Picture, build_run

JPEG = b"\xff\xd8\xff\xe0" + bytes(996)
HOSTILE = "</script></style><script>alert(1)</script><img src=x onerror=alert(1)>\"' javascript:"


def picture(did: Did) -> Picture:
    return Picture(JPEG, None, Viewport(width=1280, height=800))


def read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "lxml")


def test_a_report_tells_the_run(tmp_path: Path) -> None:
    page = read(write_report(build_run(tmp_path, picture)))
    assert page.h1 is not None
    assert page.h1.text == "3 of 8 customers bought."
    assert "one visit failed and is not counted" in page.select(".lede")[0].text.lower()
    assert len(page.select("details.visit")) == 9
    assert len(page.select("li.step img")) == len(page.select("li.step")) == 30
    assert "tracker.example" in page.select("#method")[0].text
    assert "sandbox was off" in page.select("#method")[0].text


def test_what_came_from_a_page_is_only_text(tmp_path: Path) -> None:
    did = (
        Did("search", TypeAndSubmit(HOSTILE, HOSTILE), HOSTILE, error=HOSTILE),
        Did(HOSTILE, Click(HOSTILE), HOSTILE),
        Did("leave", Terminate(), HOSTILE),
    )
    came = Came(HOSTILE, HOSTILE, did, f"error: {HOSTILE}")
    page = read(write_report(build_run(tmp_path, customers=(came,))))
    assert len(page.select("script")) == len(page.select("style")) == 1
    assert not page.select("img")
    assert not [t for t in page.select("*") if any(a.startswith("on") for a in t.attrs)]
    assert {a["href"][0] for a in page.select("a")} == {"#"}
    assert page.select("[style]") == []
    assert HOSTILE.split('"')[0] in page.select("blockquote")[0].text


def test_the_security_policy_fits_the_page(tmp_path: Path) -> None:
    page = read(write_report(build_run(tmp_path)))
    meta = page.select_one("meta[http-equiv=Content-Security-Policy]")
    assert meta is not None
    assert meta["content"] == policy(page.select("style")[0].text, page.select("script")[0].text)
    assert "unsafe" not in meta["content"]


def test_a_cut_off_visit_is_unfinished_and_a_broken_log_is_named(tmp_path: Path) -> None:
    folder = build_run(tmp_path)
    folder.session_log("customer-0002").write_bytes(b"{broken\n")
    whole = folder.session_log("customer-0001").read_bytes()
    folder.session_log("customer-0001").write_bytes(whole[: len(whole) // 2])
    page = read(write_report(folder))
    assert len(page.select("details.visit")) == 8
    assert page.select("#visit-1")[0]["data-outcome"] == "unfinished"
    assert "customer-0002.jsonl" in page.select("#problems")[0].text


def test_pictures_over_the_budget_are_left_out_evenly(tmp_path: Path) -> None:
    folder = build_run(tmp_path, picture, CUSTOMERS * 4)
    page = read(write_report(folder, picture_budget=40 * len(JPEG)))
    shown = page.select("details.visit:has(img)")
    assert 0 < len(page.select("img")) <= 40
    assert len({visit["data-outcome"] for visit in shown}) == 6
    assert f"pictures of {len(shown)} of 36 visits" in page.select("#visits")[0].text


@pytest.mark.parametrize("path", ["../outside.jpg", "/etc/hostname", "no.jpg", "run.json", "a\0b"])
def test_only_pictures_inside_the_run_are_read(tmp_path: Path, path: str) -> None:
    (tmp_path / "outside.jpg").write_bytes(JPEG)
    folder = build_run(tmp_path / "run", picture)
    log = folder.session_log("customer-0002")
    field = f'"screenshot":{json.dumps(path)}'
    log.write_text(re.sub(r'"screenshot":"[^"]*"', lambda _: field, log.read_text("utf-8")))
    visit = visit_of(read_session_log(log), 1)
    album = Album(folder.root, [visit])
    assert visit.shots[0].path == path
    assert album.source(visit, visit.shots[0]) is None


def test_an_empty_run_has_a_report(tmp_path: Path) -> None:
    page = read(write_report(build_run(tmp_path, customers=())))
    assert page.h1 is not None
    assert page.h1.text == "Nobody has visited yet."


def test_a_failed_write_keeps_the_old_report(tmp_path: Path) -> None:
    folder = build_run(tmp_path)
    folder.report.mkdir()
    with pytest.raises(OSError, match=r"report\.html"):
        write_report(folder)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.html", "run.json", "sessions"]


def test_not_a_run_folder(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="holds no run"):
        write_report(RunFolder(tmp_path))


def test_the_command_prints_the_path(tmp_path: Path) -> None:
    build_run(tmp_path)
    result = CliRunner().invoke(command, [str(tmp_path)])
    assert (result.exit_code, result.output.strip()) == (0, str(tmp_path / "report.html"))


def test_the_command_refuses_what_is_no_run(tmp_path: Path) -> None:
    assert CliRunner().invoke(command, [str(tmp_path / "none")]).exit_code == 2
    (tmp_path / "run.json").write_text('{"format": 1}')
    result = CliRunner().invoke(command, [str(tmp_path)])
    assert result.exit_code == 2
    assert "$.format" in result.output
