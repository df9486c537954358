"""Nearness of texts, against the published tool's sentence scores and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.stats.similarity import chrf, edit_distance, edit_similarity


@pytest.mark.parametrize(
    ("hypothesis", "reference", "score"),
    [
        ("tee conector", "tee connector", 0.6939084034197726),
        ("a", "abc", 0.3846153846153846),
        ("blue shoes", "red", 0.07936507936507936),
        ("running shoe men", "running shoes for men", 0.63313926677614),
        ("ab", "ab", 1.0),
    ],
)
def test_chrf_is_sacrebleus(hypothesis: str, reference: str, score: float) -> None:
    """Scores computed with sacreBLEU 2.x, ``CHRF().sentence_score``, divided by 100."""
    assert chrf(hypothesis, reference) == pytest.approx(score)


def test_edit_distance_textbook() -> None:
    assert edit_distance("kitten", "sitting") == 3
    assert edit_similarity("kitten", "sitting") == pytest.approx(1 - 3 / 7)
    assert edit_similarity("", "") == 1.0


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_edit_distance_is_a_metric(a: str, b: str, c: str) -> None:
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)


@given(st.text(max_size=20), st.text(max_size=20))
def test_chrf_is_a_share_and_full_only_for_equal_letters(a: str, b: str) -> None:
    assert 0 <= chrf(a, b) <= 1
    assert chrf(a, a) == 1.0
