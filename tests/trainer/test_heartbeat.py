"""A process that is lost is noticed by the others, though they wait for it in an exchange."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import time
from typing import Any

import pytest

dist: Any = pytest.importorskip("torch.distributed")

from trainer.heartbeat import watching  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def _member(rank: int, port: int, pipe: Any, leaves: bool) -> None:
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    dist.init_process_group("gloo", rank=rank, world_size=2)

    def gone(what: str) -> None:
        pipe.send(what)
        os._exit(3)

    with watching(rank, 2, gone, every=0.2, after=2.0):
        pipe.send("ready")
        if rank == 1:
            if leaves:
                time.sleep(1.0)
                return
            time.sleep(100)
        if leaves:
            time.sleep(4.0)
            return
        dist.barrier()  # the other one never comes


def _start(leaves: bool) -> tuple[list[Any], list[Any]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe() for _ in range(2)]
    group = [
        context.Process(target=_member, args=(rank, port, pipes[rank][1], leaves))
        for rank in range(2)
    ]
    for member in group:
        member.start()
    for ours, _ in pipes:
        assert ours.recv() == "ready"
    return group, [ours for ours, _ in pipes]


def test_who_waits_for_a_lost_process_is_told_and_ends() -> None:
    group, pipes = _start(leaves=False)
    began = time.monotonic()
    os.kill(group[1].pid, signal.SIGSTOP)  # as a machine that hangs
    assert pipes[0].poll(60)
    told = pipes[0].recv()
    assert time.monotonic() - began < 30
    assert "process 1 (" in told and "no sign of life for" in told
    group[0].join(20)
    assert group[0].exitcode == 3
    group[1].kill()


def test_who_leaves_in_order_is_not_missed() -> None:
    group, _pipes = _start(leaves=True)
    for member in group:
        member.join(60)
    assert [member.exitcode for member in group] == [0, 0]
