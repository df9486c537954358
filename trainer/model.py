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
from torch.utils.checkpoint import CheckpointPolicy, create_selective_checkpoint_contexts

from trainer.attention import knows_pieces, looks_back_less, use_own_attention
from trainer.config import Model as ModelConfig
from trainer.config import TrainConfig, Tuning
from trainer.errors import TrainError
from trainer.lora import add_lora
from trainer.out_of_memory import recomputes
from trainer.parallel import Processes, decoder_layers, shard
from trainer.shards import adapters_in_memory, can_be_filled, empty_model, fill

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_APART = 1_000_003
"""Between the seeds of two processes."""
DTYPES = {"bfloat16": torch.bfloat16, "float32": torch.float32}


def prepare_model(config: TrainConfig, folder: Path, processes: Processes) -> PreTrainedModel:
    """The model of `folder`, ready to train on this process's device.

    Raises:
        TrainError: it cannot be loaded, LoRA finds nothing to adapt, or `tuning.start` does not
            fit.
    """
    _check(config)
    torch.manual_seed(config.run.seed)
    model = _by_shards(config, folder, processes) or _whole(config, folder, processes)
    if config.run.compile:
        compile_blocks(model)
    model.train()
    return model


def _whole(config: TrainConfig, folder: Path, processes: Processes) -> PreTrainedModel:
    """Loaded by each process, and sharded where there are several."""
    where = torch.device("cpu") if config.run.cpu_offload else processes.device
    model = load_weights(config.model, config.tuning, folder, where)
    model = _made_ready(model, config, processes)
    if config.tuning.method == "full" or processes.size > 1 or config.run.cpu_offload:
        _shard(model, config, processes)
    return model


def _by_shards(config: TrainConfig, folder: Path, processes: Processes) -> PreTrainedModel | None:
    """Each process reads its part only; None where there is one, or where weights are drawn, in 4
    bits (of which each has all), gone on from, or kept in another form."""
    apart = config.model.random_weights or config.tuning.method == "qlora" or config.tuning.start
    if processes.size == 1 or apart:
        return None
    model = empty_model(folder, _settings(config.model, config.tuning))
    if not can_be_filled(model, folder):
        return None
    with adapters_in_memory():
        model = _made_ready(model, config, processes)
    _shard(model, config, processes)
    where = torch.device("cpu") if config.run.cpu_offload else processes.device
    fill(model, folder, where)
    return model


def _made_ready(
    model: PreTrainedModel, config: TrainConfig, processes: Processes
) -> PreTrainedModel:
    set_attention(model, config)
    if config.tuning.method != "full":
        model = add_lora(model, config.tuning)
    _diverge(config.run.seed, processes)
    set_checkpointing(model, config)
    return model


def _shard(model: PreTrainedModel, config: TrainConfig, processes: Processes) -> None:
    shard(
        model,
        processes,
        compute=DTYPES[config.model.dtype],
        replicas=config.run.replicas,
        cpu_offload=config.run.cpu_offload,
    )


def _diverge(seed: int, processes: Processes) -> None:
    """From here on each process draws for itself: weights were drawn alike, dropout must not be.
    The first goes on as a single one would."""
    if processes.rank:
        torch.manual_seed(seed + processes.rank * _APART)


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

    settings = _settings(config, tuning)
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


def _settings(config: ModelConfig, tuning: Tuning) -> dict[str, Any]:
    dtype = torch.float32 if tuning.method == "full" else DTYPES[config.dtype]
    return {"dtype": dtype, "attn_implementation": config.attention}


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


def set_attention(model: PreTrainedModel, config: TrainConfig) -> None:
    """Our own where sequences share a pass, and where it saves a mask of all tokens by all tokens
    or, beside compiled blocks, the computing of attention again."""
    better = looks_back_less(model, config.data.window) or (
        config.run.compile and recomputes(config)
    )
    if config.run.pack or (better and knows_pieces(model)):
        use_own_attention(model)


def set_checkpointing(model: PreTrainedModel, config: TrainConfig) -> None:
    """Have layers computed again in the backward pass where the configuration wants that."""
    if recomputes(config):
        enable: Any = model.gradient_checkpointing_enable
        keep = partial(create_selective_checkpoint_contexts, _kept_or_again)
        enable({"use_reentrant": False, "context_fn": keep})


def _kept_or_again(_context: Any, operation: Any, *_: Any, **__: Any) -> CheckpointPolicy:
    """What recomputation does not repeat: attention, of any kernel. Its outputs take as little
    memory as those of a layer, and in long windows it is most of the time."""
    spared = _is_attention(str(operation))
    return CheckpointPolicy.MUST_SAVE if spared else CheckpointPolicy.PREFER_RECOMPUTE


def _is_attention(operation: str) -> bool:
    """Whether an operation of this name is the forward pass of an attention kernel."""
    name = operation.lower()
    return any(word in name for word in _ATTENTION) and "backward" not in name


_ATTENTION = ("attention", "flash_attn", "fmha", "varlen_attn")
"""In the names of such kernels: torch's (flash, cuDNN, efficient, on a CPU, overrideable), those of
the flash-attn and xformers packages, and flex_attention."""
