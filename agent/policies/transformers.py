"""A language model in this process by transformers: on a GPU, and as the reference on a CPU.

Full models and PEFT adapters, in any precision or 4 bits. Sessions take turns; each keeps its
key-value cache, so a step computes only what is new. Knows token ids, not prompts.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from agent.grammar import LegalActions, grammar
from agent.models.embedded import ModelError
from agent.models.hub import ModelFiles, find_model
from agent.policies.engine import Continuation, EngineError, Written
from agent.policies.language import LanguagePolicy
from agent.policies.options import Options
from agent.policy import PolicyError
from agent.prompt import PromptSettings
from agent.session import Session
from agent.tokens import FastTokenizer, TokenizerError
from agent.window import WindowTooSmall
from envs.actions import Action, encode_action
from envs.observation import Observation

if TYPE_CHECKING:
    import torch

Answer = TypeVar("Answer")

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
    return WeighingPolicy(spec, engine, msgspec.structs.replace(options, prompt=prompt))


class WeighingPolicy(LanguagePolicy):
    """A policy that can also say how probable it finds given actions."""

    _engine: TransformersEngine

    async def weigh(
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
                prompt += self._windows.thought(reasoning)[1]
            return await self._engine.weigh(session.session_id, prompt, texts)
        except (WindowTooSmall, EngineError) as error:
            raise PolicyError(f"{self.name}: {error}") from error


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
        stop = _Stop()
        return await self._in_turn(
            wanted.session_id, stop, lambda: asyncio.to_thread(self._write, wanted, stop)
        )

    async def weigh(
        self, session_id: str, prompt: tuple[int, ...], texts: Sequence[tuple[int, ...]]
    ) -> list[float]:
        """The log-probability of each of `texts` (token ids, at least one) after `prompt`.

        Raises:
            EngineError: it failed.
        """
        return await self._in_turn(
            session_id, _Stop(), lambda: asyncio.to_thread(self._weigh, session_id, prompt, texts)
        )

    async def _in_turn(
        self, session_id: str, stop: _Stop, begin: Callable[[], Coroutine[Any, Any, Answer]]
    ) -> Answer:
        """One thread at a time works with the model; who no longer waits stops its work."""
        async with self._turn:
            work = asyncio.ensure_future(begin())
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                stop.asked = True
                await asyncio.wait([work])
                raise
            except RuntimeError as error:
                self._kept.pop(session_id, None)
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

    def _weigh(
        self, session_id: str, prompt: tuple[int, ...], texts: Sequence[tuple[int, ...]]
    ) -> list[float]:
        """All texts in one pass: common beginnings once, each token seeing only its own."""
        import torch

        kept = self._cache_of(session_id)
        shared = kept.keep_shared(prompt)
        tree = _Tree(texts)
        with torch.inference_mode():
            first = self._forward(kept, list(prompt[shared:]))
            before = len(kept.ids)
            answer = self._model(
                input_ids=torch.tensor([tree.ids], device=self._device),
                position_ids=torch.tensor([tree.depths], device=self._device) + before,
                attention_mask=tree.mask(before, self._dtype).to(self._device),
                past_key_values=kept.cache,
            )
            kept.cache.crop(-len(tree.ids))
            logits = torch.cat([first[None], answer.logits[0].float().cpu()])
            shares = torch.log_softmax(logits, dim=-1)
        return [
            float(sum(shares[after + 1, token] for after, token in path)) for path in tree.paths
        ]

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


class _Tree:
    """Texts as a tree of tokens, written one after another. `paths` holds for every text its
    tokens, each with the place of the one before it (-1: the prompt)."""

    def __init__(self, texts: Sequence[tuple[int, ...]]) -> None:
        self.ids: list[int] = []
        self.depths: list[int] = []
        self.paths: list[list[tuple[int, int]]] = []
        self._before: list[int] = []
        places: dict[tuple[int, int], int] = {}
        for text in texts:
            at, path = -1, []
            for depth, token in enumerate(text):
                path.append((at, token))
                if (at, token) not in places:
                    places[at, token] = len(self.ids)
                    self.ids.append(token)
                    self.depths.append(depth)
                    self._before.append(at)
                at = places[at, token]
            self.paths.append(path)

    def mask(self, before: int, dtype: torch.dtype) -> torch.Tensor:
        """What is added to the scores, shape (1, 1, tokens, before + tokens): each token sees the
        prompt, itself and what leads to it."""
        import torch

        count = len(self.ids)
        mask = torch.full((count, before + count), torch.finfo(dtype).min, dtype=dtype)
        mask[:, :before] = 0
        for place, parent in enumerate(self._before):
            if parent >= 0:
                mask[place, before:] = mask[parent, before:]
            mask[place, before + place] = 0
        return mask[None, None]


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
