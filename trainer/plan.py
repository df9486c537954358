"""What a run will take, said before it begins: memory by part, steps, tokens, time.

Arithmetic over a model of weights that take no memory (`trainer.live_memory`). Knows no data beyond
lengths.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from torch import nn

from trainer.config import TrainConfig
from trainer.live_memory import activation_bytes, empty_model
from trainer.model import DTYPES
from trainer.parallel import decoder_layers
from trainer.throughput import PEAK_FLOPS, flops_per_sequence, weights_of

if TYPE_CHECKING:
    from transformers import PretrainedConfig

USUAL_MFU = 0.4
"""Of what a GPU could do at best, in training at long windows; the aim, not a promise."""
GPU_MEMORY = {
    "NVIDIA H200": 141e9,
    "NVIDIA H100 80GB HBM3": 80e9,
    "NVIDIA A100-SXM4-80GB": 80e9,
    "NVIDIA L40S": 48e9,
    "NVIDIA GeForce RTX 4090": 24e9,
}
"""Bytes, from the makers' data sheets."""
_NF4 = 0.5 + 8 / 64 / 8 + 32 / 64 / 256 / 8
"""Bytes a number: 4 bits, a scale in 8 bits for 64 of them, and one in 32 for 256 scales."""


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of one process at its fullest. `weights` are its share of them; `gathered` those that
    are whole for a moment; `activations` what a pass holds."""

    weights: int
    gathered: int
    gradients: int
    optimizer: int
    activations: int

    @property
    def total(self) -> int:
        return sum(msgspec.structs.astuple(self))


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """`seconds` are of the whole run by the name of the GPU, `processes` of them."""

    parameters: int
    trained: int
    processes: int
    steps: int
    tokens: int
    supervised: int
    longest: int
    memory: Memory
    flops: float
    seconds: dict[str, float]


def plan(
    config: TrainConfig,
    shape: PretrainedConfig,
    lengths: Sequence[int],
    supervised: int,
    steps: int,
    processes: int,
) -> Plan:
    """What training on sequences of these lengths takes, `supervised` of their tokens learned."""
    model = empty_model(shape, config)
    weights = weights_of(model)
    done = steps * config.run.batch / max(1, len(lengths))
    epochs = min(float(config.run.epochs), done)
    share = supervised / max(1, sum(lengths))
    flops = epochs * sum(flops_per_sequence(weights, model.config, n, n * share) for n in lengths)
    longest = max(lengths)
    return Plan(
        parameters=sum(p.numel() for p in model.parameters()),
        trained=sum(p.numel() for p in model.parameters() if p.requires_grad),
        processes=processes,
        steps=steps,
        tokens=round(epochs * sum(lengths)),
        supervised=round(epochs * supervised),
        longest=longest,
        memory=memory(config, shape, model, _at_once(config, longest), share, processes),
        flops=flops,
        seconds={name: flops / (peak * USUAL_MFU * processes) for name, peak in PEAK_FLOPS.items()},
    )


def memory(
    config: TrainConfig,
    shape: PretrainedConfig,
    model: nn.Module,
    tokens: int,
    share: float,
    processes: int,
) -> Memory:
    """Of one process, when a pass has so many tokens, a `share` of them learned."""
    shards = max(1, processes // config.run.replicas)
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    states = 2 + 8 / 256 if config.optimizer.kind == "adamw8bit" else 8
    offload = config.run.cpu_offload
    return Memory(
        weights=0 if offload else round(_weight_bytes(config, model, shards)),
        gathered=_gathered(config, model, shards),
        gradients=0 if offload else math.ceil(4 * trained / shards),
        optimizer=0 if offload else math.ceil(states * trained / shards),
        activations=activation_bytes(shape, config, tokens, math.ceil(share * tokens)),
    )


def _at_once(config: TrainConfig, longest: int) -> int:
    """Tokens of a pass."""
    return max(longest, config.data.window) if config.run.pack else longest


def _weight_bytes(config: TrainConfig, model: nn.Module, shards: int) -> float:
    """Trained weights are kept in float32; 4-bit ones are on every process."""
    each = DTYPES[config.model.dtype].itemsize
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    frozen = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    if config.tuning.method != "qlora":
        return (4 * trained + each * frozen) / shards
    packed = _linear_numbers(model)
    return (4 * trained + each * (frozen - packed)) / shards + _NF4 * packed


def _linear_numbers(model: nn.Module) -> int:
    """Numbers in the matrices that are held in 4 bits: those of the layers."""
    return sum(
        p.numel()
        for layer in decoder_layers(model)
        for p in layer.parameters()
        if p.ndim == 2 and not p.requires_grad
    )


def _gathered(config: TrainConfig, model: nn.Module, shards: int) -> int:
    """Weights that `fully_shard` has whole, in the type of the arithmetic: what is outside of the
    layers all the time, and two layers, the one at work and the next."""
    if config.tuning.method != "full" and shards == 1 and not config.run.cpu_offload:
        return 0
    each = DTYPES[config.model.dtype].itemsize
    layers = [_sharded_numbers(config, layer) for layer in decoder_layers(model)]
    outside = _sharded_numbers(config, model) - sum(layers)
    return each * (outside + 2 * max(layers, default=0))


def _sharded_numbers(config: TrainConfig, module: nn.Module) -> int:
    packed = config.tuning.method == "qlora"
    return sum(
        p.numel() for p in module.parameters() if p.requires_grad or p.ndim != 2 or not packed
    )


def what_helps(config: TrainConfig, found: Plan, room: float) -> tuple[str, ...]:
    """Settings that bring what a process takes closer to `room` bytes, best first; none where it
    fits."""
    over = found.memory.total - room
    if over <= 0:
        return ()
    parts, on = found.memory, []
    recomputing = config.run.gradient_checkpointing != "off"
    if parts.activations > over / 2 and not recomputing:
        on.append('run.gradient_checkpointing = "on"')
    if config.tuning.method == "full" and config.optimizer.kind == "adamw":
        on.append(f'optimizer.kind = "adamw8bit" saves {_gb(0.75 * parts.optimizer)} GB')
    fixed = parts.weights + parts.gradients + parts.optimizer
    needed = math.ceil(found.processes * fixed / max(1.0, room - parts.total + fixed))
    if config.tuning.method != "qlora" and room - parts.total + fixed > 0:
        on.append(f"{max(needed, found.processes + 1)} processes")
    if config.tuning.method == "full":
        on.append('tuning.method = "lora"')
    if config.tuning.method == "lora":
        on.append('tuning.method = "qlora"')
    on.append("a smaller data.window")
    return tuple(on)


def _gb(number: float) -> str:
    return f"{number / 1e9:.1f}"
