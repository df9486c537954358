"""The configuration is strict and helps with typos."""

from pathlib import Path

import pytest

from agent.models.ready import READY, ReadyModel
from trainer.config import read_config
from trainer.errors import ConfigError

CONFIGS = Path(__file__).parents[2] / "configs"
LEAST = '[data]\ntrain = "x.jsonl"\n[run]\nout = "o"\n'


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda p: p.stem)
def test_the_ready_configurations_are_valid(path: Path) -> None:
    assert read_config(path).run.out


@pytest.mark.parametrize("model", READY, ids=lambda model: model.hub_id)
def test_a_ready_model_is_trained_by_the_recipe_of_the_embedded_one(model: ReadyModel) -> None:
    """All layers on a GPU, else alike; what was not tried says so."""
    ours = read_config(CONFIGS / "embedded-lines.toml")
    (path,) = [p for p in CONFIGS.glob("*-lines.toml") if read_config(p).model.base == model.hub_id]
    config = read_config(path)
    for field in ("page", "answer", "soft", "action_weight", "reasoning", "train"):
        assert getattr(config.data, field) == getattr(ours.data, field)
    assert config.tuning.from_layer is None
    assert config.run.max_seconds is None
    assert config.model.dtype == "bfloat16"
    assert "Not tried" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LEAST + "epoch = 2\n", "did you mean `epochs`?"),
        (LEAST + "[optimiser]\n", "did you mean `optimizer`?"),
        (LEAST + "[optimizer]\nlearning_rates = 1\n", "did you mean `learning_rate`?"),
        (LEAST + "[tuning]\nmethod = 'Lora'\n", "$.tuning.method"),
        (LEAST + "batch = 0\n", "$.run.batch"),
        ("[run]\nout = 'o'\n", "`data`"),
        ("[data\n", "not TOML"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        read_config(tmp_path / "none.toml")
