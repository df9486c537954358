"""What a shopper remembers of the visit so far: their own actions, nothing they could not know.

Plain data and what follows from it. The mind of a shopper is a function of this, the page, the
user and the want, so a visit can be taken up anywhere.
"""

from __future__ import annotations

from functools import cached_property

import msgspec

from envs.actions import Action, TypeAndSubmit, action_name
from envs.observation import Kind


class Act(msgspec.Struct, frozen=True):
    """One action taken, and the kind of the element acted on (``leave`` for terminate)."""

    action: Action
    kind: str


class History(msgspec.Struct, frozen=True, dict=True):
    """The actions so far, the first one first."""

    acts: tuple[Act, ...] = ()

    def after(self, action: Action, kind: Kind | str) -> History:
        return History((*self.acts, Act(action, kind)))

    @cached_property
    def steps(self) -> int:
        return len(self.acts)

    @cached_property
    def queries(self) -> tuple[str, ...]:
        """Searches made, in order."""
        return tuple(
            a.action.text
            for a in self.acts
            if a.kind == "search" and isinstance(a.action, TypeAndSubmit)
        )

    @cached_property
    def opened(self) -> tuple[str, ...]:
        """Products opened, each by its part of the name, in order."""
        named = (action_name(a.action) or "" for a in self.acts if a.kind == "product")
        return tuple(product_part(name) for name in named)

    @cached_property
    def opened_said(self) -> str:
        """How many products were opened, in words; empty when none was."""
        count = len(set(self.opened))
        return f"{count} products" if count > 1 else "one product" if count else ""

    @cached_property
    def filtered(self) -> int:
        return sum(a.kind == "filter" for a in self.acts)

    @cached_property
    def paged(self) -> int:
        """Pages turned since the last search."""
        return sum(a.kind == "navigation" for a in self._since("search"))

    @cached_property
    def here(self) -> tuple[Act, ...]:
        """What was done on the product page now open."""
        return tuple(self._since("product"))

    def did(self, kind: str) -> int:
        """How often an action of this kind was taken on the product page now open."""
        return sum(a.kind == kind for a in self.here)

    def _since(self, kind: str) -> list[Act]:
        recent: list[Act] = []
        for act in reversed(self.acts):
            if act.kind == kind:
                break
            recent.append(act)
        return recent[::-1]


def product_part(name: str) -> str:
    """The part of a link's name that says which product it is: the same on every page. The link in
    a card is called after the card (``results.blue_mug.view_product``)."""
    around, _, own = name.rpartition(".")
    return around.rpartition(".")[2] if own.startswith("view_product") and around else own
