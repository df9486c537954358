"""What the benchmark's tests share."""

from __future__ import annotations

from types import ModuleType

import pytest


@pytest.fixture
def sk() -> ModuleType:
    """scikit-learn's metrics, which take longer to load than all tests here to run."""
    from sklearn import metrics

    return metrics
