"""What a run's page promises, in a browser: why people left, what they bought, and where to look."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from agent.runs.card import RunFolder
from agent.sessions.log import SessionLog, read_session_log
from agent.sessions.session import Session
from envs.observation import Load
from envs.troubles import Trouble
from eval.report.run.page import write_report
from tests.eval.report.sample import CUSTOMERS, build_run


def rewritten(folder: RunFolder, change: object) -> RunFolder:
    """The run with every session changed."""
    for path in sorted(folder.sessions.glob("*.jsonl")):
        session: Session = change(read_session_log(path))  # type: ignore[operator]
        path.unlink()
        with SessionLog(path, session) as log:
            for step in session.steps:
                log.step(step)
            if session.end:
                log.end(session.end, session.findings)
    return folder


def troubled(session: Session) -> Session:
    told = (Trouble(kind="request", page="http://s/cart", text="GET /x answered 500", times=2),)
    slow = Load(server_ms=2000, parsed_ms=2500)
    steps = (
        msgspec.structs.replace(session.steps[0], troubles=told, load=slow),
        *session.steps[1:],
    )
    return msgspec.structs.replace(session, steps=steps)


def test_why_they_left_stands_in_their_words_with_a_link_to_the_step(
    page: Page, run_report: Path
) -> None:
    page.goto(run_report.as_uri())
    section = page.locator("#reasons")
    expect(section.locator("h2")).to_have_text("Why they left without ordering")
    quote = section.locator("blockquote").first
    said = quote.text_content()
    section.locator(".quotes a").first.click()
    story = page.locator("details.visit[open]")
    expect(story.locator("blockquote", has_text=said or "none").first).to_be_in_viewport()


def test_what_was_bought_is_told_before_the_funnel(page: Page, run_report: Path) -> None:
    page.goto(run_report.as_uri())
    order = page.locator("main > section").evaluate_all("all => all.map((one) => one.id)")
    wanted = ["findings", "bought", "reasons", "funnel", "problems"]
    assert [one for one in order if one in wanted] == wanted
    assert "3 orders" in (page.locator("#bought").text_content() or "")


def test_the_table_sorts_and_filters(page: Page, run_report: Path) -> None:
    page.goto(run_report.as_uri())
    rows = page.locator("#list tbody tr:visible")
    expect(rows).to_have_count(9)
    page.get_by_role("button", name="Steps").click()
    counts = [int(text) for text in rows.locator("td:nth-child(3)").all_text_contents()]
    assert counts == sorted(counts)
    page.get_by_role("button", name="Steps").click()
    counts = [int(text) for text in rows.locator("td:nth-child(3)").all_text_contents()]
    assert counts == sorted(counts, reverse=True)
    page.get_by_role("button", name="Left 2").click()
    expect(rows).to_have_count(2)


@pytest.mark.parametrize("name", ["customer-0002/2", "visit-2-step-1", "customer-0002"])
def test_a_link_to_a_step_opens_its_story(page: Page, run_report: Path, name: str) -> None:
    page.goto(f"{run_report.as_uri()}#{name}")
    expect(page.locator("#visit-2 .story")).to_be_visible()
    if name != "customer-0002":
        expect(page.locator("#visit-2-step-1")).to_be_in_viewport()


def test_what_enter_opens_is_scrolled_to(page: Page, run_report: Path) -> None:
    page.set_viewport_size({"width": 1000, "height": 600})
    page.goto(run_report.as_uri())
    for _ in range(4):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_timeout(900)  # it scrolls smoothly
    top = page.locator("#visit-4").bounding_box()
    assert top is not None and 0 <= top["y"] < 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_part_of_the_navigation_is_cut_off_on_a_phone(
    page: Page, run_report: Path, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(run_report.as_uri())
    ends = page.locator(".top nav a").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().right)"
    )
    assert len(ends) > 5 and max(ends) <= 360


def test_errors_and_slow_pages_stand_by_address(page: Page, tmp_path: Path) -> None:
    page.goto(write_report(rewritten(build_run(tmp_path), troubled)).as_uri())
    row = page.locator("#problems .errors tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Failed request")
    expect(row.locator("td").nth(1)).to_have_text("18")
    expect(page.locator("#problems .waits").first).to_contain_text("2.5 s")


def test_tables_for_programs_lie_beside_it(run_report: Path) -> None:
    with (run_report.parent / "visits.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 9 and {"outcome", "last_thought", "amount"} <= set(rows[0])
    told = json.loads((run_report.parent / "report.json").read_text())
    assert told["visits"] == 9 and told["counted"] == 8
    assert sum(one["visits"] for one in told["reasons"]) == 4


@pytest.mark.long
@pytest.mark.timeout(900)
def test_five_thousand_visits_open_and_those_beside_are_found(page: Page, tmp_path: Path) -> None:
    path = write_report(build_run(tmp_path, customers=(CUSTOMERS * 556)[:5000]))
    assert path.stat().st_size < 10_000_000
    page.goto(path.as_uri())
    expect(page.locator("#list tbody tr")).to_have_count(5000)
    shown = page.locator("details.visit").count()
    assert 100 < shown < 5000
    beside = page.locator("#list a[href^='visits/']").last
    number = beside.text_content()
    page.goto(f"{path.as_uri()}#customer-{int(number or 0):04}/1")
    page.wait_for_url(re.compile(r"/visits/\d+\.html#"))
    expect(page.locator(f"#visit-{number} .story")).to_be_visible()
