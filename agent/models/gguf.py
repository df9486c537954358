"""What a GGUF file says about its model: window, control tokens, vocabulary, chat template.

Reads metadata only, no weights.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from gguf import GGUFReader


class GgufError(ValueError):
    """A GGUF file without a field we need; the message names it."""


class Gguf(msgspec.Struct, frozen=True, kw_only=True):
    """`heads` counts those of the matrices ``attn_q`` and ``attn_k``. `split` names how the
    tokenizer splits text before merging; `window` is in tokens."""

    architecture: str
    heads: dict[str, int]
    window: int
    tokens: list[str]
    merges: list[str]
    token_types: list[int]
    split: str
    bos_id: int
    eos_id: int
    chat_template: str


def read_gguf(path: Path) -> Gguf:
    """The metadata of the file at `path`.

    Raises:
        GgufError: a field is missing, or the tokenizer is not byte-level BPE.
    """
    fields = GGUFReader(path).fields

    def value(key: str) -> Any:
        if key not in fields:
            raise GgufError(f"{path}: no field {key}")
        return fields[key].contents()

    if value("tokenizer.ggml.model") != "gpt2":
        raise GgufError(f"{path}: its tokenizer is not byte-level BPE")
    architecture = value("general.architecture")
    return Gguf(
        architecture=architecture,
        heads={
            "attn_q": value(f"{architecture}.attention.head_count"),
            "attn_k": value(f"{architecture}.attention.head_count_kv"),
        },
        window=value(f"{architecture}.context_length"),
        tokens=value("tokenizer.ggml.tokens"),
        merges=value("tokenizer.ggml.merges"),
        token_types=value("tokenizer.ggml.token_type"),
        split=value("tokenizer.ggml.pre"),
        bos_id=value("tokenizer.ggml.bos_token_id"),
        eos_id=value("tokenizer.ggml.eos_token_id"),
        chat_template=value("tokenizer.chat_template"),
    )
