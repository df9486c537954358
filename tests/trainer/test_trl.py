"""TRL's SFTTrainer is the oracle: the same batches give the same losses, step after step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
trl = pytest.importorskip("trl")

import transformers  # noqa: E402
from datasets import Dataset, disable_progress_bars  # noqa: E402

from agent.models import fetch_embedded  # noqa: E402
from agent.models.huggingface import huggingface_folder  # noqa: E402
from tests.trainer.tiny import (  # noqa: E402
    make_trainer,
    run_all,
    save_model,
    save_sequences,
    tiny_config,
)
from trainer.parallel import processes  # noqa: E402
from trainer.sequence_files import Sequences  # noqa: E402

LENGTHS = (40, 19, 31, 24, 17, 60, 15, 33)


@pytest.mark.timeout(200)
@pytest.mark.parametrize(("architecture", "tied"), [("llama", True), ("qwen2", False)])
def test_same_losses_as_trl(tmp_path: Path, architecture: str, tied: bool) -> None:
    folder = save_model(tmp_path / "model", architecture=architecture, tied=tied)
    data = save_sequences(tmp_path / "data", LENGTHS)
    config = tiny_config(
        tmp_path / "out", tuning__method="full", run__batch=2, run__epochs=1, optimizer__clip=0.0
    )
    with processes() as ours:
        trainer = make_trainer(config, folder, data, ours)
        order = [row for batch in trainer._remaining() for row in batch.sequences]
        found = [step.loss for step in run_all(trainer)]
    assert len(found) == 4
    assert found == pytest.approx(trl_losses(folder, data, order, tmp_path), abs=2e-5)


def trl_losses(folder: Path, data: Sequences, order: list[int], scratch: Path) -> list[float]:
    """The losses of SFTTrainer on the rows in `order`, two to a step, one after the other."""
    disable_progress_bars()
    tokenizer = huggingface_folder(fetch_embedded())
    arguments = trl.SFTConfig(
        output_dir=str(scratch / "trl"),
        num_train_epochs=1,
        per_device_train_batch_size=1,
        gradient_accumulation_steps=2,
        gradient_checkpointing=False,
        max_length=None,
        bf16=False,
        learning_rate=0.01,
        lr_scheduler_type="constant",
        weight_decay=0.0,
        max_grad_norm=0.0,
        adam_beta2=0.999,
        logging_steps=1,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
        train_sampling_strategy="sequential",
        dataloader_pin_memory=False,
    )
    trainer: Any = trl.SFTTrainer(
        model=transformers.AutoModelForCausalLM.from_pretrained(folder),
        args=arguments,
        train_dataset=Dataset.from_list([labelled(*data[row]) for row in order]),
        processing_class=transformers.AutoTokenizer.from_pretrained(tokenizer),
    )
    trainer.train()
    return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


def labelled(ids: Any, mask: Any) -> dict[str, list[int]]:
    labels = [int(i) if learned else -100 for i, learned in zip(ids, mask, strict=True)]
    return {"input_ids": ids.tolist(), "labels": labels}
