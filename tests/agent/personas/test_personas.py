"""Personas are read strictly and handed out the same way every time."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.personas.personas import PersonaError, cast, load_personas, sample_personas
from agent.sessions.session import Persona

DECK = [(Persona(id=f"p{n}", text="x"), f"intent {n}") for n in range(5)]


@given(st.integers(1, 40), st.integers(0, 2**32))
def test_a_larger_run_extends_a_smaller_one(count: int, seed: int) -> None:
    assert cast(DECK, count + 7, seed, None)[:count] == cast(DECK, count, seed, None)


def test_nobody_comes_twice_before_everybody_came_once() -> None:
    ids = [c.persona.id for c in cast(DECK, 10, 3, None)]
    assert sorted(ids[:5]) == sorted(ids[5:]) == [p.id for p, _ in DECK]


def test_customers_have_their_own_seed_and_intent() -> None:
    customers = cast(DECK, 5, 0, None)
    assert len({c.seed for c in customers}) == 5
    assert {c.intent for c in customers} == {intent for _, intent in DECK}
    assert {c.intent for c in cast(DECK, 5, 0, "a mug")} == {"a mug"}


def test_the_sample_personas_are_distinct_and_have_intents() -> None:
    sample = sample_personas()
    assert len({p.id for p, _ in sample}) == len(sample) >= 20
    assert all(intent for _, intent in sample)


def test_uxagents_persona_reads_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    row = {
        "persona": "Maya, a baker.",
        "intent": "buy a jacket",
        "age": 31,
        "gender": "female",
        "income": [30001, 94000],
    }
    path.write_text(json.dumps(row, indent=2))
    [(persona, intent)] = load_personas(path)
    assert (persona.text, persona.age, persona.income) == ("Maya, a baker.", 31, "30001 to 94000")
    assert intent == "buy a jacket"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"text":"a"}\n{"text":"b","agee":3}\n', ":2: Object contains unknown field `agee`"),
        ('{"text":"a"}\n{"text":7}\n', ":2: Expected `str`, got `int` - at `$.text`"),
        ('{"text":"a"}\n{oops}\n', ":2: not JSON"),
        ("[1]", ":1: Expected `object`"),
        ("\n\n", "holds no personas"),
        ("[]", "holds no personas"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(text)
    with pytest.raises(PersonaError) as caught:
        load_personas(path)
    assert named in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PersonaError, match=r"nowhere\.jsonl"):
        load_personas(tmp_path / "nowhere.jsonl")


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PersonaError, match="cannot read"):
        load_personas(path)
