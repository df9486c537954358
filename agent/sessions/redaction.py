"""Taking what a person typed out of a session: out of actions, pages, names, titles, addresses,
errors and notices.

Goes by the typed words themselves, so it also finds them where a page repeats them ("Results for
...", an address with the search in it).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from typing import Literal, assert_never
from urllib.parse import quote, quote_plus

import msgspec

from agent.sessions.session import Session, Step
from envs.actions import Click, Input, Terminate, TypeAndSubmit, Typing

Redact = Literal["nothing", "personal", "all"]
"""What to take out: nothing, all but searches, everything typed."""

_UNESCAPED = "!'()*~"
"""What JavaScript's ``encodeURIComponent`` leaves as it is."""
TYPED = "[redacted]"
NAMED = "redacted"
_SHORTEST = 3
"""Characters of a text that is looked for in pages; shorter ones stand everywhere by chance, and
are taken out of fields only."""


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
    clean = _cleaner(texts)
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
        case Terminate():
            pass
        case _:
            assert_never(action)
    return msgspec.structs.replace(
        step,
        action=action,
        url=clean(step.url),
        title=clean(step.title),
        context=clean(step.context),
        names=tuple(msgspec.structs.replace(e, name=clean(e.name)) for e in step.names),
        result=msgspec.structs.replace(step.result, error=_if_any(step.result.error, clean)),
        notices=None
        if step.notices is None
        else tuple(
            msgspec.structs.replace(n, text=clean(n.text), about=clean(n.about))
            for n in step.notices
        ),
    )


def _if_any(text: str | None, clean: Callable[[str], str]) -> str | None:
    return None if text is None else clean(text)


def _cleaner(texts: Iterable[str]) -> Callable[[str], str]:
    """Replaces every spelling of the texts: as typed, escaped, in an address, in a name."""
    longest_first = sorted(texts, key=len, reverse=True)
    words = [t for t in longest_first if len(t.strip()) >= _SHORTEST and not _is_number(t)]
    plain = _any({form for t in words for form in _in_a_page(t.strip())})
    address = _any({form for t in words for form in _in_an_address(t)})
    named = _any({slug for t in words if len(slug := _slug(t)) >= _SHORTEST})
    held = _held({form for t in longest_first for form in _in_a_page(t)})

    def clean(text: str) -> str:
        for pattern, instead in (
            (held, f'value="{TYPED}"'),
            (plain, TYPED),
            (address, NAMED),
            (named, NAMED),
        ):
            if pattern is not None:
                text = pattern.sub(instead, text)
        return text

    return clean


def _in_a_page(text: str) -> tuple[str, ...]:
    """As typed; as simplified pages escape it, in text and in attributes; as Python does."""
    in_text = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        text,
        in_text,
        in_text.replace('"', "&quot;"),
        html.escape(text, False),
        html.escape(text),
    )


def _in_an_address(text: str) -> tuple[str, ...]:
    """As Python writes it and as browsers do, which leave ``!'()*~`` alone in addresses and all of
    them but ``*`` escaped in forms; spaces as ``%20`` and as ``+``."""
    ways = ("", "/", _UNESCAPED, "*")
    return tuple(form for safe in ways for form in (quote(text, safe), quote_plus(text, safe)))


def _any(forms: Iterable[str]) -> re.Pattern[str] | None:
    """Any of the forms where it stands alone, whatever its case and spaces."""
    ready = sorted((f for f in forms if f), key=len, reverse=True)
    if not ready:
        return None
    either = "|".join(r"\s+".join(map(re.escape, form.split())) for form in ready)
    return re.compile(rf"(?<![^\W_])(?:{either})(?![^\W_])", re.IGNORECASE)


def _held(forms: Iterable[str]) -> re.Pattern[str]:
    """A field that holds one of the texts."""
    return re.compile(f'value="(?:{"|".join(map(re.escape, forms))})"')


def _is_number(text: str) -> bool:
    return text.strip().isdigit() and len(text.strip()) < 5


def _slug(text: str) -> str:
    return "_".join(re.findall(r"[^\W_]+", text.lower()))
