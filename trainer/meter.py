"""How fast and how large: tokens per second, model FLOPs utilisation, memory.

Knows devices and counts, nothing of data or loss.
"""

from __future__ import annotations

import resource
import sys
from typing import TYPE_CHECKING

import torch

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


def flops_per_sequence(parameters: int, config: PretrainedConfig, tokens: int) -> float:
    """Floating-point operations to train on one sequence, forward and backward.

    Six per parameter and token for the matrix products (Kaplan et al. 2020, section 2.1), and
    ``6 * layers * width * tokens`` a token for causal attention (Chowdhery et al. 2022, appendix B,
    halved because half of the square is masked). `parameters` leaves the embedding table out when
    it is not also the output head. Recomputation for gradient checkpointing is not counted, as is
    usual for MFU.
    """
    layers, heads = config.num_hidden_layers, config.num_attention_heads
    width = heads * (getattr(config, "head_dim", None) or config.hidden_size // heads)
    return float(6.0 * parameters * tokens + 6.0 * layers * width * float(tokens) ** 2)


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
