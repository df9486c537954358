"""A language model in this process by transformers: on a GPU, and as the reference on a CPU.

Full models and PEFT adapters, in any precision or 4 bits. Sessions take turns; each keeps its
key-value cache, so a step computes only what is new. Knows token ids, not prompts.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from agent.grammar import LegalActions, grammar
from agent.models.embedded import ModelError
from agent.models.hub import ModelFiles, find_model
from agent.policies.engine import Continuation, EngineError, Written
from agent.policies.language import LanguagePolicy
from agent.policies.options import Options
from agent.policy import PolicyError
from agent.prompt import PromptSettings
from agent.tokens import FastTokenizer, TokenizerError

if TYPE_CHECKING:
    import torch

_KEPT_SESSIONS = 8
"""Key-value caches kept at once: the sessions that spoke last."""
_PIECE = 2048
"""Prompt tokens per forward pass, which bounds the memory it takes."""


async def load_transformers(spec: str, options: Options) -> LanguagePolicy:
    """The model or adapter at a path or with a Hub id.

    Unless the options say otherwise, it is shown what it was trained on; a model not trained by us
    is shown examples.

    Raises:
        PolicyError: it cannot be found, fetched or loaded.
    """
    try:
        files = await asyncio.to_thread(find_model, spec)
        engine = await asyncio.to_thread(TransformersEngine, files, options)
    except (ModelError, EngineError, TokenizerError) as error:
        raise PolicyError(f"{spec}: {error}") from error
    prompt = options.prompt
    if files.trained is None:
        prompt = msgspec.structs.replace(prompt, examples=True)
    elif prompt == PromptSettings():
        prompt = files.trained.prompt
    return LanguagePolicy(spec, engine, msgspec.structs.replace(options, prompt=prompt))


class _Kept:
    """The tokens of a session whose keys and values are in its cache."""

    def __init__(self, cache: Any) -> None:
        self.cache = cache
        self.ids: list[int] = []

    def keep_shared(self, prompt: tuple[int, ...]) -> int:
        """Cut back to the beginning shared with `prompt`, leaving at least one token to compute."""
        most = min(len(self.ids), len(prompt) - 1)
        shared = next((i for i in range(most) if self.ids[i] != prompt[i]), most)
        if shared < len(self.ids):
            self.cache.crop(shared - len(self.ids))
            del self.ids[shared:]
        return shared


class TransformersEngine:
    """A causal language model, loaded."""

    def __init__(self, files: ModelFiles, options: Options) -> None:
        """Takes seconds to minutes, so call it off the event loop.

        Raises:
            EngineError: torch is missing, or the model cannot be loaded with these options.
            TokenizerError: the model's tokenizer cannot be used.
        """
        try:
            import torch
            import transformers
        except ImportError as error:
            raise EngineError('torch is not installed: pip install "shopper[train]"') from error
        self.tokenizer = FastTokenizer.read(_tokenizer_folder(files))
        self._device = _device(options.device)
        self._dtype = _dtype(options.precision, self._device)
        try:
            self._model = _load(files, options, self._device, self._dtype)
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            raise EngineError(f"cannot load {files.weights}: {error}") from error
        self.window = int(self._model.config.max_position_embeddings)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._turn = asyncio.Lock()
        self._masks: _Masks | None = None
        self._versions = f"transformers {transformers.__version__}, torch {torch.__version__}"
        self._four_bit = options.four_bit
        self._adapter = files.adapter

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        return {
            "engine": self._versions,
            "device": self._device,
            "precision": "nf4" if self._four_bit else str(self._dtype).removeprefix("torch."),
            "cache_precision": str(self._dtype).removeprefix("torch."),
            "adapter": str(self._adapter or ""),
        }

    async def write(self, wanted: Continuation) -> Written:
        async with self._turn:
            stop = _Stop()
            work = asyncio.ensure_future(asyncio.to_thread(self._write, wanted, stop))
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                stop.asked = True
                await asyncio.wait([work])
                raise
            except RuntimeError as error:
                self._kept.pop(wanted.session_id, None)
                raise EngineError(f"transformers failed: {error}") from error

    async def forget(self, session_id: str) -> None:
        self._kept.pop(session_id, None)

    async def close(self) -> None:
        async with self._turn:
            self._kept.clear()
            del self._model

    def _write(self, wanted: Continuation, stop: _Stop) -> Written:
        """Compute what is new of the prompt, then draw token after token."""
        import torch

        kept = self._cache_of(wanted.session_id)
        shared = kept.keep_shared(wanted.prompt)
        matcher = self._matcher(wanted.legal) if wanted.legal is not None else None
        generator = torch.Generator().manual_seed(wanted.seed)
        drawn: list[int] = []
        with torch.inference_mode():
            logits = self._forward(kept, list(wanted.prompt[shared:]))
            while len(drawn) < wanted.most and not stop.asked:
                if matcher is not None:
                    logits = matcher.masked(logits)
                token = _draw(logits, wanted, generator)
                drawn.append(token)
                if token in wanted.stop:
                    return Written(tuple(drawn[:-1]), shared, len(drawn))
                if matcher is not None:
                    matcher.take(token)
                logits = self._forward(kept, [token])
        return Written(tuple(drawn), shared, len(drawn))

    def _forward(self, kept: _Kept, ids: list[int]) -> torch.Tensor:
        """Logits after `ids`, float32 on the CPU, shape (vocabulary,)."""
        import torch

        for start in range(0, len(ids), _PIECE):
            piece = torch.tensor([ids[start : start + _PIECE]], device=self._device)
            answer = self._model(input_ids=piece, past_key_values=kept.cache, logits_to_keep=1)
            kept.ids += ids[start : start + _PIECE]
        logits: torch.Tensor = answer.logits[0, -1].float().cpu()
        return logits

    def _cache_of(self, session_id: str) -> _Kept:
        import transformers

        if session_id not in self._kept:
            self._kept[session_id] = _Kept(transformers.DynamicCache())
            while len(self._kept) > _KEPT_SESSIONS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(session_id)
        return self._kept[session_id]

    def _matcher(self, legal: LegalActions) -> _Matcher:
        if self._masks is None:
            self._masks = _Masks(self.tokenizer)
        return self._masks.matcher(legal)


class _Stop:
    """Tells the working thread that nobody waits any more."""

    asked = False


class _Masks:
    """Compiles grammars for one vocabulary."""

    def __init__(self, tokenizer: FastTokenizer) -> None:
        from llguidance import LLTokenizer

        self._eos = tokenizer.eos_id
        self._tokenizer = LLTokenizer(tokenizer.description, eos_token=tokenizer.eos_id)

    def matcher(self, legal: LegalActions) -> _Matcher:
        from llguidance import LLMatcher

        matcher = LLMatcher(self._tokenizer, grammar(legal, "llguidance"))
        if matcher.is_error():
            raise RuntimeError(f"the grammar of the page is wrong: {matcher.get_error()}")
        return _Matcher(matcher, self._eos)


class _Matcher:
    """Where one answer stands in its grammar."""

    def __init__(self, matcher: Any, eos: int) -> None:
        self._matcher = matcher
        self._eos = eos

    def masked(self, logits: torch.Tensor) -> torch.Tensor:
        """The logits with every token that cannot follow at minus infinity."""
        import numpy as np
        import torch

        if self._matcher.is_stopped():
            only = torch.full_like(logits, -torch.inf)
            only[self._eos] = 0.0
            return only
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        allowed = np.unpackbits(bits, bitorder="little")[: len(logits)].astype(bool)
        mask = torch.zeros(len(logits), dtype=torch.bool)
        mask[: len(allowed)] = torch.from_numpy(allowed)
        return logits.masked_fill(~mask, -torch.inf)

    def take(self, token: int) -> None:
        self._matcher.consume_token(token)


def _draw(logits: torch.Tensor, wanted: Continuation, generator: torch.Generator) -> int:
    """One token: the likeliest, or drawn from the likeliest that together hold `top_p`."""
    import torch

    if wanted.greedy:
        return int(logits.argmax())
    shares = torch.softmax(logits / max(wanted.temperature, 1e-4), dim=-1)
    ordered, ids = shares.sort(descending=True)
    ordered[ordered.cumsum(0) - ordered >= wanted.top_p] = 0.0
    return int(ids[torch.multinomial(ordered, 1, generator=generator)])


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


def _tokenizer_folder(files: ModelFiles) -> Path:
    """An adapter may bring its own tokenizer."""
    if files.adapter is not None and (files.adapter / "tokenizer.json").exists():
        return files.adapter
    return files.weights


def _device(wanted: str) -> str:
    import torch

    if wanted != "auto":
        return wanted
    return "cuda" if torch.cuda.is_available() else "cpu"


def _dtype(precision: str, device: str) -> torch.dtype:
    import torch

    automatic = torch.float32 if device == "cpu" else torch.bfloat16
    known = {"f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16}
    return known.get(precision, automatic)
