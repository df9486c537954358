"""A session as the chat messages of a remote model that answers with one JSON object.

The words are `agent.prompts.prompt`'s, save the form of the answer, which is the paper's baseline
form: ``{"rationale": ..., "action": ...}``. The model is not known, so tokens are estimated.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec

from agent.parsing import from_json
from agent.policies.completion import ChatMessage
from agent.prompts import prompt
from agent.prompts.chat_template import ChatFormat
from agent.prompts.prompt import PromptSettings
from agent.prompts.shown_page import ShownPage, ShownPages
from agent.sessions.session import Session, Step
from envs.actions import Action, ActionError, encode_action, parse_action
from envs.observation import TEXT_ROLES, Observation

BYTES_PER_TOKEN = 2.1
"""Pages have 2.1 to 3 bytes a token in the tokenizer of the embedded model, which is small, and 3
to 4 in larger ones; the low end is on the safe side."""
MOST_NAMES_IN_SCHEMA = 200
"""OpenAI takes 1,000 enumerated values in all and counts names twice (click, type)."""

_NOTHING_AROUND = ChatFormat(opening="", to_first_user="", to_assistant="", stop="", to_user="")
_REASONED_FORM = (
    'Answer with one JSON object and nothing else: "rationale", one or two sentences in the first '
    'person that say why, and "action", one of the actions. A name is copied from a name '
    "attribute on the page, for example:\n"
    '{"rationale":"I want hiking boots, so I search for them.",'
    '"action":{"type":"type_and_submit","name":"nav.search","text":"hiking boots"}}'
)
_BARE_FORM = (
    'Answer with one JSON object and nothing else: "action", one of the actions. A name is copied '
    "from a name attribute on the page, for example:\n"
    '{"action":{"type":"type_and_submit","name":"nav.search","text":"hiking boots"}}'
)


class ModelAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a model's text says; `problem` tells why it is no action."""

    rationale: str | None = None
    action: Action | None = None
    problem: str | None = None


class EstimatedTokens:
    """Takes every `BYTES_PER_TOKEN` bytes for a token, which is enough to cut pages by."""

    def encode(self, text: str) -> tuple[int, ...]:
        return tuple(range(count_tokens(text)))

    def count(self, text: str) -> int:
        return count_tokens(text)

    def head(self, text: str, tokens: int) -> int:
        data = text.encode("utf-8", "surrogatepass")[: int(tokens * BYTES_PER_TOKEN)]
        return len(data.decode("utf-8", "ignore"))


def count_tokens(text: str) -> int:
    """An estimate, on the high side."""
    return math.ceil(len(text.encode("utf-8", "surrogatepass")) / BYTES_PER_TOKEN)


def system_text(session: Session, settings: PromptSettings) -> str:
    """The system turn."""
    return prompt.system_text(
        session, settings, _REASONED_FORM if settings.reasoning else _BARE_FORM
    )


def shown_pages(settings: PromptSettings) -> ShownPages:
    """Pages as they are shown to a model whose tokens are estimated."""
    return ShownPages(EstimatedTokens(), settings)


def turns(
    session: Session, observation: Observation, settings: PromptSettings, pages: ShownPages
) -> tuple[ChatMessage, ...]:
    """User and assistant turns up to the page seen now; the pages that no longer fit are dropped.

    The last page and the one before it end beginnings worth caching: the next step reads the one,
    this step the other.
    """
    seen = [*map(pages.seen, session.steps), observation]
    shown_texts = [pages.page(session, k, page).text for k, page in enumerate(seen)]
    asked = [_question(session, k, text, settings) for k, text in enumerate(shown_texts)]
    answered = [_answer(step, settings) for step in session.steps]
    first = _first_page(asked, answered, count_tokens(system_text(session, settings)), settings)
    shown: list[ChatMessage] = []
    for k, text in enumerate(asked):
        keep = k >= max(first, len(asked) - 2)
        shown.append(ChatMessage("user", text if k >= first else prompt.DROPPED_PAGE, keep))
        if k < len(answered):
            shown.append(ChatMessage("assistant", answered[k]))
    return tuple(shown)


def _question(session: Session, step: int, page: str, settings: PromptSettings) -> str:
    note = prompt.failure_note(session.steps[step - 1] if step else None)
    segments = prompt.question(session, step, page, note, _NOTHING_AROUND, settings)
    return "".join(segment.text for segment in segments)


def _answer(step: Step, settings: PromptSettings) -> str:
    thought = prompt.clean_reasoning(step.reasoning)
    if not (settings.reasoning and settings.past_reasonings and thought):
        return f'{{"action":{encode_action(step.action)}}}'
    rationale = msgspec.json.encode(thought.encode("utf-8", "replace").decode()).decode()
    return f'{{"rationale":{rationale},"action":{encode_action(step.action)}}}'


def _first_page(
    asked: list[str], answered: list[str], system: int, settings: PromptSettings
) -> int:
    """The first page still shown, by the rule of `agent.prompts.context_window`: when a page does
    not fit, the oldest go until the window is at most `refill` full."""
    pages = [count_tokens(text) for text in asked]
    answers = [count_tokens(text) for text in answered]
    reserve = settings.max_reasoning_tokens + settings.max_action_tokens
    first, used = 0, system + reserve
    for k, page in enumerate(pages):
        used += page
        if used > settings.window:
            while first < k and used > settings.window * settings.refill:
                used -= pages[first]
                first += 1
        if k < len(answers):
            used += answers[k]
    return first


def answer_schema(
    observation: Observation,
    settings: PromptSettings,
    page: ShownPage,
    *,
    enumerate_names: bool,
) -> dict[str, Any]:
    """The JSON schema of an answer, in the subset that structured outputs take everywhere.

    With `enumerate_names` the names are those shown of the page, unless there are too many. They
    are then typed text for back ends whose grammar is compiled for each page.
    """
    visible = page.visible(observation.html) if settings.folds else None
    shown = [e for e in observation.names if visible is None or e.name in visible]
    names = [*(e.name for e in shown), *page.folded]
    listed = enumerate_names and len(names) <= MOST_NAMES_IN_SCHEMA
    fields = [e.name for e in shown if e.role in TEXT_ROLES]
    any_name = {"type": "string"}
    click = {"enum": names} if listed else {}
    field = {"enum": fields} if listed else {}
    typing = ["type_and_submit", *(["input"] if settings.may_input else [])]
    full = settings.actions == "full"
    actions = [_object(type=_one("terminate")), *(_bare_actions() if full else ())]
    if names or not listed:
        naming = ["click", "scroll", "hover"] if full else ["click"]
        actions += [_object(type=_one(kind), name={**any_name, **click}) for kind in naming]
    if fields or not listed:
        actions += [
            _object(type=_one(kind), name={**any_name, **field}, text={"type": "string"})
            for kind in typing
        ]
    action: dict[str, Any] = {"anyOf": actions}
    if settings.reasoning:
        return _object(rationale={"type": "string"}, action=action)
    return _object(action=action)


def _bare_actions() -> tuple[dict[str, Any], ...]:
    """What names nothing on the page, where all actions are offered."""
    direction = {"type": "string", "enum": ["down", "up"]}
    return (
        _object(type=_one("scroll"), direction=direction),
        _object(type=_one("back")),
        _object(type=_one("wait")),
    )


def _one(value: str) -> dict[str, Any]:
    return {"type": "string", "enum": [value]}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


class _Written(msgspec.Struct):
    action: msgspec.Raw
    rationale: str | None = None


def read_answer(text: str) -> ModelAnswer:
    """What a model wrote; text around the JSON object (a code fence, a greeting) is ignored."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        return ModelAnswer(problem="the answer holds no JSON object")
    try:
        written = from_json(text[start : end + 1], _Written)
        return ModelAnswer(
            rationale=prompt.clean_reasoning(written.rationale) or None,
            action=parse_action(bytes(written.action)),
        )
    except (msgspec.DecodeError, UnicodeError) as error:
        return ModelAnswer(problem=f"the answer is not the JSON object asked for: {error}")
    except ActionError as error:
        return ModelAnswer(problem=str(error))
