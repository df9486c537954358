"""Processes in a cluster, from Ray: join or start one, start workers in it, ask them, end them.

The only file that knows Ray. What it carries is bytes, what they mean is `agent.cluster.messages`.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import os
import re
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.distribution import how_to_install

LOCAL = "local"
REACH_SECONDS = 5.0
"""Within which an address must take a connection, and then answer as a Ray head does."""
START_SECONDS = 600.0
"""Within which a worker must have loaded its policy."""
SILENCE_SECONDS = 60.0
"""A worker silent for so long counts as lost; it speaks every second."""
OBJECT_STORE = 150 * 10**6
"""Bytes of shared memory that a cluster on this machine takes for messages; Ray wants 75 MB."""
_EMPTY_SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
_TOKENS = frozenset({"RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"})
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DISABLE_IMPORT_WARNING": "1",
    "RAY_DEDUP_LOGS": "0",
}


class ClusterError(Exception):
    """There is no cluster to work in; the message says which, and what to do."""


class WorkerLost(Exception):
    """A worker's process ended, or can no longer be reached."""


class Remote:
    """A worker in the cluster."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    async def start(self, job: bytes) -> bytes:
        """As `agent.cluster.worker.Worker.start`.

        Raises:
            WorkerLost
        """
        return await self._ask(self._actor.start.remote(job), START_SECONDS)

    async def exchange(self, order: bytes) -> bytes:
        """As `agent.cluster.worker.Worker.exchange`.

        Raises:
            WorkerLost
        """
        return await self._ask(self._actor.exchange.remote(order), SILENCE_SECONDS)

    async def placed(self) -> None:
        """Wait until the cluster has a place for it and its process runs, however long.

        Raises:
            WorkerLost
        """
        await self._ask(self._actor.__ray_ready__.remote(), None)

    def kill(self) -> None:
        """End its process and what it started."""
        import ray

        with contextlib.suppress(Exception):
            ray.kill(self._actor)

    async def _ask(self, answer: Any, seconds: float | None) -> bytes:
        from ray.exceptions import RayError, RayTaskError

        try:
            async with asyncio.timeout(seconds):
                return bytes(await answer or b"")
        except TimeoutError as error:
            self.kill()
            raise WorkerLost(f"it did not answer for {seconds:.0f} s") from error
        except RayTaskError as error:
            raise ClusterError(f"a worker failed: {error.cause!r}") from error
        except RayError as error:
            raise WorkerLost(_first_line(error)) from error


class RayEngine:
    """A cluster that is there. Use `connect`."""

    def __init__(self, address: str) -> None:
        import ray

        self.address = address
        nodes = [node for node in ray.nodes() if node["Alive"]]
        self.machines = len(nodes)
        self.here_only = {node["NodeName"] for node in nodes} <= _own_names()
        """Whether all its machines are this one."""
        self.cores = int(ray.cluster_resources().get("CPU", 0))

    def start_worker(self) -> Remote:
        """A new worker, wherever the cluster has a core for it; it may have to wait for one."""
        import ray

        from agent.cluster.worker import Worker

        actor: Any = ray.remote(Worker)
        options = {"num_cpus": 1, "scheduling_strategy": "SPREAD", "max_concurrency": 4}
        return Remote(actor.options(**options, max_restarts=0).remote())


@contextmanager
def connect(address: str) -> Iterator[RayEngine]:
    """The cluster at `address` (``HOST:PORT`` of its head, ``auto``), or one of this machine's
    own, started for as long as the block runs (``local``).

    Raises:
        ClusterError: Ray is not installed, or there is no cluster at that address.
    """
    if importlib.util.find_spec("ray") is None:
        raise ClusterError(
            f"--cluster needs Ray, which is not installed: {how_to_install('cluster')}"
        )
    os.environ.update(_QUIET)
    _prepare_token(address)
    if address not in (LOCAL, "auto"):
        _check_address(address)
    import ray

    logging.getLogger("ray").setLevel(logging.CRITICAL)
    with _scratch(address) as settings:
        try:
            ray.init(log_to_driver=False, logging_level=logging.CRITICAL, **settings)
        except (SystemExit, Exception) as error:
            raise ClusterError(_no_cluster(address, _first_line(error))) from error
        try:
            yield RayEngine(address)
        finally:
            ray.shutdown()


@contextmanager
def _scratch(address: str) -> Iterator[dict[str, Any]]:
    """How Ray is told to begin; a cluster of our own gets a folder that is removed afterwards."""
    if address != LOCAL:
        yield {"address": address}
        return
    # Ray's sockets lie in it, and a socket's path may have no more than 107 bytes.
    folder = tempfile.mkdtemp(prefix="shopper-", dir="/tmp" if Path("/tmp").is_dir() else None)
    try:
        yield {
            "address": "local",
            "_temp_dir": folder,
            "_node_ip_address": "127.0.0.1",
            "include_dashboard": False,
            "object_store_memory": OBJECT_STORE,
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare_token(address: str) -> None:
    """A cluster of our own lets in nobody else: it gets a secret that only its processes know. For
    another's, the secret is used that `ray start` uses on this machine, if there is one."""
    if "RAY_AUTH_MODE" in os.environ:
        return
    kept = Path.home() / ".ray" / "auth_token"
    if address == LOCAL:
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
    elif not (_TOKENS & os.environ.keys() or kept.is_file()):
        return
    os.environ["RAY_AUTH_MODE"] = "token"


def _check_address(address: str) -> None:
    """Ray itself tries for over a minute and then ends the process, so it is asked last.

    Raises:
        ClusterError
    """
    match = re.fullmatch(r"\[?([^\[\]/]+)\]?:(\d{1,5})", address)
    if address.startswith("ray://") or not match or not 0 < int(match[2]) < 65536:
        raise ClusterError(
            f"--cluster {address}: give HOST:PORT of a Ray head (its port is 6379 unless told "
            "otherwise) from one of the cluster's machines, auto, or local to start one"
        )
    try:
        with socket.create_connection((match[1], int(match[2])), timeout=REACH_SECONDS) as line:
            speaks = _speaks_http2(line)
    except OSError as error:
        raise ClusterError(_no_cluster(address, error.strerror or str(error))) from error
    if not speaks:
        raise ClusterError(_no_cluster(address, "what listens there is not a Ray head"))


def _speaks_http2(line: socket.socket) -> bool:
    """Whether the other side opens as gRPC servers do, a Ray head among them: with a SETTINGS
    frame (RFC 9113, sections 3.4 and 6.5)."""
    line.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _EMPTY_SETTINGS)
    head = b""
    try:
        while len(head) < 4 and (more := line.recv(4 - len(head))):
            head += more
    except OSError:
        return False
    return head[3:4] == b"\x04"


def _no_cluster(address: str, why: str) -> str:
    if address == LOCAL:
        return f"Ray does not start on this machine: {why}"
    return (
        f"no Ray cluster at {address}: {why}; check `ray status` on its head, or use "
        "--cluster local to start one here"
    )


def _own_names() -> set[str]:
    """The addresses Ray may call this machine by."""
    from ray.util import get_node_ip_address

    return {"127.0.0.1", "localhost", socket.gethostname(), str(get_node_ip_address())}


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
