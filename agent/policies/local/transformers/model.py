"""A causal language model in torch: loaded, and asked what follows.

Full models and PEFT adapters, in any precision or 4 bits. Knows tensors and caches, not who asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from agent.models.hub import ModelFiles
from agent.models.positions import steady_positions
from agent.policies.local.engine import EngineError
from agent.policies.local.transformers.cache import (
    APART,
    BatchedCache,
    SessionCache,
    supports_batching,
)
from agent.policies.local.transformers.token_trie import TokenTrie
from agent.policies.options import Options

PIECE = 2048
"""Prompt tokens per forward pass, which bounds the memory it takes."""


class TorchModel:
    """Weights on a device. Not for several threads at once."""

    def __init__(self, files: ModelFiles, options: Options) -> None:
        """
        Raises:
            EngineError: it cannot be loaded with these options.
        """
        self.device = _device(options.device)
        self.dtype = _dtype(options.precision, self.device)
        try:
            self._model = _load(files, options, self.device, self.dtype)
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            raise EngineError(f"cannot load {files.weights}: {error}") from error
        learned = files.trained.prompt.window if files.trained is not None else 0
        self.window = max(_positions(self._model.config), learned)
        """Tokens it can read: those it was made for, or was trained with since."""
        self.batches = supports_batching(self._model)
        """Whether sessions share a pass."""

    @torch.inference_mode()
    def read(self, cache: SessionCache, ids: Sequence[int]) -> Tensor:
        """Take `ids` (at least one) into the cache.

        Returns:
            the logits after the last one, float32 on the CPU, shape (vocabulary,).
        """
        for start in range(0, len(ids), PIECE):
            piece = list(ids[start : start + PIECE])
            answer = self._model(
                input_ids=torch.tensor([piece], device=self.device),
                past_key_values=cache.layers,
                logits_to_keep=1,
            )
            cache.ids += piece
        logits: Tensor = answer.logits[0, -1].float().cpu()
        return logits

    @torch.inference_mode()
    def read_each(self, caches: Sequence[SessionCache], ids: Sequence[int]) -> Tensor:
        """Take one token into each of several caches, in one pass where the model allows it.

        When it raises, the caches are of no use any more.

        Returns:
            the logits after each, float32 on the CPU, shape (caches, vocabulary).
        """
        if len(caches) == 1 or not self.batches:
            each = zip(caches, ids, strict=True)
            return torch.stack([self.read(cache, [token]) for cache, token in each])
        config = self._model.config
        usual = config._attn_implementation
        config._attn_implementation = APART
        try:
            answer = self._model(
                input_ids=torch.tensor([list(ids)], device=self.device),
                position_ids=torch.tensor([[len(c.ids) for c in caches]], device=self.device),
                past_key_values=BatchedCache(caches),
            )
        finally:
            config._attn_implementation = usual
        for cache, token in zip(caches, ids, strict=True):
            cache.ids.append(token)
        logits: Tensor = answer.logits[0].float().cpu()
        return logits

    @torch.inference_mode()
    def logprobs(
        self, cache: SessionCache, prompt: Sequence[int], texts: Sequence[tuple[int, ...]]
    ) -> list[float]:
        """The log-probability of each text after `prompt`, all in one pass: common beginnings
        once, each token seeing only its own.

        Raises:
            ValueError: there are no texts.
        """
        if not texts:
            raise ValueError("there is no text to weigh")
        tree, shares = self._tree(cache, prompt, texts)
        return [
            float(sum(shares[after + 1, token] for after, token in path)) for path in tree.paths
        ]

    @torch.inference_mode()
    def following(
        self, cache: SessionCache, prompt: Sequence[int], texts: Sequence[tuple[int, ...]]
    ) -> Tensor:
        """The log-probabilities of the token after `prompt` and each text, which may be empty, all
        in one pass; float32 on the CPU, shape (texts, vocabulary)."""
        tree, shares = self._tree(cache, prompt, texts)
        return shares[[tree.place(text) + 1 for text in texts]]

    def _tree(
        self, cache: SessionCache, prompt: Sequence[int], texts: Sequence[tuple[int, ...]]
    ) -> tuple[TokenTrie, Tensor]:
        """The texts as a tree, and the log-probabilities after `prompt` and after each of its
        tokens, shape (1 + tokens, vocabulary)."""
        shared = cache.keep_shared(prompt)
        tree = TokenTrie(texts)
        logits = self.read(cache, prompt[shared:])[None]
        if tree.ids:
            before = len(cache.ids)
            answer = self._model(
                input_ids=torch.tensor([tree.ids], device=self.device),
                position_ids=torch.tensor([tree.depths], device=self.device) + before,
                attention_mask=self._masks(tree, before),
                past_key_values=cache.layers,
            )
            cache.layers.crop(-len(tree.ids))
            logits = torch.cat([logits, answer.logits[0].float().cpu()])
        return tree, torch.log_softmax(logits, -1)

    def _masks(self, tree: TokenTrie, before: int) -> Tensor | dict[str, Tensor]:
        """What the tokens of a tree see: one mask, or one for each kind of layer."""
        config = self._model.config.get_text_config()
        window = getattr(config, "sliding_window", None)

        def mask(window: int | None) -> Tensor:
            return tree.mask(before, self.dtype, window).to(self.device)

        kinds = set(getattr(config, "layer_types", None) or ())
        if not kinds:
            return mask(window)
        if kinds == {"full_attention"}:
            return mask(None)
        unknown = kinds - {"full_attention", "sliding_attention"}
        if unknown:
            told = ", ".join(sorted(unknown))
            raise EngineError(f"layers of kind {told} cannot score several actions in one pass")
        return {kind: mask(window if kind == "sliding_attention" else None) for kind in kinds}


def _positions(config: Any) -> int:
    """Tokens that the model was made for, and places once and for all."""
    made_for = int(config.get_text_config().max_position_embeddings)
    return min(made_for, steady_positions(config) or made_for)


def tokenizer_folder(files: ModelFiles) -> Path:
    """An adapter may bring its own tokenizer."""
    if files.adapter is not None and (files.adapter / "tokenizer.json").exists():
        return files.adapter
    return files.weights


def _load(files: ModelFiles, options: Options, device: str, dtype: torch.dtype) -> Any:
    import transformers

    settings: dict[str, Any] = {"dtype": dtype, "device_map": {"": device}}
    if options.four_bit:
        four_bit: Any = transformers.BitsAndBytesConfig
        settings["quantization_config"] = four_bit(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype
        )
    auto: Any = transformers.AutoModelForCausalLM
    model = auto.from_pretrained(files.weights, **settings)
    if files.adapter is not None:
        import peft

        model = peft.PeftModel.from_pretrained(model, files.adapter)
        if not options.four_bit:
            model = model.merge_and_unload()
    return model.eval()


def _device(request: str) -> str:
    if request != "auto":
        return request
    return "cuda" if torch.cuda.is_available() else "cpu"


def _dtype(precision: str, device: str) -> torch.dtype:
    automatic = torch.float32 if device == "cpu" else torch.bfloat16
    known = {"f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16}
    return known.get(precision, automatic)
