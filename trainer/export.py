"""The trained policy as others load it: a Hugging Face folder, or a PEFT adapter.

Gathers sharded weights and writes ordinary safetensors with the tokenizer, what the prompt must
show (``shopper.json``) and the run card.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import torch
from torch import Tensor
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict

from agent.models.embedded import HUB_ID
from agent.models.trained import Trained, write_trained
from agent.prompts.prompt import PromptSettings
from trainer.config import TrainConfig
from trainer.errors import TrainError
from trainer.parallel import Processes
from trainer.shards import can_be_filled
from trainer.weight_files import write_weights

if TYPE_CHECKING:
    from transformers import PreTrainedModel

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "generation_config.json",
)


def export(
    model: PreTrainedModel,
    config: TrainConfig,
    prompt: PromptSettings,
    base: Path,
    card: dict[str, Any],
    processes: Processes,
    template: str,
) -> Path:
    """Write the policy into ``run.out``; returns the folder. Every process must call it. `template`
    is the chat template that it was trained with.

    The folder appears complete or not at all: what stood there before is replaced at the end.

    Raises:
        TrainError: it cannot be written.
    """
    whole = config.tuning.method == "full"
    target = Path(config.run.out) / ("model" if whole else "adapter")
    draft = target.with_name(f".{target.name}.new")
    with _told(target, processes):
        if processes.first:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
    with _told(target, processes):
        _write(model, config, base, draft, processes)
        if processes.first:
            _describe_all(config, prompt, base, draft, card, template)
            shutil.rmtree(target, ignore_errors=True)
            draft.rename(target)
    return target


@contextmanager
def _told(target: Path, processes: Processes) -> Iterator[None]:
    """What fails on one process is known to all before they go on.

    Raises:
        TrainError: it failed on one of them.
    """
    problem: OSError | None = None
    try:
        yield
    except OSError as error:
        problem = error
    if processes.any(problem is not None):
        told = problem or "another process could not"
        raise TrainError(f"cannot write {target}: {told}") from problem


def _write(
    model: PreTrainedModel, config: TrainConfig, base: Path, draft: Path, processes: Processes
) -> None:
    """The weights and their configuration."""
    whole = config.tuning.method == "full"
    if whole and processes.size > 1 and can_be_filled(model, base):
        write_weights(model, draft, first=processes.first)
        if processes.first:
            model.config.save_pretrained(draft)
            _describe(draft / "config.json", config.data.window)
        return
    options = StateDictOptions(
        full_state_dict=True, cpu_offload=True, ignore_frozen_params=not whole
    )
    weights: dict[str, Any] = get_model_state_dict(model, options=options)
    if processes.first and whole:
        _write_model(model, weights, draft, config.data.window)
    elif processes.first:
        _write_adapter(model, weights, _base_name(config), draft)


def _describe_all(
    config: TrainConfig,
    prompt: PromptSettings,
    base: Path,
    draft: Path,
    card: dict[str, Any],
    template: str,
) -> None:
    """What stands beside the weights: tokenizer, prompt, run card."""
    whole = config.tuning.method == "full"
    if whole or config.model.chat_template is not None:
        _write_tokenizer(base, draft)
    if config.model.chat_template is not None:
        (draft / "chat_template.jinja").write_text(template, "utf-8")
    kind = "model" if whole else "adapter"
    write_trained(draft, Trained(base=config.model.base, kind=kind, prompt=prompt))
    (draft / "run_card.json").write_bytes(msgspec.json.format(msgspec.json.encode(card)) + b"\n")


def _write_adapter(
    model: PreTrainedModel, weights: dict[str, Tensor], base: str, draft: Path
) -> None:
    """LoRA matrices in half precision. They name their base as others can find it, not by the
    folder that it was read from on this machine."""
    model.peft_config["default"].base_model_name_or_path = base
    small = {name: value.to(torch.float16) for name, value in weights.items()}
    model.save_pretrained(draft, state_dict=small)
    (draft / "README.md").unlink(missing_ok=True)


def _write_model(
    model: PreTrainedModel, weights: dict[str, Tensor], draft: Path, window: int
) -> None:
    """All weights in bfloat16, each once."""
    once = {name: value for name, value in weights.items() if name not in _twice(model)}
    half = {name: value.to(torch.bfloat16) for name, value in once.items()}
    model.save_pretrained(draft, state_dict=half)
    _describe(draft / "config.json", window)


def _write_tokenizer(base: Path, draft: Path) -> None:
    for name in TOKENIZER_FILES:
        if (base / name).exists():
            shutil.copyfile(base / name, draft / name)


def _twice(model: PreTrainedModel) -> set[str]:
    """Names under which weights stand a second time: an output head that is the embedding table."""
    table = model.get_input_embeddings().weight
    named = model.named_parameters(remove_duplicate=False)
    return set([name for name, weight in named if weight is table][1:])


def _describe(path: Path, window: int) -> None:
    """Say of the weights what is true of what was written: they are no longer those in memory, and
    have learned as many positions as the window has."""
    config = json.loads(path.read_bytes())
    config["dtype"] = "bfloat16"
    if "max_position_embeddings" in config:
        config["max_position_embeddings"] = max(config["max_position_embeddings"], window)
    path.write_text(json.dumps(config, indent=2) + "\n")


def _base_name(config: TrainConfig) -> str:
    return HUB_ID if config.model.base == "smollm2" else config.model.base
