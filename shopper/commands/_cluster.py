"""`shopper run --cluster`: what is refused, the run itself, its report.

Between the command's options (`shopper.commands.run`) and the run (`agent.cluster`).
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from agent.cluster.driver import ClusterRun, job_for
from agent.cluster.folder_store import FolderStore
from agent.cluster.ray import ClusterError, RayEngine, connect
from agent.cluster.url_store import StoreError, UrlStore
from agent.distribution import how_to_install
from agent.policies.registry import find
from agent.runs.card import RunCard, RunFolder
from agent.runs.config import RunConfig
from agent.runs.crowd import default_folder
from agent.runs.folder import FolderError
from agent.sessions.outcome import error_text
from agent.sessions.session import Session
from envs.shop import serve
from eval.report.run.page import write_report
from shopper.commands._run_options import run_card
from shopper.commands._run_result import (
    common_cause,
    judge,
    lock_folder,
    say_result,
    until_done_or_stopped,
)
from shopper.console import plain_console
from shopper.fail_if import Condition
from shopper.failure import Failure
from shopper.run_progress import Progress

CORES_PER_WORKER = 2
"""By default; a worker's browser and page scripts use what its own process leaves."""
PER_CORE = 4
MOST_AT_ONCE = 16
REPORT_MOST = 1000
"""Visits in a store up to which the report is made at once; all of them are fetched for it."""
_err = plain_console(stderr=True)
Destination = FolderStore | UrlStore


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asked for. `workers` and `concurrency` (on each worker) None means
    by the cluster's cores; `out` is a folder here, or a URL that workers can write to."""

    config: RunConfig
    policy: str
    seed: int
    address: str
    workers: int | None
    concurrency: int | None
    out: str | None
    resume: bool
    retry_failed: bool
    as_json: bool
    conditions: tuple[Condition, ...] = ()


def run_on_cluster(asked: Request) -> None:
    """Carry out a run on a cluster, and report.

    Raises:
        Failure: it cannot begin, was stopped, or nobody could shop; what was reached is kept.
    """
    if asked.config.headed:
        raise Failure("--headed shows a browser on this machine: leave out --cluster", exit_code=2)
    destination = _destination(asked.out)
    try:
        with connect(asked.address) as engine:
            _check_reachable(asked, engine)
            stopped, card = asyncio.run(_carry_out(asked, engine, destination))
    except ClusterError as error:
        raise Failure(str(error), exit_code=1) from error
    _report(destination, card, asked.as_json)
    if stopped:
        raise Failure(
            f"stopped; finished visits are kept: `shopper run --cluster {asked.address} --resume "
            f"--out {destination.place}` with the same options goes on",
            exit_code=1,
        )
    if card.totals.sessions and card.totals.error == card.totals.sessions:
        raise Failure(_cause(destination), exit_code=1)
    judge(card.totals, asked.conditions)


def _destination(out: str | None) -> Destination:
    if out is None or "://" not in out:
        return FolderStore(RunFolder(Path(out) if out else default_folder()))
    if out.startswith("memory:"):
        raise Failure(
            f"--out {out}: memory is each process's own; name a place that all workers can write "
            "to, for example s3://BUCKET/RUN",
            exit_code=2,
        )
    try:
        return UrlStore(out)
    except FolderError as error:
        raise Failure(str(error), exit_code=2) from error
    except StoreError as error:
        raise Failure(str(error), exit_code=1) from error
    except ModuleNotFoundError as error:
        raise Failure(
            f"--out with a URL needs fsspec, which is not installed: {how_to_install('cluster')}"
        ) from error


def _check_reachable(asked: Request, engine: RayEngine) -> None:
    """Addresses of this machine mean another one to a worker elsewhere."""
    if engine.here_only:
        return
    backend = find(asked.policy)
    server = backend.address_in(asked.policy) if backend is not None else None
    for what, url in (("the shop", asked.config.url), ("--policy", server)):
        if url and _is_loopback(url):
            raise Failure(
                f"{what} {url} is this machine's own address, and workers run on others: give "
                "an address that they can reach",
                exit_code=2,
            )


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1", "0.0.0.0") or host.startswith("127.")


async def _carry_out(
    asked: Request, engine: RayEngine, destination: Destination
) -> tuple[bool, RunCard]:
    workers = asked.workers or max(1, engine.cores // CORES_PER_WORKER)
    fitting = PER_CORE * engine.cores // workers
    config = msgspec.structs.replace(
        asked.config, concurrency=asked.concurrency or max(1, min(MOST_AT_ONCE, fitting))
    )
    card = run_card(config, asked.policy, asked.seed)
    card.arguments.update(cluster=asked.address, workers=workers)
    async with AsyncExitStack() as stack:
        if isinstance(destination, FolderStore):
            stack.enter_context(lock_folder(destination.folder.root))
        finished = _claim(destination, card, asked)
        if config.url is None and engine.here_only:
            shop = await stack.enter_async_context(
                serve(variant=config.variant, events_file=config.shop_log)
            )
            config = msgspec.structs.replace(config, shop=shop.url)
        progress = stack.enter_context(
            Progress(_err, len(config.customers), len(finished), config.limits.max_steps)
        )
        job = job_for(config, asked.policy, card, str(Path.cwd()), destination.url)
        run = ClusterRun(job, config.customers, workers, engine, destination, progress.watch)
        stopped = await until_done_or_stopped(run.run(finished), destination.place)
        return stopped, run.card


def _claim(destination: Destination, card: RunCard, asked: Request) -> dict[str, Session]:
    try:
        return destination.claim(
            card,
            resume=asked.resume,
            retry_failed=asked.retry_failed,
            customers=asked.config.customers,
        )
    except FolderError as error:
        raise Failure(str(error), exit_code=2) from error
    except OSError as error:
        raise Failure(f"cannot write to {destination.place}: {error}", exit_code=1) from error


def _report(destination: Destination, card: RunCard, as_json: bool) -> None:
    """Write the report beside the logs, unless there are too many to fetch them all for it."""
    if isinstance(destination, FolderStore):
        return say_result(card, str(write_report(destination.folder)), as_json)
    if card.totals.sessions > REPORT_MOST:
        say_result(
            card, f"copy some of {destination.place} and run `shopper report` on it", as_json
        )
        return None
    with tempfile.TemporaryDirectory() as scratch:
        folder = RunFolder(Path(scratch) / "run")
        destination.copy_to(folder)
        destination.write("report.html", write_report(folder).read_bytes())
    say_result(card, f"{destination.place}/report.html", as_json)
    return None


def _cause(destination: Destination) -> str:
    """One sentence for a run in which every visit failed."""
    if isinstance(destination, FolderStore):
        return common_cause(destination.folder)
    cause, times = Counter(map(error_text, destination.ends())).most_common(1)[0]
    return f"{times} visits failed: {cause}"
