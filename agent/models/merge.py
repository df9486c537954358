"""A LoRA adapter merged into the embedded model's matrices.

OpenVINO GenAI does not find the places of an adapter in a model that it built from a GGUF file,
so the product of the two small matrices is added to the weights before they are converted. Knows
the file formats of peft and of llama.cpp, not how an adapter comes about.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from agent.models.embedded import ModelError

Matrix = NDArray[np.float32]

GGUF_MODULES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
"""What GGUF calls the matrices of a layer, by their names in transformers."""
_KEY = re.compile(r"base_model\.model\.model\.layers\.(\d+)\.(\w+\.\w+)\.lora_([AB])\.weight")


class Adapter(msgspec.Struct, frozen=True):
    """A LoRA adapter: pairs (A, B) by the GGUF name of the matrix they change.

    A has shape (rank, inputs), B (outputs, rank); ``scale * B @ A`` is added. `digest` tells
    adapters apart.
    """

    pairs: dict[str, tuple[Matrix, Matrix]]
    scale: float
    digest: str

    def merge(self, name: str, weights: Matrix, heads: dict[str, int]) -> Matrix:
        """The matrix called `name` with the adapter's change, if it has one.

        `heads` gives the number of heads of ``attn_q`` and ``attn_k``, whose rows llama.cpp keeps
        in another order than transformers.
        """
        pair = self.pairs.get(name)
        if pair is None:
            return weights
        a, b = pair
        change = self.scale * (b @ a)
        count = heads.get(name.split(".")[-2])
        return weights + (change if count is None else llama_cpp_rows(change, count))


def llama_cpp_rows(weights: Matrix, heads: int) -> Matrix:
    """Rows of a rotary projection from transformers' order, halves of a head one after the other,
    to llama.cpp's, pairs side by side. Shape (heads * width, inputs) stays."""
    rows, inputs = weights.shape
    halves = weights.reshape(heads, 2, rows // heads // 2, inputs)
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(rows, inputs))


def read_adapter(folder: Path) -> Adapter:
    """The adapter in a peft folder.

    Raises:
        ModelError: a file is missing or damaged, or it changes what cannot be merged.
    """
    try:
        config = json.loads((folder / "adapter_config.json").read_bytes())
        file = folder / "adapter_model.safetensors"
        data = file.read_bytes()
        tensors = load_file(file)
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"{folder} is not a whole adapter: {error}") from error
    halves: dict[str, dict[str, Matrix]] = {}
    for key, tensor in tensors.items():
        match = _KEY.fullmatch(key)
        if match is None or match.group(2) not in GGUF_MODULES:
            raise ModelError(f"{file} changes {key}, which the embedded model has no place for")
        name = f"blk.{match.group(1)}.{GGUF_MODULES[match.group(2)]}.weight"
        halves.setdefault(name, {})[match.group(3)] = tensor.astype(np.float32)
    return Adapter(
        pairs={name: (pair["A"], pair["B"]) for name, pair in halves.items()},
        scale=config["lora_alpha"] / config["r"],
        digest=hashlib.blake2b(data, digest_size=6).hexdigest(),
    )
