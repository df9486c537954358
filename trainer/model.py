"""The model to train: loaded, made trainable (full, LoRA or 4-bit LoRA) and sharded.

Knows weights, nothing of data. Model and adapter code is transformers' and peft's own.
"""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.utils.checkpoint import create_selective_checkpoint_contexts

from trainer.config import Model as ModelConfig
from trainer.config import TrainConfig, Tuning
from trainer.errors import TrainError
from trainer.out_of_memory import recomputes
from trainer.parallel import Processes, decoder_layers, shard

if TYPE_CHECKING:
    from transformers import PreTrainedModel

DTYPES = {"bfloat16": torch.bfloat16, "float32": torch.float32}


def prepare_model(config: TrainConfig, folder: Path, processes: Processes) -> PreTrainedModel:
    """The model of `folder`, ready to train on this process's device.

    Raises:
        TrainError: it cannot be loaded, LoRA finds nothing to adapt, or `tuning.start` does not
            fit.
    """
    _check(config)
    torch.manual_seed(config.run.seed)
    where = torch.device("cpu") if config.run.cpu_offload else processes.device
    model = load_weights(config.model, config.tuning, folder, where)
    if config.tuning.method != "full":
        model = add_lora(model, config.tuning)
    _set_checkpointing(model, config)
    if config.tuning.method == "full" or processes.size > 1 or config.run.cpu_offload:
        shard(
            model,
            processes,
            compute=DTYPES[config.model.dtype],
            replicas=config.run.replicas,
            cpu_offload=config.run.cpu_offload,
        )
    if config.run.compile:
        compile_blocks(model)
    model.train()
    return model


def compile_blocks(model: nn.Module) -> None:
    """Each block compiled when it is first called, once for all lengths of sequences; blocks are
    alike and share what was compiled.

    Raises:
        TrainError: there is no C++ compiler, which is needed on a CPU.
    """
    if next(model.parameters()).device.type == "cpu" and not cpp_compiler():
        raise TrainError(
            "run.compile needs a C++ compiler on a CPU, and neither $CXX nor g++ nor clang++ is "
            "here: install one (Debian: apt-get install g++), or leave run.compile out"
        )
    for block in decoder_layers(model):
        block.compile(dynamic=True)


def cpp_compiler() -> str | None:
    """The path of a C++ compiler, as torch looks for it."""
    named = os.environ.get("CXX")
    return shutil.which(named) if named else shutil.which("g++") or shutil.which("clang++")


def _check(config: TrainConfig) -> None:
    method = config.tuning.method
    if method == "full" and config.tuning.start is not None:
        raise TrainError(
            'tuning.start names an adapter, which tuning.method = "full" does not have: use '
            '"lora" or "qlora", or leave it out'
        )
    if method == "qlora" and config.model.random_weights:
        raise TrainError(
            "model.random_weights draws weights in whole numbers of bytes, and tuning.method = "
            '"qlora" needs them in 4 bits: use "lora", or a folder with weights'
        )
    if config.run.keep_lower and not (config.tuning.from_layer and method != "full"):
        raise TrainError(
            "run.keep_lower keeps what the layers below tuning.from_layer make: set that, with "
            '"lora" or "qlora", or leave it out'
        )
    if method == "qlora" and config.run.cpu_offload:
        raise TrainError(
            "run.cpu_offload cannot move weights in 4 bits, and there is little else: leave it out"
        )


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
    layers = _chosen_layers(model, tuning)
    targets = tuning.targets[0] if tuning.targets == ("all-linear",) else list(tuning.targets)
    if layers and targets == "all-linear":  # by name: peft takes layers with names only
        targets = [name for name in _linear_names(model) if name != "lm_head"]
    _check_targets(model, tuning)
    lora = peft.LoraConfig(
        layers_to_transform=layers,
        layers_pattern="layers" if layers else None,
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
            f"LoRA cannot be put on tuning.targets {list(tuning.targets)}: {error}"
        ) from error
    return _in_float32(adapted)


def _chosen_layers(model: PreTrainedModel, tuning: Tuning) -> list[int] | None:
    """The layers that get LoRA matrices; None for all."""
    if not tuning.from_layer:
        return None
    count = len(decoder_layers(model))
    if tuning.from_layer >= count:
        raise TrainError(
            f"tuning.from_layer is {tuning.from_layer}, and the model has layers 0 to {count - 1}"
        )
    return list(range(tuning.from_layer, count))


def _check_targets(model: PreTrainedModel, tuning: Tuning) -> None:
    """Every target must name a module: peft is content when one of them does."""
    if tuning.targets == ("all-linear",):
        return
    names = [f".{name}" for name, _ in model.named_modules()]
    for target in tuning.targets:
        if not any(name.endswith(f".{target}") for name in names):
            raise TrainError(
                f"tuning.targets: {target!r} matches nothing in the model; its linear modules are "
                f"{', '.join(_linear_names(model))}"
            )


def _go_on_from(model: PreTrainedModel, folder: Path, tuning: Tuning) -> PreTrainedModel:
    """The model with the LoRA matrices of an adapter that was trained before. They are read twice:
    peft makes them in the model's own type, which may be coarser than theirs."""
    import peft

    try:
        kept: Any = peft.PeftConfig.from_pretrained(str(folder))
        adapted = peft.PeftModel.from_pretrained(
            model, str(folder), is_trainable=True, autocast_adapter_dtype=False
        )
        exact = peft.utils.save_and_load.load_peft_weights(str(folder), device="cpu")
    except (OSError, ValueError, RuntimeError) as error:
        raise TrainError(
            f"tuning.start = {str(folder)!r} is no adapter of this model: {error}"
        ) from error
    if (kept.r, float(kept.lora_alpha)) != (tuning.rank, tuning.alpha):
        raise TrainError(
            f"tuning.start has rank {kept.r} and alpha {kept.lora_alpha}, the configuration "
            f"{tuning.rank} and {tuning.alpha:g}: set tuning.rank and tuning.alpha to the former"
        )
    _check_layers(kept, model, tuning)
    ready = _in_float32(adapted)
    peft.set_peft_model_state_dict(adapted, exact)
    return ready


def _check_layers(kept: Any, model: PreTrainedModel, tuning: Tuning) -> None:
    """The layers of an adapter are kept; a configuration that names others is wrong about it."""
    count = len(decoder_layers(model))
    first = min(kept.layers_to_transform or [0])
    if first != (tuning.from_layer or 0):
        raise TrainError(
            f"tuning.start has matrices in layers {first} to {count - 1}, the configuration from "
            f"{tuning.from_layer or 0} on: set tuning.from_layer = {first}"
        )


def _in_float32(adapted: Any) -> PreTrainedModel:
    """What is trained in float32, whatever the rest is in."""
    for parameter in adapted.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    _leave_inputs(adapted)
    return adapted  # type: ignore[no-any-return]


def stop_learning(model: nn.Module) -> None:
    """Evaluation mode, but for 4-bit modules: in that mode bitsandbytes packs their weights again
    on some CPUs, after which they train silently wrong."""
    model.train(False)
    for module in model.modules():
        weight = getattr(module, "weight", None)
        if hasattr(weight, "quant_state"):
            module.training = True


def trainable(model: nn.Module) -> int:
    """How many numbers are trained, over all processes."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


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
        keep = partial(create_selective_checkpoint_contexts, _attention_ops())
        enable({"use_reentrant": False, "context_fn": keep})


def _attention_ops() -> list[Any]:
    """What recomputation does not repeat: the outputs of attention take as little memory as those
    of a layer, and in long windows most of the time."""
    names = ("flash_attention_for_cpu", "flash_attention", "cudnn_attention", "efficient_attention")
    found = (getattr(torch.ops.aten, f"_scaled_dot_product_{name}", None) for name in names)
    return [op.default for op in found if op is not None]


def _linear_names(model: nn.Module) -> list[str]:
    """Last parts of the names of the model's linear modules."""
    linear = (n for n, m in model.named_modules() if "Linear" in type(m).__name__)
    return sorted({name.rsplit(".", 1)[-1] for name in linear})
