"""The layers below those that are trained: what they make of a sequence, computed once and kept.

They never change, so later epochs need not compute them again. Knows models of the usual form
(embeddings, a list of layers, a norm, a head) and files, not what is trained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from trainer.errors import TrainError


class LowerLayers:
    """Layers 0 to `count` - 1 of a model, and a file of what they made of each sequence."""

    def __init__(self, model: nn.Module, count: int, folder: Path, lengths: Sequence[int]) -> None:
        """
        Raises:
            TrainError: the model is of another form, or the file cannot be made.
        """
        self._decoder = decoder_of(model)
        self._layers = self._decoder.layers
        self._count = count
        self._dtype = self._decoder.norm.weight.dtype
        self._starts = np.cumsum([0, *lengths])
        width = int(self._decoder.config.hidden_size)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._kept = _file(folder / "hidden.bin", np.float32, (int(self._starts[-1]), width))
            self._known = _file(folder / "known.bin", np.bool_, (len(lengths),))
        except OSError as error:
            raise TrainError(f"run.keep_lower: {folder} cannot be written: {error}") from error

    def hidden(self, row: int, ids: Tensor) -> Tensor:
        """What the layers make of sequence `row`, in the model's type, shape (tokens, width)."""
        part = slice(self._starts[row], self._starts[row + 1])
        if not self._known[row]:
            self._kept[part] = self._computed(ids).float().cpu().numpy()
            self._known[row] = True
        return torch.from_numpy(np.array(self._kept[part])).to(ids.device, self._dtype)

    @contextmanager
    def left_out(self) -> Iterator[None]:
        """Within, the model begins with the layer above these."""
        with self._with_layers(self._layers[self._count :]):
            yield

    @torch.no_grad()
    def _computed(self, ids: Tensor) -> Tensor:
        norm = self._decoder.norm
        self._decoder.norm = nn.Identity()
        try:
            with self._with_layers(self._layers[: self._count]):
                made: Tensor = self._decoder(input_ids=ids[None], use_cache=False)[0][0]
        finally:
            self._decoder.norm = norm
        return made

    @contextmanager
    def _with_layers(self, layers: Any) -> Iterator[None]:
        self._decoder.layers = layers
        try:
            yield
        finally:
            self._decoder.layers = self._layers


def decoder_of(model: nn.Module) -> Any:
    """The part of a causal language model that has the list of layers, adapters or not.

    Raises:
        TrainError: it has none of the usual form.
    """
    for module in model.modules():
        layers = getattr(module, "layers", None)
        if isinstance(layers, nn.ModuleList) and hasattr(module, "norm"):
            return module
    raise TrainError(f"run.keep_lower knows no layers in a {type(model).__name__}: set it to false")


def _file(path: Path, kind: type[np.generic], shape: tuple[int, ...]) -> Any:
    """A file as an array, made of zeros where there is none of this size."""
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    there = path.exists() and path.stat().st_size == size
    return np.memmap(path, dtype=kind, mode="r+" if there else "w+", shape=shape)
