"""Splits: seeded, near their shares, users never divided."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sessions.splitting import SplitError, assign, parse_parts

PARTS = {"train": 0.8, "validation": 0.1, "test": 0.1}
keys = st.lists(st.text("abcdefgh", min_size=1, max_size=3), min_size=1, max_size=300)


@given(keys.filter(lambda k: len(set(k)) >= 3), st.integers(0, 99))
def test_every_key_has_one_part_and_no_part_is_empty(sessions: list[str], seed: int) -> None:
    chosen = assign(sessions, PARTS, seed)
    assert chosen.keys() == set(sessions)
    assert set(chosen.values()) == PARTS.keys()
    assert chosen == assign(sessions[::-1], PARTS, seed)
    largest = max(Counter(sessions).values())
    counts = Counter(chosen[key] for key in sessions)
    for name, share in PARTS.items():
        assert abs(counts[name] - share * len(sessions)) <= 2 * largest + 1


def test_another_seed_is_another_split() -> None:
    sessions = [str(i) for i in range(100)]
    first, second = assign(sessions, PARTS, 0), assign(sessions, PARTS, 1)
    assert first != second
    assert Counter(first.values()) == Counter(train=80, validation=10, test=10)


def test_too_few_to_divide_is_said() -> None:
    with pytest.raises(SplitError, match="2 cannot be divided into 3 parts"):
        assign(["a", "b", "a"], PARTS, 0)


def test_parts_are_shares() -> None:
    assert parse_parts("train=3, test=1") == {"train": 0.75, "test": 0.25}
    for text in ("", "train", "train=0", "train=-1", "a=1,a=2", "../x=1", "a=inf", "a=nan"):
        with pytest.raises(SplitError, match="parts are written like"):
            parse_parts(text)
