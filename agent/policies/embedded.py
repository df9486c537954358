"""The policies ``smollm2``, ``smollm2-plain`` and ``smollm2-base``: the model Shopper comes with.

``smollm2-base`` is the model as published, told what to do by its prompt. The other two carry an
adapter trained on sessions where the package has one, and are the base model until then.
"""

from __future__ import annotations

import asyncio

import msgspec

from agent.models import ModelError, fetch_embedded
from agent.models.openvino import openvino_folder
from agent.policies.engine import EngineError
from agent.policies.language import LanguagePolicy
from agent.policies.openvino import OpenVinoEngine
from agent.policies.options import Options
from agent.policy import PolicyError


async def load_embedded(name: str, options: Options) -> LanguagePolicy:
    """The embedded model on OpenVINO, fetched and converted first when that was not done yet.

    Raises:
        PolicyError: the model cannot be fetched, converted or loaded.
    """
    try:
        engine = await asyncio.to_thread(_engine, options)
    except (ModelError, EngineError) as error:
        raise PolicyError(f"{name}: {error}") from error
    return LanguagePolicy(name, engine, _prompted(options))


def _engine(options: Options) -> OpenVinoEngine:
    model = fetch_embedded()
    return OpenVinoEngine(openvino_folder(model), model.tokenizer(), model.facts.window, options)


def _prompted(options: Options) -> Options:
    """A model that was not trained on sessions is shown examples."""
    prompt = msgspec.structs.replace(options.prompt, examples=True)
    return msgspec.structs.replace(options, prompt=prompt)
