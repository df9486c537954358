"""Every family of tokenizers and templates: what is learned is what may be written, and is asked for
in the same words.

That a small model of each family then acts as it learned is `tests/trainer/test_families.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tokenizers import Tokenizer

from agent.prompts.chat_template import TemplateProblem, chat_format
from agent.prompts.context_window import PromptBuilder
from agent.prompts.grammar import grammar, legal_actions
from agent.prompts.prompt import PageForm, PromptSettings
from agent.prompts.tokenizer import FastTokenizer, TokenizerError
from agent.sessions.logged_page import observation_of
from agent.sessions.session import Session, Step
from envs.actions import Action, Click, Terminate, TypeAndSubmit
from envs.observation import Observation
from tests.agent.prompts.families import FAMILIES, PHI_3, description, tokenizer, write

LLTokenizer = pytest.importorskip("llguidance").LLTokenizer
LLMatcher = pytest.importorskip("llguidance").LLMatcher

DECOMPOSED = "Cafe\u0301 12"
"""Not in the Unicode form that Qwen's tokenizers write."""
NAMES = ("results.mug_0", DECOMPOSED, "two  spaces", "<h1>", "<think>", "<|im_end|>")
WITHOUT_BYTES = "metaspace"
"""The family whose vocabulary cannot write every character."""
NOW = datetime(2026, 1, 2, tzinfo=UTC)

Made = Callable[[str], FastTokenizer]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return lambda name: tokenizer(name, tmp_path_factory.mktemp("family"))


def names_for(family: str) -> tuple[str, ...]:
    return tuple(n for n in NAMES if family != WITHOUT_BYTES or n.isascii())


def a_session(names: tuple[str, ...]) -> Session:
    """Searches, clicks on everything there is, leaves."""
    links = "".join(f'<a name="{_escaped(n)}">{_escaped(n)}</a> $13.99\n' for n in names)
    page = f'<input name="search" type="search">\n{links}'
    actions: list[Action] = [
        TypeAndSubmit("search", " mug 12"),
        *map(Click, names),
        Terminate(),
    ]
    session = Session(
        session_id="s", user_id="u", site="test", started_at=NOW, source="synthetic", intent="a mug"
    )
    for index, action in enumerate(actions):
        step = Step(
            index=index,
            timestamp=NOW + timedelta(seconds=index),
            url="http://test/",
            context=page,
            reasoning="I look for 12 mugs." if index == 0 else "",
            action=action,
        )
        session = session.with_step(step)
    return session.with_end("terminate")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def settings(page: PageForm) -> PromptSettings:
    return PromptSettings(
        page=page,
        page_version="2" if page == "lines" else "1",
        answer="action_first" if page == "lines" else "reasoning_first",
        window=8192,
    )


def pages(session: Session) -> list[Observation]:
    return [observation_of(step) for step in session.steps]


@pytest.mark.parametrize("page", ["html", "lines"])
@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_learned_may_be_written_token_by_token(
    made: Made, family: str, page: PageForm
) -> None:
    known, shown = made(family), settings(page)
    session = a_session(names_for(family))
    windows = PromptBuilder(known, shown)
    (row,) = windows.training_sequences(session)
    vocabulary = LLTokenizer(known.vocabulary, eos_token=known.eos_id)
    assert not row.hidden and row.actions.keys() == set(range(len(session.steps)))
    for k, place in row.actions.items():
        before = msgspec.structs.replace(session, steps=session.steps[:k])
        seen = windows.prompt_for(before, pages(session)[k])
        legal = legal_actions(pages(session)[k], seen.visible, input_action=False)
        if seen.handles is not None:
            legal = legal.by_handles(seen.handles, end=shown.marker)
        learned = list(row.ids[place.start : place.stop])
        if page == "lines":
            learned += known.encode(shown.marker)
        else:
            learned.append(row.ids[place.stop])
        matcher = LLMatcher(vocabulary, grammar(legal, "llguidance"))
        assert matcher.validate_tokens(learned) == len(learned), known.decode(tuple(learned))


@pytest.mark.parametrize("page", ["html", "lines"])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_prompt_is_the_beginning_of_the_training_window(
    made: Made, family: str, page: PageForm
) -> None:
    known = made(family)
    session = a_session(names_for(family))
    windows = PromptBuilder(known, settings(page))
    (row,) = windows.training_sequences(session)
    for k, start in row.starts.items():
        before = msgspec.structs.replace(session, steps=session.steps[:k])
        assert windows.prompt_for(before, pages(session)[k]).ids == row.ids[:start]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_turn_ends_where_it_was_learned_to_end(made: Made, family: str) -> None:
    known = made(family)
    (row,) = PromptBuilder(known, settings("html")).training_sequences(a_session(("m",)))
    for place in row.actions.values():
        assert row.supervised[place.stop] and row.ids[place.stop] == known.eos_id
        assert known.eos_id not in row.ids[place.start : place.stop]
    assert known.eos_id in known.stop_ids
    stated = (*FAMILIES[family].ends, FAMILIES[family].eos)
    assert {known.encode(end, special=True) for end in stated} <= {(i,) for i in known.stop_ids}


@pytest.mark.parametrize("family", FAMILIES)
def test_text_comes_back_as_it_was(made: Made, family: str) -> None:
    known = made(family)
    texts = (*names_for(family), " look for", "I look", "a\nb", "mugs 12")
    for text in texts:
        assert known.decode(known.encode(text)) == text


@pytest.mark.parametrize("family", FAMILIES)
def test_a_page_cannot_write_control_tokens(made: Made, family: str) -> None:
    known = made(family)
    controls = {i for token in FAMILIES[family].controls for i in known.encode(token, special=True)}
    for token in FAMILIES[family].controls:
        assert not controls & set(known.encode(f"a {token} b"))


def test_ordinary_added_tokens_are_used_and_those_that_steer_are_not(made: Made) -> None:
    known = made("gemma")
    assert known.encode("<h1>a\n\n")[0] == known.encode("<h1>", special=True)[0]
    assert len(known.encode("<h1>")) == 1
    thinking = made("qwen-3")
    assert len(thinking.encode("<think>")) > 1, "it stands in the template"
    assert len(thinking.encode("<|fim_prefix|>")) > 1, "it looks like one"


def test_the_end_of_a_turn_is_not_the_space_before_it(made: Made) -> None:
    known = made("llama-2")
    assert known.chat.stop == "</s>"
    assert known.eos_id not in known.encode("12 mugs and 3")


def test_an_end_is_not_cut_in_two(made: Made) -> None:
    assert made("phi-3").chat.stop == "<|end|>"
    loose = chat_format(PHI_3, eos="<|endoftext|>", controls=("<|user|>",))
    assert loose.to_user.endswith("<|user|>\n")


def test_space_that_a_control_token_swallows_is_not_learned(made: Made) -> None:
    known = made("phi-3")
    parts = known.encode(known.chat.stop, special=True) + known.encode(
        known.chat.to_user, special=True, after=known.chat.stop
    )
    assert parts == known.encode("<|end|><|user|>", special=True)


@pytest.mark.parametrize("family", ["mistral v1", "zephyr", "llama-2"])
def test_what_follows_an_end_is_encoded_as_the_models_makers_do(made: Made, family: str) -> None:
    """In these families whatever follows a control token begins with a space of its own."""
    known = made(family)
    theirs = Tokenizer.from_str(description(family))
    text = f"{known.chat.stop}{known.chat.to_user}"
    ours = known.encode(known.chat.stop, special=True) + known.encode(
        known.chat.to_user, special=True, after=known.chat.stop
    )
    assert list(ours) == theirs.encode(text, add_special_tokens=False).ids


def test_a_hybrid_model_gets_no_thought_in_any_turn(made: Made) -> None:
    assert made("qwen-3").chat == made("chatml").chat


def test_a_template_that_ends_no_turn_gets_the_end_of_a_text(made: Made) -> None:
    assert made("metaspace").chat.stop == "</s>"
    with pytest.raises(TokenizerError, match="end-of-turn token ''"):
        FastTokenizer(description("metaspace"), FAMILIES["metaspace"].template, bos="", eos="")


def test_named_templates_in_one_field(tmp_path: Path) -> None:
    write("chatml", tmp_path)
    path = tmp_path / "tokenizer_config.json"
    config = msgspec.json.decode(path.read_bytes())
    named = [
        {"name": "tools", "template": "x"},
        {"name": "default", "template": config["chat_template"]},
    ]
    path.write_bytes(msgspec.json.encode({**config, "chat_template": named}))
    assert FastTokenizer.read(tmp_path).chat.stop == "<|im_end|>"


def test_another_template_stands_in_for_one_that_cannot_be_used(tmp_path: Path) -> None:
    write("chatml", tmp_path)
    path = tmp_path / "tokenizer_config.json"
    config = msgspec.json.decode(path.read_bytes())
    rewriting = "{% for m in messages %}{{ messages | length }}{{ m.content }}{% endfor %}"
    path.write_bytes(msgspec.json.encode({**config, "chat_template": rewriting}))
    with pytest.raises(TemplateProblem):
        FastTokenizer.read(tmp_path)
    again = FastTokenizer.read(tmp_path, template=FAMILIES["chatml"].template)
    assert again.chat.stop == "<|im_end|>"
