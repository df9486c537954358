"""AdamW with its two states in 8 bits: 2 bytes a weight instead of 8.

Codes are those of dynamic tree quantization, with a scale for each block of 256 neighbours in a row
(Dettmers et al., *8-bit Optimizers via Block-wise Quantization*, 2022). Blocks lie inside rows and
sharding divides rows, so a shard is quantized as the whole would be, states are sharded like their
weights, and checkpoints hold them so. (That of bitsandbytes takes no sharded weights.) Plain torch,
for any device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.tensor import DTensor
from torch.nn import functional as F

BLOCK = 256
SMALLEST = 4096
"""Weights with fewer numbers, and those that are no matrices, keep their states in 32 bits."""
AT_ONCE = 2**22
"""Numbers that are worked on together: what is needed beside the states is bounded by this."""
_TINY = torch.finfo(torch.float32).tiny
_CODES = {"mean_codes", "square_codes"}


def tree_codes(*, signed: bool) -> Tensor:
    """The 256 values that codes stand for, ascending, between -1 (or 0) and 1: for each of seven
    powers of ten the middles of equal parts between a tenth of it and itself, twice as many parts
    for each higher power."""
    values = [0.0, 1.0]
    for power in range(7):
        parts = 2 ** (power if signed else power + 1)
        bounds = torch.linspace(0.1, 1.0, parts + 1, dtype=torch.float64)
        middles = ((bounds[:-1] + bounds[1:]) / 2 * 10.0 ** (power - 6)).tolist()
        values += middles
        if signed:
            values += [-middle for middle in middles]
    return torch.tensor(sorted(values), dtype=torch.float32)


class Codebook:
    """Numbers to codes and back. What is above zero stays above zero if nothing is `signed`: a
    second moment of zero would make the next step unbounded."""

    def __init__(self, *, signed: bool) -> None:
        self._signed = signed
        self._values = tree_codes(signed=signed)
        self._bounds = (self._values[:-1] + self._values[1:]) / 2

    def to(self, device: torch.device) -> Codebook:
        self._values = self._values.to(device)
        self._bounds = self._bounds.to(device)
        return self

    def encode(self, numbers: Tensor) -> tuple[Tensor, Tensor]:
        """Codes (uint8) `[rows, columns]` and scales `[rows, blocks]` of float32 numbers."""
        rows, columns = numbers.shape
        blocks = F.pad(numbers, (0, -columns % BLOCK)).view(rows, -1, BLOCK)
        scales = blocks.abs().amax(dim=2)
        shares = numbers / _spread(scales.clamp_min(_TINY), columns)
        codes = torch.bucketize(shares, self._bounds, out_int32=True)
        if not self._signed:
            codes = torch.where(numbers > 0, codes.clamp_min(1), codes)
        return codes.to(torch.uint8), scales

    def decode(self, codes: Tensor, scales: Tensor) -> Tensor:
        return self._values[codes.to(torch.int32)] * _spread(scales, codes.shape[1])


def _spread(scales: Tensor, columns: int) -> Tensor:
    return scales.repeat_interleave(BLOCK, dim=1)[:, :columns]


class AdamW8bit(torch.optim.Optimizer):
    """As `torch.optim.AdamW`, of plain or sharded (`DTensor`, by rows) parameters."""

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        *,
        lr: float,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(
            parameters, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        )
        self._mean = Codebook(signed=True)
        self._square = Codebook(signed=False)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """As every optimizer's, which casts states to their weight's type: codes come back."""
        super().load_state_dict(state_dict)
        for state in self.state.values():
            for name in _CODES & state.keys():
                state[name] = state[name].to(torch.uint8)

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """One update of every parameter that has a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state.update(_first_state(parameter))
                state["step"] += 1
                if "mean_codes" in state:
                    self._step_coded(parameter, state, group)
                else:
                    weights, grads = _here(parameter), _here(parameter.grad).float()
                    mean, square = _here(state["mean"]), _here(state["square"])
                    _update(weights, grads, mean, square, float(state["step"]), group)

    def _step_coded(self, parameter: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        grad = parameter.grad
        assert grad is not None
        weights, grads = _rows(parameter), _rows(grad)
        names = ("mean_codes", "mean_scales", "square_codes", "square_scales")
        kept = [_rows(state[name]) for name in names]
        many = max(1, AT_ONCE // max(1, weights.shape[1]))
        means, squares = self._mean.to(weights.device), self._square.to(weights.device)
        for start in range(0, len(weights), many):
            part = slice(start, start + many)
            mean_codes, mean_scales, square_codes, square_scales = (rows[part] for rows in kept)
            mean = means.decode(mean_codes, mean_scales)
            square = squares.decode(square_codes, square_scales)
            _update(weights[part], grads[part].float(), mean, square, float(state["step"]), group)
            for codes, scales, (new_codes, new_scales) in (
                (mean_codes, mean_scales, means.encode(mean)),
                (square_codes, square_scales, squares.encode(square)),
            ):
                codes.copy_(new_codes)
                scales.copy_(new_scales)


def _update(
    weights: Tensor,
    grads: Tensor,
    mean: Tensor,
    square: Tensor,
    step: float,
    group: dict[str, Any],
) -> None:
    """AdamW (Loshchilov and Hutter, 2019), in place; gradients and moments in float32."""
    (beta1, beta2), rate = group["betas"], group["lr"]
    mean.lerp_(grads, 1 - beta1)
    square.mul_(beta2).addcmul_(grads, grads, value=1 - beta2)
    size = (square / (1 - beta2**step)).sqrt_().add_(group["eps"])
    change = (mean / size).mul_(-float(rate) / (1 - beta1**step))
    weights.mul_(1 - float(rate) * group["weight_decay"]).add_(change)


def _first_state(parameter: Tensor) -> dict[str, Tensor]:
    step = torch.tensor(0.0)
    if parameter.ndim < 2 or parameter.numel() < SMALLEST:
        mean, square = (torch.zeros_like(parameter, dtype=torch.float32) for _ in range(2))
        return {"step": step, "mean": mean, "square": square}
    one_of_each_block = parameter.detach()[..., ::BLOCK]
    mean_scales, square_scales = (
        torch.zeros_like(one_of_each_block, dtype=torch.float32) for _ in range(2)
    )
    return {
        "step": step,
        "mean_codes": torch.full_like(parameter, _MIDDLE, dtype=torch.uint8),
        "mean_scales": mean_scales,
        "square_codes": torch.zeros_like(parameter, dtype=torch.uint8),
        "square_scales": square_scales,
    }


_MIDDLE = int((tree_codes(signed=True) == 0).nonzero())
"""The code of zero."""


def _here(tensor: Tensor) -> Tensor:
    """What of a tensor is on this process, sharing its memory."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def _rows(tensor: Tensor) -> Tensor:
    here = _here(tensor)
    return here.view(-1, here.shape[-1])
