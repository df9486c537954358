"""What is chosen on New, and the files and command lines that it comes to."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path
from urllib.parse import parse_qs

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.personas.population import parse_population, sample_text
from agent.study.load import read_study
from shopper.app.new.draft import Draft, TaskDraft, intent_of, read_draft
from shopper.app.new.population import people, population_text, sliders
from shopper.app.new.written import study_toml, written

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40).map(str.strip)


@given(
    title=TEXT,
    told=TEXT.filter(bool),
    words=TEXT,
    customers=st.integers(1, 10_000),
    weight=st.integers(0, 100),
)
def test_an_address_says_all_that_was_chosen(
    title: str, told: str, words: str, customers: int, weight: int
) -> None:
    draft = Draft(
        kind="study",
        title=title,
        site="https://shop.example/a?b=c&d",
        customers=customers,
        people="drawn",
        weights={"age/18-24": float(weight)},
        tasks=(TaskDraft(text=told, done="seen", words=words), TaskDraft(text="b")),
        policy="synthetic",
    )
    assert read_draft(parse_qs(draft.query, keep_blank_values=True)) == draft


@given(title=TEXT.filter(bool), told=TEXT.filter(bool), words=TEXT.filter(bool))
def test_a_study_is_written_as_it_was_said(title: str, told: str, words: str) -> None:
    draft = Draft(title=title, tasks=(TaskDraft(text=told, done="seen", words=words),))
    table = tomllib.loads(study_toml(draft, None))
    assert table["title"] == title
    assert table["tasks"][0]["text"] == told
    assert table["tasks"][0]["success"] == {"text": words}


def test_a_study_can_be_carried_out(tmp_path: Path) -> None:
    draft = Draft(
        kind="study",
        title='The "quoted" one \\',
        variant="default",
        tasks=(TaskDraft(text="a mug"), TaskDraft(text="b", done="seen", url="*/p/*", steps=7)),
        device="phone",
        locale="de-DE",
    )
    path = tmp_path / "study.toml"
    path.write_text(study_toml(draft, None), "utf-8")
    study = read_study(path)
    assert (study.title, study.population.device) == ('The "quoted" one \\', "phone")
    assert [task.max_steps for task in study.tasks] == [25, 7]
    assert study.tasks[0].success.order and study.tasks[1].success.url == "*/p/*"


def test_a_run_is_the_command_that_is_shown(tmp_path: Path) -> None:
    draft = Draft(site="https://shop.example/", intent="a 'warm' jacket", allow=("cdn.example",))
    made = written(draft, tmp_path, tmp_path / "files")
    assert shlex.split(made.command) == ["shopper", *made.arguments]
    assert made.arguments[:2] == ("run", "https://shop.example/")
    assert made.arguments[made.arguments.index("--intent") + 1] == "a 'warm' jacket"


def test_a_population_is_as_it_ships_unless_it_is_moved() -> None:
    assert parse_population(population_text({}), "x") == parse_population(sample_text(), "x")
    kept = {one.key: float(one.weight) for values in sliders({}).values() for one in values}
    assert parse_population(population_text(kept), "x") == parse_population(sample_text(), "x")


def test_sliders_move_who_comes() -> None:
    ages = {f"age/{age}": 0.0 for age in ("25-34", "35-44", "45-54", "55-64", "65-82")}
    drawn = people(ages, 30, 1)
    assert all(18 <= int(one.persona.age or 0) <= 24 for one in drawn)
    terse = people({"search/plain": 0.0, "search/wordy": 0.0}, 10, 1)
    assert {one.drawn["search"] for one in terse} == {"terse"}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"site": ["ftp://x"]}, "site"),
        ({"customers": ["0"]}, "people"),
        ({"device": ["toaster"]}, "people"),
        ({"kind": ["study"], "t1/text": ["x"]}, "task"),
        ({"policy": ["nobody"]}, "who"),
        ({"price": ["cheap"]}, "who"),
        ({"variant": ["none"]}, "site"),
    ],
)
def test_what_is_wrong_stands_on_the_step_where_it_can_be_mended(
    fields: dict[str, list[str]], problem: str
) -> None:
    assert [one.step for one in read_draft(fields).problems()] == [problem]


def test_what_customers_want_is_one_of_three() -> None:
    assert intent_of({"wants": ["own"], "intent": ["x"]}) == ""
    assert intent_of({"wants": ["shop"], "intent": ["x"]}) == "from-shop"
    assert intent_of({"wants": ["all"], "intent": [" x "]}) == "x"
    assert intent_of({}) is None
    assert msgspec.structs.replace(Draft(), intent="x").query
