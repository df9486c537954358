"""The legal actions of one page as a grammar, for decoders that write nothing else.

A page is a new grammar at every step, so what counts is how fast it compiles: names are put into
a prefix tree, which compiled three times faster than a flat list of 1,500. Knows actions and
names, not models.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from agent.prompts.lines.answers import BETWEEN, HOVER, INPUT, SCROLL_TO, WITHOUT_HANDLE
from agent.prompts.lines.handles import LEAVE
from agent.prompts.prompt import PageForm
from envs.actions import ActionSet, Click, encode_action
from envs.observation import TEXT_ROLES, Observation

TEXT_LENGTH = 80
"""The longest text a constrained policy types, in characters."""

Dialect = Literal["xgrammar", "llguidance"]


class LegalActions(msgspec.Struct, frozen=True):
    """What may be done: `names` can be clicked, `fields` typed into, and leaving is always legal.

    `input_action`: typing without submitting is allowed too. `actions`: with ``full``, all names
    can be pointed at and scrolled to as well, and one may scroll, go back and wait. `form`: actions
    are JSON, or lines (`agent.prompts.lines`), and then names and fields are handles. `end` is
    written after them.
    """

    names: tuple[str, ...]
    fields: tuple[str, ...]
    input_action: bool = False
    actions: ActionSet = "paper"
    form: PageForm = "html"
    end: str = ""

    def with_folded(self, names: tuple[str, ...]) -> LegalActions:
        """The same, and what opens folded parts of the page."""
        return msgspec.structs.replace(self, names=(*self.names, *names))

    def by_handles(self, handles: Mapping[str, str], *, end: str) -> LegalActions:
        """The same as lines, as far as they are shown; `handles` by names."""
        return LegalActions(
            names=tuple(handles[name] for name in self.names if name in handles),
            fields=tuple(handles[name] for name in self.fields if name in handles),
            input_action=self.input_action,
            actions=self.actions,
            form="lines",
            end=end,
        )


def legal_actions(
    observation: Observation,
    visible: frozenset[str] | None,
    *,
    input_action: bool,
    actions: ActionSet = "paper",
) -> LegalActions:
    """The legal actions on a page of which only `visible` names are shown (None: all)."""
    shown = [e for e in observation.names if visible is None or e.name in visible]
    return LegalActions(
        names=tuple(e.name for e in shown),
        fields=tuple(e.name for e in shown if e.role in TEXT_ROLES),
        input_action=input_action,
        actions=actions,
    )


def grammar(legal: LegalActions, dialect: Dialect = "xgrammar") -> str:
    """A grammar of exactly the texts `envs.actions.encode_action`, or `agent.prompts.lines`, gives
    for legal actions.

    Texts to type have 1 to `TEXT_LENGTH` characters and no control characters.
    """
    write = _EBNF if dialect == "xgrammar" else _LARK
    if legal.form == "lines":
        return _lines_rules(legal) if write is _EBNF else _lines_expression(legal)
    kinds = ['"terminate\\"}"']
    rules = []
    names, fields = _writable(legal.names), _writable(legal.fields)
    if legal.actions == "full":
        kinds += _FULL
    if names:
        naming = ["click", "scroll", "hover"] if legal.actions == "full" else ["click"]
        kinds += [f'"{kind}\\",\\"name\\":" name "}}"' for kind in naming]
        rules.append(write.rule("name", write.tree(names)))
    if fields:
        typings = ["type_and_submit", "input"] if legal.input_action else ["type_and_submit"]
        kinds += [f'"{kind}\\",\\"name\\":" field ",\\"text\\":" text "}}"' for kind in typings]
        rules.append(write.rule("field", write.tree(fields)))
        rules.append(write.text)
    choice = " | ".join(f"({kind})" for kind in kinds)
    return "\n".join([write.rule(write.start, f'"{{\\"type\\":\\"" ({choice})'), *rules]) + "\n"


_FULL = (
    '"scroll\\",\\"direction\\":\\"" ("down" | "up") "\\"}"',
    '"back\\"}"',
    '"wait\\"}"',
)
"""What names nothing on the page, beside leaving, where all actions are offered."""


def _lines_rules(legal: LegalActions) -> str:
    """The answers on a page of lines: a handle, a field's handle and words, or leaving."""
    kinds, rules = [_literal(LEAVE)], []
    if legal.actions == "full":
        kinds += map(_literal, WITHOUT_HANDLE)
    if legal.names:
        kinds.append("name")
        if legal.actions == "full":
            kinds += [f"{_literal(start)} name" for start in (SCROLL_TO, HOVER)]
        rules.append(_EBNF.rule("name", _EBNF.tree(legal.names)))
    if legal.fields:
        typed = f"field {_literal(BETWEEN)} words"
        kinds += [typed, *([f"{_literal(INPUT)} {typed}"] if legal.input_action else [])]
        rules += [_EBNF.rule("field", _EBNF.tree(legal.fields)), _EBNF_WORDS]
    end = f" {_literal(legal.end)}" if legal.end else ""
    choice = " | ".join(f"({kind})" for kind in kinds)
    return "\n".join([_EBNF.rule(_EBNF.start, f"({choice}){end}"), *rules]) + "\n"


def _lines_expression(legal: LegalActions) -> str:
    """The same as one regular expression: llguidance cuts a text into the longest literals it can,
    and would not see that the handle of a field is also the beginning of its words."""
    bare = WITHOUT_HANDLE if legal.actions == "full" else ()
    kinds = [_as_expression([LEAVE, *bare, *legal.names])]
    if legal.actions == "full" and legal.names:
        starts = _as_expression((SCROLL_TO, HOVER))
        kinds.append(f"({starts})({_as_expression(legal.names)})")
    if legal.fields:
        begin = f"({re.escape(INPUT)})?" if legal.input_action else ""
        kinds.append(f"{begin}({_as_expression(legal.fields)}){re.escape(BETWEEN)}{_WORDS}")
    return f"start: /({'|'.join(kinds)}){legal.end.encode('unicode_escape').decode()}/\n"


def _as_expression(texts: Iterable[str]) -> str:
    return "|".join(re.escape(text).replace("/", r"\/") for text in texts)


def _writable(names: Iterable[str]) -> list[str]:
    """The names as they stand in an action's JSON, quotes included; broken Unicode left out."""
    whole = (name for name in names if not _SURROGATE.search(name))
    return [encode_action(Click(name))[len('{"type":"click","name":') : -1] for name in whole]


class _Notation(msgspec.Struct, frozen=True):
    """How a dialect writes rules; string literals and alternatives are alike."""

    start: str
    arrow: str
    text: str

    def rule(self, name: str, body: str) -> str:
        return f"{name} {self.arrow} {body}"

    def tree(self, texts: Iterable[str]) -> str:
        """Alternatives with their common beginnings written once."""
        return _alternatives(sorted(set(texts)), 0)


_EBNF = _Notation(
    start="root",
    arrow="::=",
    text=(
        f'text ::= "\\"" char{{1,{TEXT_LENGTH}}} "\\""\n'
        r'char ::= [^"\\\x00-\x1f\x7f] | "\\" ["\\]'
    ),
)
_EBNF_WORDS = (
    f"words ::= letter{{1,{TEXT_LENGTH}}}\n"
    r'letter ::= [^\\\x00-\x1f\x7f] | "\\\\"'
)
_WORDS = r"([^\\\x00-\x1f\x7f]|\\\\){1," + f"{TEXT_LENGTH}}}"
_LARK = _Notation(
    start="start",
    arrow=":",
    text=r'text: "\"" /([^"\\\x00-\x1f\x7f]|\\["\\]){1,' + f'{TEXT_LENGTH}}}/ "\\""',
)


def _alternatives(texts: list[str], start: int) -> str:
    """An expression for sorted, distinct, not empty `texts`, equal before `start`, from there on.

    Iterative over the common beginning, recursive over branches: no deeper than the longest name
    has forks.
    """
    if len(texts) == 1:
        return _literal(texts[0][start:])
    shared = _shared(texts[0], texts[-1], start)
    head = _literal(texts[0][start:shared]) if shared > start else ""
    branches: list[str] = []
    ends = len(texts[0]) == shared  # one of them is the beginning of all others
    texts = texts[ends:]
    begin = 0
    for i in range(1, len(texts) + 1):
        if i == len(texts) or texts[i][shared] != texts[begin][shared]:
            branches.append(_alternatives(texts[begin:i], shared))
            begin = i
    return f"{head} ({' | '.join(branches)}){'?' if ends else ''}".strip()


def _shared(first: str, last: str, start: int) -> int:
    """Where the first and last of sorted texts begin to differ: so far all of them agree."""
    end = min(len(first), len(last))
    while start < end and first[start] == last[start]:
        start += 1
    return start


_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')


def _literal(text: str) -> str:
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return f"\\{character}" if character in '"\\' else f"\\x{ord(character):02x}"
