"""Loading a model that no process can hold whole: each reads its part of every weight.

The model is made without memory, sharded, and then filled from the files, slice by slice. Knows the
layout of safetensors folders and sharded tensors, nothing of training.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import safe_open
from torch import Tensor, nn
from torch.distributed.tensor import DTensor
from torch.distributed.tensor._utils import compute_local_shape_and_global_offset

from trainer.errors import TrainError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_INDEX = "model.safetensors.index.json"
_ONE = "model.safetensors"


def empty_model(folder: Path, settings: dict[str, Any]) -> PreTrainedModel:
    """The model of `folder`, with buffers, and weights that take no memory.

    Raises:
        TrainError: its configuration cannot be read.
    """
    import transformers

    accelerate: Any = import_module("accelerate")
    auto: Any = transformers.AutoModelForCausalLM
    try:
        shape = transformers.AutoConfig.from_pretrained(folder)
        with accelerate.init_empty_weights(include_buffers=False):
            model: PreTrainedModel = auto.from_config(shape, **settings)
    except (OSError, ValueError) as error:
        raise TrainError(f"cannot load the model {folder}: {error}") from error
    tie: Any = model.tie_weights
    tie()
    return model


@contextmanager
def adapters_in_memory() -> Iterator[None]:
    """Within, peft adds matrices to a model without memory; afterwards they have the values that
    they were drawn with. peft itself puts them where the model's weights are, which is nowhere."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    owner: Any = BaseTunerLayer
    move = owner._move_adapter_to_device_of_base_layer
    drawn: list[tuple[nn.Module, dict[str, Tensor]]] = []

    def remember(layer: Any, adapter: str, *_: Any, **__: Any) -> None:
        kind = layer.get_base_layer().weight.dtype  # which peft gives them
        for name in layer.adapter_layer_names:
            parts = getattr(layer, name)
            if adapter in parts and isinstance(parts[adapter], nn.Module):
                values = {n: p.detach().to(kind) for n, p in parts[adapter].named_parameters()}
                drawn.append((parts[adapter], values))

    owner._move_adapter_to_device_of_base_layer = remember
    try:
        yield
    finally:
        owner._move_adapter_to_device_of_base_layer = move
    for module, values in drawn:
        for name, value in values.items():
            trained = module.get_parameter(name).requires_grad
            module.register_parameter(name, nn.Parameter(value.float(), trained))


def can_be_filled(model: nn.Module, folder: Path) -> bool:
    """Whether each weight stands in the files of `folder` under its own name and in its shape; some
    models keep theirs in another form."""
    files = _files(folder)
    names = {_on_disk(name): weight for name, weight in model.named_parameters()}
    if not names.keys() <= files.keys():
        return False
    with _opened(folder, files) as opened:
        return all(
            tuple(opened(name).get_shape()) == tuple(weight.shape) for name, weight in names.items()
        )


def fill(model: nn.Module, folder: Path, device: torch.device) -> None:
    """Give a sharded model its memory on `device`, and its weights from the files; what had memory
    before (buffers, LoRA matrices) keeps its values.

    Raises:
        TrainError: a file cannot be read.
    """
    kept = {name: value.clone() for name, value in _all(model) if value.device.type != "meta"}
    model.to_empty(device=device)
    files = _files(folder)
    try:
        with torch.no_grad(), _opened(folder, files) as opened:
            for name, value in _all(model):
                if name in kept:
                    value.copy_(kept.pop(name))
                else:
                    _read(value, opened(_on_disk(name)))
    except (OSError, ValueError, RuntimeError) as error:
        raise TrainError(f"cannot load the model {folder}: {error}") from error


def _all(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    yield from model.named_parameters()
    yield from model.named_buffers()


def _read(value: Tensor, source: Any) -> None:
    """This process's part of a weight, which is a slice of its rows."""
    if not isinstance(value, DTensor):
        value.copy_(source[:])
        return
    local, (start, *_) = compute_local_shape_and_global_offset(
        value.shape, value.device_mesh, value.placements
    )
    if local[0]:
        value.to_local()[: local[0]].copy_(source[start : start + local[0]])


def _on_disk(name: str) -> str:
    """A weight's name in the files, from the one that it has under LoRA."""
    return name.removeprefix("base_model.model.").replace(".base_layer.", ".")


def _files(folder: Path) -> dict[str, str]:
    """The file of each weight."""
    try:
        if (folder / _INDEX).exists():
            index: dict[str, str] = json.loads((folder / _INDEX).read_bytes())["weight_map"]
            return index
        with safe_open(folder / _ONE, framework="pt") as opened:
            return dict.fromkeys(opened.keys(), _ONE)
    except (OSError, ValueError, KeyError, RuntimeError):
        return {}


@contextmanager
def _opened(folder: Path, files: dict[str, str]) -> Iterator[Any]:
    """Slices of weights by name, read where they are asked. One file is open at a time: neighbours
    stand in the same."""
    with ExitStack() as stack:
        opened: dict[str, Any] = {}

        def weight(name: str) -> Any:
            file = files[name]
            if file not in opened:
                opened.clear()
                stack.close()
                opened[file] = stack.enter_context(safe_open(folder / file, framework="pt"))
            return opened[file].get_slice(name)

        yield weight
