"""Hypothesis strategies for sessions that are well formed in every respect, and odd in the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import strategies as st

from agent.sessions.session import Cost, Finding, Oracle, Persona, Result, Session, Step, Viewport
from envs.actions import Action, Click, Input, Terminate, TypeAndSubmit
from envs.faults import Fault, Notice, PageNotice
from envs.held import Held
from envs.observation import Box, Element

START = datetime(2026, 3, 1, tzinfo=UTC)

texts = st.text(max_size=5)
names = st.text(min_size=1, max_size=5)
numbers = st.sampled_from([0.0, -1.5, 3e7, 1e-9])
boxes = st.builds(Box, x=numbers, y=numbers, width=numbers, height=numbers)
actions: st.SearchStrategy[Action] = st.one_of(
    st.builds(Click, names),
    st.builds(TypeAndSubmit, names, texts),
    st.builds(Input, names, texts),
    st.just(Terminate()),
)
elements = st.builds(Element, name=names, role=texts, box=st.none() | boxes)
notices = st.builds(PageNotice, code=st.sampled_from(Notice), text=texts, about=texts)
helds = st.builds(
    Held,
    layer=st.sampled_from(("words", "press", "request")),
    reason=texts,
    method=texts,
    keys=st.lists(texts, max_size=2).map(tuple),
)
personas = st.builds(
    Persona,
    id=names,
    text=texts,
    age=st.none() | st.integers(0, 120) | texts,
    gender=st.none() | texts,
    traits=st.dictionaries(names, texts | st.booleans() | st.integers(-9, 9), max_size=3),
)


rare: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {},
    optional={
        "title": texts,
        "names": st.lists(elements, max_size=2).map(tuple),
        "result": st.builds(
            Result,
            ok=st.booleans(),
            error=st.none() | texts,
            fault=st.none() | st.sampled_from(Fault),
        ),
        "notices": st.lists(notices, max_size=2).map(tuple),
        "executed": st.booleans(),
        "oracle": st.builds(Oracle, p_max=st.floats(0, 1)),
        "screenshot": texts,
        "raw_html": texts,
        "box": boxes,
        "viewport": st.builds(Viewport, width=st.just(800), height=st.just(600)),
        "cost": st.builds(Cost, prompt_tokens=st.integers(0, 99)),
        "click_type": texts,
        "held": helds,
    },
)
"""Fields that most steps leave out."""


@st.composite
def steps(draw: st.DrawFn, index: int, seconds: int) -> Step:
    step = Step(
        index=index,
        timestamp=START + timedelta(seconds=seconds, microseconds=index),
        url=draw(texts),
        context=draw(texts),
        reasoning=draw(st.none() | texts),
        action=draw(actions),
        kind=draw(texts),
    )
    return msgspec.structs.replace(step, **draw(rare))


@st.composite
def sessions(draw: st.DrawFn, session_id: str | None = None) -> Session:
    gaps = draw(st.lists(st.integers(0, 100), max_size=3))
    taken = tuple(draw(steps(i, sum(gaps[: i + 1]))) for i in range(len(gaps)))
    return Session(
        session_id=session_id or draw(names),
        user_id=draw(names),
        site=draw(texts),
        started_at=START,
        source=draw(texts),
        persona=draw(st.none() | personas),
        intent=draw(st.none() | texts),
        seed=draw(st.none() | st.integers(0, 2**70)),
        policy=draw(st.none() | texts),
        versions=draw(st.dictionaries(names, texts, max_size=2)),
        steps=taken,
        end=draw(st.none() | st.sampled_from(["purchase", "terminate", "limit", "error: x"])),
        findings=tuple(draw(st.lists(st.builds(Finding, kind=texts, step=st.just(0), text=texts),
                                     max_size=2))),
    )  # fmt: skip


@st.composite
def data_sets(draw: st.DrawFn) -> list[Session]:
    count = draw(st.integers(1, 3))
    return [draw(sessions(session_id=f"s{i}")) for i in range(count)]
