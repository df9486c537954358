"""The search for the likeliest text finds what trying all texts finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from agent.policies.local.transformers.beams import Text, likeliest  # noqa: E402

VOCABULARY, STOP, MOST = 4, 3, 4


def odds(seed: int) -> Callable[[Sequence[Text]], torch.Tensor]:
    """Log-probabilities that depend on all of the text before."""

    def following(texts: Sequence[Text]) -> torch.Tensor:
        rows = []
        for text in texts:
            generator = torch.Generator().manual_seed(hash((seed, text)) % 2**31)
            rows.append(torch.randn(VOCABULARY, generator=generator) * 2)
        return torch.log_softmax(torch.stack(rows), -1)

    return following


def every(following: Callable[[Sequence[Text]], torch.Tensor]) -> dict[Text, float]:
    """All texts that end in time, with their log-probabilities."""
    found = {}
    for length in range(MOST):
        for body in product(range(STOP), repeat=length):
            text = (*body, STOP)
            before = [text[:i] for i in range(len(text))]
            shares = following(before)
            found[text] = float(sum(shares[i, token] for i, token in enumerate(text)))
    return found


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), refused=st.integers(0, 2))
def test_a_wide_search_finds_the_likeliest_of_all(seed: int, refused: int) -> None:
    following = odds(seed)
    all_texts = {text: p for text, p in every(following).items() if refused not in text}
    found = likeliest(
        following,
        width=VOCABULARY**MOST,
        most=MOST,
        stop=frozenset({STOP}),
        accept=lambda text: refused not in text,
    )
    assert found is not None
    assert all_texts[found] == pytest.approx(max(all_texts.values()), abs=1e-5)


def test_what_ten_share_is_no_longer_the_likeliest() -> None:
    """`result` has more than `leave`, no single result has; a search of one takes it all the same."""
    result, leave, end = 0, 1, 14

    def following(texts: Sequence[Text]) -> torch.Tensor:
        rows = torch.full((len(texts), 15), -20.0)
        for row, text in zip(rows, texts, strict=True):
            if not text:
                row[result], row[leave] = torch.tensor([0.6, 0.4]).log()
            elif text == (result,):
                row[2:12] = torch.tensor(0.1).log()
            else:
                row[end] = 0.0
        return rows

    def found(width: int) -> Text | None:
        return likeliest(
            following, width=width, most=4, stop=frozenset({end}), accept=lambda _: True
        )

    greedy, searched = found(1), found(4)
    assert greedy is not None and greedy[0] == result
    assert searched == (leave, end)


def test_where_nothing_is_accepted_nothing_is_found() -> None:
    following = odds(1)
    assert (
        likeliest(following, width=4, most=3, stop=frozenset({STOP}), accept=lambda _: False)
        is None
    )
