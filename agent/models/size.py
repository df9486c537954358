"""How many parameters a model has, counted from the headers of its weight files. Loads none."""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path

EMBEDDED_PARAMETERS = 134_515_008
"""Of the model that Shopper comes with."""
_LONGEST_HEADER = 100_000_000


def parameters_in(folder: Path) -> int | None:
    """The parameters of a model in Hugging Face's layout, tied ones once; None where the folder
    holds no weights in safetensors that can be read."""
    counted: dict[str, int] = {}
    try:
        for file in sorted(folder.glob("*.safetensors")):
            counted |= _tensors(file)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error):
        return None
    return sum(counted.values()) or None


def _tensors(file: Path) -> dict[str, int]:
    """The number of values of each tensor in a file, by its name."""
    with file.open("rb") as data:
        (length,) = struct.unpack("<Q", data.read(8))
        if length > _LONGEST_HEADER:
            raise ValueError(f"{file} is not in safetensors")
        header = json.loads(data.read(length))
    return {
        name: math.prod(tensor["shape"])
        for name, tensor in header.items()
        if name != "__metadata__"
    }
