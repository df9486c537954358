"""The run report in a real browser: nothing runs, nothing is fetched, all is in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from agent.sessions.log import read_session_log
from envs.actions import Click, TypeAndSubmit
from eval.report.run.page import write_report
from tests.eval.report.sample import CUSTOMERS, Came, Did, build_run

ATTACKS = (
    "</script><script>window.hit=1</script>",
    "<img src=x onerror='window.hit=2'>",
    '"><svg onload=window.hit=3>',
    "javascript:window.hit=4",
    "</style><style>*{display:none}</style>",
    "<!-- <script>",
)


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_width_scrolls_sideways(page: Page, run_report: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(run_report.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_is_fetched_and_nothing_is_refused(page: Page, run_report: Path) -> None:
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(run_report.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    page.wait_for_load_state("networkidle")
    assert [url for url in requests if not url.startswith("data:")] == [run_report.as_uri()]
    assert complaints == []


def test_text_from_pages_runs_nothing(page: Page, tmp_path: Path) -> None:
    did = tuple(
        Did(kind, action, attack, error=attack)
        for attack in ATTACKS
        for kind, action in (
            ("search", TypeAndSubmit("header.search", attack)),
            ("product", Click(attack)),
        )
    )
    new = tuple(Came(attack, attack, did, f"error: {attack}") for attack in ATTACKS)
    page.goto(write_report(build_run(tmp_path, customers=new)).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    assert page.evaluate("window.hit") is None
    expect(page.locator("h1")).to_be_visible()
    for attack in ATTACKS:
        expect(page.locator("blockquote", has_text=attack).first).to_be_visible()


def test_the_page_itself_refuses_script_that_slips_in(page: Page, run_report: Path) -> None:
    page.goto(run_report.as_uri())
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.hit=1>');"
        "const s = document.createElement('script'); s.textContent = 'window.hit=2';"
        "document.body.append(s)"
    )
    assert page.evaluate("window.hit") is None


def test_the_mark_lies_on_the_element_acted_on(page: Page, run_report: Path) -> None:
    """The picture shows a white search field on a dark bar; the mark must frame just that."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(run_report.as_uri())
    visit = page.locator("#visit-1")
    visit.evaluate("visit => { visit.open = true }")
    image = visit.locator("img").first.bounding_box()
    frame = visit.locator(".mark .frame").first.bounding_box()
    log = run_report.parent / "sessions" / "customer-0001.jsonl"
    box = read_session_log(log).steps[0].box
    assert image is not None
    assert frame is not None
    assert box is not None
    scale = image["width"] / 1280
    assert frame["x"] - image["x"] == pytest.approx((box.x - 4) * scale, abs=3)
    assert frame["y"] - image["y"] == pytest.approx((box.y - 4) * scale, abs=3)
    assert frame["width"] == pytest.approx((box.width + 8) * scale, abs=5)


def test_it_reads_without_script(browser: Browser, run_report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(run_report.as_uri())
    expect(page.locator("#controls")).to_be_hidden()
    page.locator("#visit-2 summary").click()
    expect(page.locator("#visit-2 blockquote").first).to_be_visible()
    expect(page.locator("#visit-2 img").first).to_be_visible()
    context.close()


def test_find_and_filter(page: Page, run_report: Path) -> None:
    page.goto(run_report.as_uri())
    page.get_by_role("button", name="Left 2").click()
    expect(page.locator("details.visit:visible")).to_have_count(2)
    page.get_by_role("searchbox").fill("birthday")
    expect(page.locator("details.visit:visible")).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("1 of 9 visits")


def test_keyboard_opens_a_visit(page: Page, run_report: Path) -> None:
    page.goto(run_report.as_uri())
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#visit-2 .story")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_link_to_a_visit_opens_it(page: Page, run_report: Path) -> None:
    page.goto(run_report.as_uri())
    page.get_by_role("link", name="Customer 3: Got stuck").click()
    expect(page.locator("#visit-3 .ending")).to_be_visible()


def test_pictures_and_charts_have_words(page: Page, run_report: Path) -> None:
    page.goto(run_report.as_uri())
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    bare = "svg:not([aria-hidden]):not([aria-label])"
    assert page.locator(bare).count() == 0
    headings = page.locator("h1, h2, h3").evaluate_all("all => all.map((h) => h.tagName)")
    assert headings.count("H1") == 1


def test_five_hundred_visits_stay_usable(page: Page, tmp_path: Path) -> None:
    """Every visit is there, none is laid out until it is opened, and finding one works."""
    path = write_report(build_run(tmp_path, customers=(CUSTOMERS * 56)[:500]))
    page.goto(path.as_uri())
    assert page.locator("details.visit").count() == 500
    assert page.locator("details.visit[open]").count() == 0
    page.locator("#find").fill("cordless drill")
    page.locator("#found", has_text="56 of 500 visits").wait_for()
