"""Prompts and training windows: the same tokens, whatever the session holds."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.models import fetch_embedded
from agent.prompts import prompt
from agent.prompts.context_window import ContextTooSmall, PromptBuilder
from agent.prompts.prompt import PromptSettings
from agent.prompts.tokenizer import FastTokenizer
from agent.sessions.html_tags import names_in
from agent.sessions.session import Result, Session
from envs.actions import Click, Terminate, TypeAndSubmit
from envs.observation import Observation
from tests.agent.runs.sessions import HOME, page_of, session_of, sessions

SMALL = PromptSettings(window=1500)
quick = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
variants = st.builds(
    PromptSettings,
    window=st.sampled_from([1500, 4000]),
    reasoning=st.booleans(),
    past_reasonings=st.booleans(),
    intent=st.booleans(),
)


@pytest.fixture(scope="module")
def tokenizer() -> FastTokenizer:
    return fetch_embedded().tokenizer()


def seen(session: Session, step: int) -> tuple[Session, Observation]:
    """What a policy was given when it acted at `step`."""
    before = msgspec.structs.replace(session, steps=session.steps[:step])
    now = session.steps[step]
    return before, Observation("", now.title, now.context, ())


@pytest.mark.slow
@quick
@given(session=sessions(), settings=variants)
def test_training_sees_the_tokens_acting_saw(
    tokenizer: FastTokenizer, session: Session, settings: PromptSettings
) -> None:
    windows = PromptBuilder(tokenizer, settings)
    acted = []
    for window in windows.training_sequences(session):
        for step, start in window.starts.items():
            acting = PromptBuilder(tokenizer, settings).prompt_for(*seen(session, step))
            now = session.steps[step]
            reasoning = windows.encode_reasoning(now.reasoning)[1] if settings.reasoning else ()
            action = tokenizer.encode(prompt.encode_action(now.action))
            answer = (*acting.ids, *reasoning, *action, tokenizer.eos_id)
            assert window.ids[:start] == acting.ids
            assert window.ids[: len(answer)] == answer
            acted.append(step)
    assert acted == list(range(len(session.steps)))


@quick
@given(session=sessions(), settings=variants)
def test_every_step_is_learned_once_or_hidden(
    tokenizer: FastTokenizer, session: Session, settings: PromptSettings
) -> None:
    windows = PromptBuilder(tokenizer, settings)
    for window in windows.training_sequences(session):
        assert len(window.ids) == len(window.supervised)
        assert not any(window.supervised[: min(window.starts.values())])
        bounds = [*window.starts.values(), len(window.ids)]
        for (step, start), end in zip(window.starts.items(), bounds[1:], strict=True):
            pairs = zip(window.ids[start:end], window.supervised[start:end], strict=True)
            learned = [i for i, wanted in pairs if wanted]
            assert bool(learned) == (step not in window.hidden)
            if learned:
                action = tokenizer.encode(prompt.encode_action(session.steps[step].action))
                assert tuple(learned[-len(action) - 1 :]) == (*action, tokenizer.eos_id)


@quick
@given(session=sessions(), settings=variants)
def test_prompts_fit_and_grow_at_the_end(
    tokenizer: FastTokenizer, session: Session, settings: PromptSettings
) -> None:
    windows = PromptBuilder(tokenizer, settings)
    prompts = [windows.prompt_for(*seen(session, k)).ids for k in range(len(session.steps))]
    assert max(map(len, prompts)) + settings.max_action_tokens <= settings.window
    first = {min(w.starts) for w in windows.training_sequences(session)}
    for k, (before, after) in enumerate(pairwise(prompts), 1):
        if k not in first:
            assert after[: len(before)] == before


@quick
@given(session=sessions())
def test_page_text_holds_no_control_tokens(tokenizer: FastTokenizer, session: Session) -> None:
    chat = tokenizer.chat
    per_step = [chat.stop, chat.to_user, chat.to_assistant]
    start = tokenizer.encode("<|im_start|>", special=True)[0]
    (window,) = PromptBuilder(tokenizer, PromptSettings(window=10**6)).training_sequences(session)
    ends = window.ids.count(tokenizer.eos_id) - 1  # one ends the system turn
    assert ends == sum(text.count("<|im_end|>") for text in per_step) * len(window.starts)
    assert window.ids.count(start) == 2 + 2 * len(window.starts)


def test_oldest_pages_go_first_and_actions_stay(tokenizer: FastTokenizer) -> None:
    steps = [(page_of(20), f"I look at lamp {i}.", Click(f"results.lamp_{i}")) for i in range(6)]
    session = session_of(steps)
    windows = PromptBuilder(tokenizer, PromptSettings(window=2500))
    text = tokenizer.decode(windows.prompt_for(session, HOME).ids)
    assert text.count(prompt.DROPPED_PAGE) >= 3
    assert all(f"I look at lamp {i}." in text for i in range(6))
    later = windows.training_sequences(session)[1:]
    assert later
    assert all(min(window.starts.values()) <= 0.6 * 2500 for window in later)


def test_whole_steps_go_when_even_actions_do_not_fit(tokenizer: FastTokenizer) -> None:
    steps = [("<p>x</p>", "I wonder. " * 12, Click(f"lamp_{i}")) for i in range(40)]
    text = tokenizer.decode(PromptBuilder(tokenizer, SMALL).prompt_for(session_of(steps), HOME).ids)
    assert "lamp_39" in text
    assert '"lamp_0"' not in text


def test_a_page_too_large_is_cut_between_elements(tokenizer: FastTokenizer) -> None:
    page = page_of(300)
    found = PromptBuilder(tokenizer, SMALL).prompt_for(
        session_of([]), Observation("", "", page, ())
    )
    assert found.visible is not None
    assert 5 < len(found.visible) < 300
    assert "results.lamp_0" in found.visible
    assert "results.lamp_299" not in found.visible


def test_a_target_trimmed_away_is_not_learned(tokenizer: FastTokenizer) -> None:
    page = page_of(300)
    shown, gone = Click("results.lamp_0"), Click("results.lamp_299")
    windows = PromptBuilder(tokenizer, PromptSettings(window=4000)).training_sequences(
        session_of([(page, None, shown), (page, None, gone), (page, None, Terminate())])
    )
    assert [step for window in windows for step in window.hidden] == [1]


def test_an_action_longer_than_a_policy_may_write_is_not_learned_and_fits(
    tokenizer: FastTokenizer,
) -> None:
    """A person pasted a letter into a field. It stays in the history as far as it fits."""
    settings = PromptSettings(window=2048)
    letter = TypeAndSubmit("search", "words " * 3000)
    (window,) = PromptBuilder(tokenizer, settings).training_sequences(
        session_of([(HOME.html, None, Click("lamps")), (HOME.html, None, letter)])
    )
    assert window.hidden == (1,)
    assert len(window.ids) == len(window.supervised) == settings.window
    assert not any(window.supervised[window.starts[1] :])


def test_a_failed_action_is_told(tokenizer: FastTokenizer) -> None:
    session = session_of([(HOME.html, None, Click("lamps"))])
    failed = msgspec.structs.replace(
        session.steps[0], result=Result(ok=False, error="covered by\nthe cookie banner")
    )
    told = msgspec.structs.replace(session, steps=(failed,))
    text = tokenizer.decode(PromptBuilder(tokenizer, SMALL).prompt_for(told, HOME).ids)
    assert "Your last action did not work: covered by the cookie banner" in text


@pytest.mark.parametrize("shown", [True, False])
def test_settings_show_and_hide(tokenizer: FastTokenizer, shown: bool) -> None:
    session = session_of([(HOME.html, "I want lamps.", Click("lamps"))])
    chosen = PromptSettings(persona=shown, intent=shown, past_reasonings=shown, input_action=shown)
    text = tokenizer.decode(PromptBuilder(tokenizer, chosen).prompt_for(session, HOME).ids)
    for piece in ("careful reader", "a desk lamp", "I want lamps.", '"input"'):
        assert (piece in text) == shown


def test_hidden_past_reasonings_are_still_learned_each_once(tokenizer: FastTokenizer) -> None:
    session = session_of([(HOME.html, f"Thought {i}.", Click("lamps")) for i in range(3)])
    windows = PromptBuilder(tokenizer, PromptSettings(past_reasonings=False)).training_sequences(
        session
    )
    assert [tuple(window.starts) for window in windows] == [(0,), (1,), (2,)]
    assert "Thought 0." not in tokenizer.decode(windows[2].ids)


def test_examples_come_first_and_are_not_learned(tokenizer: FastTokenizer) -> None:
    session = session_of([(HOME.html, "I search.", TypeAndSubmit("header.search", "lamp"))])
    (window,) = PromptBuilder(tokenizer, PromptSettings(examples=True)).training_sequences(session)
    learned = tuple(i for i, m in zip(window.ids, window.supervised, strict=True) if m)
    assert tokenizer.decode(learned).startswith("I search.")
    assert "kettle" in tokenizer.decode(window.ids[: window.starts[0]])


def test_a_window_too_small_says_so(tokenizer: FastTokenizer) -> None:
    with pytest.raises(ContextTooSmall, match="a window of 300 tokens is too small"):
        PromptBuilder(tokenizer, PromptSettings(window=300)).prompt_for(session_of([]), HOME)


def test_names_of_the_prompt_are_those_of_the_page() -> None:
    assert names_in(HOME.html) == {"header", *(e.name for e in HOME.names)}
