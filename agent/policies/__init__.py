"""The policies, by the name given to ``--policy``.

Each back end is imported only when it is asked for: a scripted customer needs no model, and the
embedded model no torch.
"""

from __future__ import annotations

from agent.policies.options import Options
from agent.policies.policy import Policy
from agent.policies.registry import choose

__all__ = ["Options", "load"]


async def load(spec: str, options: Options | None = None) -> Policy:
    """The policy called `spec`, as `agent.policies.registry` lists them.

    Raises:
        PolicyChoiceError: there is no such policy; says which there are.
        PolicyError: it cannot be loaded; says what to do.
    """
    return await choose(spec).loaded(spec, options or Options())
