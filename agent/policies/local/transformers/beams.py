"""The likeliest whole text, found by a search over its tokens (beam search).

The likeliest token each time need not lead to the likeliest text: that ten results share what is
likely makes none of them so. Knows log-probabilities, not models or what texts mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

Text = tuple[int, ...]

Following = Callable[[Sequence[Text]], torch.Tensor]
"""The log-probabilities of what follows each of some texts, shape (texts, vocabulary)."""


def likeliest(
    following: Following,
    *,
    width: int,
    most: int,
    stop: frozenset[int],
    accept: Callable[[Text], bool],
) -> Text | None:
    """The likeliest text that is accepted and ends with one of `stop` within `most` tokens.

    `width` beginnings are followed at a time. Returns the text with its last token, or None where
    no beginning led to one.
    """
    live: list[tuple[float, Text]] = [(0.0, ())]
    best: tuple[float, Text] | None = None
    for _ in range(most):
        grown = _grown(following([text for _, text in live]), live, width, stop)
        ended = [(share, text) for share, text in grown if text[-1] in stop]
        for share, text in ended:
            if (best is None or share > best[0]) and accept(text):
                best = (share, text)
        live = [(share, text) for share, text in grown if text[-1] not in stop][:width]
        if not live or (best is not None and best[0] >= live[0][0]):
            break  # what goes on only becomes less likely
    return best and best[1]


def _grown(
    shares: torch.Tensor, live: Sequence[tuple[float, Text]], width: int, stop: frozenset[int]
) -> list[tuple[float, Text]]:
    """The likeliest beginnings a token longer, best first: enough to follow `width` of them however
    many end."""
    totals = shares + torch.tensor([share for share, _ in live])[:, None]
    found = torch.topk(totals.flatten(), min(width + len(stop) * len(live), totals.numel()))
    vocabulary = shares.shape[1]
    return [
        (share, (*live[place // vocabulary][1], place % vocabulary))
        for share, place in zip(found.values.tolist(), found.indices.tolist(), strict=True)
    ]
