"""The words of a prompt: what a customer is told, shown and asked, and what it answers.

The one place where they are written, for acting, training and grading alike. Knows sessions and
chat formats; what fits into a window is `agent.prompts.context_window`'s business, token ids are
`agent.prompts.tokenizer`'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

import msgspec

from agent.prompts.chat_template import ChatFormat
from agent.prompts.examples import EXAMPLES, Example
from agent.sessions.session import Session, Step
from envs.actions import ActionSet, encode_action

VERSION = "1"
"""Changes whenever the same session and settings would give another prompt."""

MARKER = "<|end_of_rationale|>"
"""Stands between reasoning and action; supplied when acting."""

FIRST_WORD = "I"
"""Begins the thought of a model that is shown examples: left to itself, a small chat model greets
its user instead of thinking as one."""

LINES_MARKER = "\n"
"""What stands between reasoning and action where pages are lines: one token."""

DROPPED_PAGE = "(an earlier page)"
_NOTE_LENGTH = 200

PageForm = Literal["html", "lines"]
LEAST_PAGE_TOKENS = 64
PageTokens = Annotated[int, msgspec.Meta(ge=LEAST_PAGE_TOKENS)] | Literal["all", "cut"] | None
AnswerOrder = Literal["reasoning_first", "action_first"]
Kind = Literal["structure", "content", "reasoning", "marker", "action"]


class PromptSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a prompt shows. Recorded with every run, result and adapter.

    `reasoning`: a thought is written before each action; `past_reasonings`: earlier thoughts stay
    visible; `persona`, `intent`: shown when known; `input_action`: typing without submitting is
    allowed; `actions`: the paper's actions, or ``full``, which offers all; `examples`: two short
    made-up visits come first, for models not trained on sessions (what is known of the customer
    then follows them, so that all customers share a beginning).
    `page`: a page is simplified HTML, or lines with handles (`agent.prompts.lines`), of which
    `page_version` is the form; `answer`: what comes first, the reasoning (the paper) or the action.
    `page_tokens`: a page is folded to so many tokens (`agent.prompts.attention`), or shown whole,
    whatever it takes; None or ``cut``: cut from the bottom to its share of the window.
    `window`, `max_reasoning_tokens` and `max_action_tokens` are in tokens; one page takes at most
    `page_share` of the window, and after a cut at most `refill` of it is used.
    """

    version: Literal["1"] = "1"
    reasoning: bool = True
    past_reasonings: bool = True
    persona: bool = True
    intent: bool = True
    input_action: bool = False
    actions: ActionSet = "paper"
    examples: bool = False
    page: PageForm = "html"
    page_version: str = "1"
    answer: AnswerOrder = "reasoning_first"
    page_tokens: PageTokens = None
    window: Annotated[int, msgspec.Meta(ge=256)] = 8192
    max_reasoning_tokens: Annotated[int, msgspec.Meta(ge=1)] = 80
    max_action_tokens: Annotated[int, msgspec.Meta(ge=16)] = 160
    page_share: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.5
    refill: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.6

    @property
    def marker(self) -> str:
        """What stands between reasoning and action."""
        return LINES_MARKER if self.page == "lines" else MARKER

    @property
    def may_input(self) -> bool:
        """Whether typing without submitting is offered."""
        return self.input_action or self.actions == "full"

    @property
    def folds(self) -> bool:
        """Whether what does not fit of a page is folded, to be opened by its name."""
        return isinstance(self.page_tokens, int)

    @property
    def acts_first(self) -> bool:
        """Whether the action is written first and the reasoning tells it afterwards."""
        return self.reasoning and self.answer == "action_first"


def page_budget(settings: Mapping[str, object]) -> object:
    """What a page is shown within, as a policy's recorded settings tell it: tokens that it is
    folded to, ``all``, or ``cut``."""
    return settings.get("page_tokens", settings.get("prompt.page_tokens", "cut"))


def recorded(settings: PromptSettings) -> dict[str, str | int | float | bool]:
    """The settings as they are kept. What came later than the first records is left out where it is
    as it was then, so that those stay comparable."""
    kept: dict[str, str | int | float | bool] = msgspec.to_builtins(settings)
    usual = PromptSettings()
    for name in ("actions", "page", "page_version", "answer", "page_tokens"):
        if kept[name] == getattr(usual, name):
            del kept[name]
    return kept


class Segment(msgspec.Struct, frozen=True):
    """A piece of a prompt that is encoded by itself.

    Only `structure` may hold control tokens; everything else is encoded as plain text, so a page
    that says ``<|im_end|>`` has said some characters. `step` is None before the first step.
    `supervised` marks what a policy learns to write. `after` is the control token before
    it, empty at the beginning; None where other text stands there.
    """

    text: str
    kind: Kind
    step: int | None = None
    supervised: bool = False
    after: str | None = None


def opening(session: Session, chat: ChatFormat, settings: PromptSettings) -> tuple[Segment, ...]:
    """Everything before the first page."""
    if not settings.examples:
        return _system_turn(system_text(session, settings), chat)
    known = known_text(session, settings)
    return (
        *_system_turn(system_text(None, settings), chat),
        *(piece for e in EXAMPLES for piece in _example(e, chat, settings)),
        *((Segment(f"{known}\n\n", "content"),) if known else ()),
    )


def _system_turn(text: str, chat: ChatFormat) -> tuple[Segment, ...]:
    return (
        Segment(chat.opening, "structure", after=""),
        Segment(text, "content"),
        Segment(chat.to_first_user, "structure"),
    )


def _example(example: Example, chat: ChatFormat, settings: PromptSettings) -> tuple[Segment, ...]:
    """A made-up turn and its answer, in the form of a real one."""
    intent = example.intent if settings.intent else None
    thought = reasoned(0, example.reasoning, settings) if settings.reasoning else ()
    pieces = (
        *_asked((("Page", example.title), ("Goal", intent)), None, example.page, "", chat),
        *thought,
        Segment(encode_action(example.action), "action"),
        Segment(chat.stop, "structure"),
        Segment(chat.to_user, "structure", after=chat.stop),
    )
    return tuple(msgspec.structs.replace(piece, step=None) for piece in pieces)


def system_text(session: Session | None, settings: PromptSettings, form: str | None = None) -> str:
    """The role, the actions, the form of an answer; and what is known of the customer.

    `form` describes another form of the answer: remote models write one JSON object.
    """
    known = known_text(session, settings) if session is not None else ""
    if settings.page == "lines" and form is None:
        return "\n\n".join(part for part in (lines_text(settings), known) if part)
    actions = _ACTIONS + (_INPUT_ACTION if settings.may_input else "")
    actions += _MORE_ACTIONS if settings.actions == "full" else ""
    actions += _FOLDED if settings.folds else ""
    form = form or (_REASONED_FORM if settings.reasoning else _BARE_FORM)
    return "\n\n".join(part for part in (_ROLE, actions, form, known) if part)


def lines_text(settings: PromptSettings) -> str:
    """The role and the form of an answer where pages are lines; short, for it is read each time."""
    order = ""
    if settings.reasoning:
        order = " Then say why." if settings.acts_first else " Say why on a line before it."
    typing = _LINES_INPUT if settings.may_input else ""
    return f"{_LINES_ROLE}{order}{typing}{_LINES_MORE if settings.actions == 'full' else ''}"


def known_text(session: Session, settings: PromptSettings) -> str:
    """Who the customer is and what it came for, as far as known and to be shown."""
    parts = []
    if settings.persona and session.persona is not None:
        parts.append(f"Who you are: {session.persona.text.strip()}")
    if settings.intent and session.intent:
        parts.append(f"What you came for: {session.intent.strip()}")
    return "\n\n".join(parts)


def question(
    session: Session,
    step: int,
    page: str,
    note: str,
    chat: ChatFormat,
    settings: PromptSettings,
    *,
    title: str = "",
    so_far: str = "",
) -> tuple[Segment, ...]:
    """A user turn and the start of the answer: the page seen at `step`, and what is asked.
    `so_far` tells of the steps before; lines have it in place of the title, which they show."""
    intent = session.intent if settings.intent else None
    lines = (("Page", title), ("Goal", intent))
    if settings.page == "lines":
        lines = (("So far", so_far), ("Goal", intent))
    return _asked(lines, step, page, note, chat)


def _asked(
    lines: Iterable[tuple[str, str | None]],
    step: int | None,
    page: str,
    note: str,
    chat: ChatFormat,
) -> tuple[Segment, ...]:
    """Small models heed best what stands last, so title and goal follow the page."""
    asked = "\n".join(f"{what}: {' '.join(text.split())}" for what, text in lines if text)
    return (
        *((Segment(f"{note}\n\n", "content", step),) if note else ()),
        Segment(page, "content", step),
        *((Segment(f"\n\n{asked}", "content", step),) if asked else ()),
        Segment(chat.to_assistant, "structure", step),
    )


def dropped_question(step: int, chat: ChatFormat) -> tuple[Segment, ...]:
    """The user turn of a page that no longer fits."""
    return (
        Segment(DROPPED_PAGE, "content", step),
        Segment(chat.to_assistant, "structure", step),
    )


def failure_note(previous: Step | None) -> str:
    """What the customer is told about its last action when that did not work."""
    if previous is None or previous.result.ok or not previous.result.error:
        return ""
    error = " ".join(previous.result.error.split())[:_NOTE_LENGTH]
    return f"Your last action did not work: {error}"


def answer(
    step: Step,
    reasoning: str,
    chat: ChatFormat,
    settings: PromptSettings,
    *,
    written: str | None = None,
) -> tuple[Segment, ...]:
    """The assistant's turn at `step`, with `reasoning` as it may be shown, up to the next page.
    The action is `written` so where it is not JSON."""
    text = encode_action(step.action) if written is None else written
    action = Segment(text, "action", step.index, supervised=True)
    said: tuple[Segment, ...] = (action,)
    if settings.acts_first:
        said = told(step.index, action, reasoning, settings)
    elif settings.reasoning:
        said = (*reasoned(step.index, reasoning, settings, supervised=True), action)
    return (
        *said,
        *((Segment(chat.stop, "structure", step.index, supervised=True),) if chat.stop else ()),
        Segment(chat.to_user, "structure", step.index, after=chat.stop),
    )


def told(
    step: int, action: Segment, reasoning: str, settings: PromptSettings
) -> tuple[Segment, ...]:
    """The action, the marker, and the reasoning that tells it."""
    thought = (Segment(reasoning, "reasoning", step, supervised=True),) if reasoning else ()
    return (action, Segment(settings.marker, "marker", step, supervised=True), *thought)


def reasoned(
    step: int, reasoning: str, settings: PromptSettings, *, supervised: bool = False
) -> tuple[Segment, ...]:
    """The thought and the marker that ends it; the action follows.

    Of a supervised marker only the first token is learned: it says that the thought is over. The
    rest is supplied.
    """
    thought = (Segment(reasoning, "reasoning", step, supervised),) if reasoning else ()
    return (*thought, Segment(settings.marker, "marker", step, supervised))


def clean_reasoning(text: str | None) -> str:
    """A thought as it stands in a prompt: one line, without the marker."""
    return " ".join((text or "").partition(MARKER)[0].split())


_ROLE = (
    "You are a customer in an online shop. You see the page as simplified HTML. You search, look "
    "at products, and then buy what suits you or leave, as a person would."
)
_LINES_ROLE = (
    "You are a customer in an online shop. Answer with what you do: something on the page, such as "
    "result 1, or search: and words, or leave."
)
_LINES_INPUT = " input search: and words types without submitting."
_ACTIONS = """Your actions:
{"type":"type_and_submit","name":"...","text":"..."} types into a text field and submits it.
{"type":"click","name":"..."} clicks an element, or chooses an option.
{"type":"terminate"} closes the window and leaves."""
_INPUT_ACTION = """
{"type":"input","name":"...","text":"..."} types into a text field without submitting it."""
_MORE_ACTIONS = """
{"type":"scroll","direction":"down"} scrolls one screen further, with "up" back.
{"type":"scroll","name":"..."} scrolls to an element.
{"type":"hover","name":"..."} rests the pointer on an element, which may open something.
{"type":"back"} goes back to the page before.
{"type":"wait"} waits until something on the page changes."""
_LINES_MORE = (
    " Or look around: scroll down, scroll up, scroll to result 1, hover over link 1, go back, wait."
)
_FOLDED = """
What says folded="..." holds more than is shown: clicking its name opens it."""
_REASONED_FORM = (
    "Answer with one or two sentences in the first person that say why, then the marker "
    f"{MARKER}, then one action as JSON. A name is copied from a name attribute on the page."
)
_BARE_FORM = "Answer with one action as JSON. A name is copied from a name attribute on the page."
