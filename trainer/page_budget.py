"""How much of a page a policy learns from, where its configuration does not say."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.models import ModelError
from agent.models.trained import read_trained
from agent.prompts.page_budget import with_usual_budget
from agent.prompts.prompt import PageTokens, PromptSettings
from trainer.config import TrainConfig


def with_page_budget(config: TrainConfig) -> TrainConfig:
    """The configuration with `data.page_tokens` as it is learned and later acted with: as it says,
    else as the adapter in `tuning.start` was trained, else as a model that was not trained is
    shown pages. None then stands for pages that are cut, as in configurations of before."""
    data = config.data
    said = data.page_tokens if data.page_tokens is not None else _started_with(config)
    asked = PromptSettings(page=data.page, window=data.window, page_tokens=said)
    tokens = with_usual_budget(asked, data.window).page_tokens
    return msgspec.structs.replace(config, data=msgspec.structs.replace(data, page_tokens=tokens))


def _started_with(config: TrainConfig) -> PageTokens:
    """The budget of the adapter that is trained on; None where there is none to be read."""
    if config.tuning.start is None:
        return None
    try:
        start = read_trained(Path(config.tuning.start).expanduser())
    except ModelError:
        return None  # `checks.check_start` says what is wrong with it
    return None if start is None else start.prompt.page_tokens or "cut"
