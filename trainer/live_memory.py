"""The most memory that a pass forward and backward holds, found without doing it.

The pass is made with tensors that have shapes but no numbers, on a model of two layers and one of
three; a further layer adds what the third one did. Knows modules, nothing of data.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from trainer.attention import knows_pieces, use_own_attention
from trainer.config import TrainConfig
from trainer.lora import add_lora
from trainer.loss import losses_at
from trainer.model import DTYPES, set_checkpointing

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel

FEW = (2, 3)
"""Layers of the two models that are tried."""


class Live(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the bytes of all tensors that operations make, as long as they are held."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now = self.most = 0
        self._held: dict[int, int] = {}

    def __torch_dispatch__(
        self, operation: Any, types: Any, args: Any = (), settings: Any = None
    ) -> Any:
        made = operation(*args, **(settings or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor):
                self._add(tensor.untyped_storage())
        return made

    def forget(self, tensors: Any) -> None:
        """Do not count these, which were there before."""
        for tensor in tensors:
            self._held[tensor.untyped_storage()._cdata] = 0

    def _add(self, storage: Any) -> None:
        place = storage._cdata
        if place not in self._held:
            self._held[place] = storage.nbytes()
            self.now += storage.nbytes()
            self.most = max(self.most, self.now)
            weakref.finalize(storage, self._drop, place)

    def _drop(self, place: int) -> None:
        self.now -= self._held.pop(place, 0)


def empty_model(shape: PretrainedConfig, config: TrainConfig) -> PreTrainedModel:
    """The model as it is trained, its LoRA matrices with it, of weights that take no memory."""
    import msgspec
    import transformers

    settings: dict[str, Any] = {
        "dtype": DTYPES[config.model.dtype],
        "attn_implementation": config.model.attention,
    }
    auto: Any = transformers.AutoModelForCausalLM
    with torch.device("meta"):
        model: PreTrainedModel = auto.from_config(shape, **settings)
        if knows_pieces(model):  # as in the run, which makes no mask where none is needed
            use_own_attention(model)
        if config.tuning.method != "full":
            model = add_lora(model, msgspec.structs.replace(config.tuning, start=None))
    set_checkpointing(model, config)
    model.train()
    return model


def activation_bytes(
    shape: PretrainedConfig, config: TrainConfig, tokens: int, supervised: int
) -> int:
    """The most that a pass of so many tokens holds beside weights, gradients and states."""
    count = int(shape.get_text_config().num_hidden_layers)
    first = _trained_from(config)
    few = [_peak(with_layers(shape, n), _all_layers(config), tokens, supervised) for n in FEW]
    each = few[1] - few[0]
    return few[0] + each * (count - first - FEW[0])


def with_layers(shape: PretrainedConfig, count: int) -> Any:
    """The same model with so many layers."""
    import copy

    fewer = copy.deepcopy(shape)
    text = fewer.get_text_config()
    text.num_hidden_layers = count
    kinds = getattr(text, "layer_types", None)
    if kinds:
        text.layer_types = kinds[:count]
    return fewer


def _all_layers(config: TrainConfig) -> TrainConfig:
    import msgspec

    tuning = msgspec.structs.replace(config.tuning, from_layer=None, start=None)
    return msgspec.structs.replace(config, tuning=tuning)


def _trained_from(config: TrainConfig) -> int:
    """The first layer that keeps anything for the backward pass."""
    return (config.tuning.from_layer or 0) if config.tuning.method != "full" else 0


def _peak(shape: PretrainedConfig, config: TrainConfig, tokens: int, supervised: int) -> int:
    model = empty_model(shape, config)
    mixed = config.tuning.method != "full" and config.model.dtype == "bfloat16"
    with FakeTensorMode(allow_non_fake_inputs=True):
        _take_shape(model)
        for weight in model.parameters():
            if weight.requires_grad:  # what becomes of gradients is counted elsewhere
                hooked: Any = weight
                hooked.register_post_accumulate_grad_hook(_forget_gradient)
        ids = torch.zeros(tokens, dtype=torch.int64)
        positions = torch.zeros(max(1, min(supervised, tokens - 1)), dtype=torch.int64)
        live = Live()
        live.forget((*model.parameters(), *model.buffers(), ids, positions))
        with live:
            with torch.autocast("cpu", torch.bfloat16, enabled=mixed):
                loss = losses_at(model, ids, positions).sum()
            loss.backward()  # type: ignore[no-untyped-call]
    return live.most


def _forget_gradient(weight: Tensor) -> None:
    weight.grad = None


def _take_shape(model: nn.Module) -> None:
    """Weights without a place become weights without numbers; shared ones stay shared."""
    made: dict[int, Tensor] = {}
    for module in model.modules():
        for kind in (module._parameters, module._buffers):
            for name, old in kind.items():
                if old is None:
                    continue
                if id(old) not in made:
                    new = torch.empty(old.shape, dtype=old.dtype)
                    is_weight = isinstance(old, nn.Parameter)
                    made[id(old)] = nn.Parameter(new, old.requires_grad) if is_weight else new
                kind[name] = made[id(old)]  # type: ignore[assignment]
