"""The page of a study in a real browser: nothing runs, nothing is fetched, all is in place."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from eval.report.study.compare import write_before_after
from eval.report.study.page import write_study_report
from eval.usability.before_after import compare_studies
from tests.eval.usability.folders import build_study
from tests.pages.test_run_report import ATTACKS

OPEN_ALL = "document.querySelectorAll('details').forEach((d) => { d.open = true })"


@pytest.fixture(scope="module")
def picture(browser: Browser) -> bytes:
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.set_content("<h1>Lamps</h1><button style='margin-top:70px'>Look here</button>")
    taken = page.screenshot(type="jpeg", quality=50)
    page.close()
    return taken


@pytest.fixture(scope="module")
def study_page(picture: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_study(tmp_path_factory.mktemp("study") / "s", picture=picture)


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_width_scrolls_sideways(page: Page, study_page: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(study_page.as_uri())
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_is_fetched_and_nothing_is_refused(page: Page, study_page: Path) -> None:
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(study_page.as_uri())
    page.evaluate(OPEN_ALL)
    page.wait_for_load_state("networkidle")
    assert [url for url in requests if not url.startswith("data:")] == [study_page.as_uri()]
    assert complaints == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_pages_and_models_runs_nothing(page: Page, tmp_path: Path, attack: str) -> None:
    page.goto(build_study(tmp_path / "s", said=attack).as_uri())
    page.evaluate(OPEN_ALL)
    assert page.evaluate("window.hit") is None
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#answers .question")).to_have_text(f"Why? {attack}")
    expect(page.locator("blockquote", has_text=attack).first).to_be_visible()


def test_what_was_seen_is_said(page: Page, study_page: Path) -> None:
    page.goto(study_page.as_uri())
    expect(page.locator("h1")).to_have_text("2 of 6 customers did what they were asked to.")
    expect(page.locator("#summary")).to_contain_text("95 % interval")
    finding = page.locator("article.finding", has_text="4 of 6").first
    expect(finding.locator("img").first).to_be_visible()
    frame = finding.locator(".mark .frame").first.bounding_box()
    image = finding.locator("img").first.bounding_box()
    assert frame is not None
    assert image is not None
    scale = image["width"] / 1000
    assert frame["y"] - image["y"] == pytest.approx((100 - 4) * scale, abs=3)


def test_maps_count_what_was_done_where(page: Page, study_page: Path) -> None:
    """Twelve presses in vain and two that led on, all on one place of /list."""
    page.goto(study_page.as_uri())
    page_map = page.locator(".page-map", has_text="/list")
    assert "14" in page_map.locator(".spot text").all_text_contents()
    expect(page_map.locator(".share").first).to_have_text("100 %")
    expect(page_map.locator("image")).to_have_count(1)


def test_a_models_answers_are_apart_and_called_so(page: Page, study_page: Path) -> None:
    page.goto(study_page.as_uri())
    answers = page.locator("#answers")
    expect(answers.locator(".notice")).to_contain_text("a model's answers")
    expect(answers.locator(".unsupported")).to_have_count(2)
    expect(answers).to_contain_text("cites no step")
    expect(answers).to_contain_text("cites [89], and there is no such step")
    answers.get_by_role("link", name="[step 2]").click()
    expect(page.locator("#visit-1-step-1")).to_be_visible()


def test_a_visit_is_played_by_keyboard(page: Page, study_page: Path) -> None:
    page.goto(study_page.as_uri())
    page.locator("#visit-1 summary").press("Enter")
    page.locator("#visit-1").get_by_role("button", name="Play the visit").press("Enter")
    expect(page.locator("#visit-1 .step:visible")).to_have_count(1)
    page.locator("#visit-1").get_by_role("button", name="Next").press("Enter")
    expect(page.locator("#visit-1 .replay").get_by_role("status")).to_have_text("2 of 5")


def test_headings_landmarks_and_words_for_pictures(page: Page, study_page: Path) -> None:
    page.goto(study_page.as_uri())
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    assert page.locator("svg:not([aria-hidden]):not([aria-label])").count() == 0
    levels = page.locator("h1, h2, h3").evaluate_all("all => all.map((h) => +h.tagName[1])")
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    for landmark in ("banner", "navigation", "main", "contentinfo"):
        expect(page.get_by_role(landmark)).to_have_count(1)  # type: ignore[arg-type]
    dead = page.locator("a[href^='#']").evaluate_all(
        "all => all.filter((a) => !document.getElementById(a.hash.slice(1))).map((a) => a.hash)"
    )
    assert dead == []


def test_it_prints(page: Page, study_page: Path) -> None:
    page.goto(study_page.as_uri())
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".replay").first).to_be_hidden()
    assert len(page.pdf()) > 20_000


def test_pictures_over_the_budget_are_said_to_be_left_out(
    page: Page, tmp_path: Path, picture: bytes
) -> None:
    built = build_study(tmp_path / "s", picture=picture)
    page.goto(write_study_report(built.parent, picture_budget=len(picture) * 9).as_uri())
    expect(page.locator("#findings .notice")).to_contain_text("left out")
    expect(page.locator("#visits .notice")).to_contain_text("pictures of 1 of 6 visits")


@pytest.mark.parametrize("width", [1280, 390])
def test_two_studies_side_by_side(page: Page, tmp_path: Path, width: int) -> None:
    attack = "<img src=x onerror='window.hit=2'>"
    before = build_study(tmp_path / "a", said=attack).parent
    after = build_study(tmp_path / "b", said=attack, lost=0).parent
    found = compare_studies(before, after)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(write_before_after(tmp_path / "page.html", found).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("window.hit") is None
    expect(page.locator("h1")).to_have_text("One resolved, none new, none persisting.")
    expect(page.locator("#measures tbody tr").first).to_contain_text("Better")
