"""Visits of a study that show findings, once more, step by step, to see what comes again.

Where the two halves meet: which visits is told by the findings, taking them again is the study's.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

from agent.study.conduct import StudyRequest
from agent.study.recheck import take_again


async def recheck(
    request: StudyRequest, seconds: float, begins: Callable[[int], None] = lambda visits: None
) -> None:
    """Take them again for at most so many `seconds`; none where there are no findings. `begins` is
    called with how many they are.

    Raises:
        EvalInputError: the study's folder cannot be read.
        EnvError: no browser, or no shop.
        CannotWrite: the folder cannot be written.
    """
    from eval.usability.analysis import analyse  # its statistics take a second to import
    from eval.usability.recurring import to_take_again

    shutil.rmtree(request.folder.replays.root, ignore_errors=True)
    visits = to_take_again(analyse(request.folder.root).findings)
    if visits:
        begins(len(visits))
        await take_again(request, visits, seconds)
