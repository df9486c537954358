"""A ``tokenizer.json`` for text that goes on from other text, piece by piece.

Many tokenizers put a space before whatever they are given, or write it in another Unicode form. In
the middle of a prompt that makes other tokens, and another text, than what stands there. Knows the
format of the file, nothing of prompts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from tokenizers import pre_tokenizers

_UNICODE_FORMS = ("NFC", "NFD", "NFKC", "NFKD")
_CONTROL = re.compile(r"<[|｜].*[|｜]>", re.DOTALL)
"""How control tokens are written, also where the file does not call them special."""

Part = dict[str, Any]

_SPACES: Part = {
    "type": "Sequence",
    "decoders": [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
        {"type": "ByteFallback"},
        {"type": "Fuse"},
    ],
}


def continuing(description: Part) -> Part:
    """The same tokenizer, which adds no space at the beginning and takes none away when it writes
    text; what is encoded and decoded again is the same text, where the vocabulary has all bytes."""
    return {
        **description,
        "normalizer": _parts(description.get("normalizer"), "normalizers", _normalizer),
        "pre_tokenizer": _parts(description.get("pre_tokenizer"), "pretokenizers", _splitter),
        "decoder": _parts(description.get("decoder"), "decoders", _decoder),
    }


def with_controls(description: Part, template: str) -> Part:
    """The same tokenizer, in which tokens that steer a model are special, and only those that the
    file calls so or that look like it or stand in the chat template; so a page cannot write one."""
    tokens = [
        {**token, "special": token["special"] or _steers(token["content"], template)}
        for token in description.get("added_tokens", ())
    ]
    return {**description, "added_tokens": tokens}


def for_grammars(description: Part) -> Part:
    """The same tokenizer as compilers of grammars read it: they take every added token that looks
    like a tag for a control token, so ordinary ones stand among the vocabulary's own; and they know
    spaces that are written as another sign by a decoder's parts only."""
    decoder = description.get("decoder")
    if "Metaspace" in _kinds(decoder):
        description = {**description, "decoder": _SPACES}
    added, model = description.get("added_tokens", []), description["model"]
    if all(token["special"] for token in added) or not isinstance(model.get("vocab"), dict):
        return description
    bytewise = "ByteLevel" in _kinds(decoder)
    own = {_written(t, bytewise): t["id"] for t in added}
    return {
        **description,
        "model": {**model, "vocab": {**model["vocab"], **own}},
        "added_tokens": [token for token in added if token["special"]],
    }


def _written(token: Part, bytewise: bool) -> str:
    """How an added token stands in the vocabulary, where spaces and bytes have other signs."""
    content = str(token["content"])
    if token["special"]:
        return content
    if not bytewise:
        return content.replace(" ", "▁")
    splitter = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return "".join(piece for piece, _ in splitter.pre_tokenize_str(content))


def _kinds(part: Part | None) -> list[str]:
    if part is None:
        return []
    return [part["type"], *(kind for one in part.get("decoders", ()) for kind in _kinds(one))]


def before_control(text: str, controls: Iterable[str]) -> int:
    """Where the first of `controls` stands in `text`; its length when there is none."""
    places = (text.find(control) for control in controls)
    return min((place for place in places if place >= 0), default=len(text))


def _steers(token: str, template: str) -> bool:
    return bool(_CONTROL.fullmatch(token)) or (bool(token.strip()) and token in template)


def _parts(part: Part | None, members: str, change: Any) -> Part | None:
    """`change` applied to a part of the pipeline, or to all of a sequence; it may leave one out."""
    if part is None:
        return None
    if part["type"] != "Sequence":
        changed: Part | None = change(part)
        return changed
    kept = [made for one in part[members] if (made := _parts(one, members, change)) is not None]
    return {**part, members: kept} if kept else None


def _normalizer(part: Part) -> Part | None:
    return None if part["type"] in ("Prepend", *_UNICODE_FORMS) else part


def _splitter(part: Part) -> Part:
    if part["type"] == "Metaspace":
        return _never(part)
    return {**part, "add_prefix_space": False} if part["type"] == "ByteLevel" else part


def _decoder(part: Part) -> Part | None:
    if part["type"] == "Metaspace":
        return _never(part)
    return None if part["type"] == "Strip" else part


def _never(metaspace: Part) -> Part:
    kept = {key: value for key, value in metaspace.items() if key != "add_prefix_space"}
    return {**kept, "prepend_scheme": "never"}
