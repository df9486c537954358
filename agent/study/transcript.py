"""A visit retold in a few lines, so that whoever went through it can be asked about it.

Short enough for a small model; step numbers stand in front, so that an answer can cite them.
"""

from __future__ import annotations

from agent.sessions.describe import describe_step, page_words
from agent.sessions.session import Session, Step
from agent.study.definition import Task

MOST_STEPS = 30
"""Steps told of one visit; what was in the middle of a longer one is left out."""
LONGEST_REASONING = 160
"""Characters."""
LONGEST_ERROR = 120


def who(session: Session) -> str:
    """The customer in the second person, as a system turn."""
    persona = session.persona.text if session.persona and session.persona.text else "A customer."
    return (
        f"{persona}\n\nYou are this person. You have just visited a web shop, and you answer "
        "questions about this visit, honestly and only from what happened in it."
    )


def retell(session: Session, task: Task, outcome: str) -> str:
    """What was asked, what was done step by step, and how it ended."""
    lines = [f"Task: {session.intent or task.text}", *_steps(session.steps), f"Result: {outcome}"]
    return "\n".join(lines)


def _steps(steps: tuple[Step, ...]) -> list[str]:
    told = [_step(step) for step in steps]
    if len(told) <= MOST_STEPS:
        return told
    half = MOST_STEPS // 2
    return [*told[:half], f"(… {len(told) - 2 * half} more steps)", *told[-half:]]


def _step(step: Step) -> str:
    where = step.title.strip() or page_words(step.url)
    line = f"[{step.index}] On “{where[:60]}”: {describe_step(step)}"
    if not step.result.ok:
        line += f" (did not work: {(step.result.error or 'no reason known')[:LONGEST_ERROR]})"
    if step.result.settle_ms > 2000:
        line += f" (waited {step.result.settle_ms / 1000:.0f} s)"
    if step.reasoning:
        reasoning = " ".join(step.reasoning.split())
        line += f" - thought: {reasoning[:LONGEST_REASONING]}"
    return line
