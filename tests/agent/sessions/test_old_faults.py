"""Logs from before there were codes mean what they meant: every old sentence has its code."""

from __future__ import annotations

import pytest

from agent.sessions.old_faults import fault_of, old_notices
from agent.sessions.session import Result
from envs.faults import ActionFault, Fault, Notice, PageNotice
from tests.envs.sentences import FAULTS, NOTICES

NEWER = {
    Fault.NOT_SCROLLED,
    Fault.NO_PAGE_BEFORE,
    Fault.NO_POINTER,
    Fault.NOTHING_CHANGED,
}
"""Of actions that came after there were codes: no log has their sentence alone."""


@pytest.mark.parametrize(("fault", "said"), [one for one in FAULTS if one[0].code not in NEWER])
def test_every_old_sentence_of_a_fault_has_its_code(fault: ActionFault, said: str) -> None:
    assert fault_of(Result(ok=False, error=said)) is fault.code


@pytest.mark.parametrize(("notice", "said"), NOTICES)
def test_every_old_sentence_of_a_notice_has_its_code(notice: PageNotice, said: str) -> None:
    assert old_notices([said]) == (notice,)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("'a' is covered by a div \"is disabled\"", Fault.COVERED),
        ("'a' is covered by a p \"the page changed and\"", Fault.COVERED),
        ("'a' holds \"when Enter was pressed\" after typing", Fault.TEXT_NOT_KEPT),
        ("'a' holds \"one\ntwo\" after typing", Fault.TEXT_NOT_KEPT),
    ],
)
def test_what_a_sentence_quotes_does_not_change_its_code(said: str, code: Fault) -> None:
    assert fault_of(Result(ok=False, error=said)) is code


def test_a_code_comes_before_any_sentence() -> None:
    said = Result(ok=False, error="'a' is covered by a div", fault=Fault.DISABLED)
    assert fault_of(said) is Fault.DISABLED


def test_what_nobody_knows_has_no_code() -> None:
    assert fault_of(Result(ok=True)) is None
    assert fault_of(Result(ok=True, error="'a' is disabled")) is None
    assert fault_of(Result(ok=False)) is None
    assert fault_of(Result(ok=False, error="it rained")) is None


def test_alerts_of_the_page_itself_are_no_notices() -> None:
    mixed = ["Please choose a size.", "The page crashed and was loaded again.", "Sold out"]
    assert [one.code for one in old_notices(mixed)] == [Notice.PAGE_CRASHED]
    assert old_notices(["You said: The page crashed"]) == ()
