"""Carrying out `shopper run`: claims the folder, loads the policy, lets the crowd shop, stops it.

Between the command's options (`shopper.commands.run`) and the run itself (`agent.runs.crowd`).
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from agent.personas.personas import Customer
from agent.policies import load
from agent.policies.budget import Budget, Budgeted, BudgetSpent
from agent.policies.policy import Policy
from agent.runs.capacity import too_many
from agent.runs.card import RunCard, RunFolder, RunTotals
from agent.runs.config import RunConfig
from agent.runs.crowd import Crowd
from agent.runs.folder import FolderError, claim, finished_sessions, going_on
from agent.runs.lock import locked
from agent.sessions.outcome import SessionOutcome, error_text
from agent.sessions.session import Session
from envs.errors import EnvError
from eval import formatting
from shopper.commands._run_options import run_card
from shopper.console import plain_console
from shopper.fail_if import Condition, broken
from shopper.failure import Failure
from shopper.run_progress import Progress

_err = plain_console(stderr=True)
_ENDED = {
    SessionOutcome.PURCHASE: "bought",
    SessionOutcome.TERMINATE: "left",
    SessionOutcome.STUCK: "got stuck",
    SessionOutcome.LIMIT: "ran out of steps or time",
    SessionOutcome.ERROR: "failed",
}


async def carry_out(
    config: RunConfig,
    policy_name: str,
    seed: int,
    folder: RunFolder,
    resume: bool,
    budget: Budget | None = None,
    *,
    retry_failed: bool = False,
) -> tuple[str | None, RunCard]:
    """Carry out the plan; returns why it was stopped, if it was, and the run card."""
    card = run_card(config, policy_name, seed)
    if warning := too_many(policy_name, config.concurrency):
        _err.print(warning)
    with lock_folder(folder.root):
        finished = claim_folder(
            folder, card, resume, retry_failed=retry_failed, customers=config.customers
        )
        policy = await load_policy(policy_name, budget)
        try:
            card = going_on(folder, card)
            card = msgspec.structs.replace(card, policy_settings=dict(policy.settings))
            progress = Progress(_err, len(config.customers), len(finished), config.limits.max_steps)
            crowd = Crowd(config, policy, folder, card, progress.watch)
            with progress:
                stopped = await why_stopped(crowd.run(finished), folder.root)
            return stopped, crowd.card
        finally:
            await policy.close()


async def why_stopped(shopping: Coroutine[Any, Any, None], root: Path | str) -> str | None:
    """Let a crowd, or two, shop into `root`; returns why it ended early, None if it did not."""
    try:
        return "stopped" if await until_done_or_stopped(shopping, root) else None
    except BudgetSpent as error:
        return f"stopped: {error}"


@contextmanager
def lock_folder(root: Path) -> Iterator[None]:
    """Keep other runs out of `root` meanwhile."""
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(root))
        except FolderError as error:
            raise Failure(str(error), exit_code=2) from error
        except OSError as error:
            raise Failure(f"cannot write to {root}: {error}", exit_code=1) from error
        yield


async def until_done_or_stopped(shopping: Coroutine[Any, Any, None], root: Path | str) -> bool:
    """Let a crowd, or two, shop into `root`; the first Ctrl-C or SIGTERM stops it cleanly."""
    work = asyncio.ensure_future(shopping)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        return True
    except EnvError as error:
        raise Failure(str(error), exit_code=1) from error
    except OSError as error:
        raise Failure(
            f"cannot write to {root}: {error}; what was written is kept, make room "
            "and add --resume",
            exit_code=1,
        ) from error
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    return False


def claim_folder(
    folder: RunFolder,
    card: RunCard,
    resume: bool,
    *,
    retry_failed: bool = False,
    customers: Sequence[Customer] = (),
) -> dict[str, Session]:
    try:
        return claim(folder, card, resume=resume, retry_failed=retry_failed, customers=customers)
    except FolderError as error:
        raise Failure(str(error), exit_code=2) from error
    except OSError as error:
        raise Failure(f"cannot write to {folder.root}: {error}", exit_code=1) from error


async def load_policy(name: str, budget: Budget | None = None) -> Policy:
    policy = await load(name)
    return policy if budget is None else Budgeted(policy, budget)


def judge(totals: RunTotals, conditions: Sequence[Condition], what: str = "the run") -> None:
    """Fail when a condition of ``--fail-if`` holds."""
    if reasons := broken(conditions, totals):
        raise Failure(f"{what} fails by --fail-if {'; '.join(reasons)}", exit_code=1)


def common_cause(folder: RunFolder) -> str:
    """One sentence for a run in which every visit failed."""
    causes = Counter(map(error_text, finished_sessions(folder).values()))
    cause, times = causes.most_common(1)[0]
    everyone = "the visit" if times == 1 else f"all {causes.total()} visits"
    return f"{everyone} failed: {cause}"


def say_result(card: RunCard, report: Path | str, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(msgspec.json.encode(card).decode() + "\n")
        return
    n = card.totals
    out = plain_console()
    ended = ", ".join(f"{n.ended(one)} {said}" for one, said in _ENDED.items() if n.ended(one))
    out.print(
        f"{formatting.count(n.sessions, 'visit')}, {formatting.count(n.steps, 'step')} in "
        f"{n.seconds:.0f} s: {ended or 'nobody finished'}"
    )
    for host, count in sorted(card.refused.items(), key=lambda item: -item[1])[:3]:
        out.print(f"refused {count} requests to {host} (add --allow {host} if the shop needs it)")
    out.print(f"report: {report}", soft_wrap=True)
