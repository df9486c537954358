"""Which language models are asked about a visit, and which are too small for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.policies.completers import LEAST_PARAMETERS, too_small
from tests.agent.models.test_size import write_weights


@pytest.mark.parametrize("spec", ["smollm2", "smollm2-plain", "smollm2-base"])
async def test_the_embedded_model_is_too_small(spec: str) -> None:
    assert await too_small(spec)


@pytest.mark.parametrize(
    "spec", ["anthropic:claude", "openai:m@http://localhost:1/v1", "synthetic", "my:Policy", "x"]
)
async def test_what_is_no_model_in_this_process_is_not(spec: str) -> None:
    assert not await too_small(spec)


@pytest.mark.parametrize(
    ("rows", "small"), [(LEAST_PARAMETERS - 1, True), (LEAST_PARAMETERS, False)]
)
async def test_a_model_of_ones_own_is_counted(tmp_path: Path, rows: int, small: bool) -> None:
    (tmp_path / "config.json").write_text("{}")
    write_weights(tmp_path / "model.safetensors", {"weight": [rows]})
    assert await too_small(str(tmp_path)) is small


async def test_a_folder_without_a_model_is_left_to_whoever_loads_it(tmp_path: Path) -> None:
    assert not await too_small(str(tmp_path))
