"""A run on a cluster from beginning to end: claim its place, hand out the customers, keep the card.

As `agent.runs.runner.run`, but the policies are loaded by the workers, and the records may be
anywhere that fsspec can write.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import msgspec

from agent.cluster.driver import ClusterRun, job_for
from agent.cluster.folder_store import FolderStore
from agent.cluster.ray import RayEngine
from agent.cluster.url_store import UrlStore
from agent.policies.policy import PolicyChoiceError
from agent.policies.registry import choose
from agent.runs.card import RunCard
from agent.runs.config import RunConfig, run_card
from agent.runs.folder import CannotWrite, FolderError, session_files
from agent.runs.runner import Begun, claimed, shopping
from agent.runs.visit import Watch
from agent.sessions.session import Session
from envs.shop import serve

CORES_PER_WORKER = 2
"""By default; a worker's browser and page scripts use what its own process leaves."""
PER_CORE = 4
MOST_AT_ONCE = 16


class ClusterRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A run to be carried out by workers. How many (`workers`) and how many customers at once on
    each (`concurrency`) follow from the cluster's cores where they are None; the rest is as in
    `agent.runs.runner.RunRequest`."""

    config: RunConfig
    policy: str
    store: FolderStore | UrlStore
    seed: int = 0
    workers: int | None = None
    concurrency: int | None = None
    resume: bool = False
    retry_failed: bool = False


class ClusterResult(msgspec.Struct, frozen=True, kw_only=True):
    """A run on a cluster that is over; `stopped` is why it ended early, None if it did not."""

    card: RunCard
    stopped: str | None

    @classmethod
    def kept(cls, store: FolderStore | UrlStore, stopped: str | None = None) -> ClusterResult:
        """What is kept of a run.

        Raises:
            FolderError: nothing, or what is no run's.
            StoreError: it cannot be read.
        """
        card = store.read_card()
        if card is None:
            raise FolderError(f"{store.place} holds no run")
        return cls(card=card, stopped=stopped)


async def run_on_cluster(
    request: ClusterRequest,
    engine: RayEngine,
    watch: Watch = lambda session, doing: None,
    begun: Begun = lambda finished: None,
) -> ClusterResult:
    """Send everyone to the site who has not finished there; cancelled, it keeps what was reached.

    Raises:
        FolderError: the place cannot be used for this run.
        ClusterError, EnvError, PolicyError: no worker can do its work; says why.
        CannotWrite: the records cannot be written.
    """
    choose(request.policy)
    workers = request.workers or max(1, engine.cores // CORES_PER_WORKER)
    fitting = PER_CORE * engine.cores // workers
    config = msgspec.structs.replace(
        request.config, concurrency=request.concurrency or max(1, min(MOST_AT_ONCE, fitting))
    )
    card = run_card(config, request.policy, request.seed)
    card.arguments.update(cluster=engine.address, workers=workers)
    async with AsyncExitStack() as stack:
        finished = stack.enter_context(_claimed(request, card))
        if config.url is None and engine.here_only:
            shop = await stack.enter_async_context(
                serve(variant=config.variant, events_file=config.shop_log)
            )
            config = msgspec.structs.replace(config, shop=shop.url)
        store = request.store
        job = job_for(config, request.policy, card, str(Path.cwd()), store.url)
        work = ClusterRun(job, config.customers, workers, engine, store, watch)
        begun(len(finished))
        stopped = await shopping(work.run(finished), store.place)
        return ClusterResult(card=work.card, stopped=stopped)


@contextmanager
def _claimed(request: ClusterRequest, card: RunCard) -> Iterator[dict[str, Session]]:
    """As `agent.runs.runner.claimed`; a store elsewhere cannot be locked. That a policy is none is
    known when the workers load it: no run has begun in the folder then."""
    store, customers = request.store, request.config.customers
    if isinstance(store, FolderStore):
        begun = store.folder.card.exists()
        with claimed(
            store.folder,
            card,
            resume=request.resume,
            retry_failed=request.retry_failed,
            customers=customers,
        ) as finished:
            try:
                yield finished
            except PolicyChoiceError:
                if not begun and not session_files(store.folder):
                    store.folder.card.unlink(missing_ok=True)
                raise
        return
    try:
        finished = store.claim(
            card, resume=request.resume, retry_failed=request.retry_failed, customers=customers
        )
    except OSError as error:
        raise CannotWrite(f"cannot write to {store.place}: {error}") from error
    yield finished
