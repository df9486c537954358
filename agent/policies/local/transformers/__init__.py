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
from agent.models.trained import Trained, check_actions, check_rendering
from agent.policies.local.engine import EngineError
from agent.policies.local.lm_policy import LanguagePolicy
from agent.policies.options import (
    Options,
    drawn_as_trained,
    with_examples,
)
from agent.policies.policy import PolicyChoiceError, PolicyError
from agent.prompts.chat_template import TemplateProblem
from agent.prompts.context_window import ContextTooSmall, Prompt
from agent.prompts.lines import told_answer
from agent.prompts.page_budget import with_page_tokens, with_usual_budget
from agent.prompts.prompt import PromptSettings
from agent.prompts.shown_page import write_action
from agent.prompts.tokenizer import TokenizerError
from agent.sessions.session import Session
from envs.actions import Action
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
        if files.trained is not None:
            check_rendering(options.prompt, files.trained)
            check_actions(options.prompt, files.trained)
        engine = await asyncio.to_thread(_engine, files, options)
    except (ModelError, EngineError, TokenizerError, TemplateProblem) as error:
        raise PolicyError(f"{spec}: {error}") from error
    return ScoringPolicy(spec, engine, _shown(options, files.trained, engine.window))


def _shown(options: Options, trained: Trained | None, window: int) -> Options:
    """What the model is shown and how it is drawn from. A page's form is always that of its
    training."""
    if trained is None:
        shown = msgspec.structs.replace(options, prompt=with_usual_budget(options.prompt, window))
        return with_examples(shown)
    prompt = options.prompt
    if msgspec.structs.replace(prompt, actions="paper", page_tokens=None) == PromptSettings():
        prompt = trained.prompt
    else:
        names = ("actions", "page", "page_version", "answer", "page_tokens")
        form = {name: getattr(trained.prompt, name) for name in names}
        prompt = msgspec.structs.replace(prompt, **form)
    prompt = with_page_tokens(prompt, options.prompt)
    return drawn_as_trained(msgspec.structs.replace(options, prompt=prompt))


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
        shown = self.options.prompt
        try:
            prompt = self._windows.prompt_for(session, observation)
            texts = [self._text(action, prompt) for action in actions]
            ids = prompt.ids
            if shown.reasoning and not shown.acts_first:
                ids += self._windows.encode_reasoning(reasoning)[1]
            return await self._engine.logprobs(session.session_id, ids, texts)
        except (ContextTooSmall, EngineError) as error:
            raise PolicyError(f"{self.name}: {error}") from error

    def _text(self, action: Action, prompt: Prompt) -> tuple[int, ...]:
        """The tokens of an action and its end. What a page of lines does not show has no handle: it
        is as improbable as the words that stand for it."""
        written = write_action(action, prompt.handles) or told_answer(action)
        if self.options.prompt.acts_first:
            return self._windows.encode_answer(written)
        tokenizer = self._engine.tokenizer
        return (*tokenizer.encode(written), tokenizer.eos_id)


def _engine(files: ModelFiles, options: Options) -> TransformersEngine:
    try:
        from agent.policies.local.transformers.engine import TransformersEngine
    except ImportError as error:
        raise EngineError(f"torch is not installed: {how_to_install('train')}") from error
    return TransformersEngine(files, options)
