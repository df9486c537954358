"""A run's folder that is claimed again: what is kept, and what is set aside."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from agent.personas.personas import Customer
from agent.runs.card import RunCard, RunFolder
from agent.runs.folder import FolderError, check_budget, claim, read_card, write_card
from agent.sessions.log import SessionLog, log_lines, read_session_log
from agent.sessions.session import Persona
from envs.actions import Click
from tests.agent.runs.cards import CARD
from tests.agent.runs.sessions import HOME, session_of


def ended(folder: RunFolder, name: str, end: str, picture: bytes) -> None:
    """A finished visit with one picture."""
    session = replace(session_of([]), session_id=name)
    with SessionLog(folder.session_log(name), session) as log:
        log.end(end)
    path = folder.screenshot(name, 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)


def test_each_failed_try_is_set_aside_with_its_pictures(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    claim(folder, CARD, resume=False)
    write_card(folder, CARD)
    ended(folder, "good", "terminate", b"good")
    for number, cause in enumerate(("the shop is away", "the model is away"), 1):
        ended(folder, "bad", f"error: {cause}", cause.encode())
        assert set(claim(folder, CARD, resume=True)) == {"good", "bad"}
        assert set(claim(folder, CARD, resume=True, retry_failed=True)) == {"good"}
        mark = f".failed-{number}"
        aside = read_session_log(folder.sessions / f"bad.jsonl{mark}")
        assert aside.end == f"error: {cause}"
        assert (folder.screenshots / f"bad{mark}" / "000.jpg").read_bytes() == cause.encode()
    assert folder.screenshot("good", 0).read_bytes() == b"good"


def test_a_run_goes_on_with_its_own_customers_only(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    claim(folder, CARD, resume=False)
    write_card(folder, CARD)
    session = replace(
        session_of([]), session_id="c1", persona=Persona(id="ann", text=""), intent="a lamp", seed=3
    )
    with SessionLog(folder.session_log("c1"), session) as log:
        log.end("error: the shop is away")
    same = Customer(1, "c1", Persona(id="ann", text=""), "a lamp", 3)
    more = Customer(2, "c2", Persona(id="bob", text=""), None, 4)
    assert set(claim(folder, CARD, resume=True, customers=(same, more))) == {"c1"}
    for other, said in (
        (more, "c1 has finished there"),
        (replace(same, intent="a sofa"), "another intent"),
        (replace(same, persona=Persona(id="cem", text="")), "another persona"),
        (replace(same, seed=9), "another seed"),
    ):
        with pytest.raises(FolderError, match=said):
            claim(folder, CARD, resume=True, retry_failed=True, customers=(other,))
    assert folder.session_log("c1").exists()


ORDERING = replace(CARD, arguments={"allow_purchase": True})


@pytest.mark.parametrize(
    ("card", "kept"),
    [
        (ORDERING, {"over", "begun", "shopping"}),
        (CARD, {"over"}),
        (replace(ORDERING, embedded_shop=True), {"over"}),  # its orders are no orders
    ],
)
def test_a_visit_that_may_have_placed_an_order_is_not_begun_again(
    tmp_path: Path, card: RunCard, kept: set[str]
) -> None:
    folder = RunFolder(tmp_path / "run")
    claim(folder, card, resume=False)
    write_card(folder, card)
    ended(folder, "over", "terminate", b"")
    for name, actions in (("begun", []), ("shopping", [(HOME.html, "", Click("lamps"))])):
        session = replace(session_of(actions), session_id=name, end=None)
        folder.session_log(name).write_bytes(b"".join(log_lines(session)) + b'{"torn')
    finished = claim(folder, card, resume=True)
    assert set(finished) == kept
    if "shopping" in kept:
        session = read_session_log(folder.session_log("shopping"))
        assert "not begun again" in (session.end or "") and len(session.steps) == 1


def test_a_damaged_log_of_an_order_is_not_passed_over(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    claim(folder, ORDERING, resume=False)
    write_card(folder, ORDERING)
    folder.session_log("c1").write_text("rubbish\n")
    with pytest.raises(FolderError, match=r"c1\.jsonl"):
        claim(folder, ORDERING, resume=True)


FULL = replace(CARD, arguments={**CARD.arguments, "actions": "full"})
WINDOW = replace(FULL, arguments={**FULL.arguments, "see": "window"})


@pytest.mark.parametrize(
    ("began", "goes_on", "said"),
    [
        (FULL, CARD, "--actions 'full', not 'paper'"),
        (CARD, FULL, "--actions 'paper', not 'full'"),
        (FULL, WINDOW, "--see 'page', not 'window'"),
        (WINDOW, FULL, "--see 'window', not 'page'"),
    ],
)
def test_a_run_goes_on_with_the_actions_and_the_view_it_began_with(
    tmp_path: Path, began: RunCard, goes_on: RunCard, said: str
) -> None:
    folder = RunFolder(tmp_path / "run")
    claim(folder, began, resume=False)
    write_card(folder, began)
    with pytest.raises(FolderError, match=said):
        claim(folder, goes_on, resume=True)
    assert claim(folder, began, resume=True) == {}


def shown_within(told: object, effective: object) -> RunCard:
    """A card of a run that was told this budget, whose policy then had that one."""
    arguments = {} if told is None else {"page_tokens": told}
    settings = {} if effective == "cut" else {"page_tokens": effective}
    return replace(
        CARD,
        arguments={**CARD.arguments, **arguments},
        policy_settings={"policy": "smollm2-base", **settings},
    )


@pytest.mark.parametrize(
    ("told", "effective", "now", "says"),
    [
        (None, 2048, None, None),
        (None, 2048, 2048, None),
        (1024, 1024, 1024, None),
        (None, "cut", "cut", None),
        (1024, 1024, 2048, "--page-tokens 1024, not 2048"),
        (1024, 1024, None, "--page-tokens 1024"),
        (None, "cut", 2048, "--page-tokens cut, not 2048"),
        (None, 2048, "all", "--page-tokens 2048, not all"),
    ],
)
def test_a_run_goes_on_with_the_budget_for_a_page_that_it_began_with(
    tmp_path: Path, told: object, effective: object, now: object, says: str | None
) -> None:
    folder = RunFolder(tmp_path / "run")
    claim(folder, CARD, resume=False)
    write_card(folder, shown_within(told, effective))
    asked = replace(shown_within(now, "cut"), policy_settings={})
    if says is None:
        assert claim(folder, asked, resume=True) == {}
        return
    with pytest.raises(FolderError, match=says):
        claim(folder, asked, resume=True)


def test_another_usual_budget_than_the_run_began_with_is_refused_where_the_policy_tells(
    tmp_path: Path,
) -> None:
    folder = RunFolder(tmp_path / "run")
    claim(folder, CARD, resume=False)
    write_card(folder, shown_within(None, "cut"))
    asked = shown_within(None, 2048)
    with pytest.raises(FolderError, match="add --page-tokens cut, or begin another run"):
        check_budget("run", read_card(folder).policy_settings, asked.policy_settings)
