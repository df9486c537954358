"""Processes and sharding: FSDP2 over one or many GPUs, or plainly one process.

Knows modules and devices, nothing of data, loss or optimizer.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch._C._distributed_c10d import HashStore
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import (
    CPUOffloadPolicy,
    MixedPrecisionPolicy,
    OffloadPolicy,
    fully_shard,
)

from trainer.errors import TrainError
from trainer.heartbeat import watching

PATIENCE = timedelta(hours=2)
"""How long processes wait for each other; the first one may be busy reading a large data set."""


@dataclass(frozen=True)
class Processes:
    """This process among the run's: `rank` of `size`, working on `device`."""

    rank: int
    size: int
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether this process speaks and writes for all."""
        return self.rank == 0

    def sum(self, value: float) -> float:
        """The sum over all processes, in double precision."""
        if self.size == 1:
            return value
        total = torch.tensor(value, dtype=torch.float64, device=self._reducer)
        dist.all_reduce(total)
        return float(total)

    def any(self, value: bool) -> bool:
        """Whether it holds on at least one process."""
        return self.sum(float(value)) > 0

    def beside(self) -> Any:
        """A group of the same processes for exchanges beside the training's, over the host's
        memory."""
        return dist.new_group(backend="gloo") if dist.is_initialized() else None

    def wait(self) -> None:
        if self.size > 1:
            dist.barrier()

    @property
    def _reducer(self) -> torch.device:
        return self.device if self.device.type == "cuda" else torch.device("cpu")


@contextmanager
def processes() -> Iterator[Processes]:
    """The processes that ``torchrun`` started, or this one alone as a group of one; closed
    afterwards.

    After an error one of several processes leaves without closing: the others may be waiting for
    it in the middle of an exchange, and closing would wait for them.

    Raises:
        TrainError: there are more processes than GPUs.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    rank = int(os.environ.get("RANK", "0"))
    local = int(os.environ.get("LOCAL_RANK", "0"))
    cuda = torch.cuda.is_available()
    if cuda and local >= torch.cuda.device_count():
        raise TrainError(
            f"process {local + 1} of this machine has no GPU: it has {torch.cuda.device_count()}; "
            "start as many with --nproc-per-node"
        )
    device = torch.device("cuda", local) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
    backend = "nccl" if cuda else "gloo"
    if size == 1:
        dist.init_process_group(backend, store=HashStore(), rank=0, world_size=1)
    else:
        dist.init_process_group("cpu:gloo,cuda:nccl" if cuda else backend, timeout=PATIENCE)
    try:
        with watching(rank, size):
            yield Processes(rank, size, device)
    except BaseException:
        if size == 1:
            dist.destroy_process_group()
        raise
    dist.destroy_process_group()


def shard(
    model: nn.Module,
    processes: Processes,
    *,
    compute: torch.dtype,
    replicas: int = 1,
    cpu_offload: bool = False,
) -> None:
    """Shard `model` in place: one group per decoder layer, the rest in the root's.

    The root's group holds embeddings and head together, so tied weights stay tied. Weights in 4
    bits are replicated instead: sharded by `fully_shard` they train silently wrong.

    Raises:
        TrainError: `replicas` does not divide the number of processes.
    """
    ignored = set(quantized_parameters(model))
    policy = MixedPrecisionPolicy(param_dtype=compute, reduce_dtype=torch.float32)
    pinned = CPUOffloadPolicy(pin_memory=processes.device.type == "cuda")
    offload: OffloadPolicy = pinned if cpu_offload else OffloadPolicy()
    mesh = _mesh(processes, replicas)
    for layer in decoder_layers(model):
        fully_shard(
            layer, mesh=mesh, mp_policy=policy, offload_policy=offload, ignored_params=ignored
        )
    fully_shard(model, mesh=mesh, mp_policy=policy, offload_policy=offload, ignored_params=ignored)


def decoder_layers(model: nn.Module) -> list[nn.Module]:
    """The transformer's blocks: the longest list of equal modules inside the model."""
    lists = [list(m.children()) for m in model.modules() if isinstance(m, nn.ModuleList)]
    alike = [blocks for blocks in lists if len({type(block) for block in blocks}) == 1]
    return max(alike, key=len, default=[])


def quantized_parameters(model: nn.Module) -> Iterable[nn.Parameter]:
    """Weights that bitsandbytes holds in 4 bits: packed integers that must not be sharded."""
    return (p for p in model.parameters() if not p.dtype.is_floating_point)


def _mesh(processes: Processes, replicas: int) -> DeviceMesh:
    if processes.size % replicas:
        raise TrainError(
            f"run.replicas is {replicas}, which does not divide {processes.size} processes"
        )
    kind = processes.device.type
    if replicas == 1:
        return init_device_mesh(kind, (processes.size,))
    shape = (replicas, processes.size // replicas)
    return init_device_mesh(kind, shape, mesh_dim_names=("replicate", "shard"))
