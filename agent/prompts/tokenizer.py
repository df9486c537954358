"""Text to token ids and back, for any model, without torch or transformers.

Knows tokenizers (``tokenizer.json``, and the one inside a GGUF file), not prompts.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from tokenizers import AddedToken, Regex, decoders, models, normalizers, pre_tokenizers
from tokenizers import Tokenizer as Encoder

from agent.prompts.chat_template import ChatFormat, chat_format

_NORMAL_TOKEN = 1
"""GGUF's token type of an ordinary token; all others are control or user-defined tokens."""
_CHARACTERS_PER_TOKEN = 16
"""Text is first encoded only this far per token wanted; ordinary text has 3 to 4."""


class TokenizerError(ValueError):
    """A tokenizer that cannot be read or is of a kind not known; the message says which."""


class Tokenizer(Protocol):
    """What a prompt needs of a tokenizer."""

    @property
    def chat(self) -> ChatFormat:
        """The model's chat template, taken apart."""

    @property
    def eos_id(self) -> int:
        """The token that ends a turn."""

    @property
    def newline_ids(self) -> frozenset[int]:
        """Every token whose text holds a line break."""

    def encode(self, text: str, *, special: bool = False) -> tuple[int, ...]:
        """Token ids of `text`. Control tokens are recognised only when `special`."""

    def decode(self, ids: tuple[int, ...]) -> str:
        """The text of `ids`, control tokens left out."""

    def head(self, text: str, tokens: int) -> int:
        """How many characters the first `tokens` tokens of `text` cover; all, when it has fewer."""


class FastTokenizer:
    """A tokenizer of the ``tokenizers`` library with its chat template."""

    def __init__(self, description: str, template: str, *, bos: str, eos: str) -> None:
        """`description` is the text of a ``tokenizer.json``; `eos` ends an assistant's turn.

        Raises:
            TokenizerError: it cannot be read, or `eos` is not one of its tokens.
        """
        try:
            self._special = Encoder.from_str(description)
            self._plain = Encoder.from_str(_without_added_tokens(description))
        except Exception as error:  # the library raises bare Exception
            raise TokenizerError(f"not a tokenizer.json: {error}") from error
        for encoder in (self._special, self._plain):
            encoder.no_truncation()
            encoder.no_padding()
        eos_id = self._special.token_to_id(eos)
        if eos_id is None:
            raise TokenizerError(f"the end-of-turn token {eos!r} is not in the vocabulary")
        self.eos_id = eos_id
        self.chat = chat_format(template, bos=bos, eos=eos)
        self.description = description

    @classmethod
    def read(cls, folder: Path) -> FastTokenizer:
        """The tokenizer of a model's folder as transformers saves it.

        Raises:
            TokenizerError: a file is missing or wrong; it names the file.
        """
        try:
            description = (folder / "tokenizer.json").read_text("utf-8")
            config: dict[str, Any] = json.loads((folder / "tokenizer_config.json").read_bytes())
        except (OSError, ValueError) as error:
            raise TokenizerError(f"{folder} has no usable tokenizer: {error}") from error
        template = config.get("chat_template")
        separate = folder / "chat_template.jinja"
        if separate.exists():
            template = separate.read_text("utf-8")
        if not isinstance(template, str):
            raise TokenizerError(f"{folder} has no chat template; take an instruction-tuned model")
        bos, eos = (_token_text(config.get(key)) for key in ("bos_token", "eos_token"))
        return cls(description, template, bos=bos, eos=eos)

    @cached_property
    def newline_ids(self) -> frozenset[int]:
        vocabulary = self._special.get_vocab(with_added_tokens=True)
        return frozenset(
            i
            for token, i in vocabulary.items()
            if "\n" in token or "Ċ" in token or token == "<0x0A>"
        )

    @property
    def size(self) -> int:
        """Number of tokens in the vocabulary."""
        return self._special.get_vocab_size(with_added_tokens=True)

    def encode(self, text: str, *, special: bool = False) -> tuple[int, ...]:
        encoder = self._special if special else self._plain
        return tuple(encoder.encode(text, add_special_tokens=False).ids)

    def decode(self, ids: tuple[int, ...]) -> str:
        return self._special.decode(list(ids), skip_special_tokens=True)

    def head(self, text: str, tokens: int) -> int:
        start = text[: tokens * _CHARACTERS_PER_TOKEN]
        offsets = self._plain.encode(start, add_special_tokens=False).offsets
        if len(offsets) <= tokens and len(start) < len(text):
            offsets = self._plain.encode(text, add_special_tokens=False).offsets
        return offsets[tokens][0] if len(offsets) > tokens else len(text)


def gguf_tokenizer_json(tokens: list[str], merges: list[str], types: list[int], pre: str) -> str:
    """The ``tokenizer.json`` of a byte-level BPE tokenizer, from a GGUF file's metadata.

    `pre` names how text is split before merging (``tokenizer.ggml.pre``).

    Raises:
        TokenizerError: `pre` is not known.
    """
    if pre not in _SPLITS:
        raise TokenizerError(f"unknown pre-tokenizer {pre!r}; known are {', '.join(_SPLITS)}")
    vocabulary = {token: i for i, token in enumerate(tokens)}
    pairs = [(left, right) for left, _, right in (merge.partition(" ") for merge in merges)]
    encoder = Encoder(models.BPE(vocab=vocabulary, merges=pairs))
    bytewise = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=pre != "qwen2")
    encoder.pre_tokenizer = pre_tokenizers.Sequence([*_SPLITS[pre](), bytewise])
    if pre == "qwen2":
        encoder.normalizer = normalizers.NFC()
    encoder.decoder = decoders.ByteLevel()
    added = (
        AddedToken(t, special=True, normalized=False)
        for t, kind in zip(tokens, types, strict=True)
        if kind != _NORMAL_TOKEN
    )
    encoder.add_special_tokens(list(added))
    return encoder.to_str()


def _digits() -> list[pre_tokenizers.PreTokenizer]:
    return [pre_tokenizers.Digits(individual_digits=True)]


def _qwen2() -> list[pre_tokenizers.PreTokenizer]:
    pattern = (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
        r"|\s*[\r\n]+|\s+(?!\S)|\s+"
    )
    return [pre_tokenizers.Split(Regex(pattern), behavior="isolated")]


def _whole() -> list[pre_tokenizers.PreTokenizer]:
    return []


_SPLITS = {"smollm": _digits, "gpt-2": _whole, "default": _whole, "qwen2": _qwen2}


def _without_added_tokens(description: str) -> str:
    """The same tokenizer, to which the text of a control token is only text."""
    parsed: dict[str, Any] = json.loads(description)
    parsed["added_tokens"] = []
    return json.dumps(parsed)


def _token_text(token: object) -> str:
    if isinstance(token, dict):
        token = token.get("content")
    return token if isinstance(token, str) else ""
