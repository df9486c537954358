"""Edit distances as they are defined, cell by cell: what the library's are held against."""

from __future__ import annotations


def edits(one: str, other: str, *, swaps: bool = False) -> int:
    """Characters inserted, deleted and replaced from one text to the other, each counting 1
    (Levenshtein); with `swaps`, two neighbours exchanged count 1 as well, and are not edited again
    (optimal string alignment)."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            ways = [table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a != b)]
            if swaps and min(i, j) > 1 and (a, one[i - 2]) == (other[j - 2], b):
                ways.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(ways)
    return table[len(one), len(other)]
