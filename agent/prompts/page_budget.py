"""How much of a page is shown where nobody says, and where somebody does."""

from __future__ import annotations

import msgspec

from agent.prompts.prompt import LEAST_PAGE_TOKENS, PromptSettings


def with_page_tokens(trained: PromptSettings, asked: PromptSettings) -> PromptSettings:
    """What a policy was trained on, in pages of as many tokens as are asked for."""
    if asked.page_tokens is None:
        return trained
    tokens = None if asked.page_tokens == "cut" else asked.page_tokens
    return msgspec.structs.replace(trained, page_tokens=tokens)


def with_usual_budget(prompt: PromptSettings, window: int) -> PromptSettings:
    """What a model is shown that was not trained on sessions, where nothing is said of its pages:
    as much of one as its share of the model's `window` holds, and the rest folded."""
    if prompt.page_tokens is not None or prompt.page != "html":
        return with_page_tokens(prompt, prompt)
    share = int(min(prompt.window, window) * prompt.page_share)
    return msgspec.structs.replace(prompt, page_tokens=max(LEAST_PAGE_TOKENS, share))
