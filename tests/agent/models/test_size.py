"""Parameters are counted from the headers of weight files, without loading them."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from agent.models.size import parameters_in


def write_weights(file: Path, shapes: dict[str, list[int]]) -> None:
    """A file in safetensors whose values are left out: nobody shall read them."""
    tensors = {
        name: {"dtype": "BF16", "shape": shape, "data_offsets": [0, 0]}
        for name, shape in shapes.items()
    }
    header = json.dumps({"__metadata__": {"format": "pt"}, **tensors}).encode()
    file.write_bytes(struct.pack("<Q", len(header)) + header)


def test_the_values_of_all_files_are_counted(tmp_path: Path) -> None:
    write_weights(tmp_path / "model-00001-of-00002.safetensors", {"a": [1000, 20], "b": [7]})
    write_weights(tmp_path / "model-00002-of-00002.safetensors", {"c": [3, 2, 2], "scale": []})
    assert parameters_in(tmp_path) == 20_000 + 7 + 12 + 1


def test_what_cannot_be_read_is_not_counted(tmp_path: Path) -> None:
    assert parameters_in(tmp_path) is None
    assert parameters_in(tmp_path / "none") is None
    for data in (b"", b"abc", struct.pack("<Q", 10**12), struct.pack("<Q", 2) + b"[]"):
        (tmp_path / "model.safetensors").write_bytes(data)
        assert parameters_in(tmp_path) is None
