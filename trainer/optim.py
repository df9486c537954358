"""Optimizer and learning rate.

Knows parameters, nothing of what they are for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.distributed.tensor import DTensor

from trainer.adam8bit import AdamW8bit
from trainer.config import Optimizer as OptimizerConfig


def make_optimizer(
    parameters: Iterable[nn.Parameter], config: OptimizerConfig, device: torch.device
) -> torch.optim.Optimizer:
    """AdamW over what is trained; `config.kind` chooses the form of its states."""
    trained = [p for p in parameters if p.requires_grad]
    betas = (config.beta1, config.beta2)
    if config.kind == "adamw":
        return torch.optim.AdamW(
            trained,
            lr=config.learning_rate,
            betas=betas,
            weight_decay=config.weight_decay,
            fused=device.type == "cuda",
        )
    return AdamW8bit(
        trained, lr=config.learning_rate, betas=betas, weight_decay=config.weight_decay
    )


def learning_rate(step: int, total: int, config: OptimizerConfig) -> float:
    """The learning rate of optimizer step `step` (from 0) of `total`.

    Rises linearly over the first ``warmup * total`` steps, then follows the schedule, which
    reaches zero one step after the last.
    """
    warm = math.ceil(config.warmup * total)
    if step < warm:
        return config.learning_rate * (step + 1) / warm
    done = (step - warm) / max(1, total - warm)
    share = {
        "constant": 1.0,
        "linear": 1.0 - done,
        "cosine": 0.5 * (1.0 + math.cos(math.pi * done)),
    }[config.schedule]
    return config.learning_rate * share


def clip_gradients(parameters: Iterable[nn.Parameter], largest: float) -> float:
    """Scale gradients down to a norm of `largest` (0: leave them); returns the norm before.

    Sharded gradients give the norm over all processes.
    """
    trained = [p for p in parameters if p.grad is not None]
    bound = largest if largest > 0 else math.inf
    norm: Tensor = nn.utils.clip_grad_norm_(trained, bound)
    return float(norm.full_tensor() if isinstance(norm, DTensor) else norm)
