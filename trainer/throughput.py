"""How fast and how large: tokens per second, model FLOPs utilisation, memory.

Knows devices and counts, nothing of data or loss.
"""

from __future__ import annotations

import math
import resource
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from transformers import PretrainedConfig

PEAK_FLOPS = {
    "NVIDIA H200": 989e12,
    "NVIDIA H100 80GB HBM3": 989e12,
    "NVIDIA H100 PCIe": 756e12,
    "NVIDIA A100-SXM4-80GB": 312e12,
    "NVIDIA A100-SXM4-40GB": 312e12,
    "NVIDIA L40S": 362e12,
    "NVIDIA GeForce RTX 4090": 165e12,
}
"""Dense bf16 operations per second, from the makers' data sheets."""


@dataclass(frozen=True)
class Weights:
    """How many numbers take part in matrix products: of the layers, `trained` and `frozen` ones,
    and of the output `head`, which is computed for supervised tokens only."""

    trained: int
    frozen: int
    head: int
    head_trained: bool


def weights_of(model: nn.Module) -> Weights:
    """The weights of a causal language model of transformers, with or without adapters; over all
    processes, and as many as they stand for where they are packed in 4 bits."""
    base: Any = model.get_base_model() if hasattr(model, "get_base_model") else model  # type: ignore[operator]
    table, head = base.get_input_embeddings().weight, base.get_output_embeddings().weight
    layers = [p for p in model.parameters() if p is not table and p is not head]
    return Weights(
        trained=sum(_numbers(p) for p in layers if p.requires_grad),
        frozen=sum(_numbers(p) for p in layers if not p.requires_grad),
        head=_numbers(head),
        head_trained=head.requires_grad,
    )


def _numbers(parameter: nn.Parameter) -> int:
    packed = getattr(parameter, "quant_state", None)
    return parameter.numel() if packed is None else math.prod(packed.shape)


def flops_per_sequence(
    weights: Weights, config: PretrainedConfig, tokens: int, supervised: float
) -> float:
    """Floating-point operations to train on one sequence, forward and backward, as it is done.

    Per token six for each trained number (Kaplan et al. 2020, section 2.1) and four for each frozen
    one, which needs no gradient of its own; the head for `supervised` tokens only; and
    ``6 * layers * width * tokens`` a token for causal attention (Chowdhery et al. 2022, appendix B,
    halved because half of the square is masked). Recomputation for gradient checkpointing is not
    counted, as is usual for MFU.
    """
    text = config.get_text_config()
    heads = text.num_attention_heads
    width = heads * (getattr(text, "head_dim", None) or text.hidden_size // heads)
    head = (6.0 if weights.head_trained else 4.0) * weights.head * supervised
    layers = (6.0 * weights.trained + 4.0 * weights.frozen) * tokens
    attention = 6.0 * text.num_hidden_layers * width * float(tokens) ** 2
    return float(layers + head + attention)


def peak_flops(device: torch.device) -> float | None:
    """What the device could do at best, per second; None where no data sheet is known."""
    if device.type != "cuda":
        return None
    return PEAK_FLOPS.get(torch.cuda.get_device_name(device))


def peak_memory(device: torch.device) -> int:
    """The most bytes used so far: allocated on the GPU, or resident in the host's memory."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def room(device: torch.device) -> float:
    """Bytes that the device has: of the GPU, or of the host's memory, as far as it is free."""
    if device.type == "cuda":
        return float(torch.cuda.get_device_properties(device).total_memory)
    import psutil

    return float(psutil.virtual_memory().available)
