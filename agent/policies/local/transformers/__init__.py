"""Any causal language model or PEFT adapter as a policy, run in this process by transformers.

On a GPU, and as the reference on a CPU. Knows prompts and policies, not tensors: torch is imported
when a model is loaded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agent.distribution import how_to_install
from agent.models.embedded import ModelError
from agent.models.hub import ModelFiles, find_model
from agent.policies.local.engine import EngineError
from agent.policies.local.lm_policy import LanguagePolicy
from agent.policies.options import Options, drawn_as_trained
from agent.policies.policy import PolicyChoiceError, PolicyError
from agent.prompts.context_window import ContextTooSmall
from agent.prompts.prompt import PromptSettings
from agent.prompts.tokenizer import TokenizerError
from agent.sessions.session import Session
from envs.actions import Action, encode_action
from envs.observation import Observation

if TYPE_CHECKING:
    from agent.policies.local.transformers.engine import TransformersEngine


async def load_transformers(spec: str, options: Options) -> ScoringPolicy:
    """The model or adapter at a path or with a Hub id.

    Unless the options say otherwise, it is shown what it was trained on and drawn from as it is; a
    model not trained by us is shown examples.

    Raises:
        PolicyChoiceError: what is at the path is no model or adapter.
        PolicyError: it cannot be fetched or loaded.
    """
    try:
        files = await asyncio.to_thread(find_model, spec)
    except ModelError as error:
        here = Path(spec).expanduser().exists()
        raise (PolicyChoiceError if here else PolicyError)(f"{spec}: {error}") from error
    try:
        engine = await asyncio.to_thread(_engine, files, options)
    except (ModelError, EngineError, TokenizerError) as error:
        raise PolicyError(f"{spec}: {error}") from error
    prompt = options.prompt
    if files.trained is None:
        prompt = msgspec.structs.replace(prompt, examples=True)
    else:
        options = drawn_as_trained(options)
        if prompt == PromptSettings():
            prompt = files.trained.prompt
    return ScoringPolicy(spec, engine, msgspec.structs.replace(options, prompt=prompt))


class ScoringPolicy(LanguagePolicy):
    """A policy that can also say how probable it finds given actions."""

    _engine: TransformersEngine

    async def logprobs(
        self,
        session: Session,
        observation: Observation,
        reasoning: str | None,
        actions: Sequence[Action],
    ) -> list[float]:
        """The log-probability of each action's text and its end, after `reasoning`.

        Raises:
            PolicyError: the page does not fit the window, or the model fails.
        """
        tokenizer = self._engine.tokenizer
        texts = [(*tokenizer.encode(encode_action(a)), tokenizer.eos_id) for a in actions]
        try:
            prompt = self._windows.prompt_for(session, observation).ids
            if self.options.prompt.reasoning:
                prompt += self._windows.encode_reasoning(reasoning)[1]
            return await self._engine.logprobs(session.session_id, prompt, texts)
        except (ContextTooSmall, EngineError) as error:
            raise PolicyError(f"{self.name}: {error}") from error


def _engine(files: ModelFiles, options: Options) -> TransformersEngine:
    try:
        from agent.policies.local.transformers.engine import TransformersEngine
    except ImportError as error:
        raise EngineError(f"torch is not installed: {how_to_install('train')}") from error
    return TransformersEngine(files, options)
