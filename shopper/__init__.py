"""Virtual customers that shop in a real browser: the public API and the command line."""

from __future__ import annotations

from shopper.own_packages import check_packages


def __getattr__(name: str) -> object:
    if not name.startswith("_"):
        check_packages()  # here and not above, so that the command line can say it in a sentence
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
