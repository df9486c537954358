"""Names that stand for people and do not say who they are."""

from __future__ import annotations

import hashlib


def pseudonym(told: object) -> str:
    """A name for whoever the source calls `told`: the same for the same, and not to be read back
    from it alone. Who holds the source and guesses can still find a person by trying."""
    return "user-" + hashlib.sha256(f"shopper:{told}".encode()).hexdigest()[:12]
