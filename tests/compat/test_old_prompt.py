"""The model sees of an old session what it saw then: its answers were learned on that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.compat.expected import BENCHES, unpack
from tests.compat.facts import Shopper


@pytest.mark.model
@pytest.mark.long
@pytest.mark.timeout(300)
def test_prompts_are_as_long_as_they_were(
    shopper_process: Shopper, files: Path, tmp_path: Path
) -> None:
    """Token for token as many, where it thinks the same: the thought is part of what it reads, and
    may differ between processors."""
    unpack(files / "benchmarks.zip", tmp_path)
    words = [word for word in BENCHES["bench-smollm2"] if word != "--resume"]
    words[words.index("--limit") + 1] = "1"
    shopper_process("bench", *words, "--out", "again")
    old, new = (
        [json.loads(line) for line in (tmp_path / bench / "predictions.jsonl").open()]
        for bench in ("bench-smollm2", "again")
    )
    begun = {(row["session_id"], row["step"]): row for row in old}
    alike = 0
    for row in new:
        before = begun[row["session_id"], row["step"]]
        assert row["key"] == before["key"]
        if row["reasoning"] == before["reasoning"]:
            assert row["tokens"]["prompt"] == before["tokens"]["prompt"]
            alike += 1
    assert alike >= len(new) / 2
    settings = [json.loads((tmp_path / bench / "bench.json").read_text("utf-8"))["settings"]
                for bench in ("bench-smollm2", "again")]  # fmt: skip
    assert settings[1].items() >= settings[0].items()
