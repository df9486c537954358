"""The words with which a model is asked why a customer did something.

A request shows the session up to the step in question and never what came later, no earlier
thoughts, the action, and think-aloud examples. So requests do not depend on each other's answers:
they can be asked in any order and all at once.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from agent.policies.completion import ChatMessage, CompletionRequest
from agent.policies.remote.chat_messages import EstimatedTokens, count_tokens
from agent.prompts.prompt import clean_reasoning
from agent.prompts.trim import trim
from agent.sessions.session import Session, Step
from envs.actions import encode_action
from trainer.synthesis.examples import ReasoningExample

VERSION = "1"
"""Changes whenever the same session would be asked about in other words."""

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"thought": {"type": "string"}},
    "required": ["thought"],
    "additionalProperties": False,
}
_DROPPED = "(an earlier page)"

_TASK = """You write down what customers of an online shop were thinking.

You are shown a visit step by step: the page as simplified HTML, and what the customer did there. \
For the last step, write the thought the customer had just before acting, the way people think \
aloud while they shop.

- First person, present tense, plain spoken language, one or two sentences, at most 50 words.
- Say what on the page, in the visit so far or in the customer's wishes leads to this very action: \
a price, a rating, a word in a title, a hit that does not fit.
- The thought comes before the action: it does not know what happens next.
- Never mention names or ids of elements, HTML or JSON. Call things what a person would call them.
- If the customer left, say why they stop; if they bought, say why they are satisfied.

Answer with one JSON object and nothing else: {"thought":"..."}"""


class PromptWording(msgspec.Struct, frozen=True):
    """What besides the session decides a request. `window` is in estimated tokens; `max_tokens`
    bounds an answer: a thought has at most 80, but some models think before they write it."""

    examples: tuple[ReasoningExample, ...]
    window: int = 40_000
    max_tokens: int = 1_000
    page_share: float = 0.5


def build_request(session: Session, index: int, wording: PromptWording) -> CompletionRequest:
    """Ask for the thought behind step `index`. Reads no later step."""
    steps = session.steps[: index + 1]
    system = _system(session, wording)
    shown = [_shown(step, wording) for step in steps]
    budget = wording.window - count_tokens(system) - wording.max_tokens
    first = _first_page(shown, budget)
    parts = [
        text if k >= first else _told(step, _DROPPED)
        for k, (step, text) in enumerate(zip(steps, shown, strict=True))
    ]
    asked = f"Write the customer's thought before the action of step {index + 1}."
    return CompletionRequest(
        system=system,
        turns=(ChatMessage("user", asked, before=tuple(parts)),),
        max_tokens=wording.max_tokens,
        schema=SCHEMA,
    )


def ask_again(request: CompletionRequest, said: str, problem: str) -> CompletionRequest:
    """The same question after an answer that was rejected."""
    objection = f"That will not do: {problem}. Write the thought again, in the form asked for."
    turns = (
        *request.turns,
        ChatMessage("assistant", said.strip() or "(nothing)"),
        ChatMessage("user", objection),
    )
    return msgspec.structs.replace(request, turns=turns)


def content_key(model: str, request: CompletionRequest) -> str:
    """A hash of everything that is asked, and of whom: equal questions have equal keys."""
    digest = hashlib.blake2b(digest_size=20)
    for part in (model, VERSION, request.system, *_texts(request)):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def request_tokens(request: CompletionRequest) -> tuple[int, int]:
    """Estimated prompt tokens of a request, and how many of them its predecessor also had."""
    system, texts = count_tokens(request.system), [count_tokens(t) for t in _texts(request)]
    return system + sum(texts), system + sum(texts[:-2])


def read_thought(text: str) -> str:
    """The thought in an answer: of the JSON object, or the whole text when there is none."""
    start, end = text.find("{"), text.rfind("}")
    if 0 <= start < end:
        try:
            written = msgspec.json.decode(text[start : end + 1], type=dict[str, Any])
            return clean_reasoning(str(written.get("thought") or ""))
        except (msgspec.DecodeError, UnicodeError):
            pass
    return clean_reasoning(text)


def _texts(request: CompletionRequest) -> list[str]:
    return [text for turn in request.turns for text in (*turn.before, turn.text)]


def _system(session: Session, wording: PromptWording) -> str:
    parts = [_TASK, "Examples of thoughts:"]
    parts += [f"Page: {e.page}\nAction: {e.action}\nThought: {e.thought}" for e in wording.examples]
    if session.persona is not None:
        parts.append(f"The customer: {session.persona.text.strip()}")
    if session.intent:
        parts.append(f"What they came for: {session.intent.strip()}")
    return "\n\n".join(parts)


def _shown(step: Step, wording: PromptWording) -> str:
    most = int(wording.window * wording.page_share)
    return _told(step, trim(step.context, most, EstimatedTokens()))


def _told(step: Step, page: str) -> str:
    return f"Step {step.index + 1}. The page:\n{page}\n\nThe action: {encode_action(step.action)}"


def _first_page(shown: list[str], budget: int) -> int:
    """The first page still shown when the oldest go until the rest fits; the last one always."""
    sizes = [count_tokens(text) for text in shown]
    first = 0
    while first < len(sizes) - 1 and sum(sizes[first:]) > budget:
        first += 1
    return first
