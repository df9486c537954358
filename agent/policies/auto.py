"""``--policy auto``: the policy that suits what is here, and why it was taken.

A key to a remote model first, then a GPU with a model of the hub in the cache, else the embedded
model. Nothing is fetched to find out.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import msgspec

from agent.policies.registry import BACKENDS, DEFAULT

if TYPE_CHECKING:
    from agent.models.facts import Gpu
    from agent.models.ready import ReadyModel

AUTO = "auto"
_BYTES_PER_PARAMETER = 2
_ROOM = 1.5
"""What a model takes beside its weights: keys and values of the customers at once."""
_MODEL_IS_NAMED = "anthropic"
"""Of the remote back ends the one whose service and model need not be named."""

Other = TypeVar("Other")


class Pick(msgspec.Struct, frozen=True):
    """A policy, as given to ``--policy``, and why it was taken; no reason where it was named."""

    policy: str
    why: str = ""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What the choice depends on. `keys` are the variables that hold one, never their values;
    `cached` are the ready models whose weights are here."""

    keys: frozenset[str] = frozenset()
    gpu: Gpu | None = None
    cached: tuple[ReadyModel, ...] = ()


def pick(here: Surroundings) -> Pick:
    """The policy that suits what is here."""
    remote = next(backend for backend in BACKENDS if backend.name == _MODEL_IS_NAMED)
    if remote.key in here.keys:
        return Pick(remote.example, f"{remote.key} is set")
    if here.gpu is None:
        return Pick(DEFAULT, f"{_no_key(here, remote.key)}, no GPU that torch can use")
    fitting = [one for one in here.cached if _fits(one, here.gpu)]
    if not fitting:
        what = "none of the ready models that fits is in the hub's cache"
        return Pick(DEFAULT, f"{_no_key(here, remote.key)}, a GPU ({here.gpu.name}), but {what}")
    why = (
        f"{_no_key(here, remote.key)}, a GPU ({here.gpu.name}), and the model is in the hub's cache"
    )
    return Pick(fitting[0].hub_id, why)


def _fits(model: ReadyModel, gpu: Gpu) -> bool:
    return model.parameters * _BYTES_PER_PARAMETER * _ROOM < gpu.memory


def _no_key(here: Surroundings, key: str | None) -> str:
    """Why no remote model was taken."""
    if "OPENAI_API_KEY" in here.keys:
        return "OPENAI_API_KEY is set, but which model is not said (--policy openai:MODEL@BASE_URL)"
    return f"no {key}"


def surroundings() -> Surroundings:
    """What is here. Torch is imported where it is installed."""
    from agent.models.facts import first_gpu  # numpy comes with it
    from agent.models.ready import READY, cached_folder

    names = {backend.key for backend in BACKENDS if backend.key and backend.kind == "remote"}
    gpu = first_gpu()
    cached = () if gpu is None else tuple(one for one in READY if cached_folder(one.hub_id))
    keys = frozenset(name for name in names if os.environ.get(name))
    return Surroundings(keys=keys, gpu=gpu, cached=cached)


def resolved(policy: str | Other) -> tuple[str | Other, str]:
    """A policy as it was given and no reason, or for ``auto`` what was picked, and why."""
    if policy != AUTO:
        return policy, ""
    picked = pick(surroundings())
    return picked.policy, picked.why
