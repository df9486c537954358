"""The configuration is strict and helps with typos."""

from pathlib import Path

import pytest

from trainer.config import read_config
from trainer.errors import ConfigError

CONFIGS = Path(__file__).parents[2] / "configs"
LEAST = '[data]\ntrain = "x.jsonl"\n[run]\nout = "o"\n'


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda p: p.stem)
def test_the_ready_configurations_are_valid(path: Path) -> None:
    assert read_config(path).run.out


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
