"""When a task is done: the success condition held against a page, and a customer who stops then.

A page is what a step of the log holds, so the same answer comes from a log as from a live visit.
Orders are told by the shop's own log and never by a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

import lxml.html

from agent.policies.policy import Decision, Policy
from agent.policies.wrapper import PolicyWrapper
from agent.sessions.session import Session
from agent.study.definition import Success, Task
from envs.actions import Terminate, encode_action
from envs.observation import Element, Observation

SEPARATOR = "."
"""Between participant and task in a session's id."""


AGAIN = "~"
"""Before the number of a participant's second visit for a task and later ones: only people who were
recorded come again, customers of a study do each task once."""


def session_id(participant: str, task: str, visit: int = 1) -> str:
    return f"{participant}{f'{AGAIN}{visit}' if visit > 1 else ''}{SEPARATOR}{task}"


def split_id(session: str) -> tuple[str, str]:
    """Participant and task of a session."""
    participant, _, task = session.partition(SEPARATOR)
    return participant.partition(AGAIN)[0], task


def met(success: Success, url: str, names: Iterable[Element], html: str) -> bool:
    """Whether everything `success` asks of a page holds; an order is never seen on a page."""
    if success.order:
        return False
    if success.url is not None and not fnmatchcase(url, success.url):
        return False
    pattern = success.element
    if pattern is not None and not any(fnmatchcase(e.name, pattern) for e in names):
        return False
    return success.text is None or _fold(success.text) in _fold(visible_text(html))


_CART = re.compile(
    r"cart|basket|checkout|trolley|warenkorb|kasse|panier|caisse|cesta|carrito|carrello|winkelwagen",
    re.IGNORECASE,
)


def about_the_cart(success: Success) -> bool:
    """Whether a page that meets `success` is, by its words, a cart or what comes after it."""
    asked = (success.url, success.element, success.text)
    return any(_CART.search(words) for words in asked if words)


def doubts(tasks: Iterable[Task]) -> Iterator[str]:
    """What can be said before a study about conditions that may be met without the goal."""
    for task in tasks:
        success = task.success
        if about_the_cart(success) and success.element is None and success.text is None:
            yield (
                f"task {task.id!r} is done at any page whose address is {success.url!r}, and an "
                "empty cart has it, too: add an `element` or a `text` that only a full one shows"
            )


def visible_text(html: str) -> str:
    """The words of a page's simplified HTML."""
    if not html.strip():
        return ""
    text: str = lxml.html.fromstring(f"<div>{html}</div>").text_content()
    return " ".join(text.split())


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


class UntilDone(PolicyWrapper):
    """A policy that closes the window once its task is done or the patience for it is at its end,
    as a person would, and otherwise leaves everything to the policy it was given."""

    def __init__(self, policy: Policy, tasks: Iterable[Task]) -> None:
        super().__init__(policy)
        self._tasks: Mapping[str, Task] = {task.id: task for task in tasks}

    async def decide(self, session: Session, observation: Observation) -> Decision:
        """The policy's decision, or to leave without a thought when this is the end."""
        task = self._tasks[split_id(session.session_id)[1]]
        done = met(task.success, observation.url, observation.names, observation.html)
        if _over(task, done=done, acts=len(session.steps)):
            return Decision(action=Terminate(), raw=encode_action(Terminate()))
        return await self.inner.decide(session, observation)


def closed_the_window(session: Session, task: Task) -> bool:
    """Whether a visit for `task` ended since `UntilDone` closed the window: the customer did not
    choose to leave."""
    last = session.steps[-1]
    done = met(task.success, last.url, last.names, last.context)
    return isinstance(last.action, Terminate) and _over(task, done=done, acts=last.index)


def _over(task: Task, *, done: bool, acts: int) -> bool:
    """Whether the task is done, or the patience for it at its end after so many actions."""
    return done or acts >= task.max_steps
