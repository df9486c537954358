"""How many tokens a page costs: by the embedded model's tokenizer, or an estimate without it."""

from __future__ import annotations

from agent.sessions.statistics import CountTokens


def page_tokenizer() -> tuple[CountTokens, str]:
    """Counts tokens, and what with."""
    from agent.models.embedded import find_embedded  # back ends take long to import
    from agent.policies.remote.chat_messages import count_tokens

    model = find_embedded()
    if model is None:
        return count_tokens, "estimated, 3 bytes a token (the embedded model is not installed)"
    tokenizer = model.tokenizer()
    return lambda text: len(tokenizer.encode(text)), model.facts.name
