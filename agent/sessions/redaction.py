"""Taking what a person typed out of a session: out of actions, reasons, pages, names, titles,
addresses, errors and notices.

Goes by the typed words themselves, so it also finds them where a page repeats them ("Results for
...", an address with the search in it).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, assert_never

import msgspec

from agent.sessions.session import Session, Step
from envs.actions import (
    Back,
    Click,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Typing,
    Wait,
)
from envs.sieve import replacer

Redact = Literal["nothing", "personal", "all"]
"""What to take out: nothing, all but searches, everything typed."""

TYPED = "[redacted]"
NAMED = "redacted"


def redacted(session: Session, what: Redact) -> Session:
    """The session without what was typed."""
    if what == "nothing":
        return session
    texts = {
        step.action.text
        for step in session.steps
        if isinstance(step.action, Typing) and step.action.text and _covers(what, step)
    }
    if not texts:
        return session
    clean = replacer(texts, TYPED, NAMED)
    return msgspec.structs.replace(
        session, steps=tuple(_without(step, what, clean) for step in session.steps)
    )


def _covers(what: Redact, step: Step) -> bool:
    return what == "all" or step.kind != "search"


def _without(step: Step, what: Redact, clean: Callable[[str], str]) -> Step:
    action = step.action
    match action:
        case TypeAndSubmit(name, text) | Input(name, text):
            said = TYPED if text and _covers(what, step) else text
            action = msgspec.structs.replace(action, name=clean(name), text=said)
        case Click(name):
            action = Click(clean(name))
        case Hover(name):
            action = Hover(clean(name))
        case Scroll(str(name)):
            action = Scroll(clean(name))
        case Scroll() | Back() | Wait() | Terminate():
            pass
        case _:
            assert_never(action)
    return msgspec.structs.replace(
        step,
        action=action,
        url=clean(step.url),
        title=clean(step.title),
        context=clean(step.context),
        reasoning=_if_any(step.reasoning, clean),
        names=tuple(msgspec.structs.replace(e, name=clean(e.name)) for e in step.names),
        result=msgspec.structs.replace(step.result, error=_if_any(step.result.error, clean)),
        notices=None
        if step.notices is None
        else tuple(
            msgspec.structs.replace(n, text=clean(n.text), about=clean(n.about))
            for n in step.notices
        ),
        troubles=tuple(
            msgspec.structs.replace(t, page=clean(t.page), text=clean(t.text))
            for t in step.troubles
        ),
    )


def _if_any(text: str | None, clean: Callable[[str], str]) -> str | None:
    return None if text is None else clean(text)
