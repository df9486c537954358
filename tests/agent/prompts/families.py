"""Small tokenizers of the kinds that models have, each with a chat template of its family.

Made here, with a few hundred tokens; the templates write what those of the models write, and keep
their habits: no system role, ends that are not ``eos``, thoughts in the last turn only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    trainers,
)

from agent.prompts.tokenizer import FastTokenizer

TEXT = (
    'You see the page as simplified HTML. {"type":"type_and_submit","name":"search","text":"mug"} '
    '{"type":"click","name":"results.mug_0"} {"type":"terminate"} I look for a mug. This is the '
    "one. You are a customer in an online shop. Answer with what you do: result 1, search: leave\n"
    '<input name="search" type="search">\n<a name="results.mug_1">mug number 12</a> $13.99\n\n'
    "Your actions: types into a text field and submits it. Goal: a mug <|end_of_rationale|> "
)
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]


class Family(NamedTuple):
    """How to make a tokenizer, its template, and what a model's folder says beside it.

    `controls` are added as special tokens, `added` as ordinary ones; `ends` stand in
    ``generation_config.json``."""

    make: Callable[[tuple[str, ...]], Tokenizer]
    template: str
    eos: str
    controls: tuple[str, ...]
    bos: str = ""
    added: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    swallows: bool = False
    """Whether control tokens swallow the space after them (Phi-3)."""


def byte_level(controls: tuple[str, ...], normalizer: object = None) -> Tokenizer:
    made = Tokenizer(models.BPE())
    if normalizer is not None:
        made.normalizer = normalizer
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    return _trained(made, 420, initial_alphabet=alphabet)


def byte_level_nfc(controls: tuple[str, ...]) -> Tokenizer:
    return byte_level(controls, normalizers.NFC())


def byte_level_spaced(controls: tuple[str, ...]) -> Tokenizer:
    """With a space put before every text, as GPT-2's can be set to."""
    made = byte_level(controls)
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    return made


def metaspace(scheme: str) -> Callable[[tuple[str, ...]], Tokenizer]:
    """Spaces as ``▁``, with one put before ``always``, at the ``first`` piece, or ``never``."""

    def make(controls: tuple[str, ...]) -> Tokenizer:
        made = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
        made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=False)
        made.decoder = decoders.Sequence(_FROM_SENTENCEPIECE)
        return _trained(made, 600, special_tokens=["<unk>", *BYTES])

    return make


def metaspace_plain(controls: tuple[str, ...]) -> Tokenizer:
    """With the decoder of the same name, and no bytes to fall back on."""
    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    made.decoder = decoders.Metaspace(prepend_scheme="always", split=True)
    alphabet = [chr(code) for code in range(32, 127)] + ["\n", "é", "ü"]
    return _trained(made, 420, special_tokens=["<unk>"], initial_alphabet=alphabet)


def sentencepiece_legacy(controls: tuple[str, ...]) -> Tokenizer:
    """As converted from sentencepiece: a normalizer prepends the space."""
    made = metaspace("never")(controls)
    made.pre_tokenizer = None
    made.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    return made


def gemma(controls: tuple[str, ...]) -> Tokenizer:
    made = metaspace("never")(controls)
    made.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    made.normalizer = normalizers.Replace(" ", "▁")
    made.decoder = decoders.Sequence(_FROM_SENTENCEPIECE[:3])
    return made


_FROM_SENTENCEPIECE = [
    decoders.Replace("▁", " "),
    decoders.ByteFallback(),
    decoders.Fuse(),
    decoders.Strip(" ", 1, 0),
]


def _trained(made: Tokenizer, size: int, **settings: object) -> Tokenizer:
    trainer = trainers.BpeTrainer(vocab_size=size, show_progress=False, **settings)
    made.train_from_iterator([TEXT] * 3, trainer)
    if settings.get("special_tokens"):  # bytes are ordinary tokens, as in the real ones
        parsed = json.loads(made.to_str())
        parsed["added_tokens"] = [t for t in parsed["added_tokens"] if t["content"] == "<unk>"]
        made = Tokenizer.from_str(json.dumps(parsed))
    return made


_TURNS = "{% for m in messages %}"
CHATML = (
    _TURNS + "<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
GENERATION = (
    _TURNS + "<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}{% generation %}"
    "{{ m.content }}<|im_end|>{% endgeneration %}{% else %}{{ m.content }}<|im_end|>{% endif %}\n"
    "{% endfor %}"
)
LLAMA_3 = (
    "{{ bos_token }}{% if messages[0].role == 'system' %}{% set first = messages[0].content %}"
    "{% set messages = messages[1:] %}{% else %}{% set first = '' %}{% endif %}"
    "<|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n"
    "Today Date: {{ strftime_now('%d %b %Y') }}\n\n{{ first }}<|eot_id|>"
    + _TURNS
    + "<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n{{ m.content | trim }}<|eot_id|>"
    "{% endfor %}"
)
LLAMA_2 = (
    "{% if messages[0].role == 'system' %}{% set system = messages[0].content %}"
    "{% set messages = messages[1:] %}{% else %}{% set system = false %}{% endif %}"
    + _TURNS
    + "{% if m.role == 'user' %}{{ bos_token }}[INST] {% if loop.first and system %}<<SYS>>\n"
    "{{ system }}\n<</SYS>>\n\n{% endif %}{{ m.content | trim }} [/INST]{% else %}"
    " {{ m.content | trim }} {{ eos_token }}{% endif %}{% endfor %}"
)
MISTRAL_1 = (
    "{{ bos_token }}" + _TURNS + "{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/...') }}{% endif %}"
    "{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %}{{ m.content }}{{ eos_token }}"
    "{% endif %}{% endfor %}"
)
MISTRAL_3 = (
    "{% if messages[0].role == 'system' %}{% set system = messages[0].content %}"
    "{% set messages = messages[1:] %}{% endif %}{{ bos_token }}"
    + _TURNS
    + "{% if m.role == 'user' %}{% if loop.index0 >= messages | length - 2 and system is defined %}"
    "[INST] {{ system }}\n\n{{ m.content }}[/INST]{% else %}[INST] {{ m.content }}[/INST]{% endif %}"
    "{% else %} {{ m.content | trim }}{{ eos_token }}{% endif %}{% endfor %}"
)
GEMMA = (
    "{{ bos_token }}{% if messages[0].role == 'system' %}"
    "{{ raise_exception('System role not supported') }}{% endif %}"
    + _TURNS
    + "<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content | trim }}"
    "<end_of_turn>\n{% endfor %}"
)
PHI_3 = _TURNS + "<|{{ m.role }}|>\n{{ m.content }}<|end|>\n{% endfor %}{{ eos_token }}"
QWEN_3 = (
    _TURNS + "<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' and loop.last %}<think>\n\n"
    "</think>\n\n{% endif %}{{ m.content.split('</think>')[-1] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}"
)
DEEPSEEK = (
    "{{ bos_token }}"
    + _TURNS
    + "{% if m.role == 'system' %}{{ m.content }}{% elif m.role == 'user' %}"
    "<｜User｜>{{ m.content }}{% else %}<｜Assistant｜>{{ m.content }}{{ eos_token }}{% endif %}{% endfor %}"
)
ZEPHYR = _TURNS + "<|{{ m.role }}|>\n{{ m.content }}{{ eos_token }}\n{% endfor %}"
ENDLESS = _TURNS + "{{ m.role }}: {{ m.content }}\n{% endfor %}"

CHATML_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
FAMILIES = {
    "chatml": Family(byte_level, CHATML, "<|im_end|>", CHATML_TOKENS),
    "generation tags": Family(byte_level, GENERATION, "<|im_end|>", CHATML_TOKENS),
    "space before": Family(byte_level_spaced, CHATML, "<|im_end|>", CHATML_TOKENS),
    "llama-3": Family(
        byte_level,
        LLAMA_3,
        "<|end_of_text|>",
        (
            *("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>"),
            *("<|end_header_id|>", "<|eot_id|>", "<|eom_id|>"),
        ),
        bos="<|begin_of_text|>",
        ends=("<|end_of_text|>", "<|eom_id|>", "<|eot_id|>"),
    ),
    "llama-2": Family(sentencepiece_legacy, LLAMA_2, "</s>", ("<s>", "</s>"), bos="<s>"),
    "mistral v1": Family(metaspace("always"), MISTRAL_1, "</s>", ("<s>", "</s>"), bos="<s>"),
    "mistral v3": Family(
        metaspace("first"), MISTRAL_3, "</s>", ("<s>", "</s>", "[INST]", "[/INST]"), bos="<s>"
    ),
    "gemma": Family(
        gemma,
        GEMMA,
        "<eos>",
        ("<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"),
        bos="<bos>",
        added=("\n\n", "  ", "<h1>", "</h1>"),
        ends=("<eos>", "<end_of_turn>"),
    ),
    "phi-3": Family(
        sentencepiece_legacy,
        PHI_3,
        "<|endoftext|>",
        ("<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"),
        ends=("<|endoftext|>", "<|end|>"),
        swallows=True,
    ),
    "qwen-3": Family(
        byte_level_nfc,
        QWEN_3,
        "<|im_end|>",
        CHATML_TOKENS,
        added=("<think>", "</think>", "<|fim_prefix|>"),
        ends=("<|im_end|>", "<|endoftext|>"),
    ),
    "deepseek": Family(
        byte_level,
        DEEPSEEK,
        "<｜end▁of▁sentence｜>",
        ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>"),
        bos="<｜begin▁of▁sentence｜>",
    ),
    "zephyr": Family(metaspace("always"), ZEPHYR, "</s>", ("<s>", "</s>"), bos="<s>"),
    "metaspace": Family(metaspace_plain, ENDLESS, "</s>", ("<s>", "</s>"), bos="<s>"),
}


@cache
def description(name: str) -> str:
    """The family's ``tokenizer.json``."""
    family = FAMILIES[name]
    made = family.make(family.controls)
    made.add_special_tokens(
        [
            AddedToken(t, special=True, normalized=False, rstrip=family.swallows)
            for t in family.controls
        ]
    )
    made.add_tokens([AddedToken(t, special=False, normalized=False) for t in family.added])
    return str(made.to_str())


def write(name: str, folder: Path) -> None:
    """The family's files in a model's folder."""
    family = FAMILIES[name]
    text = description(name)
    (folder / "tokenizer.json").write_text(text, "utf-8")
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": family.bos or None,
        "eos_token": {"content": family.eos},
        "chat_template": family.template,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
    if family.ends:
        known = Tokenizer.from_str(text)
        ends = [known.token_to_id(end) for end in family.ends]
        (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": ends}))


def tokenizer(name: str, folder: Path) -> FastTokenizer:
    """The family's tokenizer, read from a folder as a model's is."""
    write(name, folder)
    return FastTokenizer.read(folder)


__all__ = ["FAMILIES", "description", "tokenizer", "write"]
