"""What a run is said to take is what it takes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch")
transformers: Any = pytest.importorskip("transformers")

from shopper.cli import main  # noqa: E402
from tests.trainer.test_train import write_config  # noqa: E402
from tests.trainer.tiny import tiny_config  # noqa: E402
from trainer.live_memory import activation_bytes  # noqa: E402
from trainer.plan import Plan, plan, what_helps  # noqa: E402

REPOSITORY = Path(__file__).parents[2]
QWEN_7B = {
    "vocab_size": 152064,
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "num_hidden_layers": 28,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
    "max_position_embeddings": 32768,
}


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.skipif(
    sys.platform != "linux", reason="measures resident memory with glibc's settings"
)
@pytest.mark.parametrize("method", ["lora", "lora-recomputed", "full", "full-8-bit"])
def test_memory_is_within_15_per_cent_of_what_is_measured(tmp_path: Path, method: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.trainer.measured_memory", method, str(tmp_path)],
        cwd=REPOSITORY,
        env={**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["planned"] == pytest.approx(found["measured"], rel=0.15), found


def seven_billion(tmp_path: Path, processes: int = 1, **changes: object) -> Plan:
    config = tiny_config(
        tmp_path, model__dtype="bfloat16", data__window=40960, tuning__method="full", **changes
    )
    shape = transformers.Qwen2Config(**QWEN_7B)
    return plan(config, shape, [4096] * 8, 8 * 200, 4, processes)


@pytest.mark.slow
def test_weights_and_states_of_a_model_that_nobody_could_load_here(tmp_path: Path) -> None:
    """7.6 billion numbers: float32 weights and gradients, and eight bytes of states."""
    found = seven_billion(tmp_path)
    assert found.parameters == found.trained == 7_615_616_512
    assert found.memory.weights == found.memory.gradients == 4 * found.parameters
    assert found.memory.optimizer == 8 * found.parameters
    eight = seven_billion(tmp_path, processes=8, optimizer__kind="adamw8bit")
    assert eight.memory.weights == pytest.approx(found.memory.weights / 8, rel=1e-6)
    assert eight.memory.optimizer == pytest.approx(found.memory.optimizer / 8 / 3.94, rel=0.01)
    config = tiny_config(tmp_path, tuning__method="full")
    assert what_helps(config, found, 1e12) == ()
    told = " or ".join(what_helps(config, found, 80e9))
    assert "adamw8bit" in told and 'tuning.method = "lora"' in told


@pytest.mark.slow
def test_recomputing_and_fewer_trained_layers_keep_less(tmp_path: Path) -> None:
    shape = transformers.LlamaConfig(
        vocab_size=512, hidden_size=64, intermediate_size=128, num_hidden_layers=12,
        num_attention_heads=2, num_key_value_heads=1,
    )  # fmt: skip

    def held(**changes: object) -> int:
        return activation_bytes(shape, tiny_config(tmp_path, **changes), 1024, 50)

    all_of_it = held()
    assert held(run__gradient_checkpointing="on") < all_of_it / 3
    assert all_of_it / 3 < held(tuning__from_layer=6) < all_of_it * 0.6


@pytest.mark.slow
def test_the_command_says_it_and_trains_nothing(
    tmp_path: Path, tiny_model: Callable[[bool], Path], sessions_file: Path
) -> None:
    config = write_config(tmp_path, tiny_model(True), sessions_file)
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(said), pytest.raises(SystemExit) as ended:
        main(["train", str(config), "--plan"])
    assert not ended.value.code, said.getvalue()
    told = " ".join(said.getvalue().split())
    assert "6 steps" in told and "activations" in told and "NVIDIA H200, at 40 % MFU" in told
    assert not (tmp_path / "out").exists()
