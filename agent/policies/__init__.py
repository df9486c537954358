"""The policies, by the name given to ``--policy``.

Each back end is imported only when it is asked for: a scripted customer needs no model, and the
embedded model no torch.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from agent.policies.options import Options
from agent.policies.policy import Policy, PolicyChoiceError

__all__ = ["EMBEDDED", "Options", "load"]

EMBEDDED = ("smollm2", "smollm2-plain", "smollm2-base")
"""Names of the model that comes with Shopper, with and without its adapters."""


async def load(spec: str, options: Options | None = None) -> Policy:
    """The policy called `spec`: an embedded model's name, ``SCHEME:REST``, or a model's path or id.

    Raises:
        PolicyChoiceError: there is no such policy; says which there are.
        PolicyError: it cannot be loaded; says what to do.
    """
    scheme, colon, rest = spec.partition(":")
    chosen = options or Options()
    if spec == "synthetic":
        return _synthetic()
    if spec in EMBEDDED:
        return await _embedded(spec, chosen)
    if colon and (loader := _SCHEMES.get(scheme)):
        if not rest:
            raise PolicyChoiceError(f"policy {spec!r}: nothing follows the colon; {_choices()}")
        return await loader(rest, chosen)
    if Path(spec).expanduser().exists() or _is_hub_id(spec):
        return await _transformers(spec, chosen)
    raise PolicyChoiceError(f"no policy is called {spec!r}; {_choices()}")


def _choices() -> str:
    return (
        f"choose {', '.join(EMBEDDED)}, synthetic, anthropic:MODEL, openai:MODEL@BASE_URL, "
        "scripted:FILE, replay:DIR, or the path or Hub id (OWNER/NAME) of a model or adapter"
    )


def _is_hub_id(spec: str) -> bool:
    owner, slash, name = spec.partition("/")
    return (
        bool(slash and owner and name)
        and not set(spec) & set(":\\ ")
        and "/" not in name
        and owner not in (".", "..", "~")
    )


async def _embedded(spec: str, options: Options) -> Policy:
    from agent.policies.local.embedded import load_embedded

    return await load_embedded(spec, options)


async def _transformers(spec: str, options: Options) -> Policy:
    from agent.policies.local.transformers import load_transformers

    return await load_transformers(spec, options)


def _synthetic() -> Policy:
    from agent.policies.synthetic import SyntheticPolicy

    return SyntheticPolicy()


async def _scripted(rest: str, options: Options) -> Policy:
    from agent.policies.scripted import ScriptedPolicy

    return ScriptedPolicy.read(Path(rest))


async def _replay(rest: str, options: Options) -> Policy:
    from agent.policies.replay import ReplayPolicy

    return ReplayPolicy.read(Path(rest))


async def _anthropic(rest: str, options: Options) -> Policy:
    from agent.policies.remote.anthropic import load_anthropic

    return await load_anthropic(rest, options)


async def _openai(rest: str, options: Options) -> Policy:
    from agent.policies.remote.openai import load_openai

    return await load_openai(rest, options)


_SCHEMES: dict[str, Callable[[str, Options], Awaitable[Policy]]] = {
    "scripted": _scripted,
    "replay": _replay,
    "anthropic": _anthropic,
    "openai": _openai,
}
