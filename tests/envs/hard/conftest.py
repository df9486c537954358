"""The hard pages share one window with each other, as the pages of the observer's tests do."""

from __future__ import annotations

from tests.envs.page.conftest import glance

__all__ = ["glance"]
