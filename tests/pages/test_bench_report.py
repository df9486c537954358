"""The benchmark's report in a real browser: nothing runs, nothing is fetched, the truth is marked,
and the numbers are those of results.json."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from agent.sessions.dataset import write_sessions
from agent.sessions.session import Session
from envs.actions import Click, TypeAndSubmit
from eval.bench import score_external
from tests.eval.benchmark.sample import BUY, LEAVE, MUG, SEARCH, session

CONTEXT = (
    '<h1>Mugs</h1><a name="results.mug">Blue mug</a><a name="results.cup">Cup</a>'
    '<script>window.hit=1</script><img src=x onerror="window.hit=2" alt="a mug">'
    '<input type="search" name="header.search"><a name="evil" href="javascript:window.hit=3">go</a>'
)
HOSTILE = "</script><script>window.hit=4</script><svg onload=window.hit=5>"


def visits(count: int) -> list[Session]:
    made = []
    for n in range(count):
        last = BUY if n % 4 == 0 else LEAVE
        one = session(
            f"visit {n} {HOSTILE}",
            SEARCH,
            MUG,
            TypeAndSubmit("header.search", HOSTILE),
            last,
            user=f"u{n % 7}",
            source="synthetic",
            p_max=0.6,
        )
        steps = tuple(msgspec.structs.replace(step, context=CONTEXT) for step in one.steps)
        made.append(msgspec.structs.replace(one, steps=steps))
    return made


def report(folder: Path, count: int) -> Path:
    """A benchmark of `count` visits, predicted right half of the time."""
    data = folder / "data.jsonl"
    made = visits(count)
    write_sessions(data, made)
    rows = [
        {
            "session_id": s.session_id,
            "step": i,
            "reasoning": HOSTILE,
            "truth": msgspec.to_builtins(s.steps[i].action),
            "prediction": msgspec.to_builtins(
                s.steps[i].action if (n + i) % 2 else Click("results.cup")
            ),
        }
        for n, s in enumerate(made)
        for i in range(1, len(s.steps))
    ]
    file = folder / "theirs.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    score_external(file, data, folder / "out", f"someone's {HOSTILE}")
    return folder / "out" / "report.html"


@pytest.fixture(scope="module")
def bench_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report(tmp_path_factory.mktemp("bench"), 12)


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_runs_is_fetched_or_sticks_out(page: Page, bench_report: Path, width: int) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(bench_report.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [text for text in seen if not text.startswith("data:")] == [bench_report.as_uri()]


def test_numbers_are_those_of_the_results(page: Page, bench_report: Path) -> None:
    results = json.loads(bench_report.with_name("results.json").read_text())
    page.goto(bench_report.as_uri())
    row = page.locator("tr.ours td b").all_text_contents()
    exact, outcome = results["exact_match"], results["outcome"]
    shown = [exact["session_macro"], exact["micro"], outcome["f1_buy"], outcome["weighted_f1"]]
    assert row[:4] == [f"{100 * e['value']:.2f}" for e in shown]
    assert float(row[1]) == pytest.approx(
        100 * (1 - sum(results["errors"].values()) / results["steps"]), abs=0.005
    )
    expect(page.locator("h1")).to_contain_text(f"{100 * exact['session_macro']['value']:.1f}")


def test_truth_and_prediction_are_marked_in_the_page(page: Page, bench_report: Path) -> None:
    page.goto(bench_report.as_uri())
    visit = page.locator("#visit-1")
    visit.locator("summary").click()
    first, second = visit.locator(".attempt").all()[:2]
    expect(first.locator("mark.truth.guess")).to_have_text("Blue mug")
    expect(second.locator("mark.guess")).to_have_text("Cup")
    expect(second.locator("blockquote")).to_have_text(HOSTILE)


def test_five_hundred_visits(page: Page, tmp_path: Path) -> None:
    path = report(tmp_path, 500)
    page.goto(path.as_uri())
    assert page.locator("details.visit").count() == 500
    page.locator("#find").fill("visit 499")
    page.locator("#found", has_text="2 of 500 visits").wait_for()
