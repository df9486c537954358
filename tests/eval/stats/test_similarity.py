"""Nearness of texts, against the published tool and by definition."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Levenshtein
from sacrebleu.metrics.chrf import CHRF

from eval.stats.similarity import chrf
from tests.edits import edits

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


@given(FEW | ANY | st.text(" \t\u00a0ab", max_size=30), FEW | ANY | st.text(" ab", max_size=30))
@example("tee conector", "tee connector")
@example("a", "abc")
@example("blue shoes", "red")
@example("waterproof jacket women xl", "womens water proof jackets")
def test_chrf_is_sacrebleus(hypothesis: str, reference: str) -> None:
    """But for two texts without a letter: equal, so 1 here; sacreBLEU gives 0."""
    published = CHRF().sentence_score(hypothesis, [reference]).score / 100
    nothing = not (hypothesis.split() or reference.split())
    assert chrf(hypothesis, reference) == (1.0 if nothing else pytest.approx(published))
