"""What does not fit together is refused before anything is trained, and each process draws for
itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch")
pytest.importorskip("peft")

from agent.models.trained import Trained, write_trained  # noqa: E402
from agent.prompts.prompt import PromptSettings  # noqa: E402
from tests.agent.prompts.families import FAMILIES  # noqa: E402
from tests.trainer.test_train import run_here, write_config  # noqa: E402
from tests.trainer.tiny import save_model, tiny_config  # noqa: E402
from trainer import sequences  # noqa: E402
from trainer.checks import check_positions, check_start  # noqa: E402
from trainer.config import read_config  # noqa: E402
from trainer.errors import TrainError  # noqa: E402
from trainer.job import prompt_settings  # noqa: E402
from trainer.model import prepare_model  # noqa: E402
from trainer.parallel import Processes, processes  # noqa: E402

TinyModel = Callable[[bool], Path]


@pytest.mark.parametrize("target", ["lm_head", "embed_tokens"])
@pytest.mark.parametrize("tied", [True, False])
def test_lora_on_weights_that_are_shared_is_refused(
    tmp_path: Path, target: str, tied: bool
) -> None:
    folder = save_model(tmp_path / "model", architecture="llama", tied=tied)
    config = tiny_config(tmp_path / "out", tuning__targets=("q_proj", target))
    with processes() as ours:
        if tied:
            with pytest.raises(TrainError, match=r"embeddings and output head .* the same weights"):
                prepare_model(config, folder, ours)
        else:
            prepare_model(config, folder, ours)


def test_an_adapter_of_another_model_is_not_gone_on_from(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    start = tmp_path / "start"
    start.mkdir()
    path = write_config(tmp_path, tiny_model(True), sessions_file, tuning__start=str(start))
    config = read_config(path)
    prompt = prompt_settings(config)

    def trained_on(base: str) -> None:
        write_trained(start, Trained(base=base, kind="adapter", prompt=prompt))

    trained_on("Qwen/Qwen2.5-7B-Instruct")
    with pytest.raises(TrainError, match=r"on top of Qwen/Qwen2.5-7B-Instruct, and model.base is"):
        check_start(config, prompt)
    trained_on(f"somebody/{tiny_model(True).name}")
    check_start(config, prompt)


def test_a_window_in_which_tokens_are_placed_anew_is_refused(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_model(True), folder)
    shape = json.loads((folder / "config.json").read_text())
    shape["rope_parameters"] = {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 10000.0}
    shape["max_position_embeddings"] = 512
    (folder / "config.json").write_text(json.dumps(shape))
    config = read_config(write_config(tmp_path, folder, sessions_file))
    with pytest.raises(TrainError, match=r"beyond 512 tokens .* set data.window to at most 512"):
        check_positions(config, folder)
    shorter = read_config(write_config(tmp_path, folder, sessions_file, data__window=512))
    check_positions(shorter, folder)


def test_processes_begin_alike_and_drop_out_apart(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", architecture="llama", tied=True)
    config = tiny_config(tmp_path / "out", tuning__dropout=0.5)
    drawn = []
    for rank in (0, 1):
        model = prepare_model(config, folder, Processes(rank, 1, torch.device("cpu")))
        weights = {n: p.detach().clone() for n, p in model.named_parameters() if "lora_A" in n}
        ids = torch.arange(20)[None]
        torch.nn.init.normal_(model.get_parameter(_some_b(model)), generator=_seeded())
        drawn.append((weights, model(ids).logits.detach()))
    assert all(torch.equal(drawn[0][0][name], drawn[1][0][name]) for name in drawn[0][0])
    assert not torch.equal(drawn[0][1], drawn[1][1])


def _some_b(model: Any) -> str:
    return next(name for name, _ in model.named_parameters() if "lora_B" in name)


def _seeded() -> Any:
    return torch.Generator().manual_seed(3)


def test_sequences_are_made_again_when_any_code_that_writes_them_changes() -> None:
    root = Path(__file__).parents[2]
    files = {str(f.relative_to(root)) for f in sequences.imported_files(sequences._MAKERS)}
    assert {
        "envs/actions.py",
        "envs/observation.py",
        "agent/sessions/session.py",
        "agent/sessions/html_tags.py",
        "agent/prompts/continuing.py",
        "agent/prompts/lines/answers.py",
        "agent/prompts/attention/fold.py",
    } <= files
    soft = {f.name for f in sequences.imported_files([sequences.targets])}
    assert {"synthetic.py", "soft_targets.py"} <= soft


@pytest.mark.slow
def test_a_chat_template_of_ones_own_goes_with_the_adapter(
    tmp_path: Path, tiny_model: TinyModel, sessions_file: Path
) -> None:
    from agent.models.hub import find_model
    from agent.policies.local.transformers.model import tokenizer_folder
    from agent.prompts.tokenizer import FastTokenizer

    folder = tmp_path / "model"
    shutil.copytree(tiny_model(True), folder)
    path = folder / "tokenizer_config.json"
    rewriting = "{% for m in messages %}{{ messages | length }}{{ m.content }}{% endfor %}"
    path.write_text(json.dumps({**json.loads(path.read_text()), "chat_template": rewriting}))
    plain = write_config(tmp_path, folder, sessions_file, run__max_steps=1)
    with pytest.raises(TrainError, match=r"name a file .* in model.chat_template"):
        run_here(plain)
    template = tmp_path / "own.jinja"
    template.write_text(FAMILIES["zephyr"].template.replace("eos_token", "'<|im_end|>'"))
    changes = {"model__chat_template": str(template), "run__max_steps": 1}
    adapter = run_here(write_config(tmp_path, folder, sessions_file, **changes))
    files = find_model(str(adapter))
    known = FastTokenizer.read(tokenizer_folder(files))
    assert known.chat.to_user == "\n<|user|>\n" and known.chat.stop == "<|im_end|>"
    assert files.trained is not None and isinstance(files.trained.prompt, PromptSettings)
