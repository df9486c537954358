"""What is unfolded on a page: a pure function of the session so far.

What opens a folded part is a click on its name, or going there with the eye or the pointer. It
opens nothing in the browser; the part is shown from the next look on, as long as the page is the
same.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.prompts.attention.fold import opened
from agent.prompts.attention.units import MORE, read_page
from agent.sessions.session import Step
from envs.actions import Action, Click, Hover, Scroll
from envs.observation import Observation


def unfolded(steps: Sequence[Step], url: str) -> tuple[str, ...]:
    """The names that opened folded parts of the page at `url` since it was come to, each once, the
    latest last."""
    names: dict[str, None] = {}
    for step in reversed(steps):
        if _page_of(step.url) != _page_of(url):
            break
        name = _opening(step)
        if name is not None:
            names.setdefault(name)
    return tuple(reversed(names))


def unfolds(seen: Observation, action: Action) -> bool:
    """Whether an action opens a folded part of the page, and does nothing else."""
    name = _named(action)
    if name is None or name in seen.by_name:
        return False
    if not name.startswith(MORE) and f'name="{name}"' not in seen.html:
        return False
    return opened(read_page(seen), name) is not None


def _opening(step: Step) -> str | None:
    """The name of the folded part that a step opened: one that nothing on the page has."""
    name = _named(step.action)
    if name is None or not step.result.ok:
        return None
    if not (name.startswith(MORE) or step.names):
        return None
    return name if all(element.name != name for element in step.names) else None


def _named(action: Action) -> str | None:
    """The name that an action would open if it were that of a folded part."""
    return action.name if isinstance(action, Click | Scroll | Hover) else None


def _page_of(url: str) -> str:
    return url.partition("#")[0]
