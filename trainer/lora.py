"""LoRA matrices on a model: new ones, or those of an adapter that was trained before.

Adapter code is peft's own. Knows weights, nothing of data.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import nn

from trainer.config import Tuning
from trainer.errors import TrainError
from trainer.parallel import decoder_layers

if TYPE_CHECKING:
    from transformers import PreTrainedModel


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
    _check_tied(adapted)
    return _in_float32(adapted)


def _check_tied(adapted: Any) -> None:
    """Embeddings and head that share their weights cannot get matrices of their own: merged for
    acting, what one of them learned would change the other.

    Raises:
        TrainError: one of them has some.
    """
    base = adapted.get_base_model()
    table, head = base.get_input_embeddings(), base.get_output_embeddings()
    changed = any(hasattr(m, "base_layer") or hasattr(m, "original_module") for m in (table, head))
    if changed and _weight(table) is _weight(head):
        raise TrainError(
            "embeddings and output head of this model are the same weights, so LoRA on one of them "
            "would be served on both: leave embed_tokens and lm_head out of tuning.targets"
        )


def _weight(module: Any) -> Any:
    inner = getattr(module, "base_layer", None) or getattr(module, "original_module", None)
    return (inner or module).weight


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
    _check_tied(adapted)
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


def _leave_inputs(model: nn.Module) -> None:
    """Keep peft from copying the input of every adapted module to float32: the arithmetic is
    bfloat16 anyway, and the copies cost a tenth of the speed on a CPU."""
    module: Any
    for module in model.modules():
        if hasattr(module, "cast_input_dtype_enabled"):
            module.cast_input_dtype_enabled = False


def _linear_names(model: nn.Module) -> list[str]:
    """Last parts of the names of the model's linear modules."""
    linear = (n for n, m in model.named_modules() if "Linear" in type(m).__name__)
    return sorted({name.rsplit(".", 1)[-1] for name in linear})
