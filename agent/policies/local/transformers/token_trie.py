"""Several texts as one tree of tokens, so that common beginnings are computed once.

Knows token ids, not models.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch


class TokenTrie:
    """The tokens of `texts`, written one after another.

    `ids` and `depths` have one entry a token of the tree; `paths` holds for every text its tokens,
    each with the place of the one before it (-1: what stands before the tree).
    """

    def __init__(self, texts: Sequence[tuple[int, ...]]) -> None:
        self.ids: list[int] = []
        self.depths: list[int] = []
        self.paths: list[list[tuple[int, int]]] = []
        self._before: list[int] = []
        self._places: dict[tuple[int, int], int] = {}
        for text in texts:
            at, path = -1, []
            for depth, token in enumerate(text):
                path.append((at, token))
                if (at, token) not in self._places:
                    self._places[at, token] = len(self.ids)
                    self.ids.append(token)
                    self.depths.append(depth)
                    self._before.append(at)
                at = self._places[at, token]
            self.paths.append(path)

    def place(self, text: Sequence[int]) -> int:
        """The place of the last token of a text of the tree; -1 where it has none."""
        at = -1
        for token in text:
            at = self._places[at, token]
        return at

    def mask(self, before: int, dtype: torch.dtype, window: int | None = None) -> torch.Tensor:
        """What is added to the scores, shape (1, 1, tokens, before + tokens): each token sees the
        `before` tokens ahead of the tree, itself and what leads to it; of these the last `window`,
        where a layer looks no further back."""
        count = len(self.ids)
        mask = torch.full((count, before + count), torch.finfo(dtype).min, dtype=dtype)
        mask[:, :before] = 0
        for place, parent in enumerate(self._before):
            if parent >= 0:
                mask[place, before:] = mask[parent, before:]
            mask[place, before + place] = 0
        if window is not None:
            places = torch.tensor([*range(before), *(before + depth for depth in self.depths)])
            too_far = places[None] <= places[before:, None] - window
            mask[too_far] = torch.finfo(dtype).min
        return mask[None, None]
