"""A study's file: what is wrong in it is said with the field and what to write instead."""

from pathlib import Path

import pytest

from agent.study.load import StudyError, draft, participants, read_study, visits

GOOD = """
title = "A"
site = "embedded"
[population]
customers = 3
[[tasks]]
id = "one"
text = "Buy {intent}"
success = { order = true }
[[tasks]]
id = "two"
text = "Find help."
success = { text = "help" }
"""


def read(tmp_path: Path, text: str) -> object:
    path = tmp_path / "study.toml"
    path.write_text(text)
    return read_study(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("customers = 3", "customers = 0", "$.population.customers"),
        ("customers = 3", "customer = 3", "did you mean 'customers'?"),
        ("title", "titel", "did you mean 'title'?"),
        ('text = "Find', 'txt = "Find', "did you mean 'text'?"),
        ("order = true", 'order = "yes"', "$.tasks[0].success.order"),
        ("order = true", "", "say when the task is done"),
        ("order = true", 'order = true, url = "*"', "an order stands alone"),
        ('id = "two"', 'id = "one"', "two tasks have the id 'one'"),
        ('id = "two"', 'id = "Task two"', "$.tasks[1].id"),
        ('"embedded"', '"file:///etc/passwd"', "file:///etc/passwd"),
        ('site = "embedded"', 'site = "embedded"\nvariant = "nice"', "no variant 'nice'"),
        ("customers = 3", 'customers = 3\ndevice = "watch"', "no device is called 'watch'"),
        ("customers = 3", 'customers = 3\nlocale = "?"', "'?' is not a locale"),
        ("title =", "title ==", "not TOML"),
        ("[[tasks]]", f'[questions]\nopen = ["{"no " * 700}"]\n[[tasks]]', "$.questions.open"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(StudyError) as error:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert said in str(error.value)
    assert "study.toml" in str(error.value)


def test_a_study_without_tasks_is_none(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="tasks"):
        read(tmp_path, GOOD.partition("[[tasks]]")[0])


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="--init"):
        read_study(tmp_path / "none.toml")


@pytest.mark.parametrize("url", ["embedded", "http://127.0.0.1:8000/shop"])
def test_the_draft_can_be_carried_out(tmp_path: Path, url: str) -> None:
    study = read(tmp_path, draft(url))
    assert study.site == url  # type: ignore[attr-defined]


def test_every_participant_does_every_task_with_their_own_intent(tmp_path: Path) -> None:
    study = read_study(_written(tmp_path, GOOD))
    people = participants(study, tmp_path)
    assert [one.session_id for one in visits(study.tasks[1], people)] == [
        "customer-0001.two",
        "customer-0002.two",
        "customer-0003.two",
    ]
    for one, told in zip(people, visits(study.tasks[0], people), strict=True):
        assert told.intent == f"Buy {one.intent}"
        assert told.seed == one.seed


def test_a_task_about_the_own_intent_needs_one(tmp_path: Path) -> None:
    (tmp_path / "people.jsonl").write_text('{"id": "ann", "text": "Ann."}\n')
    text = GOOD.replace("customers = 3", 'customers = 1\npersonas = "people.jsonl"')
    study = read_study(_written(tmp_path, text))
    with pytest.raises(StudyError, match="'ann' has no intent"):
        participants(study, tmp_path)


def _written(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text)
    return path
