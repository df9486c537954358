"""When memory does not suffice: how that is recognised, and what to tell whoever configured it.

Knows the configuration, nothing of models or data.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from trainer.config import TrainConfig
from trainer.errors import TrainError

LONG = 4096
"""Windows above so many tokens are trained with gradient checkpointing unless told otherwise."""

_WORDS = ("not enough memory", "can't allocate memory", "out of memory")


def recomputes(config: TrainConfig) -> bool:
    """Whether activations are computed again in the backward pass."""
    wanted = config.run.gradient_checkpointing
    return wanted == "on" or (wanted == "auto" and config.data.window > LONG)


@contextmanager
def memory_suffices(config: TrainConfig, doing: str) -> Iterator[None]:
    """Say what can be done where the block runs out of memory while `doing` something.

    Raises:
        TrainError: it did.
    """
    try:
        yield
    except RuntimeError as error:
        if not _ran_out(error):
            raise
        raise TrainError(f"out of memory while {doing}; {advice(config)}") from error


def advice(config: TrainConfig) -> str:
    """What needs less memory, and whether a run can go on with it."""
    method, on = config.tuning.method, []
    if not recomputes(config):
        on.append('run.gradient_checkpointing = "on"')
    if method != "qlora" and not config.run.cpu_offload:
        on.append("run.cpu_offload = true")
    on.append("more processes")
    restarts = ["a smaller data.window"]
    if method == "full":
        more = "" if config.optimizer.kind == "adamw8bit" else ', optimizer.kind = "adamw8bit"'
        restarts.insert(0, f'tuning.method = "lora"{more}')
    if method == "lora":
        restarts.insert(0, 'tuning.method = "qlora"')
    return (
        f"try {' or '.join(on)}, with which --resume goes on; or start again (another "
        "run.out) with "
        f"{', '.join(restarts)}"
    )


def _ran_out(error: RuntimeError) -> bool:
    """On a GPU there is a class for it; the CPU's allocator and CUDA's say so in words."""
    told = str(error)
    return isinstance(error, torch.OutOfMemoryError) or any(word in told for word in _WORDS)
