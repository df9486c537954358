"""Checkpoints: everything a run needs to go on as if it had not been stopped.

A checkpoint is a folder ``step-NNNNNN``, written beside its place and renamed when complete, so
there are only whole ones. Holds trained weights, optimizer states, random states and the position
in the data, each process its shard. Knows nothing of what is trained on.
"""

from __future__ import annotations

import re
import shutil
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
from torch.distributed.checkpoint.state_dict_saver import save as save_sharded

from trainer.errors import CheckpointError
from trainer.parallel import Processes

_OPTIONS = StateDictOptions(ignore_frozen_params=True, strict=False)
_NAME = re.compile(r"step-(\d{6,})")


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where in the run a checkpoint stands. `step` optimizer steps are done; `fingerprint` tells
    runs apart; `tokens` and `seconds` were spent so far; `loss` is the last step's."""

    step: int
    fingerprint: str
    processes: int
    tokens: int = 0
    seconds: float = 0.0
    loss: float | None = None
    memory_gb: float | None = None


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
    place = root / f"step-{position.step:06}"
    draft = root / f".{place.name}.new"
    if processes.first:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
    processes.wait()
    try:
        save_sharded(_state(model, optimizer, processes), checkpoint_id=draft)
        processes.wait()
        if processes.first:
            (draft / "position.json").write_bytes(msgspec.json.encode(position))
            shutil.rmtree(place, ignore_errors=True)
            draft.rename(place)
            for old in checkpoints(root)[:-keep]:
                shutil.rmtree(old)
    except (OSError, RuntimeError, CheckpointException) as error:
        raise CheckpointError(f"cannot write the checkpoint {place}: {error}") from error
    processes.wait()
    return place


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

    On another number of processes than it was written by, random states are left as they are.

    Raises:
        CheckpointError: it cannot be read.
    """
    state = _state(model, optimizer, processes)
    if position.processes != processes.size:
        state = {key: part for key, part in state.items() if key in ("model", "optimizer")}
    try:
        load_sharded(state, checkpoint_id=folder)
    except (Exception, CheckpointException) as error:  # a damaged file can raise anything
        raise CheckpointError(
            f"{folder} is damaged: {_cause(error)}; delete it to go on from an older one"
        ) from error
    set_state_dict(
        model,
        optimizer,
        model_state_dict=state["model"],
        optim_state_dict=state["optimizer"],
        options=_OPTIONS,
    )
    if position.processes != processes.size:
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


def _cause(error: BaseException) -> str:
    """What is wrong, without the traceback that a sharded reader puts into its message."""
    while isinstance(error, CheckpointException) and error.failures:
        error = next(iter(error.failures.values()))[0]
    return str(error) or type(error).__name__


def _rng(processes: Processes) -> str:
    return f"rng_{processes.rank}"
