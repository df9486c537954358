"""Text to token ids and back, for any model, without torch or transformers.

Knows tokenizers (``tokenizer.json``, and the one inside a GGUF file), not prompts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from tokenizers import AddedToken, Regex, decoders, models, normalizers, pre_tokenizers
from tokenizers import Tokenizer as Encoder

from agent.prompts.chat_template import ChatFormat, chat_format
from agent.prompts.continuing import before_control, continuing, for_grammars, with_controls

_NORMAL_TOKEN = 1
"""GGUF's token type of an ordinary token; all others are control or user-defined tokens."""
_COUNTED_LINES = 32_768
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
        """The token that ends a turn: the first of what the chat template writes there."""

    @property
    def stop_ids(self) -> frozenset[int]:
        """All tokens that end a turn: `eos_id`, and those that the model's makers name."""

    @property
    def newline_ids(self) -> frozenset[int]:
        """Every token whose text holds a line break."""

    def encode(
        self, text: str, *, special: bool = False, after: str | None = None
    ) -> tuple[int, ...]:
        """Token ids of `text`, which goes on from other text; or stands `after` a control token, or
        at the beginning (an empty one). Control tokens are recognised only when `special`."""

    def decode(self, ids: tuple[int, ...]) -> str:
        """The text of `ids`, control tokens left out, as it goes on from other text."""

    def count(self, text: str) -> int:
        """How many tokens `text` has, counted line by line."""

    def head(self, text: str, tokens: int) -> int:
        """How many characters the first `tokens` tokens of `text` cover; all, when it has fewer."""


class FastTokenizer:
    """A tokenizer of the ``tokenizers`` library with its chat template."""

    def __init__(
        self, description: str, template: str, *, bos: str, eos: str, ends: Iterable[int] = ()
    ) -> None:
        """`description` is the text of a ``tokenizer.json``; `eos` ends a text; `ends` are further
        tokens that end an assistant's turn.

        Raises:
            TokenizerError: it cannot be read, or neither the template nor `eos` ends a turn.
            TemplateProblem: the template cannot be used.
        """
        try:
            parsed: dict[str, Any] = with_controls(json.loads(description), template)
            follows = continuing(parsed)
            self._plain = Encoder.from_str(json.dumps(follows))
            self._special = Encoder.from_str(json.dumps(follows))
            alike = follows == parsed  # vocabularies are large: the same one is held once
            self._beginning = self._special if alike else Encoder.from_str(description)
        except Exception as error:  # the library raises bare Exception
            raise TokenizerError(f"not a tokenizer.json: {error}") from error
        self._plain.encode_special_tokens = True  # as the text that they are
        for encoder in (self._beginning, self._special, self._plain):
            encoder.no_truncation()
            encoder.no_padding()
        self._controls = tuple(
            token["content"] for token in parsed.get("added_tokens", ()) if token["special"]
        )
        self.chat = chat_format(template, bos=bos, eos=eos, controls=self._controls)
        self.description = description
        self.template = template
        self._follows = follows
        end = self._special.token_to_id(eos)
        stop = self.encode(self.chat.stop, special=True)
        if not stop or (self.chat.stop == eos and end is None):
            raise TokenizerError(f"the end-of-turn token {eos!r} is not in the vocabulary")
        self.eos_id = stop[0]
        self.stop_ids = frozenset({stop[0], *ends, *(() if end is None else (end,))})
        self._counts: dict[str, int] = {}

    @classmethod
    def read(cls, folder: Path, *, template: str | None = None) -> FastTokenizer:
        """The tokenizer of a model's folder as transformers saves it; `template` stands in for its
        chat template.

        Raises:
            TokenizerError: a file is missing or wrong; it names the file.
            TemplateProblem: the template cannot be used.
        """
        try:
            description = (folder / "tokenizer.json").read_text("utf-8")
            config: dict[str, Any] = json.loads((folder / "tokenizer_config.json").read_bytes())
        except (OSError, ValueError) as error:
            raise TokenizerError(f"{folder} has no usable tokenizer: {error}") from error
        chat = template if template is not None else _template(folder, config)
        if chat is None:
            raise TokenizerError(
                f"{folder} has no chat template; take an instruction-tuned model, or name a file "
                "with a template in model.chat_template"
            )
        bos, eos = (_token_text(config.get(key)) for key in ("bos_token", "eos_token"))
        return cls(description, chat, bos=bos, eos=eos, ends=_ends(folder))

    @cached_property
    def vocabulary(self) -> str:
        """A ``tokenizer.json`` of the tokens that a model writes, for compilers of grammars."""
        return json.dumps(for_grammars(self._follows))

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

    def encode(
        self, text: str, *, special: bool = False, after: str | None = None
    ) -> tuple[int, ...]:
        """See `Tokenizer`. What follows a control token is encoded as the model's makers do: for
        many tokenizers it begins a text of its own, for some it loses its space."""
        if not special:
            return _ids(self._plain, text)
        if after is not None:
            before, both = _ids(self._beginning, after), _ids(self._beginning, after + text)
            if both[: len(before)] == before:
                return both[len(before) :]
        place = before_control(text, self._controls)
        return _ids(self._special, text[:place]) + _ids(self._beginning, text[place:])

    def decode(self, ids: tuple[int, ...]) -> str:
        return self._special.decode(list(ids), skip_special_tokens=True)

    def count(self, text: str) -> int:
        """As many as `encode` gives where no token crosses the end of a line, which none does of a
        tokenizer that parts text before it merges. What a line takes is kept: pages of one shop,
        and layouts of one page, share most of their lines."""
        lines = text.splitlines(keepends=True)
        fresh = [line for line in {*lines} if line not in self._counts]
        if fresh:
            if len(self._counts) + len(fresh) > _COUNTED_LINES:
                self._counts.clear()
                fresh = [*{*lines}]
            encoded = self._plain.encode_batch_fast(fresh, add_special_tokens=False)
            self._counts.update(zip(fresh, map(len, encoded), strict=True))
        return sum(map(self._counts.__getitem__, lines))

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


def _ids(encoder: Encoder, text: str) -> tuple[int, ...]:
    return tuple(encoder.encode(text, add_special_tokens=False).ids)


def _template(folder: Path, config: dict[str, Any]) -> str | None:
    """The chat template of a model's folder: a file of its own, or a field, which may hold several
    by name."""
    separate = folder / "chat_template.jinja"
    if separate.exists():
        return separate.read_text("utf-8")
    template = config.get("chat_template")
    if isinstance(template, list):
        named = {one["name"]: one["template"] for one in template}
        template = named.get("default", next(iter(named.values()), None))
    return template if isinstance(template, str) else None


def _ends(folder: Path) -> tuple[int, ...]:
    """The tokens that end what a model writes, as its makers say; none where they do not."""
    try:
        config: dict[str, Any] = json.loads((folder / "generation_config.json").read_bytes())
    except (OSError, ValueError):
        return ()
    named = config.get("eos_token_id")
    ends = named if isinstance(named, list) else [named]
    return tuple(end for end in ends if isinstance(end, int))


def _token_text(token: object) -> str:
    if isinstance(token, dict):
        token = token.get("content")
    return token if isinstance(token, str) else ""
