"""Exact match and error types, case by case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.actions import Action, Click, Input, Terminate, TypeAndSubmit
from eval.benchmark.matching import ERRORS, error_of, exact, normalised
from tests.eval.benchmark.sample import BUY, CUP, LEAVE, MUG, SEARCH, row

ACTIONS = st.sampled_from(
    [
        MUG,
        CUP,
        BUY,
        LEAVE,
        SEARCH,
        TypeAndSubmit("header.search", "Mug "),
        TypeAndSubmit("header.search", "cup"),
        TypeAndSubmit("newsletter", "mug"),
        Input("header.search", "mug"),
        Click("nowhere"),
    ]
)


@pytest.mark.parametrize(
    ("truth", "prediction", "error"),
    [
        (MUG, MUG, None),
        (MUG, CUP, "wrong_element"),
        (MUG, LEAVE, "didnt_click"),
        (MUG, SEARCH, "didnt_click"),
        (LEAVE, LEAVE, None),
        (LEAVE, MUG, "didnt_terminate"),
        (LEAVE, SEARCH, "didnt_terminate"),
        (SEARCH, SEARCH, None),
        (SEARCH, MUG, "didnt_search"),
        (SEARCH, LEAVE, "didnt_search"),
        (SEARCH, Input("header.search", "mug"), "didnt_search"),
        (SEARCH, TypeAndSubmit("header.search", "mugs"), "wrong_query"),
        (Input("header.search", "a"), Input("header.search", "b"), "wrong_query"),
        (MUG, None, "illegal"),
        (MUG, Click("nowhere"), "illegal"),
        (LEAVE, Click("nowhere"), "illegal"),
    ],
)
def test_each_error(truth: Action, prediction: Action | None, error: str | None) -> None:
    assert error_of(row(truth, prediction)) == error
    assert exact(row(truth, prediction)) is (error is None)


def test_right_text_in_another_field() -> None:
    wrong = row(SEARCH, TypeAndSubmit("newsletter", "mug"), legal=True)
    assert error_of(wrong) == "wrong_field"
    both = row(SEARCH, TypeAndSubmit("newsletter", "cup"), legal=True)
    assert error_of(both) == "wrong_query"


def test_the_true_action_is_wrong_where_its_name_is_not_on_the_page() -> None:
    assert error_of(row(Click("gone"), Click("gone"))) == "illegal"
    assert not normalised(row(Click("gone"), Click("gone")))


def test_without_legality_only_the_action_counts() -> None:
    assert exact(row(Click("x"), Click("x"), legal=None))


def test_normalised_folds_case_and_spaces_and_nothing_else() -> None:
    assert normalised(row(SEARCH, TypeAndSubmit("header.search", "  MUG ")))
    assert not exact(row(SEARCH, TypeAndSubmit("header.search", "  MUG ")))
    assert not normalised(row(SEARCH, TypeAndSubmit("header.search", "mugs")))
    assert not normalised(row(SEARCH, Input("header.search", "mug")))


@given(ACTIONS, st.none() | ACTIONS)
def test_every_wrong_prediction_has_one_error(truth: Action, prediction: Action | None) -> None:
    one = row(truth, prediction)
    assert (error_of(one) is None) == exact(one)
    assert error_of(one) in (None, *ERRORS)
    assert normalised(one) or not exact(one)
    assert not (isinstance(truth, Terminate) and error_of(one) in ("didnt_click", "wrong_query"))
