"""Comparisons of two sides: known answers, error rates by simulation, and what is left out."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import numpy as np
import pytest
from scipy import stats

from agent.runs.ab import MIXED
from agent.runs.card import RunCard, RunFolder
from agent.runs.folder import write_card
from agent.sessions.log import SessionLog
from agent.sessions.session import Persona, Result, Session
from eval.ab.comparison import AbComparison, compare_runs
from eval.ab.conclusion import gap, headline, reach, span, summary
from eval.errors import EvalInputError
from eval.report.ab import write_ab_report
from eval.stats.bootstrap import mcnemar, sign_flip
from eval.stats.paired import (
    ALPHA,
    Paired,
    detectable,
    detectable_share,
    fewest_differing,
    holm,
    needed,
)
from eval.stats.tally import Tally, counts_by_session
from tests.eval.benchmark.sample import BUY, LEAVE, MUG, RED, SEARCH, START, session

LONG = (SEARCH, MUG, SEARCH, MUG, LEAVE)
SHORT = (SEARCH, LEAVE)
BOUGHT = (SEARCH, MUG, BUY)


def side(
    root: Path, visits: list[Session], *, customers: int | None = None, mixed: bool = True
) -> RunFolder:
    """A run's folder with these visits in it."""
    folder = RunFolder(root)
    folder.sessions.mkdir(parents=True)
    write_card(
        folder,
        RunCard(
            shopper_version="0",
            started_at=START,
            url="the embedded shop",
            embedded_shop=True,
            policy="synthetic",
            customers=customers or len(visits),
            seed=0,
            arguments={"variant": root.name, **({MIXED: True} if mixed else {})},
        ),
    )
    for visit in visits:
        with SessionLog(folder.session_log(visit.session_id), visit) as log:
            for step in visit.steps:
                log.step(step)
            if visit.end:
                log.end(visit.end)
    return folder


def visits(*ways: tuple, user: str = "{}") -> list[Session]:
    """Customers 1, 2, ... who shop in these ways; `user` may hold the number."""
    return [session(f"customer-{n:04}", *way, user=user.format(n)) for n, way in enumerate(ways, 1)]


def compared(tmp_path: Path, a: list[Session], b: list[Session]) -> AbComparison:
    return compare_runs(side(tmp_path / "a", a), side(tmp_path / "b", b))


def test_twelve_who_buy_on_b_only_are_a_finding(tmp_path: Path) -> None:
    found = compared(
        tmp_path, visits(*[SHORT] * 12, *[BOUGHT] * 8), visits(*[BOUGHT] * 12, *[BOUGHT] * 8)
    )
    bought, left, steps, searches, _ = found.measures
    assert found.bought == (8, 0, 12, 0)
    assert (bought.a, bought.b, bought.difference) == (0.4, 1.0, 0.6)
    assert bought.p == pytest.approx(2 / 2**12)
    assert bought.p_adjusted == pytest.approx(5 * 2 / 2**12)
    assert (bought.verdict, left.verdict, steps.verdict) == ("higher", "lower", "higher")
    assert (searches.verdict, searches.ci95, searches.p) == ("same", None, 1.0)
    assert headline(found) == "More customers bought on B."
    assert "8 of 20 bought on A, 20 on B." in summary(found)
    assert found.alike == 8 and len(found.differing) == 12


def test_the_same_on_both_sides_concludes_nothing(tmp_path: Path) -> None:
    ways = [SHORT, LONG, BOUGHT] * 8
    found = compared(tmp_path, visits(*ways), visits(*ways))
    assert {m.verdict for m in found.measures} == {"same"}
    assert headline(found) == "Nothing can be concluded."
    assert summary(found).startswith("All 24 customers did exactly the same")
    low, high = found.measures[0].ci95 or (0, 0)
    # With 24 customers who all did alike, 14 in 100 may still differ (exact bound of 0 of 24).
    assert -low == high == pytest.approx(1 - 0.025 ** (1 / 24))


def slower(visits: list[Session], factor: float = 1.0, *, own: bool = True) -> list[Session]:
    """The same visits, whose pages took 0.1 s and more, times `factor`; not by their `own` clocks:
    only our waiting is known, as in logs of earlier versions."""
    rng = np.random.default_rng(7)
    return [
        msgspec.structs.replace(
            visit,
            steps=tuple(
                msgspec.structs.replace(step, result=_took(100 * factor * rng.lognormal(), own))
                for step in visit.steps
            ),
        )
        for visit in visits
    ]


def _took(ms: float, own: bool) -> Result:
    return Result(ok=True, settle_ms=ms + 300, page_ms=ms if own else None)


def test_slower_pages_are_told_as_such_and_never_as_what_customers_did(tmp_path: Path) -> None:
    ways = visits(*[SHORT, LONG, BOUGHT] * 8)
    found = compared(tmp_path, slower(ways), slower(ways, 1.5))
    time = found.measures[-1]
    assert (time.unit, time.verdict) == ("log_seconds", "higher")
    assert time.difference == pytest.approx(0.5) and time.ci95 is None  # all by the same factor
    assert 0.1 < time.a < time.b < 2
    assert headline(found) == "Nothing can be concluded."
    assert "Pages took 50 % longer on B." in summary(found)
    assert gap(time.difference, time.unit) == "+50 %"


def test_times_of_sides_that_were_not_mixed_are_not_called_different(tmp_path: Path) -> None:
    ways = visits(*[SHORT, LONG, BOUGHT] * 8)
    a = side(tmp_path / "a", slower(ways), mixed=False)
    b = side(tmp_path / "b", slower(ways, 3), mixed=False)
    found = compare_runs(a, b)
    assert found.measures[-1].verdict == "unclear" and found.measures[-1].p_adjusted < 0.05
    assert any("sent by an earlier version" in warning for warning in found.warnings)
    assert "Pages took" not in summary(found)


def test_our_own_waiting_is_not_taken_for_the_pages_time(tmp_path: Path) -> None:
    ways = visits(*[SHORT, LONG, BOUGHT] * 8)
    found = compared(tmp_path, slower(ways, own=False), slower(ways, 3, own=False))
    assert found.measures[-1].verdict == "unclear"


def test_what_nobody_reached_is_said(tmp_path: Path) -> None:
    found = compared(tmp_path, visits(*[SHORT] * 9), visits(*[LONG] * 9))
    assert found.untested == (
        "Nobody used the cart on either side: cart and checkout were not tested."
    )
    assert summary(found).endswith(found.untested)
    bought = compared(tmp_path / "2", visits(*[SHORT] * 9), visits(*[BOUGHT] * 9))
    assert bought.untested == ""


def test_a_comparison_that_lost_most_customers_is_no_result(tmp_path: Path) -> None:
    a, b = visits(*[SHORT] * 20), visits(*[BOUGHT] * 20)
    for n in range(6):
        a[n] = a[n].with_end("error: the browser ended")
        b[n + 6] = b[n + 6].with_end("error: the browser ended")
    found = compared(tmp_path, a, b)
    assert (found.lost, found.pairs, found.is_no_result) == (12, 8, True)
    assert headline(found) == "No result: most customers had a visit that failed."
    page = write_ab_report(tmp_path / "page.html", found).read_text()
    assert "No result" in page


def test_too_few_customers_are_called_too_few(tmp_path: Path) -> None:
    found = compared(tmp_path, visits(*[SHORT] * 7), visits(*[BOUGHT] * 7))
    assert headline(found) == "Nothing can be concluded."
    assert summary(found).startswith("7 customers are too few")
    assert found.measures[0].ci95 is None
    assert {m.detectable for m in found.measures} == {None}


def test_failed_and_unfinished_visits_are_left_out_and_told(tmp_path: Path) -> None:
    a, b = visits(*[SHORT] * 10), visits(*[SHORT] * 10)
    a[0] = a[0].with_end("error: the browser ended")
    b[1] = b[1].with_end("")
    found = compared(tmp_path, a, b)
    assert found.pairs == 8
    assert (found.sides.failed, found.sides.unfinished) == ((1, 0), (0, 1))
    assert any("2 of 10 customers are left out" in warning for warning in found.warnings)
    assert any("failed more often on one side (a 1, b 0)" in w for w in found.warnings)


def test_nobody_on_both_sides_is_nothing_to_compare(tmp_path: Path) -> None:
    found = compare_runs(
        side(tmp_path / "a", visits(SHORT), customers=2), side(tmp_path / "b", [], customers=2)
    )
    assert (found.pairs, found.measures) == (0, ())
    assert headline(found) == "There is nothing to compare yet."
    assert write_ab_report(tmp_path / "report.html", found).exists()


def test_other_customers_under_the_same_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvalInputError, match="customer-0001 is not the same customer"):
        compared(tmp_path, visits(SHORT), visits(SHORT, user="somebody else"))


def test_visits_of_one_persona_count_as_one(tmp_path: Path) -> None:
    """Twelve visits by three personas are three witnesses: too few to conclude anything."""
    a, b = ([], [])
    for n in range(12):
        a += [session(f"customer-{n:04}", *SHORT, user=f"u{n % 3}")]
        b += [session(f"customer-{n:04}", *BOUGHT, user=f"u{n % 3}")]
    found = compared(tmp_path, a, b)
    assert (found.pairs, found.clusters, found.clustered_by) == (12, 3, "user")
    assert found.measures[0].p == pytest.approx(2 / 2**3)
    assert summary(found).startswith("3 personas are too few")
    assert headline(found) == "Nothing can be concluded."


def test_differences_that_cancel_within_a_persona_are_differences(tmp_path: Path) -> None:
    """Of ten personas with two visits each one bought once on each side."""
    a, b = (
        [session(f"customer-{n:04}", *(BOUGHT if n == buyer else SHORT), user=f"u{n // 2}")
         for n in range(20)]
        for buyer in (0, 1)
    )  # fmt: skip
    bought = compared(tmp_path, a, b).measures[0]
    assert (bought.difference, bought.verdict) == (0.0, "unclear")
    assert bought.ci95 is not None and bought.ci95[0] < 0 < bought.ci95[1]


def test_the_page_tells_who_did_otherwise(tmp_path: Path) -> None:
    a = visits(*[SHORT] * 12, (SEARCH, RED, LEAVE))
    eve = Persona(id="1", text="<b>Eve</b>")
    a[0] = msgspec.structs.replace(a[0], persona=eve)
    found = compared(tmp_path, a, visits(*[BOUGHT] * 12, (SEARCH, RED, LEAVE)))
    page = write_ab_report(tmp_path / "report.html", found).read_text()
    assert "More customers bought on B." in page
    assert 'href="b/report.html#visit-1"' in page
    assert "&lt;b&gt;Eve" in page and "<b>Eve" not in page
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", page)


# The statistics.


def tallies(a: np.ndarray, b: np.ndarray) -> tuple[Tally, Tally]:
    one, other = (
        counts_by_session((f"{i}", f"{i}", {"pairs": 1.0, "x": float(v)}) for i, v in enumerate(xs))
        for xs in (a, b)
    )
    return one, other


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.9]) == [1.0, 1.0]


def test_eight_pairs_are_the_fewest_that_five_measures_can_be_told_by() -> None:
    assert fewest_differing(5) == 8
    assert 2 / 2**8 <= ALPHA / 5 < 2 / 2**7


@pytest.mark.parametrize("clusters", [8, 30, 400])
def test_the_smallest_share_is_found_four_times_in_five(clusters: int) -> None:
    share = detectable_share(clusters, 5)
    assert share is not None
    assert stats.binom.sf(7, clusters, share) == pytest.approx(0.8, abs=1e-6)
    assert detectable_share(7, 5) is None


@pytest.mark.parametrize(("people", "differing"), [(24, 0.2), (60, 0.0), (60, 0.3), (300, 0.1)])
def test_a_detectable_difference_of_shares_is_found_about_as_often_as_promised(
    people: int, differing: float
) -> None:
    """A share of customers differ anyway; as many more as can be found buy on b."""
    size = detectable_share(people, 5, differing)
    assert size is not None
    rng = np.random.default_rng(3)
    only_a, only_b = differing / 2, differing / 2 + size
    drawn = rng.multinomial(people, [only_a, only_b, 1 - only_a - only_b], size=1500)
    found = [mcnemar(int(a), int(b)) < ALPHA / 5 for a, b, _ in drawn]
    assert np.mean(found) == pytest.approx(0.8, abs=0.035)


def test_a_detectable_difference_is_found_about_as_often_as_promised() -> None:
    rng = np.random.default_rng(1)
    spread = 2.0
    size = detectable(spread / np.sqrt(40), 40, 5)
    assert size is not None
    found = [sign_flip(rng.normal(size, spread, 40), draws=2000) < ALPHA / 5 for _ in range(300)]
    assert 0.72 < np.mean(found) < 0.88


def test_equal_sides_are_rarely_told_apart() -> None:
    """Independent customers of the same kind on both sides: a difference is claimed in about five
    cases of a hundred by one measure alone, and the 95 % interval misses 0 about as often."""
    rng = np.random.default_rng(2)
    claims = misses = 0
    for _ in range(120):
        a, b = rng.poisson(3.0, (2, 40))
        one = Paired(*tallies(a, b), tests=1).difference("x", share=False)
        claims += one.p < ALPHA
        misses += not (one.ci95 and one.ci95[0] <= 0 <= one.ci95[1])
    assert claims / 120 < 0.11
    assert misses / 120 < 0.12


def test_pairing_finds_what_unpaired_customers_would_hide() -> None:
    """Everyone takes one step more on b, though people differ by tens of steps."""
    steps = np.arange(10.0, 40.0)
    jitter = np.tile([0.0, 0.5, -0.5], 10)
    one = Paired(*tallies(steps, steps + 1 + jitter), tests=5).difference("x", share=False)
    assert one.p < 0.001
    assert one.detectable is not None and one.detectable < 0.5
    assert stats.ttest_ind(steps, steps + 1 + jitter).pvalue > 0.5


def test_how_many_would_be_needed() -> None:
    assert needed(40, 0.05, 0.2) == 640
    assert needed(40, 0.3, 0.2) == 40
    assert needed(40, 0.0, 0.2) is None


def test_differences_are_told_with_sign_and_unit(tmp_path: Path) -> None:
    assert gap(-0.123, "share") == "−12 points"
    assert gap(0.0001, "number") == "0.00"
    assert span((-1.5, 2.5), "seconds") == "−1.5 to +2.5 s"
    measure = compared(tmp_path, visits(SHORT), visits(BOUGHT)).measures[0]
    assert reach(measure) == "–"
