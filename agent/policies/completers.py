"""Language models as such, by the names of the policies made of them.

For work that needs text from a model rather than a customer: reasoning synthesis, personas,
answers to a study's questions.
"""

from __future__ import annotations

import asyncio
from typing import Protocol, runtime_checkable

from agent.models.embedded import ModelError
from agent.models.hub import find_model
from agent.models.size import parameters_in
from agent.policies import load
from agent.policies.completion import Completer
from agent.policies.options import Options
from agent.policies.policy import Policy, PolicyChoiceError
from agent.policies.registry import can, choices, choose, find
from agent.policies.wrapper import innermost

LEAST_PARAMETERS = 1_000_000_000
"""Below, a model answers questions about a visit with what sounds well: the embedded one cites no
step, and one of half a billion recites who it was told to be."""


@runtime_checkable
class LanguageModelPolicy(Protocol):
    """A policy made of a language model, which closing the policy closes."""

    @property
    def model(self) -> Completer:
        """The model itself, for whoever asks it for other things than decisions."""


async def load_model(spec: str, options: Options | None = None) -> Completer:
    """The model behind the policy called `spec`.

    Raises:
        PolicyChoiceError: there is no such policy, or it is not a language model.
        PolicyError: it cannot be loaded.
    """
    check_is_model(spec)
    model = model_of(await load(spec, options))
    assert model is not None, f"{spec} is registered as a language model and is none"
    return model


def check_is_model(spec: str) -> None:
    """See that the policy called `spec` has a language model.

    Raises:
        PolicyChoiceError: there is no such policy, or it is not a language model.
    """
    choose(spec)
    if not can(spec, "text"):
        raise PolicyChoiceError(f"{spec} is not a language model: take {choices('text')}")


def model_of(policy: Policy) -> Completer | None:
    """The model behind a policy that is loaded, which closing the policy closes; None without."""
    policy = innermost(policy)
    return policy.model if isinstance(policy, LanguageModelPolicy) else None


async def too_small(spec: str) -> bool:
    """Whether the language model of the policy called `spec` is too small to be asked about a
    visit. False for what is no model in this process, and where it cannot be told.

    A model of the hub is fetched when need be, as for loading it.
    """
    backend = find(spec)
    if backend is None or backend.kind != "model" or "text" not in backend.can:
        return False
    if backend.small:
        return True
    try:
        files = await asyncio.to_thread(find_model, spec)
    except ModelError:
        return False  # whoever loads it says why
    parameters = parameters_in(files.weights)
    return parameters is not None and parameters < LEAST_PARAMETERS
