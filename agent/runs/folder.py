"""A run's folder as a store: claim it, resume it, keep the run card and the totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from agent.atomic_write import is_draft, write_json, write_whole
from agent.personas.personas import Customer
from agent.prompts.prompt import page_budget
from agent.runs.card import RunCard, RunFolder, RunTotals, carried_on, decode_card
from agent.sessions.log import log_lines, read_session_log
from agent.sessions.outcome import SessionOutcome, failed, outcome_of
from agent.sessions.session import RecordError, Session
from envs.actions import TypeAndSubmit


class FolderError(ValueError):
    """The output folder cannot be used for this run; the message says what to do."""


class CannotWrite(OSError):
    """What a run has to say cannot be written; the message says where, and what to do."""


FAILED = ".failed-"
CUT_OFF = "error: cut off; an order may have been placed, so it is not begun again"
_SAME = ("url", "embedded_shop", "policy", "seed")
_SAME_ARGUMENTS = ("variant", "device", "locale", "timezone")
"""What must not change between a run and its resumption."""
_UNSAID: dict[str, str] = {"actions": "paper", "see": "page"}
"""Nor these, of which a card says nothing where they are as ever."""


def claim(
    folder: RunFolder,
    card: RunCard,
    *,
    resume: bool,
    retry_failed: bool = False,
    customers: Sequence[Customer] = (),
) -> dict[str, Session]:
    """Make the folder this run's own; returns the sessions that are finished already, by id and
    without their pages. With `retry_failed` those that ended in an error are not among them; their
    logs are set aside. Where orders are placed for good, visits that were cut off end here.

    Raises:
        FolderError: it holds another run, or one with other `customers`, or files that are not a
            run's; or visits would be made again that may have placed an order.
    """
    root = folder.root
    check_repeatable(card, retry_failed=retry_failed)
    if root.exists() and not root.is_dir():
        raise FolderError(f"{root} is a file; name a folder with --out")
    if folder.card.exists():
        _check_resumable(folder, card, resume)
        if card.orders_for_good:
            _end_cut_off(folder)
        finished = {s.session_id: without_pages(s) for s in iter_finished(folder)}
        check_customers(str(root), finished, customers)
        if not retry_failed:
            return finished
        _set_failed_aside(folder)
        return {name: s for name, s in finished.items() if not failed(s)}
    if root.exists() and not _unused(folder):
        raise FolderError(f"{root} is not empty and holds no run; name another folder with --out")
    if resume:
        raise FolderError(f"nothing to resume: {root} holds no run")
    folder.sessions.mkdir(parents=True, exist_ok=True)
    return {}


def _unused(folder: RunFolder) -> bool:
    """Whether nothing is in it, or only what a run leaves that was killed before it began."""
    left = [
        path
        for path in folder.root.iterdir()
        if path != folder.sessions and not is_draft(path, of=folder.card)
    ]
    return not left and not (folder.sessions.exists() and any(folder.sessions.iterdir()))


def read_card(folder: RunFolder) -> RunCard:
    """The run card.

    Raises:
        FolderError: missing or not a run card, with the field that is wrong.
    """
    try:
        return decode_card(folder.card.read_bytes())
    except FileNotFoundError as error:
        raise FolderError(f"{folder.root} is not a run's folder: it has no run.json") from error
    except (OSError, msgspec.DecodeError) as error:
        raise FolderError(f"cannot read {folder.card}: {error}") from error


def going_on(folder: RunFolder, card: RunCard) -> RunCard:
    """`card`, with what the part of the run before told where one is in the folder.

    Raises:
        FolderError: as `read_card`.
    """
    return carried_on(card, read_card(folder)) if folder.card.exists() else card


def write_card(folder: RunFolder, card: RunCard) -> None:
    """Replace ``run.json`` in one step, so that a killed run never leaves half of it."""
    write_json(folder.card, card)


def finished_sessions(folder: RunFolder) -> dict[str, Session]:
    """Sessions whose end is on disk, by id. Logs cut off or damaged are left out."""
    return {session.session_id: session for session in iter_finished(folder)}


def iter_finished(folder: RunFolder) -> Iterator[Session]:
    """As `finished_sessions`, but one at a time: a large run's pages do not fit into memory."""
    return (session for session in _readable(folder) if session.end is not None)


def iter_unfinished(folder: RunFolder) -> Iterator[Session]:
    """The visits that began and whose end is not on disk, as far as they came, one at a time."""
    return (session for session in _readable(folder) if session.end is None)


def _readable(folder: RunFolder) -> Iterator[Session]:
    for path in session_files(folder):
        try:
            yield read_session_log(path)
        except RecordError:
            continue


def _end_cut_off(folder: RunFolder) -> None:
    """End visits that had begun: what a customer did last may be an order that no log tells of.

    Raises:
        FolderError: a log does not say whether its visit was over.
    """
    for path in session_files(folder):
        try:
            session = read_session_log(path)
        except RecordError as error:
            raise FolderError(
                f"cannot tell whether a visit was over, which may have placed an order: {error}; "
                "move its log away to begin it again"
            ) from error
        if session.end is None:
            write_whole(path, b"".join(log_lines(session.with_end(CUT_OFF))))


def _set_failed_aside(folder: RunFolder) -> None:
    """Rename logs and pictures of visits that failed, so that they start again and nothing is
    lost."""
    for session in iter_finished(folder):
        if failed(session):
            log = folder.session_log(session.session_id)
            mark = f"{FAILED}{_tries(folder, log) + 1}"
            pictures = folder.screenshots / session.session_id
            if pictures.exists():
                pictures.rename(pictures.with_name(pictures.name + mark))
            log.rename(log.with_name(log.name + mark))


def _tries(folder: RunFolder, log: Path) -> int:
    """How many logs of this visit are set aside already."""
    return sum(path.name.startswith(log.name + FAILED) for path in folder.sessions.iterdir())


def without_pages(session: Session) -> Session:
    """The session without the pages that were seen, which are nearly all of its size."""
    steps = tuple(msgspec.structs.replace(s, context="", names=()) for s in session.steps)
    return msgspec.structs.replace(session, steps=steps)


def session_files(folder: RunFolder) -> list[Path]:
    return sorted(path for path in folder.sessions.glob("*.jsonl") if path.is_file())


def totals(sessions: Iterable[Session], seconds: float) -> RunTotals:
    """Counts over finished sessions, in one pass."""
    count: dict[str, int] = {}

    def add(key: str, by: int = 1) -> None:
        count[key] = count.get(key, 0) + by

    for session in sessions:
        outcome = outcome_of(session)
        lost = outcome is SessionOutcome.ERROR
        add("sessions")
        add(outcome.value)
        for step in session.steps:
            search = step.kind == "search" and isinstance(step.action, TypeAndSubmit)
            add("steps")
            add("searches", search)
            add("failed_steps", lost)
            add("failed_searches", lost and search)
            add("held_back", step.held is not None or (not step.executed and step.result.ok))
            if step.cost is not None:
                add("prompt_tokens", step.cost.prompt_tokens)
                add("cached_tokens", step.cost.cached_tokens)
                add("generated_tokens", step.cost.generated_tokens)
    known = {key: n for key, n in count.items() if key in RunTotals.__struct_fields__}
    return RunTotals(**known, seconds=round(seconds, 3))


def check_repeatable(card: RunCard, *, retry_failed: bool) -> None:
    """Whether visits that failed may start again.

    Raises:
        FolderError: they may have placed their order.
    """
    if retry_failed and card.orders_for_good:
        raise FolderError(
            "--retry-failed does not go with --allow-purchase: a visit that failed may have placed "
            "its order, and would place another"
        )


def _check_resumable(folder: RunFolder, card: RunCard, resume: bool) -> None:
    if not resume:
        raise FolderError(
            f"{folder.root} already holds a run; add --resume to go on with it, or name another "
            f"folder with --out"
        )
    check_same(str(folder.root), read_card(folder), card)


def check_customers(
    place: str, finished: Mapping[str, Session], customers: Sequence[Customer]
) -> None:
    """Whether those who have finished are among `customers`; none given, nothing is checked.

    Raises:
        FolderError: they are not; names what differs.
    """
    known = {customer.session_id: customer for customer in customers}
    for name, session in finished.items() if known else ():
        customer = known.get(name)
        if customer is None:
            raise FolderError(
                f"cannot resume {place}: {name} has finished there, and is not among these "
                f"{len(known)} customers; give the same --customers and --seed"
            )
        for what in ("persona", "intent", "seed"):
            if getattr(session, what) != getattr(customer, what):
                raise FolderError(
                    f"cannot resume {place}: {name} had another {what} there; give the same "
                    "--personas and --intent"
                )


def check_budget(place: str, before: Mapping[str, object], now: Mapping[str, object]) -> None:
    """Whether a run goes on with pages shown within the same budget, by what the policy's settings
    tell; a part that never loaded its policy says nothing.

    Raises:
        FolderError: it does not.
    """
    old, new = page_budget(before), page_budget(now)
    if before and old != new:
        raise FolderError(
            f"cannot resume {place}: its pages were shown with --page-tokens {old}, not {new}; add "
            f"--page-tokens {old}, or begin another run"
        )


def _told(tokens: object) -> dict[str, object]:
    """As a policy's settings would tell it."""
    return {} if tokens in (None, "cut") else {"page_tokens": tokens}


def check_same(place: str, before: RunCard, card: RunCard) -> None:
    """Whether a run may go on in `place` as another began there.

    Raises:
        FolderError: it may not; names what differs.
    """
    fields = [(field, getattr(before, field), getattr(card, field)) for field in _SAME]
    fields += [
        (name, before.arguments[name], card.arguments[name])
        for name in _SAME_ARGUMENTS
        if name in before.arguments and name in card.arguments
    ]
    fields += [
        (f"--{name}", before.arguments.get(name, usual), card.arguments.get(name, usual))
        for name, usual in _UNSAID.items()
    ]
    budgets = before.arguments.get("page_tokens"), card.arguments.get("page_tokens")
    if budgets[0] != budgets[1]:
        check_budget(place, before.policy_settings, _told(budgets[1]))
    for field, old, new in fields:
        if old != new:
            raise FolderError(
                f"cannot resume {place}: it was run with {field} {old!r}, not {new!r}"
            )
