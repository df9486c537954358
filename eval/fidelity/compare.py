"""Two populations of free visits, in every way there is."""

from __future__ import annotations

from collections.abc import Sequence

from eval.fidelity.depth import depths
from eval.fidelity.discriminator import discriminator
from eval.fidelity.distances import distances
from eval.fidelity.likeness import likeness
from eval.fidelity.matched import matched
from eval.fidelity.outcomes import outcomes
from eval.fidelity.schema import Fidelity
from eval.fidelity.trails import Trail


def fidelity(first: Sequence[Trail], second: Sequence[Trail]) -> Fidelity:
    """How near the first population's visits are to the second's."""
    return Fidelity(
        distances=distances(first, second),
        matched=matched(first, second),
        outcomes=outcomes(first, second),
        depths=depths(first, second),
        discriminator=discriminator(first, second),
        likeness=likeness(first, second),
    )
