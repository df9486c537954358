"""What is seen before a run begins: whether folder, model, adapter and window fit together.

Each check is a sentence that says what to do. Knows configurations and files, no weights.
"""

from __future__ import annotations

from pathlib import Path

from agent.models import ModelError
from agent.models.embedded import HUB_ID
from agent.models.embedded import NAME as EMBEDDED
from agent.models.positions import steady_positions
from agent.models.trained import read_trained
from agent.prompts.prompt import PromptSettings
from trainer.checkpoint import checkpoints
from trainer.config import TrainConfig
from trainer.errors import TrainError


def check_start(config: TrainConfig, prompt: PromptSettings) -> None:
    """An adapter goes on learning from pages and answers of the form that it knows.

    Raises:
        TrainError: the configuration wants another.
    """
    if config.tuning.start is None:
        return
    try:
        start = read_trained(Path(config.tuning.start).expanduser())
    except ModelError as error:
        raise TrainError(f"tuning.start: {error}") from error
    if start is None:
        return
    if not _same_base(start.base, config.model.base):
        raise TrainError(
            f"tuning.start was trained on top of {start.base}, and model.base is "
            f"{config.model.base}: set model.base to the former, or start afresh"
        )
    for name in ("actions", "page", "page_version", "answer"):
        ours, theirs = getattr(prompt, name), getattr(start.prompt, name)
        if ours != theirs:
            raise TrainError(
                f"tuning.start was trained with {name} = {theirs!r}, and the configuration says "
                f"{ours!r}: set data.{name} to the former, or start afresh"
            )


def _same_base(theirs: str, ours: str) -> bool:
    """Whether two names are of one model: the hub's, or a folder called like it."""
    known = {HUB_ID: "smollm2", "smollm2-base": "smollm2", EMBEDDED: "smollm2"}
    theirs, ours = known.get(theirs, theirs), known.get(ours, ours)
    return theirs == ours or Path(theirs).name == Path(ours).name


def check_folder(config: TrainConfig, resume: bool) -> None:
    """Raises:
    TrainError: another run stands there, or the folder cannot be made.
    """
    out = Path(config.run.out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainError(f"run.out = {str(out)!r} cannot be made: {error}") from error
    held = checkpoints(out / "checkpoints")
    if held and not resume:
        raise TrainError(
            f"{out} holds a run that reached {held[-1].name}; add --resume to go on with it, or "
            "name another run.out"
        )


def check_positions(config: TrainConfig, base: Path) -> None:
    """
    Raises:
        TrainError: the model places tokens anew within the window, so that what is learned in one
            piece would be acted otherwise, where keys are kept from step to step.
    """
    import transformers

    try:
        shape = transformers.AutoConfig.from_pretrained(base)
    except (OSError, ValueError) as error:
        raise TrainError(f"cannot read the model's config.json in {base}: {error}") from error
    end = steady_positions(shape)
    if end is not None and config.data.window > end:
        raise TrainError(
            f"data.window = {config.data.window:,} is too long for this model: beyond {end:,} "
            "tokens it places all of them anew (dynamic RoPE), and would act otherwise than it "
            f"learned; set data.window to at most {end}"
        )
