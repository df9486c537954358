"""The policies ``smollm2``, ``smollm2-plain`` and ``smollm2-base``: the model Shopper comes with.

``smollm2-base`` is the model as published, told what to do by its prompt. The other two are
adapters trained on sessions, with and without reasoning; one that does not ship is refused.
"""

from __future__ import annotations

import asyncio

import msgspec

from agent.models import ModelError, fetch_embedded
from agent.models.shipped import adapter_folder, shipped_model
from agent.models.trained import Trained, check_actions, check_rendering, read_trained
from agent.policies.local.engine import EngineError
from agent.policies.local.lm_policy import LanguagePolicy
from agent.policies.local.openvino import OpenVinoEngine
from agent.policies.options import (
    Options,
    drawn_as_trained,
    with_examples,
)
from agent.policies.policy import PolicyChoiceError, PolicyError
from agent.prompts.page_budget import with_page_tokens, with_usual_budget

BASE = "smollm2-base"


async def load_embedded(name: str, options: Options) -> LanguagePolicy:
    """The embedded model on OpenVINO, fetched and converted first when that was not done yet.

    Raises:
        PolicyChoiceError: its adapter is not there.
        PolicyError: the model cannot be fetched, converted or loaded.
    """
    if name != BASE and adapter_folder(name) is None:
        raise PolicyChoiceError(
            f"{name}: its adapter is not in this installation; install Shopper again, or take "
            f"{BASE}"
        )
    try:
        trained = _trained(name)
        if trained is not None:
            check_rendering(options.prompt, trained)
            check_actions(options.prompt, trained)
        engine = await asyncio.to_thread(_engine, name, options)
    except (ModelError, EngineError) as error:
        raise PolicyError(f"{name}: {error}") from error
    if trained is None:
        return LanguagePolicy(name, engine, _prompted(options, engine.window))
    prompt = with_page_tokens(trained.prompt, options.prompt)
    shown = msgspec.structs.replace(options, prompt=prompt)
    return LanguagePolicy(name, engine, drawn_as_trained(shown))


def _trained(name: str) -> Trained | None:
    folder = adapter_folder(name)
    return None if folder is None else read_trained(folder)


def _engine(name: str, options: Options) -> OpenVinoEngine:
    model = fetch_embedded()
    return OpenVinoEngine(
        shipped_model(model, name), model.tokenizer(), model.facts.window, options
    )


def _prompted(options: Options, window: int) -> Options:
    """A model that was not trained on sessions is shown examples, and pages that fit its window.

    When it draws (a run, not a benchmark) it is also kept from doing the same again and again.
    """
    shown = msgspec.structs.replace(options, prompt=with_usual_budget(options.prompt, window))
    return msgspec.structs.replace(with_examples(shown), avoid_repeats=not options.greedy)
