"""How a language model is asked: every setting of a policy that the user may change.

Data only. What is shown in a prompt is `agent.prompts.prompt.PromptSettings`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from agent.prompts.prompt import PromptSettings

Precision = Literal["auto", "f32", "bf16", "f16"]
CachePrecision = Literal["auto", "u8", "bf16", "f16", "f32"]


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of any policy that is a language model; others ignore them.

    `greedy` takes the likeliest token (benchmarks), else tokens are drawn at `temperature` from
    the likeliest that together hold `top_p` (policies trained on sessions have others of their
    own: `drawn_as_trained`), with a seed made of the customer's and the step's index.
    `constrained` lets the model write legal actions only; `avoid_repeats` does not offer it
    again what it already did on the very same page. `precision` is that of weights
    and activations in memory, `cache_precision` that of the key-value cache; ``auto`` is the back
    end's own choice, named in the policy's settings. `device` is ``auto`` or the back end's name
    for one. `threads` 0 means all cores. `cache_gb` bounds the key-value cache of all customers
    together. `four_bit` loads weights as NF4 (transformers on CUDA).
    """

    prompt: PromptSettings = PromptSettings()
    greedy: bool = False
    temperature: float = 0.7
    top_p: float = 0.9
    constrained: bool = True
    avoid_repeats: bool = False
    device: str = "auto"
    precision: Precision = "auto"
    cache_precision: CachePrecision = "auto"
    threads: int = 0
    cache_gb: int = 1
    four_bit: bool = False


def drawn_as_trained(options: Options) -> Options:
    """The options for a policy trained on sessions: unless they say otherwise, it is drawn from as
    it is.

    It has learned how often people do what. Sharpened, as it is well for a model that was only
    told what to do, it prefers whatever has few wordings: the same search again, or to leave.
    """
    usual = Options()
    if (options.temperature, options.top_p) != (usual.temperature, usual.top_p):
        return options
    return msgspec.structs.replace(options, temperature=1.0, top_p=1.0)
