"""Sessions with a persona: by what the same person did before, or somebody else's.

So that a model can be trained with the right persona, with none and with another's, and the three
compared. A persona knows nothing of the visit it stands at: it is made of earlier visits only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random

import msgspec

from agent.personas.archetypes import described
from agent.personas.habits import Shopper
from agent.sessions.session import Persona, Session


def with_personas(sessions: Iterable[Session]) -> Iterator[Session]:
    """Sessions that have a persona as they are; of the others those of people who came before, with
    a description of what they did then. First visits of people of whom nothing is known are left
    out. The sessions of a person come in the order of their times."""
    known: dict[str, Shopper] = {}
    for session in sessions:
        if session.persona is not None:
            yield session
            continue
        shopper = known.setdefault(session.user_id, Shopper(session.user_id))
        if session.user_id and shopper.count["visits"]:
            persona = Persona(id=session.user_id, text=described("visitor", shopper.habits))
            yield msgspec.structs.replace(session, persona=persona)
        if session.steps:
            shopper.add(session)


def exchanged(sessions: Sequence[Session], seed: int) -> Callable[[Session], Session]:
    """Gives every session the persona of another person, of always the same one: people stand in a
    ring thrown with the seed, and each has the next one's first persona.

    Raises:
        ValueError: there is only one person.
    """
    first = {s.user_id: s.persona for s in reversed(sessions)}
    ring = sorted(first)
    if len(ring) < 2:
        raise ValueError("personas are exchanged between people, and there is only one")
    Random(f"{seed}/exchanged").shuffle(ring)
    after = dict(zip(ring, [*ring[1:], ring[0]], strict=True))
    return lambda session: msgspec.structs.replace(session, persona=first[after[session.user_id]])
