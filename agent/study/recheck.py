"""Taking some of a study's visits again, step by step, to see whether what was met comes again.

Knows visits, not findings. Where the shop is no longer as it was, a visit cannot go on, and ends in
an error: then nothing came again.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping

import msgspec

from agent.policies.policy import Policy
from agent.policies.replay import ReplayPolicy
from agent.runs.crowd import Crowd
from agent.runs.folder import finished_sessions
from agent.runs.runner import shopping
from agent.sessions.session import Session
from agent.study.conduct import StudyRequest, task_config
from agent.study.success import split_id


async def take_again(request: StudyRequest, steps: Mapping[str, int], seconds: float) -> int:
    """Take the visits with these session ids again, each up to so many steps, into the study's
    ``replays``; those that are not over after so many `seconds` are left. Returns how many are.

    Raises:
        EnvError: no browser, or no shop.
        CannotWrite: the folder cannot be written.
    """
    folder = request.folder.replays
    shutil.rmtree(folder.root, ignore_errors=True)
    folder.sessions.mkdir(parents=True)
    logged = finished_sessions(request.folder.run)
    kept = {name: _cut(logged[name], most) for name, most in steps.items() if name in logged}
    policy = ReplayPolicy.of("replay", kept.values())
    over = 0
    try:
        async with asyncio.timeout(seconds):
            for task in request.study.tasks:
                over += await _task(request, task.id, policy, kept)
    except TimeoutError:
        over = len(finished_sessions(folder))
    return over


async def _task(
    request: StudyRequest, task_id: str, policy: Policy, kept: Mapping[str, Session]
) -> int:
    task = next(one for one in request.study.tasks if one.id == task_id)
    config = task_config(request, task)
    mine = {name for name in kept if split_id(name)[1] == task_id}
    who = tuple(one for one in config.customers if one.session_id in mine)
    if not who:
        return 0
    config = msgspec.structs.replace(config, customers=who, shop_log=None)
    card = msgspec.structs.replace(request.card(), customers=len(who), policy="replay")
    crowd = Crowd(config, policy, request.folder.replays, card, lambda session, doing: None)
    await shopping(crowd.run({}), request.folder.root)
    return len(crowd.sessions)


def _cut(session: Session, steps: int) -> Session:
    return msgspec.structs.replace(session, steps=session.steps[:steps])
