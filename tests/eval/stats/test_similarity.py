"""Nearness of texts, against the published tool's sentence scores and by definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Levenshtein

from eval.stats.similarity import chrf
from tests.edits import edits


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


FEW = st.text("abc", max_size=9)  # few letters, so that edits and swaps meet
ANY = st.text(st.characters(exclude_categories=()), max_size=9)  # half surrogates, too


@given(FEW | ANY, FEW | ANY)
def test_edit_distances_are_as_defined(a: str, b: str) -> None:
    distance = edits(a, b)
    assert Levenshtein.distance(a, b) == distance
    longest = max(len(a), len(b))
    assert Levenshtein.normalized_similarity(a, b) == (1 - distance / longest if longest else 1.0)


@given(FEW | ANY, FEW | ANY, st.integers(0, 9))
def test_distances_with_swaps_are_as_defined_and_stop_above_a_limit(
    a: str, b: str, limit: int
) -> None:
    distance = edits(a, b, swaps=True)
    assert OSA.distance(a, b) == distance
    assert OSA.distance(a, b, score_cutoff=limit) == min(distance, limit + 1)


@given(st.text(max_size=20), st.text(max_size=20))
def test_chrf_is_a_share_and_full_only_for_equal_letters(a: str, b: str) -> None:
    assert 0 <= chrf(a, b) <= 1
    assert chrf(a, a) == 1.0
