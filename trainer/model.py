"""The model to train: loaded, made trainable (full, LoRA or 4-bit LoRA) and sharded.

Knows weights, nothing of data. Model and adapter code is transformers' and peft's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from trainer.config import Model as ModelConfig
from trainer.config import TrainConfig, Tuning
from trainer.errors import TrainError
from trainer.parallel import Processes, shard

if TYPE_CHECKING:
    from transformers import PreTrainedModel

LONG = 4096
"""Windows above so many tokens are trained with gradient checkpointing unless told otherwise."""

DTYPES = {"bfloat16": torch.bfloat16, "float32": torch.float32}


def prepare_model(config: TrainConfig, folder: Path, processes: Processes) -> PreTrainedModel:
    """The model of `folder`, ready to train on this process's device.

    Raises:
        TrainError: it cannot be loaded, LoRA finds nothing to adapt, or `tuning.start` does not
            fit.
    """
    if config.tuning.method == "full" and config.tuning.start is not None:
        raise TrainError(
            'tuning.start names an adapter, which tuning.method = "full" does not have: use '
            '"lora" or "qlora", or leave it out'
        )
    torch.manual_seed(config.run.seed)
    model = load_weights(config.model, config.tuning, folder, processes.device)
    if config.tuning.method != "full":
        model = add_lora(model, config.tuning)
    _set_checkpointing(model, config)
    if config.tuning.method == "full" or processes.size > 1:
        shard(
            model,
            processes,
            compute=DTYPES[config.model.dtype],
            replicas=config.run.replicas,
            cpu_offload=config.run.cpu_offload,
        )
    model.train()
    return model


def load_weights(
    config: ModelConfig, tuning: Tuning, folder: Path, device: torch.device
) -> PreTrainedModel:
    """The base model. Weights that are trained are float32, frozen ones of `config.dtype`."""
    import transformers

    dtype = torch.float32 if tuning.method == "full" else DTYPES[config.dtype]
    settings: dict[str, Any] = {"dtype": dtype, "attn_implementation": config.attention}
    auto: Any = transformers.AutoModelForCausalLM
    try:
        if config.random_weights:
            shape = transformers.AutoConfig.from_pretrained(folder)
            with torch.device(device):
                drawn: PreTrainedModel = auto.from_config(shape, **settings)
            return drawn
        if tuning.method == "qlora":
            settings["quantization_config"] = _four_bit(DTYPES[config.dtype])
        model: PreTrainedModel = auto.from_pretrained(folder, device_map={"": device}, **settings)
    except (OSError, ValueError, ImportError) as error:
        raise TrainError(f"cannot load the model {folder}: {error}") from error
    return model


def add_lora(model: PreTrainedModel, tuning: Tuning) -> PreTrainedModel:
    """The model with LoRA matrices (Hu et al. 2021) in float32; everything else is frozen.

    Raises:
        TrainError: `tuning.targets` names no module of the model (says which there are), or
            `tuning.start` is no adapter of this model or of another shape.
    """
    import peft

    if tuning.start is not None:
        return _go_on_from(model, Path(tuning.start).expanduser(), tuning)
    targets = tuning.targets[0] if tuning.targets == ("all-linear",) else list(tuning.targets)
    lora = peft.LoraConfig(
        r=tuning.rank,
        lora_alpha=tuning.alpha,  # type: ignore[arg-type]
        lora_dropout=tuning.dropout,
        target_modules=targets,
        task_type="CAUSAL_LM",
    )
    try:
        adapted = peft.get_peft_model(model, lora, autocast_adapter_dtype=False)
    except ValueError as error:
        raise TrainError(
            f"tuning.targets {list(tuning.targets)} match nothing in the model; its linear "
            f"modules are {', '.join(_linear_names(model))}"
        ) from error
    return _in_float32(adapted)


def _go_on_from(model: PreTrainedModel, folder: Path, tuning: Tuning) -> PreTrainedModel:
    """The model with the LoRA matrices of an adapter that was trained before."""
    import peft

    try:
        kept: Any = peft.PeftConfig.from_pretrained(str(folder))
        adapted = peft.PeftModel.from_pretrained(
            model, str(folder), is_trainable=True, autocast_adapter_dtype=False
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise TrainError(
            f"tuning.start = {str(folder)!r} is no adapter of this model: {error}"
        ) from error
    if (kept.r, float(kept.lora_alpha)) != (tuning.rank, tuning.alpha):
        raise TrainError(
            f"tuning.start has rank {kept.r} and alpha {kept.lora_alpha}, the configuration "
            f"{tuning.rank} and {tuning.alpha:g}: set tuning.rank and tuning.alpha to the former"
        )
    return _in_float32(adapted)


def _in_float32(adapted: Any) -> PreTrainedModel:
    """What is trained in float32, whatever the rest is in."""
    for parameter in adapted.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    _leave_inputs(adapted)
    return adapted  # type: ignore[no-any-return]


def stop_learning(model: nn.Module) -> None:
    """Evaluation mode, but for 4-bit modules: in that mode bitsandbytes packs their weights anew
    on some CPUs, after which they train silently wrong."""
    model.train(False)
    for module in model.modules():
        weight = getattr(module, "weight", None)
        if hasattr(weight, "quant_state"):
            module.training = True


def trainable(model: nn.Module) -> int:
    """How many numbers are trained, over all processes."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def matmul_parameters(model: nn.Module) -> int:
    """Weights that take part in matrix products: all but an embedding table that is not tied."""
    total = sum(p.numel() for p in model.parameters())
    base: Any = model.get_base_model() if hasattr(model, "get_base_model") else model  # type: ignore[operator]
    if getattr(base.config, "tie_word_embeddings", False):
        return total
    return total - int(base.get_input_embeddings().weight.numel())


def _four_bit(compute: torch.dtype) -> Any:
    """NF4 with double quantization (Dettmers et al. 2023)."""
    import transformers

    return transformers.BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=compute,
    )


def _leave_inputs(model: nn.Module) -> None:
    """Keep peft from copying the input of every adapted module to float32: the arithmetic is
    bfloat16 anyway, and the copies cost a tenth of the speed on a CPU."""
    module: Any
    for module in model.modules():
        if hasattr(module, "cast_input_dtype_enabled"):
            module.cast_input_dtype_enabled = False


def _set_checkpointing(model: PreTrainedModel, config: TrainConfig) -> None:
    if recomputes(config):
        enable: Any = model.gradient_checkpointing_enable
        enable({"use_reentrant": False})


def recomputes(config: TrainConfig) -> bool:
    """Whether activations are computed again in the backward pass."""
    wanted = config.run.gradient_checkpointing
    return wanted == "on" or (wanted == "auto" and config.data.window > LONG)


def _linear_names(model: nn.Module) -> list[str]:
    """Last parts of the names of the model's linear modules."""
    linear = (n for n, m in model.named_modules() if "Linear" in type(m).__name__)
    return sorted({name.rsplit(".", 1)[-1] for name in linear})
