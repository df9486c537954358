"""Writing a model that no process holds whole: weight after weight is gathered and written away.

Knows the layout of safetensors folders and sharded tensors, nothing of training.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.distributed.tensor import DTensor

MOST = 2_000_000_000
"""Bytes of a file, and so of the host's memory that writing takes."""


def write_weights(model: nn.Module, folder: Path, *, first: bool, most: int | None = None) -> None:
    """All weights in bfloat16, each once, as files that transformers reads. Every process must call
    it; the `first` one writes, in files of `most` bytes.

    Raises:
        OSError: it cannot be written; only then, and on all processes alike in what they exchange.
    """
    writer = _Writer(folder, most or MOST)
    for name, weight in model.named_parameters():
        whole = weight.detach()
        if isinstance(whole, DTensor):
            whole = whole.full_tensor()  # each process takes part in this
        if first:
            writer.add(name, whole)
    if first:
        writer.finish()


class _Writer:
    """Files of weights. What fails is kept until all have been gathered, so that nobody waits."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._waiting: dict[str, Tensor] = {}
        self._places: dict[str, int] = {}
        self._files = 0
        self._bytes = 0
        self._problem: Exception | None = None

    def add(self, name: str, weight: Tensor) -> None:
        half = weight.to("cpu", torch.bfloat16).contiguous()
        held = sum(w.nbytes for w in self._waiting.values())
        if self._waiting and held + half.nbytes > self._most:
            self._write()
        self._waiting[name] = half
        self._bytes += half.nbytes

    def finish(self) -> None:
        self._write()
        if self._problem is not None:
            raise OSError(str(self._problem)) from self._problem
        names = {i: f"model-{i + 1:05}-of-{self._files:05}.safetensors" for i in range(self._files)}
        if self._files == 1:
            names = {0: "model.safetensors"}
        for i, name in names.items():
            self._draft(i).rename(self._folder / name)
        if self._files > 1:
            index: dict[str, Any] = {
                "metadata": {"total_size": self._bytes},
                "weight_map": {name: names[i] for name, i in self._places.items()},
            }
            path = self._folder / "model.safetensors.index.json"
            path.write_text(json.dumps(index, indent=2) + "\n")

    def _write(self) -> None:
        try:
            if self._problem is None:
                save_file(self._waiting, self._draft(self._files), metadata={"format": "pt"})
        except Exception as error:  # safetensors has errors of its own
            self._problem = error
        self._places |= dict.fromkeys(self._waiting, self._files)
        self._waiting = {}
        self._files += 1

    def _draft(self, number: int) -> Path:
        return self._folder / f".part-{number}"
