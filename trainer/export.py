"""The trained policy as others load it: a Hugging Face folder, or a PEFT adapter.

Gathers sharded weights and writes ordinary safetensors with the tokenizer, what the prompt must
show (``shopper.json``) and the run card. Knows nothing of training.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict

from agent.models.embedded import HUB_ID
from agent.models.trained import Trained, write_trained
from agent.prompt import PromptSettings
from trainer.config import TrainConfig
from trainer.errors import TrainError
from trainer.parallel import Processes

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
) -> Path:
    """Write the policy into ``run.out``; returns the folder. Every process must call it.

    The folder appears complete or not at all: what stood there before is replaced at the end.

    Raises:
        TrainError: it cannot be written.
    """
    whole = config.tuning.method == "full"
    options = StateDictOptions(
        full_state_dict=True, cpu_offload=True, ignore_frozen_params=not whole
    )
    weights = get_model_state_dict(model, options=options)
    target = Path(config.run.out) / ("model" if whole else "adapter")
    if processes.first:
        draft = target.with_name(f".{target.name}.new")
        try:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
            _write(model, weights, base, _base_name(config), draft, whole)
            trained = Trained(
                base=config.model.base, kind="model" if whole else "adapter", prompt=prompt
            )
            write_trained(draft, trained)
            (draft / "run_card.json").write_bytes(
                msgspec.json.format(msgspec.json.encode(card)) + b"\n"
            )
            shutil.rmtree(target, ignore_errors=True)
            draft.rename(target)
        except OSError as error:
            raise TrainError(f"cannot write {target}: {error}") from error
    processes.wait()
    return target


def _write(
    model: PreTrainedModel,
    weights: dict[str, Any],
    base: Path,
    base_name: str,
    draft: Path,
    whole: bool,
) -> None:
    """Weights in half precision. An adapter names its base as others can find it, not by the
    folder that it was read from on this machine."""
    import torch

    if not whole:
        model.peft_config["default"].base_model_name_or_path = base_name
        small = {name: value.to(torch.float16) for name, value in weights.items()}
        model.save_pretrained(draft, state_dict=small)
        (draft / "README.md").unlink(missing_ok=True)
        return
    half = {name: value.to(torch.bfloat16) for name, value in weights.items()}
    model.save_pretrained(draft, state_dict=half)
    for name in TOKENIZER_FILES:
        if (base / name).exists():
            shutil.copyfile(base / name, draft / name)


def _base_name(config: TrainConfig) -> str:
    return HUB_ID if config.model.base == "smollm2" else config.model.base
