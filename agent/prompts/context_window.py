"""What of a session fits into a model's window, as token ids: one for acting and training.

When the next page would not fit, the oldest pages are dropped until the window is at most
`refill` full; actions and reasonings stay. Only when those alone are too long go the oldest steps
whole. What is shown is a function of the session, the settings and the tokenizer alone. Knows the
words only through `agent.prompts.prompt`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from agent.prompts import prompt
from agent.prompts.prompt import PromptSettings, Segment
from agent.prompts.recent import Recent
from agent.prompts.shown_page import ShownPages, write_action
from agent.prompts.tokenizer import Tokenizer
from agent.sessions.session import Session
from envs.actions import Action
from envs.observation import Observation

_CACHED_SEGMENTS = 4096


class ContextTooSmall(ValueError):
    """The window cannot hold even one page; the message says how large it must be."""


class Prompt(msgspec.Struct, frozen=True):
    """What a policy is shown when it acts.

    `ids` ends where the answer begins. `visible` holds the names left on a trimmed page, None when
    the page is whole. `handles` are what a page of lines calls what it shows, by their names; None
    for HTML. `folded` are the names that open what is folded.
    """

    ids: tuple[int, ...]
    visible: frozenset[str] | None = None
    handles: dict[str, str] | None = None
    folded: tuple[str, ...] = ()


class TrainingSequence(msgspec.Struct, frozen=True):
    """One training sequence.

    `ids` and `supervised` are equally long. `starts` tells for each step that was acted in this
    window where its answer begins: ``ids[:start]`` is the prompt it was acted on. Of these,
    `hidden` are the steps whose target was trimmed away, or whose action is longer than a policy
    may write; they are not supervised. `actions` tells of the others where the action stands.
    """

    ids: tuple[int, ...]
    supervised: tuple[bool, ...]
    starts: dict[int, int]
    hidden: tuple[int, ...] = ()
    actions: dict[int, range] = {}


class _Cut(msgspec.Struct, frozen=True):
    """What is no longer shown: steps before `first_step`, pages before `first_page`."""

    first_step: int = 0
    first_page: int = 0


class PromptBuilder:
    """Builds prompts and training windows for one tokenizer; encoded text is kept for reuse."""

    def __init__(self, tokenizer: Tokenizer, settings: PromptSettings) -> None:
        self.tokenizer = tokenizer
        self.settings = settings
        self._ids: Recent[tuple[int, ...]] = Recent(_CACHED_SEGMENTS)
        self._shown = ShownPages(tokenizer, settings)

    def prompt_for(self, session: Session, observation: Observation) -> Prompt:
        """The prompt for the page seen now; `session.steps` is everything before it.

        Raises:
            ContextTooSmall: the window holds not even this page.
        """
        now = len(session.steps)
        cut = self._cuts(session, observation)[now]
        page = self._shown.page(session, now, observation)
        segments = (*self._history(session, cut, now), *self._question(session, now, observation))
        visible = page.visible(observation.html)
        ids = tuple(i for s in segments for i in self.encode(s))
        return Prompt(ids, visible, page.handles, page.folded)

    def encode_reasoning(self, reasoning: str | None) -> tuple[str, tuple[int, ...]]:
        """A reasoning as the prompt shows it, and the ids of it and the marker."""
        shown = self._reasoning(reasoning)
        segments = prompt.reasoned(0, shown, self.settings)
        return shown, tuple(i for s in segments for i in self.encode(s))

    def encode_answer(self, written: str) -> tuple[int, ...]:
        """The ids of an action as it was written, and of the marker, where reasoning follows."""
        action = Segment(written, "action")
        segments = prompt.told(0, action, "", self.settings)
        return tuple(i for s in segments for i in self.encode(s))

    def action_ids(self, session: Session, k: int, action: Action) -> tuple[int, ...] | None:
        """The ids of `action` as it would be answered at step `k`, and of what would follow it at
        once; None where the page does not show what it acts on."""
        page = self._shown.page(session, k, self._shown.seen(session.steps[k]))
        written = write_action(action, page.handles)
        if written is None:
            return None
        follows = Segment(self.tokenizer.chat.stop, "structure")
        if self.settings.acts_first:
            follows = Segment(self.settings.marker, "marker")
        return (*self.encode(Segment(written, "action")), *self.encode(follows)[:1])

    def training_sequences(self, session: Session) -> list[TrainingSequence]:
        """The session as training sequences; every step is acted in exactly one of them.

        Raises:
            ContextTooSmall: the window holds not even one page.
        """
        cuts = self._cuts(session)
        windows: list[TrainingSequence] = []
        begin = 0
        for k in range(1, len(session.steps) + 1):
            if k == len(session.steps) or self._starts_window(cuts[k - 1], cuts[k]):
                windows.append(self._window(session, cuts[begin], range(begin, k)))
                begin = k
        return windows

    def one_sequence(self, session: Session) -> TrainingSequence | None:
        """The whole session as one sequence, cut off where the window ends: the paper's way. Steps
        whose answer does not stand in it whole are not learned, and told as `hidden`; None for a
        session without steps."""
        if not session.steps:
            return None
        row = self._window(session, _Cut(), range(len(session.steps)), cut=False)
        most = self.settings.window
        ends = [*[row.starts[k] for k in sorted(row.starts)][1:], len(row.ids)]
        gone = {k for k, end in zip(sorted(row.starts), ends, strict=True) if end > most}
        supervised = list(row.supervised[:most])
        for k in gone:
            supervised[row.starts[k] :] = [False] * len(supervised[row.starts[k] :])
        return TrainingSequence(
            row.ids[:most],
            tuple(supervised),
            {k: start for k, start in row.starts.items() if k not in gone},
            tuple(sorted({*row.hidden, *gone})),
            {k: place for k, place in row.actions.items() if k not in gone},
        )

    def encode(self, segment: Segment) -> tuple[int, ...]:
        """The segment's token ids."""
        special, after = segment.kind == "structure", segment.after
        return self._ids.get(
            (segment.text, special, after),
            lambda: self.tokenizer.encode(segment.text, special=special, after=after),
        )

    def _starts_window(self, before: _Cut, now: _Cut) -> bool:
        hides_thoughts = self.settings.reasoning and not self.settings.past_reasonings
        return before != now or hides_thoughts

    def _window(
        self, session: Session, shown: _Cut, acted: range, *, cut: bool = True
    ) -> TrainingSequence:
        ids: list[int] = []
        supervised: list[bool] = []
        starts: dict[int, int] = {}
        hidden: list[int] = []
        actions: dict[int, range] = {}

        def add(segments: Iterable[Segment], learn: bool) -> None:
            for segment in segments:
                tokens = self.encode(segment)
                if learn and segment.kind == "action" and segment.step is not None:
                    actions[segment.step] = range(len(ids), len(ids) + len(tokens))
                ids.extend(tokens)
                learned = len(tokens) if segment.supervised and learn else 0
                learned = min(learned, 1) if segment.kind == "marker" else learned
                supervised.extend(i < learned for i in range(len(tokens)))

        add(self._history(session, shown, acted.start), learn=False)
        for k in acted:
            step = session.steps[k]
            add(self._question(session, k, self._shown.seen(step)), learn=False)
            starts[k] = len(ids)
            answer = self._answer(session, k, acting=True)
            possible = self._shown.target(session, k) and self._can_be_written(answer)
            if not possible:
                hidden.append(k)
            add(answer, learn=possible)
        # only an action that nobody may write goes beyond
        most = self.settings.window if cut else len(ids)
        return TrainingSequence(
            tuple(ids[:most]), tuple(supervised[:most]), starts, tuple(hidden), actions
        )

    def _history(self, session: Session, cut: _Cut, until: int) -> Iterator[Segment]:
        """The opening and the steps before `until` that are still shown."""
        yield from prompt.opening(session, self.tokenizer.chat, self.settings)
        for k in range(cut.first_step, until):
            yield from self._shown_question(session, k, cut)
            yield from self._answer(session, k, acting=False)

    def _shown_question(self, session: Session, k: int, cut: _Cut) -> tuple[Segment, ...]:
        if k < cut.first_page:
            return prompt.dropped_question(k, self.tokenizer.chat)
        return self._question(session, k, self._shown.seen(session.steps[k]))

    def _question(self, session: Session, k: int, seen: Observation) -> tuple[Segment, ...]:
        note = prompt.failure_note(session.steps[k - 1] if k else None)
        return prompt.question(
            session,
            k,
            self._shown.page(session, k, seen).text,
            note,
            self.tokenizer.chat,
            self.settings,
            title=seen.title,
            so_far=self._shown.so_far(session, k),
        )

    def _answer(self, session: Session, k: int, *, acting: bool) -> tuple[Segment, ...]:
        """The answer at step `k`; `acting` when the step belongs to this window, so its thought
        is shown even where past ones are not."""
        step = session.steps[k]
        shown = acting or self.settings.past_reasonings
        reasoning = self._reasoning(step.reasoning) if shown else ""
        written = self._shown.told(session, k)
        return prompt.answer(step, reasoning, self.tokenizer.chat, self.settings, written=written)

    def _reasoning(self, text: str | None) -> str:
        """The thought, cut at a word when it is longer than a policy may write."""
        shown = prompt.clean_reasoning(text)
        while (end := self.tokenizer.head(shown, self.settings.max_reasoning_tokens)) < len(shown):
            shown = (shown[:end].rpartition(" ")[0] or shown[:end]).strip()
        return shown

    def _can_be_written(self, answer: Iterable[Segment]) -> bool:
        actions = (segment for segment in answer if segment.kind == "action")
        return all(len(self.encode(a)) <= self.settings.max_action_tokens for a in actions)

    def _cuts(self, session: Session, seen: Observation | None = None) -> list[_Cut]:
        """What is cut at each step, and at the page seen now when there is one."""
        sizes = _Sizes(self, session, seen)
        cut, cuts, used = _Cut(), [], sizes.opening
        for k, page in enumerate(sizes.pages):
            used += page
            if used + sizes.reserve > self.settings.window:
                cut, used = self._cut_again(sizes, cut, k, used)
            cuts.append(cut)
            if k < len(sizes.answers):
                used += sizes.answers[k]
        return cuts

    def _cut_again(self, sizes: _Sizes, cut: _Cut, k: int, used: int) -> tuple[_Cut, int]:
        """Drop pages, then whole steps, oldest first, so that step `k` has room."""
        step, page = cut.first_step, max(cut.first_page, cut.first_step)
        goal = int(self.settings.window * self.settings.refill)
        while page < k and used + sizes.reserve > goal:
            used += sizes.dropped - sizes.pages[page]
            page += 1
        if used + sizes.reserve > self.settings.window:
            while step < k and used + sizes.reserve > goal:
                used -= sizes.answers[step] + sizes.dropped
                step += 1
        if used + sizes.reserve > self.settings.window:
            raise ContextTooSmall(
                f"a window of {self.settings.window} tokens is too small: step {k} needs "
                f"{used + sizes.reserve}; use a larger window, {_less_page(self.settings)}or a "
                "shorter persona or intent"
            )
        return _Cut(step, page), used


def _less_page(settings: PromptSettings) -> str:
    return "fewer --page-tokens, " if settings.page_tokens is not None else ""


class _Sizes:
    """How many tokens each part of a session takes in a prompt."""

    def __init__(self, windows: PromptBuilder, session: Session, seen: Observation | None) -> None:
        settings, chat = windows.settings, windows.tokenizer.chat

        def size(segments: Iterable[Segment]) -> int:
            return sum(len(windows.encode(segment)) for segment in segments)

        pages = [windows._shown.seen(step) for step in session.steps]
        pages += [] if seen is None else [seen]
        self.opening = size(prompt.opening(session, chat, settings))
        self.pages = [size(windows._question(session, k, page)) for k, page in enumerate(pages)]
        self.answers = [
            size(windows._answer(session, k, acting=False)) for k in range(len(session.steps))
        ]
        self.dropped = size(prompt.dropped_question(0, chat))
        marker = size(prompt.reasoned(0, "", settings)) + settings.max_reasoning_tokens
        self.reserve = (
            settings.max_action_tokens
            + (marker if settings.reasoning else 0)
            + len(windows.tokenizer.encode(chat.stop + chat.to_user, special=True))
        )


def training_sequences(
    session: Session, settings: PromptSettings, tokenizer: Tokenizer
) -> list[TrainingSequence]:
    """`PromptBuilder.training_sequences` for a single session."""
    return PromptBuilder(tokenizer, settings).training_sequences(session)
