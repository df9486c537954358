"""Pages as lines in prompts and training windows: the same tokens when acting and when training,
and a grammar that offers exactly what they show."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.models import fetch_embedded
from agent.prompts.context_window import PromptBuilder
from agent.prompts.grammar import LegalActions, grammar, legal_actions
from agent.prompts.lines import read_answer, write_answer
from agent.prompts.prompt import PromptSettings
from agent.prompts.tokenizer import FastTokenizer
from agent.sessions.logged_page import observation_of
from agent.sessions.session import Session
from envs.actions import Action, Click, Terminate, TypeAndSubmit
from tests.agent.prompts.lines.shop_pages import PRODUCT, RESULTS
from tests.agent.prompts.test_grammar import accepts
from tests.agent.runs.sessions import session_of, sessions

LINES = PromptSettings(page="lines", answer="action_first")
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
variants = st.builds(
    PromptSettings,
    page=st.just("lines"),
    answer=st.sampled_from(["reasoning_first", "action_first"]),
    window=st.sampled_from([700, 4000]),
    page_share=st.sampled_from([0.05, 0.5]),
    page_tokens=st.sampled_from([None, 64, 200]),
    reasoning=st.booleans(),
    past_reasonings=st.booleans(),
    intent=st.booleans(),
)
SHOP: list[tuple[str, str | None, Action]] = [
    (RESULTS.html, "I look at it.", Click("hits.desk_lamp")),
    (PRODUCT.html, "Too dear.", TypeAndSubmit("header.search.find", "desk lamp")),
    (RESULTS.html, "Nothing.", Terminate()),
]


@pytest.fixture(scope="module")
def tokenizer() -> FastTokenizer:
    return fetch_embedded().tokenizer()


def shop_session() -> Session:
    """Three steps with the kinds of what is on their pages."""
    session = session_of(SHOP, intent="a desk lamp for less than $100")
    names, kinds = (RESULTS.names, PRODUCT.names, RESULTS.names), ("product", "search", "leave")
    steps = [
        msgspec.structs.replace(step, names=named, kind=kind)
        for step, named, kind in zip(session.steps, names, kinds, strict=True)
    ]
    return msgspec.structs.replace(session, steps=tuple(steps))


def check_parity(session: Session, tokenizer: FastTokenizer, settings: PromptSettings) -> None:
    windows = PromptBuilder(tokenizer, settings)
    acted = []
    for window in windows.training_sequences(session):
        for step, start in window.starts.items():
            now = session.steps[step]
            before = msgspec.structs.replace(session, steps=session.steps[:step], end=None)
            acting = PromptBuilder(tokenizer, settings)
            prompt = acting.prompt_for(before, observation_of(now))
            assert window.ids[:start] == prompt.ids
            acted.append(step)
            assert prompt.handles is not None
            written = write_answer(now.action, prompt.handles)
            assert (step in window.hidden) == (step not in window.actions)
            if written is None:
                assert step in window.hidden
                continue
            ids = prompt.ids
            if settings.acts_first:
                ids += acting.encode_answer(written)
                ids += acting.encode_reasoning(now.reasoning)[1][:-1]
            else:
                if settings.reasoning:
                    ids += acting.encode_reasoning(now.reasoning)[1]
                ids += tokenizer.encode(written)
            if len(ids) < settings.window:
                assert window.ids[: len(ids) + 1] == (*ids, tokenizer.eos_id)
    assert acted == list(range(len(session.steps)))


@pytest.mark.slow
@quick
@given(session=sessions(), settings=variants)
def test_training_sees_the_tokens_acting_saw(
    tokenizer: FastTokenizer, session: Session, settings: PromptSettings
) -> None:
    check_parity(session, tokenizer, settings)


@pytest.mark.parametrize("answer", ["reasoning_first", "action_first"])
@pytest.mark.parametrize("reasoning", [True, False])
def test_a_shops_pages_too(tokenizer: FastTokenizer, answer: str, reasoning: bool) -> None:
    chosen = PromptSettings(page="lines", answer=answer, reasoning=reasoning)  # type: ignore[arg-type]
    check_parity(shop_session(), tokenizer, chosen)


def test_what_is_learned_is_the_action_and_then_the_reasoning(tokenizer: FastTokenizer) -> None:
    (window,) = PromptBuilder(tokenizer, LINES).training_sequences(shop_session())
    learned = tuple(i for i, on in zip(window.ids, window.supervised, strict=True) if on)
    assert tokenizer.decode(learned) == (
        "result 2\nI look at it.search: desk lamp\nToo dear.leave\nNothing."
    )
    said = [tokenizer.decode(window.ids[p.start : p.stop]) for p in window.actions.values()]
    assert said == ["result 2", "search: desk lamp", "leave"]


def test_later_pages_tell_what_was_opened(tokenizer: FastTokenizer) -> None:
    (window,) = PromptBuilder(tokenizer, LINES).training_sequences(shop_session())
    text = tokenizer.decode(window.ids)
    assert text.count("result 2: Desk Lamp; $35 4.1*; ++") == 2
    assert text.count("++; opened") == 1
    assert "So far: step 3, 1 searches, 1 opened" in text


def test_the_target_decides_nothing_of_what_is_shown(tokenizer: FastTokenizer) -> None:
    """Another action at the last step: the same prompt for it."""
    session = shop_session()
    other = msgspec.structs.replace(
        session.steps[-1], action=Click("footer.jobs"), kind="navigation"
    )
    changed = msgspec.structs.replace(session, steps=(*session.steps[:-1], other))
    ours, theirs = (
        PromptBuilder(tokenizer, LINES).training_sequences(one)[0] for one in (session, changed)
    )
    assert ours.starts == theirs.starts
    assert ours.ids[: ours.starts[2]] == theirs.ids[: ours.starts[2]]


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("page", [RESULTS, PRODUCT], ids=["results", "product"])
def test_the_grammar_writes_what_the_page_shows(
    tokenizer: FastTokenizer, page: object, end: str
) -> None:
    pytest.importorskip("llguidance")
    seen = RESULTS if page is RESULTS else PRODUCT
    prompt = PromptBuilder(tokenizer, LINES).prompt_for(session_of([]), seen)
    assert prompt.handles is not None
    legal = legal_actions(seen, prompt.visible, input_action=True).by_handles(
        prompt.handles, end=end
    )
    for handle in prompt.handles.values():
        assert accepts(legal, f"{handle}{end}")
        assert isinstance(read_answer(handle, prompt.handles), Click)
    for text in ("leave", 'search: red "lamp" \\\\ é', "input search: x"):
        assert accepts(legal, f"{text}{end}")
    for text in ("result 4", "result", "leave ", "search:x", "search: ", "cart: x", "search: a\nb"):
        assert not accepts(legal, f"{text}{end}")


def test_a_handle_that_begins_another_is_offered_too() -> None:
    pytest.importorskip("llguidance")
    legal = LegalActions(("result 1", "result 12", "buy", "buy 2"), (), form="lines")
    for handle in legal.names:
        assert accepts(legal, handle)
    assert not accepts(legal, "result 13")
    assert "buy" in grammar(legal, "xgrammar")
