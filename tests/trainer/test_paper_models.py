"""Every model of the paper's table starts with `configs/paper.toml`: its architecture, small and of
drawn weights, with a template of its family."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("torch")

from agent.prompts.prompt import PromptSettings
from agent.sessions.session import encode
from bench.gpu.context import MODELS
from bench.gpu.speed import shape
from tests.agent.prompts.families import tokenizer
from tests.trainer.conftest import a_session
from tests.trainer.test_export import Silent
from trainer.config import TrainConfig, read_config
from trainer.job import prompt_settings, train
from trainer.parallel import processes

ROOT = Path(__file__).parents[2]
PAPER = ROOT / "configs" / "paper.toml"
FAMILY = {
    "qwen2.5-1.5b": "chatml",
    "qwen2.5-3b": "chatml",
    "qwen2.5-7b": "chatml",
    "mistral-7b-v0.3": "mistral v3",
    "llama-3.2-1b": "llama-3",
    "llama-3.2-3b": "llama-3",
}


def small(config: TrainConfig, folder: Path, data: Path, out: Path) -> TrainConfig:
    """The same run on a machine without a GPU: a shorter window, one step of four sessions."""
    replace = msgspec.structs.replace
    return replace(
        config,
        model=replace(config.model, base=str(folder), random_weights=True, dtype="float32"),
        data=replace(config.data, train=str(data), validation=None, window=1536),
        run=replace(config.run, out=str(out), batch=4, max_steps=2, save_every=1),
    )


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("model", FAMILY)
def test_it_starts_and_learns_one_sequence_a_session(tmp_path: Path, model: str) -> None:
    assert (MODELS / model / "config.json").exists()
    folder = shape(model, tmp_path, tiny=True)
    size = tokenizer(FAMILY[model], folder).size
    found = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**found, "vocab_size": size}))
    data = tmp_path / "sessions.jsonl"
    data.write_bytes(b"".join(encode(a_session(n)) + b"\n" for n in range(6)))
    config = small(read_config(PAPER), folder, data, tmp_path / "out")
    watch = Silent()
    with processes() as ours:
        out = train(config, ours, watch, resume=False)
    assert len(watch.trainer.train) == 6, "one sequence a session"
    assert watch.trainer.done == 2 and (out / "model.safetensors").exists()
    assert json.loads((out / "run_card.json").read_text())["final_loss"] > 0


def test_the_papers_protocol_is_what_is_configured() -> None:
    config = read_config(PAPER)
    shown: PromptSettings = prompt_settings(config)
    assert (config.data.windows, config.data.window, config.run.batch) == ("one", 40960, 64)
    assert (shown.reasoning, shown.persona, shown.intent, shown.page) == (
        True,
        False,
        False,
        "html",
    )
    assert (config.tuning.method, config.optimizer.learning_rate) == ("full", 2e-5)
    assert "# ours" in PAPER.read_text()
