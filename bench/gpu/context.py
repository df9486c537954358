"""What a stage is told: where, with what, how long."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

MODELS = Path(__file__).parents[1] / "models"
"""A folder with a ``config.json`` for each model's shape."""


class Context(NamedTuple):
    """`seconds` are the stage's. `gguf` is SmolLM2's file, or the halves of it, in order."""

    out: Path
    seconds: float
    tiny: bool
    data: Path | None
    gguf: tuple[Path, ...]

    @classmethod
    def of(cls, chosen: argparse.Namespace) -> Context:
        return cls(
            out=Path(chosen.out),
            seconds=chosen.seconds,
            tiny=chosen.tiny,
            data=Path(chosen.data) if chosen.data else None,
            gguf=tuple(Path(part) for part in chosen.gguf),
        )
