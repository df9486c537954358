"""How a language model is asked: every setting of a policy that the user may change.

Data only. What is shown in a prompt is `agent.prompts.prompt.PromptSettings`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from agent.prompts.prompt import PageTokens, PromptSettings
from envs.actions import ActionSet

Precision = Literal["auto", "f32", "bf16", "f16"]
CachePrecision = Literal["auto", "u8", "bf16", "f16", "f32"]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of any policy that is a language model; others ignore them.

    `greedy` takes the likeliest token (benchmarks), or of actions the likeliest that a search of
    `beams` over their tokens finds (0: the policy's usual, `searched_as_trained`), else tokens are
    drawn at `temperature` from the likeliest that together hold `top_p`, none of them less than
    `min_p` times as likely as the likeliest (policies trained on sessions have others of their
    own: `drawn_as_trained`; a remote model's server is not told of `min_p`), with a seed made of
    the customer's and the step's index.
    `constrained` lets the model write legal actions only; `avoid_repeats` does not offer it
    again what it already did on the very same page. `precision` is that of weights
    and activations in memory, `cache_precision` that of the key-value cache; ``auto`` is the back
    end's own choice, named in the policy's settings. `device` is ``auto`` or the back end's name
    for one. `threads` 0 means all cores. `cache_gb` bounds the key-value cache of all customers
    together. `four_bit` loads weights as NF4 (transformers on CUDA).
    """

    prompt: PromptSettings = PromptSettings()
    greedy: bool = False
    beams: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    temperature: float = 0.7
    top_p: float = 0.9
    min_p: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    constrained: bool = True
    avoid_repeats: bool = False
    device: str = "auto"
    precision: Precision = "auto"
    cache_precision: CachePrecision = "auto"
    threads: int = 0
    cache_gb: int = 1
    four_bit: bool = False


def offering(actions: ActionSet, page_tokens: PageTokens = None) -> Options:
    """The usual options, with these actions and this budget for a page."""
    return Options(prompt=PromptSettings(actions=actions, page_tokens=page_tokens))


TRAINED_MIN_P = 0.1
"""Cuts off the many tokens of which each is next to impossible and all together are words that
nobody would type; what people do seldom stays."""


def drawn_as_trained(options: Options) -> Options:
    """The options for a policy trained on sessions: unless they say otherwise, it is drawn from as
    it is, but for what is next to impossible.

    It has learned how often people do what. Sharpened, as it is well for a model that was only
    told what to do, it prefers whatever has few wordings: the same search again, or to leave.
    """
    options = searched_as_trained(options)
    usual = Options()
    drawing = (options.temperature, options.top_p, options.min_p)
    if drawing != (usual.temperature, usual.top_p, usual.min_p):
        return options
    return msgspec.structs.replace(options, temperature=1.0, top_p=1.0, min_p=TRAINED_MIN_P)


TRAINED_BEAMS = 8
"""Enough that the likeliest action is hardly ever missed: its first words are one of so many."""


def searched_as_trained(options: Options) -> Options:
    """The options for a policy trained on sessions: unless they say otherwise, the likeliest action
    is searched for where answers are as short as on pages of lines.

    What is likeliest token by token is often not: ten results share what makes a result likely.
    """
    if options.beams or options.prompt.page != "lines":
        return options
    return msgspec.structs.replace(options, beams=TRAINED_BEAMS)


def with_examples(options: Options) -> Options:
    """The options for a model that was not trained on sessions: it is shown examples, which there
    are of pages as HTML."""
    shown = msgspec.structs.replace(options.prompt, examples=options.prompt.page == "html")
    return msgspec.structs.replace(options, prompt=shown)


def recorded(options: Options) -> dict[str, Any]:
    """The options as they are kept, `prompt` apart. What came later than the first records is left
    out where it is as it was then."""
    kept: dict[str, Any] = msgspec.to_builtins(options)
    del kept["prompt"]
    if not options.min_p:
        del kept["min_p"]
    if not options.beams:
        del kept["beams"]
    return kept
