"""Folders that are made for a result, and go again when none comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def missing_folders(path: Path) -> list[Path]:
    """`path` and the folders it lies in that are not there yet, the innermost first."""
    return [folder for folder in (path, *path.parents) if not folder.exists()]


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders up to the first that is not empty, is gone or may not be removed."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
