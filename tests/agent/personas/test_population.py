"""Populations: what shares people are drawn with, what is said about them, what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from agent.personas.personas import load_personas
from agent.personas.population import (
    PopulationError,
    load_population,
    parse_population,
    sample_text,
)
from agent.personas.sampling import draw, shares, targets_of
from agent.personas.written_texts import usable, write_texts
from agent.policies.remote.openai import OpenAIModel
from agent.sessions.session import Session
from agent.shoppers import read_goal
from tests.eval.benchmark.sample import START
from tests.servers.chat import Chat
from tests.servers.serving import serve

SMALL = """
name = "Two kinds"
text = "{name} is {age} and {price}."
[names]
female = ["Ada"]
[attributes.age]
"20-29" = 3
"70" = 1
[attributes.gender]
female = 1
[habits.price]
low = { weight = 1, text = "like{s} it cheap", traits = { price_sensitivity = 1.0 } }
high = { weight = 1, text = "pass{es} nothing", traits = { price_sensitivity = [0.0, 0.2] } }
[[when]]
age = ["70"]
multiply.price = { low = 3 }
[intents]
things = ["a mug"]
goals.buy = { weight = 1, texts = ["I need {thing}."] }
"""


@given(st.integers(0, 2**32), st.integers(1, 20), st.integers(0, 20))
def test_more_people_begin_with_the_fewer(seed: int, few: int, more: int) -> None:
    population = load_population(None)
    assert list(islice(draw(population, few + more, seed), few)) == list(
        draw(population, few, seed)
    )


def test_targets_include_what_goes_with_what() -> None:
    targets = targets_of(parse_population(SMALL, "small.toml"))
    assert targets["age"] == {"20-29": 0.75, "70": 0.25}
    # Three in four are even; of the rest, three in four like it cheap.
    assert targets["price"]["low"] == pytest.approx(0.75 * 0.5 + 0.25 * 0.75)


def test_a_drawn_population_has_the_shares_it_was_asked_for() -> None:
    population = load_population(None)
    people = list(draw(population, 3000, 7))
    found = shares(population, people)
    for what in dict.fromkeys(share.what for share in found):
        rows = [share for share in found if share.what == what and share.target > 0]
        expected = [row.target * len(people) for row in rows]
        assert stats.chisquare([row.count for row in rows], expected).pvalue > 1e-4, what


def test_who_someone_is_is_said_and_kept() -> None:
    [person] = draw(parse_population(SMALL, "small.toml"), 1, 0)
    persona = person.persona
    assert persona.id == "two-kinds-0-00001"
    assert persona.gender == "female" and isinstance(persona.age, int)
    cheap = persona.traits["price_sensitivity"] == 1.0
    wanted = "likes it cheap" if cheap else "passes nothing"
    assert persona.text == f"Ada is {persona.age} and {wanted}."
    assert person.intent == "I need a mug."


def test_the_shipped_population_suits_the_embedded_shop_and_its_shoppers() -> None:
    from agent.policies.synthetic import shopper_of

    population = load_population(None)
    assert all(read_goal(f"I need {thing}.").noun for thing in population.things)
    goals = {name: goal.texts for name, goal in population.goals.items()}
    assert all(read_goal(text).goal == goal for goal, texts in goals.items() for text in texts)
    for person in draw(population, 20, 1):
        user, _ = shopper_of(
            Session(
                session_id="s",
                user_id=person.persona.id,
                site="s",
                started_at=START,
                source="live",
                persona=person.persona,
                intent=person.intent,
            )
        )
        traits = person.persona.traits
        assert (user.care, user.style) == (traits["care"], traits["style"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"70" = 1', '"70" = -1', "attributes.age.70: Expected `float` >= 0"),
        ('"70" = 1', '"70" = "many"', "attributes.age.70: Expected `float`, got `str`"),
        ("female = 1", "female = 0", "gender: every weight is 0"),
        ("{price}.", "{prise}.", "text: there is no 'prise'"),
        ("like{s}", "like{S}", "habits.price.low.text: there is no 'S'"),
        ("weight = 1, text", "wieght = 1, text", "habits.price.low: Object"),
        ('age = ["70"]', 'age = ["71"]', "when[1].age: there is no '71'"),
        ("{ low = 3 }", "{ lo = 3 }", "when[1].multiply.price: there is no 'lo'"),
        ("multiply.price", "multiply.age", "when[1].multiply.age: is drawn before age"),
        ('["a mug"]', "[]", "intents.things: missing"),
        ("{thing}.", "{thnig}.", "intents.goals.buy.texts: there is no 'thnig'"),
        ('name = "Two kinds"', "nmae = 1", "unknown field `nmae`"),
        ("[names]", "[names", "not TOML"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_field(old: str, new: str, said: str) -> None:
    assert old in SMALL
    with pytest.raises(PopulationError) as caught:
        parse_population(SMALL.replace(old, new, 1), "small.toml")
    assert str(caught.value).startswith("small.toml: ")
    assert said in str(caught.value)


def personas(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shopper", "personas", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_writes_a_file_that_a_run_reads(tmp_path: Path) -> None:
    out = tmp_path / "p.jsonl"
    done = personas("--count", 25, "--seed", 2, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "asked for" in done.stdout and "18-24" in done.stdout
    people = list(draw(load_population(None), 25, 2))
    assert load_personas(out) == [(one.persona, one.intent) for one in people]
    before = out.read_bytes()
    again = personas("--count", 3, "--out", out)
    assert (again.returncode, out.read_bytes()) == (2, before)
    assert "--overwrite" in again.stderr


def test_the_shipped_population_can_be_edited(tmp_path: Path) -> None:
    shown = personas("--show")
    assert shown.stdout == sample_text()
    own = tmp_path / "own.toml"
    own.write_text(shown.stdout.replace('"18-24" = 12', '"18-24" = "a few"'))
    done = personas("--count", 3, "--from", own, "--out", tmp_path / "p.jsonl")
    assert done.returncode == 2
    assert "own.toml: attributes.age.18-24: Expected `float`, got `str`" in done.stderr
    missing = personas("--count", 3, "--from", tmp_path / "no.toml", "--out", tmp_path / "p.jsonl")
    assert (missing.returncode, "no.toml" in missing.stderr) == (2, True)


# Descriptions written by a model.


async def test_a_model_writes_them_out_and_bad_answers_leave_the_drawn_text() -> None:
    people = list(draw(load_population(None), 6, 4))
    names = [one.persona.text.split()[0] for one in people]
    spoiled = people[2].persona.text

    def answer(body: dict) -> str:
        asked = body["messages"][-1]["content"]
        if asked.startswith(spoiled):
            return "Sure! Here is the description you asked for: {...}"
        return f"{asked.split()[0]} keeps an eye on the money and takes the evening to choose well."

    server = Chat(answer)
    async with serve(server.application()) as url:
        model = OpenAIModel("m", f"{url}/v1")
        written = [one async for one in write_texts(model, people, at_once=3)]
        await model.close()
    assert [one.by_model for one in written] == [n != 2 for n in range(6)]
    assert written[2].person == people[2]
    assert written[0].person.persona.text.startswith(f"{names[0]} keeps an eye")
    assert written[0].person.persona.traits["text_by"] == model.name
    assert [one.person.intent for one in written] == [one.intent for one in people]


def test_only_a_description_of_this_person_is_one() -> None:
    [person] = draw(parse_population(SMALL, "small.toml"), 1, 0)
    good = "Ada is in her twenties, likes it cheap, and looks at every price twice before she buys."
    assert usable(good, person)
    assert not usable("Ada likes it.", person)
    assert not usable(good.replace("Ada", "Eva"), person)
    assert not usable(f"Here is the text: {good}", person)
    assert not usable(f'{{"text": "{good}"}}', person)


def test_a_policy_that_writes_nothing_is_refused(tmp_path: Path) -> None:
    done = personas("--count", 2, "--out", tmp_path / "p.jsonl", "--policy", "synthetic")
    assert done.returncode == 2
    assert "is not a language model" in done.stderr
    assert not (tmp_path / "p.jsonl").exists()


def test_rows_are_plain_json_lines(tmp_path: Path) -> None:
    out = tmp_path / "p.jsonl"
    assert personas("--count", 2, "--out", out, "--json").returncode == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert {"id", "text", "intent", "age", "gender", "income", "traits"} == set(rows[0])
