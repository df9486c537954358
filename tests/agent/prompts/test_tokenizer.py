"""Tokenizers: the one built from GGUF metadata agrees with transformers'."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.models import fetch_embedded
from agent.prompts.chat_template import TemplateProblem, chat_format
from agent.prompts.tokenizer import FastTokenizer, TokenizerError, gguf_tokenizer_json
from tests.agent.runs.sessions import HOME, page_of

LLAMA2 = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}"
    "{{ '[INST] ' + m['content'].strip() + ' [/INST]' }}{% else %}"
    "{{ ' ' + m['content'] + eos_token }}{% endif %}{% endfor %}"
)
LAST_USER_TURN = (
    "{% for m in messages[1:] %}{% if loop.index0 == messages|length - 3 %}"
    "{{ messages[0]['content'] }}{% endif %}{{ m['role'] + ':' + m['content'] + eos_token }}"
    "{% endfor %}"
)
DATED = "{{ strftime_now('%Y') }}{% for m in messages %}<{{ m['content'] }}>{% endfor %}"


@pytest.fixture(scope="module")
def tokenizer() -> FastTokenizer:
    return fetch_embedded().tokenizer()


NO_TOKEN = "\x04\x06\x13\x14\x16\x1d"
"""Control characters that the model's vocabulary has no byte for; nor has it any beyond U+3FFFF."""
characters = st.characters(
    max_codepoint=0x2FFFF, exclude_categories=["Cs"], exclude_characters=NO_TOKEN
)


@settings(max_examples=200, deadline=None)
@given(text=st.text(characters, max_size=200))
def test_plain_text_comes_back(tokenizer: FastTokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200), tokens=st.integers(1, 20))
def test_head_covers_at_most_so_many_tokens(
    tokenizer: FastTokenizer, text: str, tokens: int
) -> None:
    end = tokenizer.head(text, tokens)
    assert (end == len(text)) == (len(tokenizer.encode(text)) <= tokens) or end < len(text)
    assert 0 <= end <= len(text)


def test_head_of_a_long_text_is_a_good_part_of_it(tokenizer: FastTokenizer) -> None:
    page = page_of(2000)
    end = tokenizer.head(page, 1000)
    assert 900 <= len(tokenizer.encode(page[:end])) <= 1010


def test_control_tokens_only_where_allowed(tokenizer: FastTokenizer) -> None:
    assert tokenizer.encode("<|im_end|>", special=True) == (tokenizer.eos_id,)
    assert tokenizer.eos_id not in tokenizer.encode("<|im_end|>")


@pytest.mark.torch
def test_same_ids_as_transformers(tokenizer: FastTokenizer) -> None:
    transformers = pytest.importorskip("transformers")
    model = fetch_embedded()
    theirs = transformers.AutoTokenizer.from_pretrained(model.folder, gguf_file=model.gguf.name)
    odd = "Kärcher  K1800\n\n日本語 😀\t<|im_end|>"
    for text in (HOME.html, page_of(20), "12345 €3,50", odd, " a"):
        ours = tokenizer.encode(text, special=True)
        assert list(ours) == theirs.encode(text, add_special_tokens=False)


def test_same_conversation_as_the_template(tokenizer: FastTokenizer) -> None:
    chat = tokenizer.chat
    built = (
        f"{chat.opening}S{chat.to_first_user}A{chat.to_assistant}B{chat.stop}{chat.to_user}C"
        f"{chat.to_assistant}"
    )
    assert built == (
        "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nA<|im_end|>\n<|im_start|>assistant\nB"
        "<|im_end|>\n<|im_start|>user\nC<|im_end|>\n<|im_start|>assistant\n"
    )


def test_every_newline_token_is_known(tokenizer: FastTokenizer) -> None:
    found = {i for i in range(tokenizer.size) if "\n" in tokenizer.decode((i,))}
    assert found <= tokenizer.newline_ids
    assert set(tokenizer.encode("a\nb\n\n c")) & tokenizer.newline_ids


def test_a_template_without_system_role_gets_it_in_the_first_turn() -> None:
    chat = chat_format(LLAMA2, bos="<s>", eos="</s>")
    assert (chat.opening, chat.to_first_user) == ("<s>[INST] ", "\n\n")
    assert (chat.to_assistant, chat.stop, chat.to_user) == (" [/INST] ", "</s>", "[INST] ")


def test_a_template_that_rewrites_the_past_is_refused() -> None:
    with pytest.raises(TemplateProblem, match=r"rewrites earlier turns|leaves out|alike"):
        chat_format(LAST_USER_TURN, eos="</s>")


def test_a_template_cannot_reach_out() -> None:
    with pytest.raises(TemplateProblem, match="cannot be rendered"):
        chat_format("{{ ''.__class__.__mro__[1].__subclasses__() }}")


def test_the_date_in_a_template_stands_still() -> None:
    assert chat_format(DATED).opening == "26 Jul 2024<"


def test_a_folder_as_transformers_saves_it(tokenizer: FastTokenizer, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text(tokenizer.description, "utf-8")
    config = {
        "bos_token": {"content": "<|im_start|>"},
        "eos_token": "<|im_end|>",
        "chat_template": "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}"
        "<|im_end|>\n{% endfor %}",
    }
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
    again = FastTokenizer.read(tmp_path)
    assert again.encode(HOME.html) == tokenizer.encode(HOME.html)
    assert again.chat == tokenizer.chat


@pytest.mark.parametrize(
    ("config", "message"),
    [("{", "no usable tokenizer"), ('{"eos_token": "</s>"}', "no chat template")],
)
def test_an_unusable_folder_says_why(
    tokenizer: FastTokenizer, tmp_path: Path, config: str, message: str
) -> None:
    (tmp_path / "tokenizer.json").write_text(tokenizer.description, "utf-8")
    (tmp_path / "tokenizer_config.json").write_text(config, "utf-8")
    with pytest.raises(TokenizerError, match=message):
        FastTokenizer.read(tmp_path)


def test_an_unknown_kind_of_splitting_is_refused() -> None:
    with pytest.raises(TokenizerError, match="unknown pre-tokenizer 'klingon'"):
        gguf_tokenizer_json(["a"], [], [1], "klingon")
