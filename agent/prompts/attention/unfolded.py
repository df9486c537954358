"""What is unfolded on a page: a pure function of the session so far.

What opens a folded part is a click on its name, or going there with the eye or the pointer. It
opens nothing in the browser; the part is shown from the next look on, as long as the page is the
same.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.prompts.attention.fold import opened
from agent.prompts.attention.units import read_page
from agent.sessions.folds import MORE, opened_fold, opening_name
from agent.sessions.session import Step
from envs.actions import Action
from envs.observation import Observation


def unfolded(steps: Sequence[Step], url: str) -> tuple[str, ...]:
    """The names that opened folded parts of the page at `url` since it was come to, each once, the
    latest last."""
    names: dict[str, None] = {}
    for step in reversed(steps):
        if _page_of(step.url) != _page_of(url):
            break
        name = opened_fold(step)
        if name is not None:
            names.setdefault(name)
    return tuple(reversed(names))


def unfolds(seen: Observation, action: Action) -> bool:
    """Whether an action opens a folded part of the page, and does nothing else."""
    name = opening_name(action)
    if name is None or name in seen.by_name:
        return False
    if not name.startswith(MORE) and f'name="{name}"' not in seen.html:
        return False
    return opened(read_page(seen), name) is not None


def _page_of(url: str) -> str:
    return url.partition("#")[0]
