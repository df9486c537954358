"""How near a text is to another: chrF, and what counts as the same text."""

from __future__ import annotations

import unicodedata
from collections import Counter

CHRF_ORDER = 6
CHRF_BETA = 2.0


def chrf(hypothesis: str, reference: str) -> float:
    """Character n-gram F-score, 0 to 1 (Popović 2015, WMT; n up to 6, beta 2, no spaces).

    Precision and recall are averaged over the orders both texts are long enough for, as in
    sacreBLEU's sentence chrF2, which a test holds it to. Two texts without a letter are equal: 1.
    """
    one, other = "".join(hypothesis.split()), "".join(reference.split())
    precisions, recalls = [], []
    for order in range(1, CHRF_ORDER + 1):
        mine, theirs = _grams(one, order), _grams(other, order)
        if not mine or not theirs:
            continue
        common = (mine & theirs).total()
        precisions.append(common / mine.total())
        recalls.append(common / theirs.total())
    if not precisions:
        return 1.0 if one == other else 0.0
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    if precision + recall == 0:
        return 0.0
    weight = CHRF_BETA**2
    return (1 + weight) * precision * recall / (weight * precision + recall)


def _grams(text: str, order: int) -> Counter[str]:
    return Counter(text[i : i + order] for i in range(len(text) - order + 1))


def fold(text: str) -> str:
    """Compatibility-normalised, case-folded, runs of white space as one space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
