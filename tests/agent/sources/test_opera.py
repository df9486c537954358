"""The OPeRA import against files of the published schema, edge cases included."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from agent.sessions.dataset import read_sessions
from agent.sessions.session import RecordError, Session
from agent.sources.opera_rows import KINDS, kind_by_name, merge_searches, to_persona
from envs.actions import Click, Input, Scroll, Terminate, TypeAndSubmit
from shopper.commands.data import command
from tests.agent.sources.opera_files import PAGE, action, click, typed, write_opera

A, B, C = "u1_100_200", "u1_300_400", "u_2_500_600"
SURVEY = {
    "demographics": {"Age": "25-34", "What is your gender?": "Female", "Household income": 50000},
    "shopping": [{"How often do you shop online?": "Weekly"}],
    "language": None,
    "pages": ["a", "b"],
}


def run(root: Path, *options: str, out: str = "opera.jsonl") -> tuple[Result, list[Session]]:
    path = root / out
    arguments = ["import", "opera", "--path", str(root), "--out", str(path), *options]
    result = CliRunner().invoke(command, arguments)
    return result, list(read_sessions(path)) if path.exists() else []


def usual(root: Path) -> Path:
    """Two users; their sessions' rows are mixed in the file and not in order."""
    train = [
        typed(A, 1, "mug"),
        typed(C, 1, "tee conector"),
        click(A, 3, "product_link", "search_results.red_mug.view_product", rationale="It is red."),
        click(A, 2, "search", "nav_bar.search_button"),
        click(A, 9, "purchase", "buybox.purchase_form.add_to_cart", rationale="I want it."),
        action(C, 2, "terminate"),
    ]
    return write_opera(root, train, [action(B, 1, "terminate")], {"u1": SURVEY, "u_2": ""})


def test_sessions_users_order_and_ends(tmp_path: Path) -> None:
    result, sessions = run(usual(tmp_path))
    assert result.exit_code == 0, result.output
    by_id = {session.session_id: session for session in sessions}
    assert by_id.keys() == {A, B, C}
    first = by_id[A]
    assert [step.action for step in first.steps] == [
        Input("nav_bar.search_input", "mug"),
        Click("nav_bar.search_button"),
        Click("search_results.red_mug.view_product"),
        Click("buybox.purchase_form.add_to_cart"),
    ]
    assert [step.kind for step in first.steps] == ["search", "search", "product", "buy"]
    assert (first.user_id, by_id[C].user_id) == ("u1", "u_2")
    assert [by_id[i].end for i in (A, B, C)] == ["purchase", "terminate", "terminate"]
    assert (first.source, first.site) == ("import:opera", "www.amazon.com")
    assert first.steps[0].timestamp.isoformat() == "2025-02-03T10:00:01.250000+00:00"
    assert first.steps[0].viewport is not None
    assert (first.steps[0].viewport.width, first.steps[0].title) == (1280, "Amazon")
    assert "7 actions, 2 with reasoning" in result.output
    assert "2 users, 1 with a survey" in result.output


def test_a_rationale_stays_with_its_own_action(tmp_path: Path) -> None:
    _, sessions = run(usual(tmp_path))
    reasons = {step.reasoning: step.action for s in sessions for step in s.steps if step.reasoning}
    assert reasons == {
        "It is red.": Click("search_results.red_mug.view_product"),
        "I want it.": Click("buybox.purchase_form.add_to_cart"),
    }


def test_names_and_roles_come_from_the_page(tmp_path: Path) -> None:
    _, sessions = run(usual(tmp_path))
    elements = [(e.name, e.role, e.kind) for e in sessions[0].steps[0].names]
    assert elements == [
        ("nav_bar.search_input", "textbox", "search"),
        ("nav_bar.search_button", "button", "search"),
        ("refinements.colors.red", "link", "filter"),
        ("search_results.red_mug.view_product", "link", "product"),
        ("buybox.purchase_form.add_to_cart", "button", "buy"),
    ]
    assert sessions[0].steps[0].context == PAGE


def test_typing_and_its_search_click_merge_when_asked(tmp_path: Path) -> None:
    _, sessions = run(usual(tmp_path), "--merge-searches")
    [first] = [session for session in sessions if session.session_id == A]
    assert first.steps[0].action == TypeAndSubmit("nav_bar.search_input", "mug")
    assert [step.index for step in first.steps] == [0, 1, 2]
    assert first.versions["searches"] == "merged"
    [other] = [session for session in sessions if session.session_id == C]
    assert other.steps[0].action == Input("nav_bar.search_input", "tee conector")


def test_a_merged_search_keeps_what_was_said_about_it(tmp_path: Path) -> None:
    rows = [
        typed(A, 1, "mug"),
        click(A, 2, "search", "nav_bar.search_button", rationale="I need a mug."),
        typed(A, 3, "cup", rationale="A cup then."),
        click(A, 4, "filter", "refinements.colors.red"),
        click(A, 5, "search", "nav_bar.search_button"),
    ]
    _, [session] = run(write_opera(tmp_path, rows, [], {}), "--merge-searches")
    assert [(s.action, s.reasoning) for s in session.steps] == [
        (TypeAndSubmit("nav_bar.search_input", "mug"), "I need a mug."),
        (Input("nav_bar.search_input", "cup"), "A cup then."),
        (Click("refinements.colors.red"), None),
        (Click("nav_bar.search_button"), None),
    ]
    assert merge_searches([]) == []


def test_personas_come_from_the_survey(tmp_path: Path) -> None:
    _, sessions = run(usual(tmp_path))
    persona = next(s.persona for s in sessions if s.session_id == A)
    assert persona is not None
    assert (persona.id, persona.age, persona.gender, persona.income) == (
        "u1", "25-34", "Female", "50000",
    )  # fmt: skip
    assert "How often do you shop online?: Weekly." in persona.text
    assert "pages: a, b." in persona.text
    assert "language" not in persona.text
    assert next(s.persona for s in sessions if s.session_id == C) is None


def test_edge_cases_of_the_published_data(tmp_path: Path) -> None:
    huge = PAGE + "<p>" + "x" * (626_000 - len(PAGE) - 7) + "</p>"
    rows = [
        click(A, 5, "other", None, element_meta='{"name": "footer.careers", "data": 1}'),
        click(A, 5, "other", None, element_meta=None),
        click(A, 5, "review", "reviews.gone_from_the_html", simplified_html=huge),
        click(B, 1, "product_option", "x", window_size="oops", page_meta="[1]", rationale=None),
    ]
    result, sessions = run(write_opera(tmp_path, rows, [], {}))
    by_id = {session.session_id: session for session in sessions}
    assert [step.action for step in by_id[A].steps] == [
        Click("footer.careers"), Click(""), Click("reviews.gone_from_the_html"),
    ]  # fmt: skip
    assert len(by_id[A].steps[2].context) == 626_000
    assert len({step.timestamp for step in by_id[A].steps}) == 1
    assert len(by_id[B].steps) == 1
    assert by_id[B].steps[0].viewport is None
    assert by_id[A].end is None
    assert "1 action on elements without a name, 3 on names that are not in the HTML" in (
        result.output
    )


def test_the_published_split_is_kept_and_shares_users(tmp_path: Path) -> None:
    result, _ = run(usual(tmp_path), "--split", "published", out="o.parquet")
    assert result.exit_code == 0
    train = list(read_sessions(tmp_path / "o.train.parquet"))
    test = list(read_sessions(tmp_path / "o.test.parquet"))
    assert {s.session_id for s in train} == {A, C}
    assert [s.session_id for s in test] == [B]
    assert train[0].user_id in {"u1", "u_2"}


def test_a_user_disjoint_split_shares_none(tmp_path: Path) -> None:
    train = [action(f"u{i // 5}_{i}_9", 1, "terminate") for i in range(80)]
    test = [action(f"u{i // 5}_{i}_9", 1, "terminate") for i in range(80, 100)]
    random.Random(0).shuffle(train)
    result, _ = run(write_opera(tmp_path, train, test, {}), "--split", "user")
    assert result.exit_code == 0, result.output
    parts = [list(read_sessions(tmp_path / f"opera.{p}.jsonl")) for p in ("train", "test")]
    users = [{session.user_id for session in part} for part in parts]
    assert not users[0] & users[1]
    assert (len(parts[0]), len(parts[1])) == (85, 15)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (action(A, 1, "scroll"), "row 1: unknown action_type 'scroll' - at `action_type`"),
        (click(A, 1, "teleport", "x"), "unknown click_type 'teleport'"),
        (action(A, 1, "terminate", timestamp="noon"), "'noon' is not an ISO time"),
        (action(A, 1, "terminate", timestamp=None), "no value - at `timestamp`"),
        (action(A, 1, "terminate", simplified_html=None), "no value - at `simplified_html`"),
    ],
)
def test_a_row_that_is_not_as_published_stops_or_is_counted(
    tmp_path: Path, row: dict[str, object], complaint: str
) -> None:
    write_opera(tmp_path, [row, action(B, 1, "terminate")], [], {})
    strict, sessions = run(tmp_path)
    assert strict.exit_code == 2
    assert "train-00000-of-00002.parquet" in strict.output
    assert complaint in strict.output
    assert sessions == []
    lenient, sessions = run(tmp_path, "--skip-bad")
    assert lenient.exit_code == 0
    assert "1 bad row passed over" in lenient.output
    assert [session.session_id for session in sessions] == [B]


def test_a_survey_that_is_not_json_is_told_with_its_row(tmp_path: Path) -> None:
    write_opera(tmp_path, [action(A, 1, "terminate")], [], {"u1": "{oops"})
    strict, _ = run(tmp_path)
    assert strict.exit_code == 2
    assert "row 1: not JSON" in strict.output
    lenient, [session] = run(tmp_path, "--skip-bad")
    assert lenient.exit_code == 0
    assert session.persona is None


def test_a_folder_that_is_not_opera_is_told(tmp_path: Path) -> None:
    result, _ = run(tmp_path)
    assert isinstance(result.exception, RecordError)
    assert "does not hold OPeRA" in str(result.exception)


def test_every_click_type_has_a_kind() -> None:
    assert len(KINDS) == 13


@given(st.recursive(st.none() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(
    st.text(), s)))  # fmt: skip
def test_any_survey_is_a_persona_or_none(survey: object) -> None:
    persona = to_persona("u", msgspec.json.encode(survey).decode())
    assert persona is None or persona.text


@given(st.text(), st.sampled_from(["link", "textbox", "searchbox", "generic"]))
def test_any_name_has_a_kind(name: str, role: str) -> None:
    assert kind_by_name(name, role) in {*KINDS.values(), "other"}


def test_terminate_is_leaving(tmp_path: Path) -> None:
    _, sessions = run(usual(tmp_path))
    [last] = [s.steps[-1] for s in sessions if s.session_id == B]
    assert (last.action, last.kind) == (Terminate(), "leave")


def test_the_full_set_has_scrolls_and_tabs(tmp_path: Path) -> None:
    """Scrolls become scrolls, several in a row one; what is about tabs is left out and counted."""
    rows = [
        typed(A, 1, "mug"),
        action(A, 2, "scroll", element_meta='{"deltaY": 300}'),
        action(A, 3, "scroll", element_meta='{"deltaY": 120}'),
        action(A, 4, "scroll", element_meta='{"deltaY": -80}'),
        action(A, 5, "tab_activate"),
        action(A, 6, "navigation"),
        click(A, 7, "product_link", "search_results.red_mug.view_product"),
        action(A, 8, "terminate"),
    ]
    write_opera(tmp_path, rows, [action(B, 1, "terminate")], {}, configuration="full")
    result, sessions = run(tmp_path, "--configuration", "full")
    assert result.exit_code == 0, result.output
    actions = [s.action for s in next(x for x in sessions if x.session_id == A).steps]
    assert actions == [
        Input("nav_bar.search_input", "mug"),
        Scroll(direction="down"),
        Scroll(direction="up"),
        Click("search_results.red_mug.view_product"),
        Terminate(),
    ]
    assert "left out, as they are no step on a page: 1 navigation, 1 tab_activate" in result.output


def test_a_session_of_tabs_alone_is_told(tmp_path: Path) -> None:
    write_opera(
        tmp_path,
        [action(A, 1, "tab_create")],
        [action(B, 1, "terminate")],
        {},
        configuration="full",
    )
    result, _ = run(tmp_path, "--configuration", "full")
    assert result.exit_code == 2 and "nothing is left but tabs" in result.output
    result, sessions = run(tmp_path, "--configuration", "full", "--skip-bad", out="rest.jsonl")
    assert result.exit_code == 0 and [s.session_id for s in sessions] == [B]


def test_a_type_that_nobody_knows_is_still_named(tmp_path: Path) -> None:
    write_opera(
        tmp_path, [action(A, 1, "wink")], [action(B, 1, "terminate")], {}, configuration="full"
    )
    result, _ = run(tmp_path, "--configuration", "full")
    assert result.exit_code == 2 and "unknown action_type 'wink'" in result.output


@pytest.mark.slow
def test_as_many_as_the_card_says(tmp_path: Path) -> None:
    """692 sessions of 51 users in the full set."""
    names = [f"u{n % 51}_{n}_{n + 1}" for n in range(692)]
    rows = [row for name in names for row in (typed(name, 1, "mug"), action(name, 2, "terminate"))]
    write_opera(tmp_path, rows[:1200], rows[1200:], {}, configuration="full")
    result, sessions = run(tmp_path, "--configuration", "full")
    assert result.exit_code == 0, result.output
    assert (len(sessions), len({s.user_id for s in sessions})) == (692, 51)
