"""What can go wrong with the shop as a whole. A customer's mistakes are not errors but pages."""

from __future__ import annotations

from envs.errors import EnvError


class ShopError(EnvError):
    """The shop could not be started or reached. The message says why and what to do."""
