"""Personas' descriptions written out by a language model, from the facts that were drawn.

An answer that is no description of the person is asked for again, and then the drawn text stays.
Knows personas and models, not populations.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable

import msgspec

from agent.personas.sampling import Person
from agent.policies.completion import ChatMessage, Completer, CompletionRequest

ATTEMPTS = 3
SHORTEST, LONGEST = 60, 900
"""Characters of a description that can be used."""
MAX_TOKENS = 220

_SYSTEM = (
    "You describe customers of online shops for a study. You get facts about one person. Write "
    "two to four plain sentences about them in the third person: who they are and how they shop. "
    "Keep every fact as it is, add nothing that contradicts them, name no shop and no product, "
    "and write nothing but the description."
)
_UNWANTED = ("{", "}", "<", "*", "#", "```", "as an ai", "here is", "here's", "description:")


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A person, and whether a model wrote the text; if not, the text is the drawn one."""

    person: Person
    by_model: bool


async def write_texts(
    model: Completer, people: Iterable[Person], *, at_once: int
) -> AsyncIterator[Written]:
    """Everyone in order, `at_once` being worked on at a time.

    Raises:
        PolicyError: the model cannot be reached.
    """
    working: deque[asyncio.Task[Written]] = deque()
    try:
        for person in people:
            working.append(asyncio.create_task(_written(model, person)))
            if len(working) >= at_once:
                yield await working.popleft()
        while working:
            yield await working.popleft()
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def _written(model: Completer, person: Person) -> Written:
    for attempt in range(ATTEMPTS):
        answer = await model.complete(
            CompletionRequest(
                system=_SYSTEM,
                turns=(ChatMessage("user", facts(person)),),
                max_tokens=MAX_TOKENS,
                temperature=0.8,
                seed=attempt,
            )
        )
        text = " ".join(answer.text.split()).strip('"“” ')
        if answer.stop == "end" and usable(text, person):
            return Written(person=_with_text(person, text, model.name), by_model=True)
    return Written(person=person, by_model=False)


def facts(person: Person) -> str:
    """What the model is told: the drawn text, and what it leaves out."""
    persona = person.persona
    extra = {"Gender": persona.gender, "Income": persona.income}
    lines = [persona.text, *(f"{key}: {value}" for key, value in extra.items() if value)]
    return "\n".join(lines)


def usable(text: str, person: Person) -> bool:
    """Whether an answer is a description: of its length, in prose, of this person by name."""
    low = text.lower()
    name = person.persona.text.split(maxsplit=1)[0] if person.persona.text else ""
    return (
        SHORTEST <= len(text) <= LONGEST
        and name in text
        and not any(word in low for word in _UNWANTED)
    )


def _with_text(person: Person, text: str, model: str) -> Person:
    """The person told in other words; a note says whose."""
    traits = {**person.persona.traits, "text_by": model}
    persona = msgspec.structs.replace(person.persona, text=text, traits=traits)
    return msgspec.structs.replace(person, persona=persona)
