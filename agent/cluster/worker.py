"""One worker of a clustered run: a crowd of its own, whose customers and records come and go by
message.

Lives in a process somewhere in the cluster, with one browser and one policy. Knows nothing of Ray
(see `agent.cluster.ray`) nor of the other workers.
"""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

from agent.cluster.messages import (
    Fault,
    Greeting,
    WorkerEvents,
    WorkerFailed,
    WorkerJob,
    WorkerOrder,
    WorkerReady,
    pack,
    unpack,
)
from agent.cluster.relay import Outbox, Relay, Uploads
from agent.cluster.url_store import StoreError, UrlStore
from agent.personas.personas import Customer
from agent.policies import load
from agent.policies.options import offering
from agent.policies.policy import Policy, PolicyChoiceError, PolicyError, RunOver
from agent.runs.card import RunFolder
from agent.runs.crowd import Crowd
from envs.errors import EnvError
from envs.gateway import SiteError

GATHER = 0.2
"""Seconds that news are collected before they are sent, so that many travel together."""
SIGN_OF_LIFE = 1.0
"""Seconds after which a worker answers even without news."""


class Worker:
    """Answers the driver. `start` once, then `exchange` again and again."""

    def __init__(self) -> None:
        self._outbox = Outbox()
        self._queue: asyncio.Queue[Customer | None] = asyncio.Queue()
        self._work: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self, job_bytes: bytes) -> bytes:
        """Load the policy and begin; returns a `Greeting`."""
        job = unpack(job_bytes, WorkerJob)
        greeting: Greeting
        try:
            if Path(job.folder).is_dir():
                os.chdir(job.folder)
            store = None if job.store is None else UrlStore(job.store)
            policy = await load(job.policy, offering(job.config.actions, job.config.page_tokens))
        except StoreError as error:
            greeting = self._cannot(str(error), "store")
        except PolicyChoiceError as error:
            greeting = self._cannot(str(error), "choice")
        except PolicyError as error:
            greeting = self._cannot(str(error), "policy")
        else:
            self._work = asyncio.create_task(self._serve(job, policy, store))
            greeting = _hello(policy)
        return pack(greeting)

    async def exchange(self, order_bytes: bytes) -> bytes:
        """Take new customers in and tell what has happened; returns `WorkerEvents`.

        Told to stop, it ends all visits where they are and answers once nothing is left to tell.
        """
        order = unpack(order_bytes, WorkerOrder)
        if self._work is not None and self._work.done():
            self._work.result()  # only a bug of ours ends it before it is told to
        for customer in order.customers:
            self._queue.put_nowait(customer)
        if order.stop:
            await self._stop()
        else:
            await self._outbox.wait(SIGN_OF_LIFE, GATHER)
        return pack(WorkerEvents(self._outbox.take()))

    async def _serve(self, job: WorkerJob, policy: Policy, store: UrlStore | None) -> None:
        uploads = None if store is None else Uploads(store)
        crowd = Crowd(
            job.config,
            policy,
            RunFolder(Path(job.folder)),
            job.card,
            self._outbox.watch,
            records=Relay(self._outbox, uploads),
        )
        try:
            await crowd.serve(self._queue.get, job.config.concurrency)
        except (EnvError, SiteError, RunOver) as error:
            self._outbox.put(self._cannot(str(error), "world"))
        finally:
            if uploads is not None:
                await uploads.finish()
            await policy.close()

    async def _stop(self) -> None:
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    @staticmethod
    def _cannot(reason: str, fault: Fault) -> WorkerFailed:
        return WorkerFailed(node=socket.gethostname(), reason=reason, fault=fault)


def _hello(policy: Policy) -> WorkerReady:
    from agent import __version__

    return WorkerReady(
        node=socket.gethostname(),
        pid=os.getpid(),
        shopper_version=__version__,
        policy_settings=dict(policy.settings),
    )
