"""Checkpoints: everything a run needs to go on as if it had not been stopped.

A checkpoint is a folder ``step-NNNNNN``, written beside its place and renamed when complete, so
there are only whole ones. Holds trained weights, optimizer states, random states and the position
in the data, each process its shard.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import nn
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_state_dict,
    set_state_dict,
)
from torch.distributed.checkpoint.state_dict_loader import load as load_sharded
from torch.distributed.checkpoint.state_dict_saver import async_save
from torch.distributed.checkpoint.state_dict_saver import save as save_sharded

from trainer.errors import CheckpointError
from trainer.parallel import Processes

_OPTIONS = StateDictOptions(ignore_frozen_params=True, strict=False)
_NAME = re.compile(r"step-(\d{6,})")


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where in the run a checkpoint stands. `step` optimizer steps are done; `fingerprint` tells
    runs apart; `processes` on devices of kind `device` wrote it; `tokens` and `seconds` were spent
    so far; `loss` is the last step's."""

    step: int
    fingerprint: str
    processes: int
    device: str = "cpu"
    tokens: int = 0
    seconds: float = 0.0
    loss: float | None = None
    memory_gb: float | None = None


class Writing:
    """A checkpoint that is being written beside the training. Every process has one."""

    def __init__(self, wait: Callable[[], object], done: Callable[[], bool], keep: _Keep) -> None:
        self._wait = wait
        self._done = done
        self._keep = keep

    def over(self) -> bool:
        """Whether all processes have written their part."""
        return not self._keep.processes.any(not self._done())

    def finish(self) -> Path:
        """Wait until it is written and put it in its place. Every process must call it.

        Raises:
            CheckpointError: it cannot be written (a full disk); older checkpoints stay.
        """
        _together(self._keep.processes, self._keep.place, self._wait)
        return self._keep.put_in_place()


class _Keep(msgspec.Struct, frozen=True):
    """Where a checkpoint will stand, and how many others beside it."""

    root: Path
    position: Position
    processes: Processes
    most: int

    @property
    def place(self) -> Path:
        return self.root / f"step-{self.position.step:06}"

    @property
    def draft(self) -> Path:
        return self.root / f".{self.place.name}.new"

    def begin(self) -> None:
        """Make room for it, and take away what a killed process left."""

        def make() -> None:
            for stale in self.root.glob(".step-*"):
                shutil.rmtree(stale, ignore_errors=True)
            self.draft.mkdir(parents=True)

        _together(self.processes, self.place, make if self.processes.first else None)

    def put_in_place(self) -> Path:
        def put() -> None:
            (self.draft / "position.json").write_bytes(msgspec.json.encode(self.position))
            if self.place.exists():
                _delete(self.place)
            self.draft.rename(self.place)
            for old in checkpoints(self.root)[: -self.most]:
                _delete(old)

        _together(self.processes, self.place, put if self.processes.first else None)
        return self.place


def save(
    root: Path,
    position: Position,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    processes: Processes,
    *,
    keep: int,
) -> Path:
    """Write a checkpoint and delete all but the newest `keep`. Every process must call it.

    Raises:
        CheckpointError: it cannot be written (a full disk); older checkpoints stay.
    """
    kept = _Keep(root, position, processes, keep)
    state = _state(model, optimizer, processes)
    kept.begin()
    _together(processes, kept.place, lambda: save_sharded(state, checkpoint_id=kept.draft))
    return kept.put_in_place()


def begin_saving(
    root: Path,
    position: Position,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    processes: Processes,
    group: Any,
    *,
    keep: int,
) -> Writing:
    """The same beside the training, which goes on as soon as all is copied to the host's memory;
    `group` is for these writers alone. There is at most one at a time.

    Raises:
        CheckpointError: it cannot be begun; older checkpoints stay.
    """
    kept = _Keep(root, position, processes, keep)
    state = _state(model, optimizer, processes)
    kept.begin()
    begun: list[Any] = []
    _together(
        processes,
        kept.place,
        lambda: begun.append(async_save(state, checkpoint_id=kept.draft, process_group=group)),
    )
    return Writing(begun[0].result, begun[0].done, kept)


def _together(processes: Processes, place: Path, work: Callable[[], object] | None) -> None:
    """Do a part of the work; what fails on one process is known to all before they go on.

    Raises:
        CheckpointError: it failed on one of them.
    """
    problem: BaseException | None = None
    try:
        if work is not None:
            work()
    except (OSError, RuntimeError, CheckpointException) as error:
        problem = error
    if processes.any(problem is not None):
        told = problem or "another process could not"
        raise CheckpointError(f"cannot write the checkpoint {place}: {told}") from problem


def _delete(folder: Path) -> None:
    """Under its name there is a whole checkpoint or none, also when this is killed."""
    doomed = folder.rename(folder.with_name(f".{folder.name}.old"))
    shutil.rmtree(doomed)


def checkpoints(root: Path) -> list[Path]:
    """The whole checkpoints under `root`, oldest first."""
    found = [p for p in root.glob("step-*") if _NAME.fullmatch(p.name)]
    return sorted(found, key=lambda p: int(p.name.removeprefix("step-")))


def read_position(folder: Path, fingerprint: str) -> Position:
    """Where the checkpoint stands.

    Raises:
        CheckpointError: damaged, or of a run with other settings or data.
    """
    try:
        position = msgspec.json.decode((folder / "position.json").read_bytes(), type=Position)
    except (OSError, msgspec.DecodeError) as error:
        raise CheckpointError(
            f"{folder} is not a whole checkpoint: {error}; delete it to go on from an older one"
        ) from error
    if position.fingerprint != fingerprint:
        raise CheckpointError(
            f"{folder} belongs to a run with other settings or data; use another run.out, or put "
            "the configuration and the data back as they were"
        )
    return position


def load(
    folder: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    processes: Processes,
    position: Position,
) -> None:
    """Put a checkpoint's state into model, optimizer and random generators, in place.

    On another number or kind of processes than it was written by, random states are left as they
    are.

    Raises:
        CheckpointError: it cannot be read, or is damaged.
        torch.OutOfMemoryError: it does not fit.
    """
    state = _state(model, optimizer, processes)
    alike = (position.processes, position.device) == (processes.size, processes.device.type)
    if not alike:
        state = {key: part for key, part in state.items() if key in ("model", "optimizer")}
    try:
        load_sharded(state, checkpoint_id=folder)
    except (Exception, CheckpointException) as error:  # a damaged file can raise anything
        cause = _cause(error)
        if isinstance(cause, torch.OutOfMemoryError):
            raise cause from error
        if isinstance(cause, OSError) and cause.errno is not None and _holds_all(folder):
            raise CheckpointError(f"{folder} cannot be read: {cause}") from error
        told = str(cause) or type(cause).__name__
        raise CheckpointError(
            f"{folder} is damaged: {told}; delete it to go on from an older one"
        ) from error
    set_state_dict(
        model,
        optimizer,
        model_state_dict=state["model"],
        optim_state_dict=state["optimizer"],
        options=_OPTIONS,
    )
    if not alike:
        return
    torch.set_rng_state(state[_rng(processes)])
    if processes.device.type == "cuda":
        torch.cuda.set_rng_state(state[f"cuda_{_rng(processes)}"], processes.device)


def _state(
    model: nn.Module, optimizer: torch.optim.Optimizer, processes: Processes
) -> dict[str, Any]:
    weights, states = get_state_dict(model, optimizer, options=_OPTIONS)
    state: dict[str, Any] = {"model": weights, "optimizer": states}
    state[_rng(processes)] = torch.get_rng_state()
    if processes.device.type == "cuda":
        state[f"cuda_{_rng(processes)}"] = torch.cuda.get_rng_state(processes.device)
    return state


def _cause(error: BaseException) -> BaseException:
    """What is wrong, without the traceback that a sharded reader puts into its message."""
    while isinstance(error, CheckpointException) and error.failures:
        error = next(iter(error.failures.values()))[0]
    return error


def _holds_all(folder: Path) -> bool:
    """Whether a file of each process that wrote is there, so that an error is the disk's."""
    return (folder / ".metadata").exists() and any(folder.glob("*.distcp"))


def _rng(processes: Processes) -> str:
    return f"rng_{processes.rank}"
