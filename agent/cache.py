"""Where Shopper keeps what it may always make again: models, browser profiles, scratch files."""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir(*parts: str) -> Path:
    """The cache folder, or a folder under it; it exists when this returns.

    ``SHOPPER_CACHE`` names it; otherwise it is ``~/.cache/shopper`` (``XDG_CACHE_HOME`` is
    followed). Everything in it may be deleted at any time and is then made again.

    Raises:
        OSError: it cannot be created (a read-only or full disk).
    """
    folder = cache_root().joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache_root() -> Path:
    """The cache folder's path, whether it exists or not."""
    named = os.environ.get("SHOPPER_CACHE")
    if named:
        return Path(named).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "shopper"
