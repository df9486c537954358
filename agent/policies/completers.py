"""Language models as such, by the names of the policies made of them.

For work that needs text from a model rather than a customer: reasoning synthesis, personas,
answers to a study's questions.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from agent.policies import load
from agent.policies.completion import Completer
from agent.policies.options import Options
from agent.policies.policy import Policy, PolicyChoiceError
from agent.policies.registry import can, choices, choose
from agent.policies.wrapper import innermost


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
    choose(spec)
    if not can(spec, "text"):
        raise PolicyChoiceError(f"{spec} is not a language model: take {choices('text')}")
    model = model_of(await load(spec, options))
    assert model is not None, f"{spec} is registered as a language model and is none"
    return model


def model_of(policy: Policy) -> Completer | None:
    """The model behind a policy that is loaded, which closing the policy closes; None without."""
    policy = innermost(policy)
    return policy.model if isinstance(policy, LanguageModelPolicy) else None
