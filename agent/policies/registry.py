"""The policy back ends: what ``--policy`` may say, and what is known of each before it is loaded.

Whoever needs to know a policy by its name asks here: how many customers fit at once, what `shopper
doctor` looks at, what help and errors offer, who can be asked for text. A new back end is a module
with a loader, and an entry in `BACKENDS`.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal, cast

import msgspec

from agent.policies.options import Options
from agent.policies.policy import Policy, PolicyChoiceError

DEFAULT = "smollm2"
"""The policy that runs unless another is asked for."""

Kind = Literal["light", "model", "remote"]
"""What deciding costs this machine: next to nothing, a language model in this process, or waiting
for one elsewhere."""
Ability = Literal["text", "action_scores", "session_cache", "message_batches"]
"""What a back end can do beside deciding: continue any conversation, say how probable it finds
given actions, keep what it computed by session id, take conversations in bulk for less money."""
Loader = Callable[[str, Options], Awaitable[Policy]]


class Backend(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of policy.

    `name` is all that ``--policy`` says or, where there is an `argument`, what stands before the
    colon; a back end without a name of its own `recognises` what it can load. `loader` is
    ``module:function``, imported when a policy is wanted: a `Loader`, called with the argument, or
    all that ``--policy`` says where there is none. `can` is the most its policies are able to do.
    `synthetic` customers follow rules and chances, and every result of theirs says so.
    `small`: its language model is too small to be asked about a visit.
    `key` is the environment variable that holds a key, needed for `key_use`.
    """

    name: str
    argument: str = ""
    loader: str
    kind: Kind
    can: frozenset[Ability] = frozenset()
    key: str | None = None
    key_use: str = ""
    example: str
    description: str
    recognises: Callable[[str], bool] | None = None
    synthetic: bool = False
    small: bool = False

    @property
    def form(self) -> str:
        """How it is written: ``scripted:FILE``."""
        return f"{self.name}:{self.argument}" if self.argument else self.name

    def accepts(self, spec: str) -> bool:
        """Whether `spec`, as given to ``--policy``, is one of its policies."""
        if self.recognises is not None:
            return self.recognises(spec)
        return spec.startswith(f"{self.name}:") if self.argument else spec == self.name

    def argument_of(self, spec: str) -> str:
        """What its loader is called with."""
        return spec.partition(":")[2] if self.argument else spec

    def address_in(self, spec: str) -> str | None:
        """The server that `spec` names, where it does."""
        return spec.rpartition("@")[2] if "@" in self.argument and "@" in spec else None

    async def loaded(self, spec: str, options: Options) -> Policy:
        """The policy.

        Raises:
            PolicyError: it cannot be loaded; says what to do.
        """
        module, _, function = self.loader.partition(":")
        load = cast(Loader, getattr(importlib.import_module(module), function))
        return await load(self.argument_of(spec), options)


def _is_model(spec: str) -> bool:
    return Path(spec).expanduser().exists() or _is_hub_id(spec)


def _is_reference(spec: str) -> bool:
    module, colon, attribute = spec.partition(":")
    parts = [*module.split("."), *attribute.split(".")]
    return bool(colon) and all(part.isidentifier() for part in parts)


def _is_hub_id(spec: str) -> bool:
    owner, slash, name = spec.partition("/")
    return (
        bool(slash and owner and name)
        and not set(spec) & set(":\\ ")
        and "/" not in name
        and owner not in (".", "..", "~")
    )


BACKENDS: tuple[Backend, ...] = (
    Backend(
        name=DEFAULT,
        loader="agent.policies.local.embedded:load_embedded",
        kind="model",
        small=True,
        can=frozenset({"text", "session_cache"}),
        example="smollm2",
        description="the embedded model, fine-tuned on synthetic sessions; no key, no network",
    ),
    Backend(
        name="smollm2-plain",
        loader="agent.policies.local.embedded:load_embedded",
        kind="model",
        small=True,
        can=frozenset({"text", "session_cache"}),
        example="smollm2-plain",
        description="the embedded model, trained to act without reasoning",
    ),
    Backend(
        name="smollm2-base",
        loader="agent.policies.local.embedded:load_embedded",
        kind="model",
        small=True,
        can=frozenset({"text", "session_cache"}),
        example="smollm2-base",
        description="the embedded model as published, told what to do by its prompt",
    ),
    Backend(
        name="synthetic",
        loader="agent.policies.synthetic:load_synthetic",
        kind="light",
        synthetic=True,
        example="synthetic",
        description="a documented model of a shopper, for the embedded shop; never called human",
    ),
    Backend(
        name="roaming",
        loader="agent.policies.synthetic:load_roaming",
        kind="light",
        synthetic=True,
        example="roaming",
        description="the same, who also go back, point at things and wait (--actions full)",
    ),
    Backend(
        name="anthropic",
        argument="MODEL",
        loader="agent.policies.remote.anthropic:load_anthropic",
        kind="remote",
        can=frozenset({"text", "message_batches"}),
        key="ANTHROPIC_API_KEY",
        key_use="--policy anthropic:MODEL",
        example="anthropic:claude-sonnet-4-5",
        description="a Claude model",
    ),
    Backend(
        name="openai",
        argument="MODEL@BASE_URL",
        loader="agent.policies.remote.openai:load_openai",
        kind="remote",
        can=frozenset({"text"}),
        key="OPENAI_API_KEY",
        key_use="--policy openai:MODEL@BASE_URL, where the server wants a key",
        example="openai:qwen2.5@http://localhost:8000/v1",
        description="any OpenAI-compatible server: vLLM, SGLang, llama.cpp, Ollama",
    ),
    Backend(
        name="scripted",
        argument="FILE",
        loader="agent.policies.scripted:load_scripted",
        kind="light",
        example="scripted:walk.json",
        description="a list of actions, for tests and load",
    ),
    Backend(
        name="replay",
        argument="DIR",
        loader="agent.policies.replay:load_replay",
        kind="light",
        example="replay:runs/jackets",
        description="the visits of an earlier run again, without a model",
    ),
    Backend(
        name="MODULE:CLASS",
        recognises=_is_reference,
        loader="agent.policies.custom_loader:load_custom",
        kind="model",
        can=frozenset({"action_scores", "session_cache"}),
        example="my_policy:Careful",
        description="a policy of your own, in Python: anything that can `decide`",
    ),
    Backend(
        name="a model's path or Hub id",
        recognises=_is_model,
        loader="agent.policies.local.transformers:load_transformers",
        kind="model",
        can=frozenset({"text", "action_scores", "session_cache"}),
        key="HF_TOKEN",
        key_use="models of the Hugging Face hub that are not public",
        example="HuggingFaceTB/SmolLM2-360M-Instruct",
        description="a model or adapter of your own, with transformers",
    ),
)
"""In the order in which help and errors list them. The first that accepts what is asked for loads
it: names come before a path that is written alike."""


def find(spec: str) -> Backend | None:
    """The back end of the policy called `spec`; None where no policy is called so."""
    return next((backend for backend in BACKENDS if backend.accepts(spec)), None)


def choose(spec: str) -> Backend:
    """The back end of the policy called `spec`.

    Raises:
        PolicyChoiceError: no policy is called so; says which there are.
    """
    backend = find(spec)
    if backend is None:
        near = difflib.get_close_matches(spec, [one.name for one in BACKENDS], n=1)
        hint = f"did you mean {near[0]}? There are" if near else "choose"
        raise PolicyChoiceError(f"no policy is called {spec!r}; {hint} {choices()}")
    if not backend.argument_of(spec):
        raise PolicyChoiceError(
            f"policy {spec!r}: nothing follows the colon; write {backend.form}, for example "
            f"{backend.example}"
        )
    return backend


def can(spec: str, ability: Ability) -> bool:
    """Whether the policy called `spec` may be able to do it."""
    backend = find(spec)
    return backend is not None and ability in backend.can


def is_synthetic(spec: str) -> bool:
    """Whether the customers of the policy called `spec` are not a language model's."""
    backend = find(spec)
    return backend is not None and backend.synthetic


def choices(ability: Ability | None = None, *, kind: Kind | None = None) -> str:
    """How policies are written: ``a, b or c``; only those with `ability`, or of a `kind`."""
    *others, last = (
        backend.form
        for backend in BACKENDS
        if (ability is None or ability in backend.can) and kind in (None, backend.kind)
    )
    return f"{', '.join(others)} or {last}" if others else last
