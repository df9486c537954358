"""Typed text is taken out of a session wherever a page repeats it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from agent.sessions.redaction import Redact, redacted
from agent.sessions.session import Result, Session, Step, encode
from envs.actions import Action, Click, Input, Terminate, TypeAndSubmit
from envs.faults import Fault, Notice, PageNotice
from envs.observation import Element

START = datetime(2026, 1, 1, tzinfo=UTC)


def step(index: int, action: Action, kind: str, context: str, url: str = "http://x/") -> Step:
    name = getattr(action, "name", "")
    names = (Element(name, "button"),) if name else ()
    at = START + timedelta(seconds=index)
    return Step(index=index, timestamp=at, url=url, title=context[:30], context=context,
                action=action, kind=kind, names=names)  # fmt: skip


@pytest.fixture
def visit() -> Session:
    steps = (
        step(0, TypeAndSubmit("search", "ada's red mug"), "search", "<input name=search>"),
        step(1, Input("name", "Ada Low"), "other", "Results for  ADA&#x27;s red mug",
             "http://x/s?q=ada%27s+red+mug"),
        step(2, Input("size", "42"), "other", '<input value="Ada Low"> size 42, adage, Adalow'),
        step(3, Click("hello_ada_low.order"), "buy",
             '<b name="hello_ada_low.order">Hello Ada  Low</b><input value="42">'),
        step(4, Terminate(), "leave", "Bye, Ada Low!"),
    )  # fmt: skip
    return Session(session_id="s", user_id="u", site="x", started_at=START, source="recorded",
                   steps=steps, end="terminate")  # fmt: skip


def test_nothing_is_taken_out_unless_asked(visit: Session) -> None:
    assert redacted(visit, "nothing") is visit


@pytest.mark.parametrize("what", ["personal", "all"])
def test_what_was_typed_is_nowhere(visit: Session, what: Redact) -> None:
    clean = redacted(visit, what)
    text = encode(clean).decode().lower()
    assert "ada low" not in text and "ada  low" not in text and "ada_low" not in text
    assert 'value=\\"42\\"' not in text, "a short text is taken out of fields"
    assert "size 42, adage, adalow" in text, "and left where it may be something else"
    assert clean.steps[3].action == Click("hello_redacted.order")
    assert clean.steps[3].names[0].name == "hello_redacted.order"
    assert 'name="hello_redacted.order"' in clean.steps[3].context
    assert clean.steps[1].action == Input("name", "[redacted]")


def test_reasons_that_quote_it_are_cleaned_too(visit: Session) -> None:
    thought = msgspec.structs.replace(visit.steps[3], reasoning="I am Ada Low and want it")
    clean = redacted(msgspec.structs.replace(visit, steps=(*visit.steps[:3], thought)), "all")
    assert clean.steps[3].reasoning == "I am [redacted] and want it"


def test_errors_and_notices_that_quote_it_are_cleaned_too(visit: Session) -> None:
    said = PageNotice.of(Notice.ALERT, "Hello Ada Low")
    error = "'name' holds \"Ada Low\" after typing"
    told = msgspec.structs.replace(
        visit.steps[2],
        result=Result(ok=False, error=error, fault=Fault.TEXT_NOT_KEPT),
        notices=(said,),
    )
    steps = (*visit.steps[:2], told, *visit.steps[3:])
    clean = redacted(msgspec.structs.replace(visit, steps=steps), "all").steps[2]
    assert clean.result.error == "'name' holds \"[redacted]\" after typing"
    assert clean.notices == (PageNotice.of(Notice.ALERT, "Hello [redacted]"),)
    assert clean.result.fault is Fault.TEXT_NOT_KEPT


@pytest.mark.parametrize(
    "form",
    [
        "O'Neil &amp; Sons",  # a text of a simplified page
        'value="O\'Neil &amp; Sons"',
        "http://x/s?q=O'Neil%20%26%20Sons",  # encodeURIComponent
        "http://x/s?q=O%27Neil+%26+Sons",  # a form
    ],
)
def test_every_spelling_of_what_was_typed_is_found(form: str) -> None:
    steps = (
        step(0, Input("name", "O'Neil & Sons"), "other", "<input name=name>"),
        step(1, Terminate(), "leave", form, form if form.startswith("http") else "http://x/"),
    )
    visit = Session(session_id="s", user_id="u", site="x", started_at=START, source="recorded",
                    steps=steps, end="terminate")  # fmt: skip
    last = redacted(visit, "personal").steps[1]
    assert "Neil" not in last.context + last.url


def test_searches_stay_when_only_the_personal_goes(visit: Session) -> None:
    assert redacted(visit, "personal").steps[0] == visit.steps[0]
    clean = redacted(visit, "all")
    assert clean.steps[0].action == TypeAndSubmit("search", "[redacted]")
    assert clean.steps[1].url == "http://x/s?q=redacted"
    assert clean.steps[1].context == "Results for  [redacted]"
