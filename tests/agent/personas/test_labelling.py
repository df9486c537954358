"""Personas of logged people: from earlier visits only, and exchanged between people."""

from __future__ import annotations

import msgspec
import pytest

from agent.personas.labelling import exchanged, with_personas
from agent.sessions.session import Persona
from tests.eval.benchmark.sample import BUY, LEAVE, MUG, RED, SEARCH, session


def test_a_persona_knows_nothing_of_its_own_visit() -> None:
    visits = [
        session("a1", SEARCH, MUG, LEAVE, user="a"),
        session("b1", SEARCH, LEAVE, user="b"),
        session("a2", SEARCH, BUY, user="a"),
        session("a3", RED, RED, LEAVE, user="a"),
    ]
    found = list(with_personas(visits))
    assert [one.session_id for one in found] == ["a2", "a3"], "nothing is known of first visits"
    texts = [one.persona.text for one in found if one.persona]
    assert "hardly any of their visits" in texts[0], "the order of a2 is not told to a2"
    assert "five in ten of their visits" in texts[1]
    changed = [*visits[:3], session("a3", BUY, user="a")]
    assert [s.persona for s in with_personas(changed)] == [s.persona for s in found]


def test_a_persona_that_is_there_stays() -> None:
    own = Persona(id="p", text="Somebody.")
    visit = msgspec.structs.replace(session("x", LEAVE, user="p"), persona=own)
    assert list(with_personas([visit])) == [visit]


def test_everybody_gets_one_other_persons() -> None:
    visits = [
        msgspec.structs.replace(
            session(f"{user}{n}", LEAVE, user=user), persona=Persona(id=user, text=f"I am {user}.")
        )
        for n in range(2)
        for user in "abcde"
    ]
    other = exchanged(visits, seed=1)
    given = [(one.user_id, other(one).persona) for one in visits]
    assert all(persona is not None and persona.id != user for user, persona in given)
    assert given[:5] == given[5:], "one person is always the same other one"
    assert {persona.id for _, persona in given if persona} == set("abcde")
    with pytest.raises(ValueError, match="only one"):
        exchanged(visits[:1], seed=1)
