"""What a user can get wrong, through the command line: one sentence, an exit code, nothing lost."""

from __future__ import annotations

import io
import json
import resource
import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import msgspec
import psutil
import pytest

pytest.importorskip("torch")


from agent.sessions.session import encode
from shopper.cli import main
from tests.trainer.conftest import a_session
from tests.trainer.test_train import write_config
from tests.trainer.tiny import make_trainer, run_all, save_model, save_sequences, tiny_config
from trainer.errors import TrainError
from trainer.parallel import processes

TinyModel = Callable[[bool], Path]


class Result(NamedTuple):
    exit_code: int
    output: str


def train(config: Path) -> Result:
    """``shopper train CONFIG`` in this process, without its start-up."""
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(said), pytest.raises(SystemExit) as ended:
        main(["train", str(config)])
    return Result(int(ended.value.code or 0), said.getvalue())


def told(result: Result) -> str:
    return " ".join(result.output.split())


def copy_without(model: Path, folder: Path, *fields: str) -> Path:
    """The model with `fields` taken out of its tokenizer's configuration."""
    shutil.copytree(model, folder)
    path = folder / "tokenizer_config.json"
    kept = {k: v for k, v in json.loads(path.read_text()).items() if k not in fields}
    path.write_text(json.dumps(kept))
    return folder


def test_a_typo_names_the_nearest_field(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    result = train(write_config(tmp_path, tiny_model(True), sessions_file, run__epoch=1))
    assert result.exit_code == 2
    assert "did you mean `epochs`?" in told(result)


def test_a_page_longer_than_the_window_is_trimmed_and_counted(
    tmp_path: Path, tiny_model: TinyModel
) -> None:
    data = tmp_path / "long.jsonl"
    data.write_bytes(b"".join(encode(a_session(n, pages=400)) + b"\n" for n in range(2)))
    config = write_config(tmp_path, tiny_model(True), data, run__max_steps=1)
    result = train(config)
    assert result.exit_code == 0, told(result)
    card = json.loads((tmp_path / "out" / "adapter" / "run_card.json").read_text())
    assert card["data"]["longest"] <= 1024
    assert "steps masked because their target did not fit" in told(result)


def test_a_window_that_holds_no_page_is_refused(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    result = train(write_config(tmp_path, tiny_model(True), sessions_file, data__window=300))
    assert result.exit_code == 1
    assert "data.window = 300" in told(result) and "use a larger window" in told(result)


def test_nothing_to_learn_from(tmp_path: Path, tiny_model: TinyModel) -> None:
    data = tmp_path / "empty.jsonl"
    session = msgspec.structs.replace(a_session(0), steps=())
    data.write_bytes(encode(session) + b"\n")
    result = train(write_config(tmp_path, tiny_model(True), data))
    assert result.exit_code == 2
    assert "nothing to learn from" in told(result)


def test_a_data_set_that_is_not_there(tmp_path: Path, tiny_model: TinyModel) -> None:
    result = train(write_config(tmp_path, tiny_model(True), tmp_path / "nowhere.jsonl"))
    assert result.exit_code == 2
    assert "nowhere.jsonl" in told(result)


def test_a_share_of_one_is_refused_where_it_divides_by_what_is_left(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    changes = {"optimizer__beta2": 1.0}
    result = train(write_config(tmp_path, tiny_model(True), sessions_file, **changes))
    assert result.exit_code == 2
    assert "$.optimizer.beta2" in told(result)


def test_drawn_weights_are_not_called_four_bits(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    changes = {"model__random_weights": True, "tuning__method": "qlora"}
    result = train(write_config(tmp_path, tiny_model(True), sessions_file, **changes))
    assert result.exit_code == 1
    assert "model.random_weights" in told(result)


def test_a_window_beyond_the_models_positions_is_said_and_acted_with(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    changes = {"data__window": 4096, "tuning__method": "full", "run__max_steps": 1}
    result = train(write_config(tmp_path, tiny_model(True), sessions_file, **changes))
    assert result.exit_code == 0, told(result)
    assert "data.window = 4,096 goes beyond the 2,048 positions" in told(result)
    config = json.loads((tmp_path / "out" / "model" / "config.json").read_text())
    assert config["max_position_embeddings"] == 4096


def test_a_model_without_a_chat_template(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    bare = copy_without(tiny_model(True), tmp_path / "bare", "chat_template")
    result = train(write_config(tmp_path, bare, sessions_file))
    assert result.exit_code == 1
    assert "has no chat template; take an instruction-tuned model" in told(result)


def test_a_tokenizer_without_a_pad_token_trains(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    bare = copy_without(tiny_model(True), tmp_path / "bare", "pad_token")
    result = train(write_config(tmp_path, bare, sessions_file, run__max_steps=1))
    assert result.exit_code == 0, told(result)


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        (["q_proj", "v_porj"], ("'v_porj' matches nothing", "v_proj")),
        (["input_layernorm"], ("input_layernorm", "not supported")),
    ],
    ids=["match nothing", "cannot have any"],
)
def test_wrong_lora_targets(
    tmp_path: Path,
    tiny_model: TinyModel,
    sessions_file: Path,
    targets: list[str],
    said: tuple[str, str],
) -> None:
    config = write_config(tmp_path, tiny_model(True), sessions_file, tuning__targets=targets)
    result = train(config)
    assert result.exit_code == 1
    assert all(words in told(result) for words in said), told(result)


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_checkpoint(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    changes = {"optimizer__learning_rate": 1e30, "run__epochs": 4, "run__save_every": 1}
    result = train(write_config(tmp_path, tiny_model(True), sessions_file, **changes))
    assert result.exit_code == 1
    kept = sorted((tmp_path / "out" / "checkpoints").glob("step-*"))
    assert kept and f"{kept[-1].name}." in told(result).replace(" ", "")
    assert "sequences [" in told(result) and "optimizer.learning_rate" in told(result)


@pytest.mark.skipif(sys.platform != "linux", reason="limits a process's memory as Linux does")
def test_out_of_memory_says_which_setting_to_change(tmp_path: Path) -> None:
    """The real allocator, with 64 MB left for a matrix of 288; a GPU's error goes the same way."""
    folder = save_model(tmp_path / "model", architecture="llama", tied=True)
    data = save_sequences(tmp_path / "data", (6000, 10))
    config = tiny_config(tmp_path / "out", model__attention="eager")
    with processes() as ours:
        trainer = make_trainer(config, folder, data, ours)
        before = resource.getrlimit(resource.RLIMIT_AS)
        room = psutil.Process().memory_info().vms + 2**26
        resource.setrlimit(resource.RLIMIT_AS, (room, before[1]))
        try:
            with pytest.raises(TrainError) as caught:
                run_all(trainer)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)
    assert "memory while learning at step 1 (longest sequence 6000 tokens)" in str(caught.value)
    assert 'run.gradient_checkpointing = "on"' in str(caught.value)
