"""The policies, by the name given to ``--policy``.

Each back end is imported only when it is asked for: a scripted customer needs no model, and the
embedded model no torch.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent.policies.auto import resolved
from agent.policies.custom import as_policy
from agent.policies.options import Options
from agent.policies.policy import Policy
from agent.policies.registry import choose

__all__ = ["Options", "load", "name_of", "opened"]


async def load(spec: str, options: Options | None = None) -> Policy:
    """The policy called `spec`, as `agent.policies.registry` lists them, or for ``auto`` the one
    that suits what is here.

    Raises:
        PolicyChoiceError: there is no such policy; says which there are.
        PolicyError: it cannot be loaded; says what to do.
    """
    named, _ = resolved(spec)
    return await choose(named).loaded(named, options or Options())


@asynccontextmanager
async def opened(policy: str | Policy, options: Options | None = None) -> AsyncIterator[Policy]:
    """A policy by its name, closed afterwards; one that is there already is its owner's to close.

    Raises:
        PolicyError: there is no such policy, it cannot be loaded, or it is none.
    """
    if not isinstance(policy, str):
        yield as_policy(policy)
        return
    loaded = await load(policy, options)
    try:
        yield loaded
    finally:
        await loaded.close()


def name_of(policy: str | Policy) -> str:
    """As given to ``--policy``.

    Raises:
        PolicyChoiceError: it is no policy.
    """
    return policy if isinstance(policy, str) else as_policy(policy).name
