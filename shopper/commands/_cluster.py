"""`shopper run --cluster`: what is refused, the run itself, its report.

Between the command's options (`shopper.commands.run`) and the run (`agent.cluster`).
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from agent.cluster.folder_store import FolderStore
from agent.cluster.ray import RayEngine, connect
from agent.cluster.run import ClusterRequest, ClusterResult
from agent.cluster.run import run_on_cluster as run_clustered
from agent.cluster.url_store import StoreError, UrlStore
from agent.distribution import how_to_install
from agent.policies.registry import find
from agent.runs.card import RunCard, RunFolder
from agent.runs.config import RunConfig
from agent.runs.crowd import default_folder
from agent.runs.folder import FolderError
from eval.report.run.page import write_report
from shopper.ci.files import Teller
from shopper.ci.of_run import run_account
from shopper.commands._run_result import broken_off, judge, say_result
from shopper.console import plain_console
from shopper.fail_if import Condition, verdicts
from shopper.failure import Failure
from shopper.interrupt import until_interrupted
from shopper.run_progress import Progress
from shopper.run_words import no_result, no_result_of

REPORT_MOST = 1000
"""Visits in a store up to which the report is made at once; all of them are fetched for it."""
_err = plain_console(stderr=True)
Store = FolderStore | UrlStore


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
    title: str
    tell: Teller
    conditions: tuple[Condition, ...] = ()


def run_on_cluster(asked: Request) -> None:
    """Carry out a run on a cluster, and report.

    Raises:
        Failure: it cannot begin, was stopped, or nobody could shop; what was reached is kept.
    """
    config = asked.config
    if config.headed:
        raise Failure("--headed shows a browser on this machine: leave out --cluster", exit_code=2)
    store = _store(asked.out)
    request = ClusterRequest(
        config=config,
        policy=asked.policy,
        store=store,
        seed=asked.seed,
        workers=asked.workers,
        concurrency=asked.concurrency,
        resume=asked.resume,
        retry_failed=asked.retry_failed,
    )
    with connect(asked.address) as engine:
        _check_reachable(asked, engine)
        with Progress(_err, len(config.customers), config.limits.max_steps) as progress:
            result = asyncio.run(
                until_interrupted(
                    run_clustered(request, engine, progress.watch, progress.begin),
                    lambda: ClusterResult.kept(store, stopped="stopped"),
                )
            )
    card = result.card
    judged = verdicts(asked.conditions, card.totals)
    report = _report(store, card)
    say_result(card, report, asked.as_json, judged)
    failure = _failure(asked, store, result)
    broken = failure.message if failure else None
    asked.tell(run_account(card, judged, title=asked.title, report=report, broken=broken))
    if failure is not None:
        raise failure
    judge(judged)


def _failure(asked: Request, store: Store, result: ClusterResult) -> Failure | None:
    """Why the run is no result or not over; None where it is neither."""
    if result.stopped is not None:
        again = f"shopper run --cluster {asked.address} --resume --out {store.place}"
        return broken_off(result.stopped, result.card, again)
    if result.card.totals.is_no_result:
        return Failure(_no_result(store), exit_code=1)
    return None


def _store(out: str | None) -> Store:
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


def _report(store: Store, card: RunCard) -> str:
    """Write the report beside the logs, unless there are too many to fetch them all for it; returns
    where it is, or what to do."""
    if isinstance(store, FolderStore):
        return str(write_report(store.folder))
    if card.totals.sessions > REPORT_MOST:
        return f"copy some of {store.place} and run `shopper report` on it"
    with tempfile.TemporaryDirectory() as scratch:
        folder = RunFolder(Path(scratch) / "run")
        store.copy_to(folder)
        store.write("report.html", write_report(folder).read_bytes())
    return f"{store.place}/report.html"


def _no_result(store: Store) -> str:
    """One sentence for a run in which more than half of the visits failed."""
    if isinstance(store, FolderStore):
        return no_result(store.folder)
    return no_result_of(store.ends())
