"""What a training run is told: one typed configuration, read from TOML.

Every field is documented where it stands.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from agent.parsing import from_toml, no_deeper
from agent.prompts.prompt import AnswerOrder, PageForm, PageTokens
from envs.actions import ActionSet
from trainer.errors import ConfigError

Positive = Annotated[int, msgspec.Meta(gt=0)]
Windows = Literal["all", "one"]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Rate = Annotated[float, msgspec.Meta(ge=0, lt=1)]
PositiveFloat = Annotated[float, msgspec.Meta(gt=0)]


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the configuration file."""


class Model(_Section, frozen=True, kw_only=True):
    """``[model]``

    base: ``smollm2`` (the embedded model), or a folder or Hub id of any causal language model.
    random_weights: keep the architecture but draw the weights again; for speed measurements where
        the real ones cannot be had. Not with ``qlora``.
    dtype: of the frozen weights and of the arithmetic; ``bfloat16`` or ``float32``. What is
        trained is always kept in float32 by the optimizer.
    attention: the attention implementation given to transformers.
    chat_template: a file with the Jinja chat template to use instead of the model's own, for models
        that have none or one that rewrites earlier turns. It goes with what is exported.
    """

    base: str = "smollm2"
    random_weights: bool = False
    dtype: Literal["bfloat16", "float32"] = "bfloat16"
    attention: Literal["sdpa", "eager", "flash_attention_2"] = "sdpa"
    chat_template: str | None = None


class Tuning(_Section, frozen=True, kw_only=True):
    """``[tuning]``

    method: ``full`` trains every weight; ``lora`` small added matrices; ``qlora`` the same over
        weights held in 4 bits (bitsandbytes NF4).
    rank, alpha, dropout: of the LoRA matrices.
    targets: the modules that get them: ``all-linear`` or names such as ``q_proj``.
    from_layer: only this layer and those above get LoRA matrices; layers count from 0. Those below
        stay as they are, and no gradient is computed for them.
    start: the folder of an adapter to go on from, of the same rank and alpha, for example the one
        that ships; its targets and dropout are kept. Without it LoRA starts afresh.
    """

    method: Literal["full", "lora", "qlora"] = "lora"
    rank: Positive = 16
    alpha: PositiveFloat = 32.0
    dropout: Rate = 0.0
    targets: tuple[str, ...] = ("all-linear",)
    from_layer: Annotated[int, msgspec.Meta(ge=0)] | None = None
    start: str | None = None


class Data(_Section, frozen=True, kw_only=True):
    """``[data]``

    train, validation: data sets in our format (any layout); validation may be left out.
    skip: pass over so many sessions of `train` first.
    limit: use only so many sessions of each.
    reasoning: train the two generations of the paper, reasoning then action; else action only.
    past_reasoning, persona, intent: what the prompt shows, see `agent.prompts.prompt`.
    actions: ``paper`` learns the paper's actions, and passes over steps that only look further;
        ``full`` learns those, too (scroll, hover, back, wait).
    page, answer: pages as ``html`` (the paper) or as ``lines``, for small models;
        ``reasoning_first`` (the paper) or ``action_first``.
    page_tokens: pages are folded to so many tokens, ``"all"`` shows them whole (the paper), and
        ``"cut"`` leaves out their end beyond half the window. Without, as the adapter in
        `tuning.start` was trained; else pages of HTML are folded to half the window and pages as
        lines are cut.
    steps: learn only so many steps of each session, the first ones; for a first stage.
    windows: ``all`` that a session takes are learned, as they are acted in, so that each step is
        seen once; ``one`` is the paper's way: a session is one sequence, cut off where the window
        ends, and `run.batch` counts sessions.
    soft: where the sessions are those of synthetic shoppers, learn the probabilities of everything
        that they might have done instead of the one thing that was drawn (`trainer.soft_targets`).
    action_weight: how much a token of an action counts beside one of a reasoning.
    window: tokens in a sequence at most; the paper's is 40,960, SmolLM2's 8,192.
    skip_bad: pass over rows that cannot be read, and count them, instead of stopping.
    """

    train: str
    validation: str | None = None
    skip: Annotated[int, msgspec.Meta(ge=0)] = 0
    limit: Positive | None = None
    reasoning: bool = True
    past_reasoning: bool = True
    persona: bool = True
    intent: bool = True
    actions: ActionSet = "paper"
    page: PageForm = "html"
    answer: AnswerOrder = "reasoning_first"
    page_tokens: PageTokens = None
    steps: Positive | None = None
    windows: Windows = "all"
    soft: bool = False
    action_weight: PositiveFloat = 1.0
    window: Positive = 8192
    skip_bad: bool = False


class Optimizer(_Section, frozen=True, kw_only=True):
    """``[optimizer]``

    kind: ``adamw``, or ``adamw8bit`` with its states in 8 bits (`trainer.adam8bit`).
    learning_rate: at its highest; the paper's is 2e-5 for full fine-tuning.
    schedule: after the warm-up, ``cosine`` to zero, ``linear`` to zero, or ``constant``.
    warmup: share of the steps in which the learning rate rises from zero.
    weight_decay, beta1, beta2: AdamW's.
    clip: the largest gradient norm; 0 turns clipping off.
    """

    kind: Literal["adamw", "adamw8bit"] = "adamw"
    learning_rate: PositiveFloat = 2e-5
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    warmup: Share = 0.03
    weight_decay: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    beta1: Rate = 0.9
    beta2: Rate = 0.999
    clip: Annotated[float, msgspec.Meta(ge=0)] = 1.0


class RunSection(_Section, frozen=True, kw_only=True):
    """``[run]``

    out: the checkpoint folder.
    epochs: passes over the data.
    max_steps: stop after so many optimizer steps, whatever `epochs` says.
    max_seconds: stop by the clock, after the step in which so many seconds of this sitting are
        over. A checkpoint is kept, the model is exported as it is, and ``--resume`` goes on.
    keep_lower: keep what the layers below `tuning.from_layer` make of each sequence in `out`, so
        that later epochs need not compute it: 4 bytes a number, 2.3 KB a token for SmolLM2-135M.
        On one process.
    batch: sequences in an optimizer step, over all processes together (the paper's: 64).
    seed: of the order of the data, LoRA's start and dropout.
    gradient_checkpointing: recompute activations in the backward pass, but for attention's; costs
        up to a quarter of the speed and saves most of the memory. ``auto`` turns it on above 4,096
        tokens a window.
    pack: let sequences of a step share a pass, up to `data.window` tokens; each sees itself only,
        and what is learned is the same. For a GPU and sequences much shorter than the window.
    compile: compile each block with `torch.compile`; needs a C++ compiler on a CPU, takes a minute
        at the start, and is a third faster after it.
    save_every: optimizer steps between two checkpoints.
    save_beside: write checkpoints beside the training, from a copy in the host's memory.
    keep: so many checkpoints are kept, the newest.
    validate_every: optimizer steps between two validation passes; 0 only at the end.
    replicas: with several nodes, shard inside groups and replicate between so many of them (HSDP).
    cpu_offload: keep weights that are not in 4 bits, and optimizer states, in the host's memory.
    wandb: also log to Weights & Biases under this project name.
    """

    out: str
    epochs: Positive = 1
    max_steps: Positive | None = None
    max_seconds: Positive | None = None
    keep_lower: bool = False
    batch: Positive = 64
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
    gradient_checkpointing: Literal["auto", "on", "off"] = "auto"
    pack: bool = False
    compile: bool = False
    save_every: Positive = 50
    save_beside: bool = False
    keep: Positive = 2
    validate_every: Annotated[int, msgspec.Meta(ge=0)] = 0
    replicas: Positive = 1
    cpu_offload: bool = False
    wandb: str | None = None


class TrainConfig(_Section, frozen=True, kw_only=True):
    """A whole training run; the tables of the configuration file."""

    data: Data
    run: RunSection
    model: Model = Model()
    tuning: Tuning = Tuning()
    optimizer: Optimizer = Optimizer()


LATER = {
    "model": ("chat_template",),
    "data": (
        "actions",
        "page",
        "answer",
        "page_tokens",
        "steps",
        "windows",
        "soft",
        "action_weight",
    ),
    "tuning": ("from_layer",),
    "run": ("max_seconds", "keep_lower", "compile", "pack", "save_beside"),
}
"""Fields that came after the first runs were recorded, by table."""


def recorded(config: TrainConfig) -> dict[str, Any]:
    """The configuration as it is kept, JSON-ready. Fields of `LATER` are left out where they are at
    their default, so that a run from before them is still the same run."""
    kept: dict[str, Any] = msgspec.to_builtins(config)
    for table, names in LATER.items():
        section: type[msgspec.Struct] = type(getattr(config, table))
        usual = {f.name: f.default for f in msgspec.structs.fields(section)}
        for name in names:
            if kept[table][name] == usual[name]:
                del kept[table][name]
    return kept


def read_config(path: Path) -> TrainConfig:
    """The configuration in a TOML file.

    Raises:
        ConfigError: unreadable, not TOML, or a field that is unknown, missing or of a wrong type;
            an unknown field comes with the nearest right one.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"cannot read the configuration {path}: {error}") from error
    try:
        return _converted(from_toml(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    except msgspec.DecodeError as error:
        raise ConfigError(f"{path}: {error}{_nearest(str(error))}") from error


def _converted(table: dict[str, Any]) -> TrainConfig:
    with no_deeper():
        return msgspec.convert(table, TrainConfig)


def _nearest(message: str) -> str:
    """A suggestion for an unknown field, from the table that it stands in."""
    unknown = re.search(r"unknown field `(\w+)`", message)
    if unknown is None:
        return ""
    table = re.search(r"at `\$\.(\w+)`", message)
    section: type[msgspec.Struct] = TrainConfig
    for field in msgspec.structs.fields(TrainConfig):
        if table and field.name == table.group(1):
            section = field.type
    known = section.__struct_fields__
    close = difflib.get_close_matches(unknown.group(1), known, n=1, cutoff=0.4)
    return f"; did you mean `{close[0]}`?" if close else f"; known are {', '.join(known)}"
