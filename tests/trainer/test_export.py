"""What training leaves is what `--policy PATH` loads: the same weights, shown the same prompt."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("peft")

from safetensors.torch import load_file  # noqa: E402

from agent.policies import Options, load  # noqa: E402
from agent.policies.local.lm_policy import LanguagePolicy  # noqa: E402
from agent.policies.local.transformers.engine import TransformersEngine  # noqa: E402
from tests.agent.runs.sessions import HOME, session_of  # noqa: E402
from tests.trainer.test_train import write_config  # noqa: E402
from trainer.config import TrainConfig, read_config  # noqa: E402
from trainer.job import Watch, train  # noqa: E402
from trainer.parallel import processes  # noqa: E402
from trainer.train import Trainer, TrainingProgress  # noqa: E402

IDS = torch.arange(100, 160)[None]


class Silent(Watch):
    """Keeps the trainer, so that its model can be asked after the run."""

    trainer: Trainer

    def say(self, text: str) -> None: ...

    def tokenized(self, sessions: int) -> None: ...

    def ready(self, trainer: Trainer, trained: int) -> None:
        self.trainer = trainer

    def step(self, progress: TrainingProgress) -> None: ...


def trained(config: TrainConfig) -> tuple[Path, torch.Tensor]:
    """The folder that training left, and what the model answered when it ended."""
    watch = Silent()
    with processes() as ours:
        folder = train(config, ours, watch, resume=False)
    watch.trainer.model.eval()
    with torch.inference_mode():
        logits: torch.Tensor = watch.trainer.model(IDS).logits
    return folder, logits


@pytest.mark.parametrize("method", ["lora", "full"])
async def test_the_exported_policy_is_the_trained_one(
    tmp_path: Path, tiny_model: Callable[[bool], Path], sessions_file: Path, method: str
) -> None:
    path = write_config(
        tmp_path,
        tiny_model(True),
        sessions_file,
        tuning__method=method,
        data__reasoning=False,
        data__persona=False,
    )
    folder, wanted = trained(read_config(path))
    policy = await load(str(folder), Options(greedy=True, device="cpu"))
    assert isinstance(policy, LanguagePolicy)
    assert (policy.options.prompt.reasoning, policy.options.prompt.persona) == (False, False)
    assert policy.options.prompt.window == 1024
    assert isinstance(policy.engine, TransformersEngine)
    with torch.inference_mode():
        found = policy.engine.model._model(IDS).logits
    untouched = await load(str(tiny_model(True)), Options(device="cpu"))
    assert isinstance(untouched, LanguagePolicy)
    assert isinstance(untouched.engine, TransformersEngine)
    with torch.inference_mode():
        before = untouched.engine.model._model(IDS).logits
    moved = float((wanted - before).abs().max())
    assert moved > 0.1, "training changed nothing, so nothing is shown"
    assert float((found - wanted).abs().max()) < 0.02 * moved, "half precision, no more"
    decision = await policy.decide(session_of([]), HOME)
    assert decision.action is not None
    assert HOME.illegal(decision.action) is None
    await policy.close()
    await untouched.close()


def test_a_full_model_describes_what_was_written(
    tmp_path: Path, tiny_model: Callable[[bool], Path], sessions_file: Path
) -> None:
    """Half precision, and shared weights once."""
    path = write_config(tmp_path, tiny_model(True), sessions_file, tuning__method="full")
    folder, _ = trained(read_config(path))
    assert json.loads((folder / "config.json").read_text())["dtype"] == "bfloat16"
    weights = load_file(folder / "model.safetensors")
    assert {weight.dtype for weight in weights.values()} == {torch.bfloat16}
    assert "model.embed_tokens.weight" in weights and "lm_head.weight" not in weights


def test_an_adapter_names_its_base_as_the_configuration_does(
    tmp_path: Path, tiny_model: Callable[[bool], Path], sessions_file: Path
) -> None:
    base = tiny_model(True)
    folder, _ = trained(read_config(write_config(tmp_path, base, sessions_file)))
    written = json.loads((folder / "adapter_config.json").read_text())
    assert written["base_model_name_or_path"] == str(base)
