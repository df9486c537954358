"""A planned training run as tables: memory by part, time by machine, what to change if it does not
fit. Knows plans, not how they are made."""

from __future__ import annotations

from rich.table import Table

from eval.formatting import count
from shopper.console import plain_console
from trainer.config import TrainConfig
from trainer.parallel import Processes
from trainer.plan import GPU_MEMORY, Plan, what_helps
from trainer.throughput import room

PARTS = ("weights", "gathered", "gradients", "optimizer", "activations")
NOT_COUNTED = 1e9
"""Bytes that torch and the driver take on a GPU beside what is counted, about."""


def show_plan(config: TrainConfig, plan: Plan, here: float, processes: Processes) -> None:
    """Print it; `here` are the seconds that the run takes on this machine."""
    if not processes.first:
        return
    console = plain_console()
    console.print(
        f"{plan.parameters:,} parameters, {plan.trained:,} of them trained; "
        f"{count(plan.steps, 'step')}, {plan.tokens:,} tokens, {plan.supervised:,} learned, "
        f"{plan.longest:,} in the longest sequence; {plan.flops:.2e} operations"
    )
    memory = Table("memory of each process", "GB")
    for part in PARTS:
        memory.add_row(part, f"{getattr(plan.memory, part) / 1e9:.2f}")
    memory.add_row("together", f"{plan.memory.total / 1e9:.2f}")
    console.print(memory)
    times = Table("machine", "time", "fits")
    free = room(processes.device)
    times.add_row(
        f"here, {processes.size} x {processes.device.type}, as measured",
        _time(here),
        _fits(config, plan, free),
    )
    for name, seconds in plan.seconds.items():
        fits = _fits(config, plan, GPU_MEMORY[name] - NOT_COUNTED) if name in GPU_MEMORY else "?"
        times.add_row(f"{processes.size} x {name}, at 40 % MFU", _time(seconds), fits)
    console.print(times)


def _fits(config: TrainConfig, plan: Plan, free: float) -> str:
    helps = what_helps(config, plan, free)
    return "yes" if not helps else f"no, {free / 1e9:.0f} GB; try {' or '.join(helps)}"


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
