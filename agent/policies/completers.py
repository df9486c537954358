"""Language models as such, by the names of the policies made of them.

For work that needs text from a model rather than a customer: reasoning synthesis, personas,
answers to a study's questions.
"""

from __future__ import annotations

from agent.policies import load
from agent.policies.completion import Completer
from agent.policies.local.engine_completer import EngineModel
from agent.policies.local.lm_policy import LanguagePolicy
from agent.policies.options import Options
from agent.policies.policy import Policy, PolicyChoiceError
from agent.policies.remote.api_policy import RemotePolicy


async def load_model(spec: str, options: Options | None = None) -> Completer:
    """The model behind the policy called `spec`.

    Raises:
        PolicyChoiceError: there is no such policy, or it is not a language model.
        PolicyError: it cannot be loaded.
    """
    policy = await load(spec, options)
    if (model := model_of(policy)) is not None:
        return model
    await policy.close()
    raise PolicyChoiceError(
        f"{spec} is not a language model: take anthropic:MODEL, openai:MODEL@BASE_URL, smollm2 or "
        "a model's path"
    )


def model_of(policy: Policy) -> Completer | None:
    """The model behind a policy that is loaded, which closing the policy closes; None without."""
    if isinstance(policy, RemotePolicy):
        return policy.model
    if isinstance(policy, LanguagePolicy):
        return EngineModel(policy.name, policy.engine)
    return None
