"""A page as a prompt shows it, as HTML or as lines, and an action as it is answered there.

A function of the session, the settings and the tokenizer, never of what was done on the page.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from agent.prompts import attention, lines
from agent.prompts.prompt import PromptSettings
from agent.prompts.recent import Recent
from agent.prompts.trim import Ruler, trim
from agent.sessions.html_tags import names_in
from agent.sessions.logged_page import observation_of
from agent.sessions.session import Session, Step
from envs.actions import Action, ActionError, action_name, encode_action, parse_action
from envs.observation import Observation

_CACHED_PAGES = 1024


class ShownPage(msgspec.Struct, frozen=True):
    """A page as it is shown; `handles` of a page of lines, by names, None for HTML. `folded` are
    the names that open what is folded, `choosable` those of options that need not be shown."""

    text: str
    handles: dict[str, str] | None = None
    folded: tuple[str, ...] = ()
    choosable: tuple[str, ...] = ()

    def visible(self, html: str) -> frozenset[str] | None:
        """The names left of a page that was `html`; None when it is whole."""
        if self.handles is not None:
            return frozenset(self.handles)
        return None if self.text == html else names_in(self.text) | {*self.choosable}


def write_action(action: Action, handles: Mapping[str, str] | None) -> str | None:
    """An action as it is answered on a page with these handles (None: as JSON); None where the page
    does not show what it acts on."""
    return encode_action(action) if handles is None else lines.write_answer(action, handles)


def read_action(text: str, handles: Mapping[str, str] | None) -> Action | None:
    """The action that was answered on a page with these handles; None for what is none."""
    try:
        return parse_action(text.strip()) if handles is None else lines.read_answer(text, handles)
    except ActionError:
        return None


class ShownPages:
    """Pages of sessions for one tokenizer, or an estimate of one, and settings; what was made is
    kept for reuse."""

    def __init__(self, ruler: Ruler, settings: PromptSettings) -> None:
        self._ruler = ruler
        self._settings = settings
        self._limit = _limit(settings)
        self._pages: Recent[ShownPage] = Recent(_CACHED_PAGES)
        self._seen: Recent[Observation] = Recent(_CACHED_PAGES)

    def seen(self, step: Step) -> Observation:
        """The page of a logged step. Names are needed for lines only."""
        if step.names or not (self._lines or self._settings.folds):
            return Observation(url=step.url, title=step.title, html=step.context, names=step.names)
        return self._seen.get((step.context, step.title), lambda: observation_of(step))

    def page(self, session: Session, k: int, seen: Observation) -> ShownPage:
        """The page seen at step `k`, cut to its share of the window."""
        if self._settings.folds and not self._lines:
            return self._folded(session, k, seen)
        if not self._lines and self._settings.page_tokens == "all":
            return ShownPage(seen.html)
        if not self._lines:
            return self._pages.get(
                seen.html, lambda: ShownPage(trim(seen.html, self._limit, self._ruler))
            )
        memory = self._memory(session, k)

        if self._settings.folds:
            return self._folded_lines(session, k, seen, memory)

        def laid_out() -> ShownPage:
            page = lines.lay_out(seen, memory, self._limit, self._ruler)
            return ShownPage(page.text, page.handles)

        return self._pages.get((seen.html, seen.names, memory), laid_out)

    def _folded_lines(
        self, session: Session, k: int, seen: Observation, memory: lines.Memory
    ) -> ShownPage:
        """The same as lines."""
        unfolded = attention.unfolded(session.steps[:k], seen.url)

        def laid_out() -> ShownPage:
            page = lines.fold(seen, memory, unfolded, self._limit, self._ruler)
            return ShownPage(page.text, page.handles, page.folded)

        return self._pages.get((seen.html, seen.title, seen.names, memory, unfolded), laid_out)

    def _folded(self, session: Session, k: int, seen: Observation) -> ShownPage:
        """The page folded to its budget, but for what was unfolded before."""
        unfolded = attention.unfolded(session.steps[:k], seen.url)

        def laid_out() -> ShownPage:
            page = attention.lay_out(seen, unfolded, self._limit, self._ruler)
            return ShownPage(page.text, None, page.folded, page.choosable)

        return self._pages.get((seen.html, seen.title, seen.names, unfolded), laid_out)

    def so_far(self, session: Session, k: int) -> str:
        """What was done before step `k`, in a few words, where that is told."""
        return self._memory(session, k).told if self._lines else ""

    def told(self, session: Session, k: int) -> str | None:
        """How the action of step `k` stands in a prompt, where that is not JSON."""
        if not self._lines:
            return None
        step = session.steps[k]
        handles = self.page(session, k, self.seen(step)).handles
        return write_action(step.action, handles) or lines.told_answer(step.action)

    def target(self, session: Session, k: int) -> bool:
        """Whether the page of step `k` still shows what was acted on there."""
        step = session.steps[k]
        page = self.page(session, k, self.seen(step))
        if page.handles is not None:
            return write_action(step.action, page.handles) is not None
        name = action_name(step.action)
        if name is None or page.text == step.context or name in page.choosable:
            return True
        return name in names_in(page.text)

    @property
    def _lines(self) -> bool:
        return self._settings.page == "lines"

    def _memory(self, session: Session, k: int) -> lines.Memory:
        intent = session.intent if self._settings.intent else None
        return lines.memory_of(session.steps[:k], intent)


def _limit(settings: PromptSettings) -> int:
    """Tokens that a page takes at most."""
    if settings.page_tokens == "all":
        return settings.window
    if isinstance(settings.page_tokens, int):
        return settings.page_tokens
    return int(settings.window * settings.page_share)
