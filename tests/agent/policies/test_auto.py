"""``--policy auto`` takes what suits the machine, and says why; a named policy stays itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.models.facts import Gpu
from agent.models.ready import READY, cached_folder
from agent.policies.auto import AUTO, Surroundings, pick, resolved
from agent.policies.registry import DEFAULT, find
from agent.runs.card import decode_card
from tests.agent.models.test_size import write_weights

GPU = Gpu("Some GPU", 24e9)
SMALL_GPU = Gpu("Small GPU", 2e9)
LARGEST, SMALLEST = READY[0], READY[-1]
KEY = frozenset({"ANTHROPIC_API_KEY"})


@pytest.mark.parametrize(
    ("here", "policy", "why"),
    [
        (Surroundings(), DEFAULT, ("no ANTHROPIC_API_KEY", "no GPU")),
        (
            Surroundings(keys=KEY, gpu=GPU, cached=READY),
            "anthropic:",
            ("ANTHROPIC_API_KEY is set",),
        ),
        (Surroundings(gpu=GPU, cached=READY), LARGEST.hub_id, ("Some GPU", "cache")),
        (Surroundings(gpu=GPU, cached=(SMALLEST,)), SMALLEST.hub_id, ("Some GPU",)),
        (Surroundings(gpu=GPU), DEFAULT, ("Some GPU", "none of the ready models")),
        (Surroundings(gpu=SMALL_GPU, cached=(LARGEST,)), DEFAULT, ("none of the ready models",)),
        (Surroundings(gpu=SMALL_GPU, cached=READY), "Qwen/Qwen3-0.6B", ("Small GPU",)),
        (Surroundings(cached=READY), DEFAULT, ("no GPU",)),
        (
            Surroundings(keys=frozenset({"OPENAI_API_KEY"})),
            DEFAULT,
            ("OPENAI_API_KEY is set, but which model is not said",),
        ),
    ],
)
def test_what_is_there_decides(here: Surroundings, policy: str, why: tuple[str, ...]) -> None:
    picked = pick(here)
    assert picked.policy.startswith(policy)
    assert find(picked.policy) is not None
    assert [part for part in why if part not in picked.why] == []


def test_the_larger_model_comes_first() -> None:
    sizes = [one.parameters for one in READY]
    assert sizes == sorted(sizes, reverse=True)
    assert all(find(one.hub_id) for one in READY)


def test_a_named_policy_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolved("synthetic") == ("synthetic", "")
    one = object()
    assert resolved(one) == (one, "")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    policy, why = resolved(AUTO)
    assert isinstance(policy, str)
    assert policy.startswith("anthropic:")
    assert "secret" not in why


def test_an_empty_key_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "")
    policy, _ = resolved(AUTO)
    assert policy == DEFAULT or "/" in str(policy)


def test_a_model_is_cached_when_its_weights_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(hub, "HF_HUB_CACHE", str(tmp_path))
    assert cached_folder(SMALLEST.hub_id) is None
    root = tmp_path / f"models--{SMALLEST.hub_id.replace('/', '--')}"
    folder = root / "snapshots" / "abc"
    folder.mkdir(parents=True)
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text("abc")
    (folder / "config.json").write_text("{}")
    assert cached_folder(SMALLEST.hub_id) is None
    write_weights(folder / "model.safetensors", {"weight": [10]})
    assert cached_folder(SMALLEST.hub_id) == folder


@pytest.mark.browser
def test_a_run_says_what_it_took_and_keeps_it(tmp_path: Path) -> None:
    """With a key that no service takes, so that visits fail at once; nothing is sent elsewhere."""
    env = {**os.environ, "ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-m", "shopper", "run", "--policy", "auto", "--customers", "1",
         "--max-steps", "1", "--no-screenshots", "--out", str(tmp_path / "run")],
        capture_output=True, text=True, env=env, timeout=240,
    )  # fmt: skip
    assert "policy: anthropic:" in done.stderr
    assert "(auto: ANTHROPIC_API_KEY is set)" in done.stderr
    card = decode_card((tmp_path / "run" / "run.json").read_bytes())
    assert card.policy.startswith("anthropic:")
    assert card.arguments["policy_auto"] == "ANTHROPIC_API_KEY is set"
    assert "policy_auto" in json.loads((tmp_path / "run" / "run.json").read_bytes())["arguments"]
