"""Which thoughts are not taken, and why.

Rules, not taste: a thought must be there, short, a person's words, and lead to the action that was
taken. What contradicts an action is known by English phrases; thoughts in other languages pass that
rule.
"""

from __future__ import annotations

import re
from typing import Literal, assert_never

from envs.actions import (
    Action,
    Back,
    Click,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Wait,
    action_name,
)

Reason = Literal[
    "empty", "overlong", "names the element", "quotes JSON", "contradicts the action",
    "third person", "refused", "cut off",
]  # fmt: skip

LONGEST = 400
"""Bytes: about 80 tokens, the cap of a policy's own thoughts."""

_JSON = re.compile(r'[{\[]\s*"|"\s*:\s*["{\[]|type_and_submit|</?[a-z]+[ >]')
_IDENTIFIER = re.compile(r"\w+(?:[._]\w+)+")
_THIRD_PERSON = re.compile(r"\b(the|this) (customer|user|shopper)('s)?\b", re.I)

_WILL = (
    r"\b(i'll|i will|i'm going to|i am going to|let me|i want to|i'd like to|i should)\b[^.;!?]*?"
)
_LEAVES = re.compile(
    rf"{_WILL}\b(leave|close (the|this) (window|tab|browser|page|shop|site)|quit|stop here"
    r"|give up|log off|come back (later|another))"
    r"|\b(i'm|i am) (leaving|done here|closing|giving up|off)\b",
    re.I,
)
_ELSEWHERE = re.compile(
    r"\b(elsewhere|somewhere else|(an)?other (shop|store|site|day|time))\b", re.I
)
_GOES_ON = re.compile(
    rf"{_WILL}\b(click|open|search|look (at|into|for)|add|buy|order|check out|filter|sort|type|try"
    r"|read|compare|select|pick|choose)\b",
    re.I,
)
_BUYS = re.compile(
    rf"{_WILL}\b(buy|order|purchase|check out|place (the|my) order)\b(?! (later|another|when|if))"
    r"|\bi'm (buying|ordering|taking) (it|this|these)\b",
    re.I,
)
_DOES_NOT_BUY = re.compile(
    r"\b(i won't|i will not|i'm not going to|i am not going to|i don't want to|not going to)"
    r" (buy|order|purchase|take|get)\b",
    re.I,
)
_SEARCHES = re.compile(rf"{_WILL}\b(search for|type|look up|enter)\b", re.I)
_SEARCH_TEXT = re.compile(r"\bsearch(ing)? for ['\"“‘](?P<text>[^'\"”’]+)['\"”’]", re.I)

PROBLEMS: dict[Reason, str] = {
    "empty": "there is no thought in it",
    "overlong": "it is too long; at most two short sentences",
    "names the element": "it names an element by its id; call things what a person would",
    "quotes JSON": "it quotes JSON or HTML; write plain words",
    "contradicts the action": "it leads to another action than the one that was taken",
    "third person": "it is not in the first person",
    "refused": "it was refused",
    "cut off": "it was cut off; be brief",
}
"""What a model is told when it is asked again."""


def reject(reasoning: str, action: Action, kind: str) -> Reason | None:
    """Why `reasoning` cannot stand before `action` on an element of `kind`; None when it can."""
    if not reasoning.strip(" .…\"'"):
        return "empty"
    if _JSON.search(reasoning):
        return "quotes JSON"
    if _names_element(reasoning, action_name(action) or ""):
        return "names the element"
    if len(reasoning.encode("utf-8", "surrogatepass")) > LONGEST:
        return "overlong"
    if _THIRD_PERSON.search(reasoning):
        return "third person"
    return "contradicts the action" if contradicts(reasoning, action, kind) else None


def contradicts(reasoning: str, action: Action, kind: str) -> bool:
    """Whether the thought plainly announces another action than was taken."""
    match action:
        case Terminate():
            leaves = _LEAVES.search(reasoning) or _ELSEWHERE.search(reasoning)
            return bool(_GOES_ON.search(reasoning)) and not leaves
        case TypeAndSubmit(_, text) | Input(_, text):
            quoted = _SEARCH_TEXT.search(reasoning)
            other = quoted is not None and not _share_a_word(quoted["text"], text)
            return other or bool(_LEAVES.search(reasoning))
        case Scroll() | Hover() | Back() | Wait():
            return bool(_LEAVES.search(reasoning))
        case Click():
            return bool(_LEAVES.search(reasoning)) or _not_this_click(reasoning, kind)
        case _:
            assert_never(action)


def _not_this_click(reasoning: str, kind: str) -> bool:
    """Whether the thought announces another action than a click on an element of `kind`."""
    if kind == "buy":
        return bool(_DOES_NOT_BUY.search(reasoning))
    if kind in ("product", "filter", "navigation") and _BUYS.search(reasoning):
        return True
    return kind in ("product", "cart", "option") and bool(_SEARCHES.search(reasoning))


def _names_element(reasoning: str, name: str) -> bool:
    """Whether the thought holds the element's name or a piece of it that no person would say."""
    if len(name) > 1 and not name.isalpha() and name in reasoning:
        return True
    return any(token in name for token in _IDENTIFIER.findall(reasoning) if "_" in token)


def _share_a_word(one: str, other: str) -> bool:
    words = [set(re.findall(r"\w{2,}", text.lower())) for text in (one, other)]
    return bool(words[0] & words[1]) or not words[0] or not words[1]
