"""A policy in wrappers is still that policy: what they do not change goes through them."""

from __future__ import annotations

import pytest

from agent.policies.budget import Budget, Budgeted
from agent.policies.policy import PolicyError
from agent.policies.replay import RecordedStep, RecordedVisit, ReplayPolicy
from agent.policies.wrapper import innermost
from agent.study.definition import Success, Task
from agent.study.success import UntilDone
from envs.actions import Terminate
from tests.agent.policies.shopping import PAGE, session


async def test_what_wrappers_do_not_change_goes_through_them() -> None:
    leaving = RecordedStep(PAGE.url, 0, Terminate(), "Nothing for me.")
    policy = ReplayPolicy("replay:x", [RecordedVisit("recorded", (leaving,))])
    task = Task(id="", text="Shop.", success=Success(order=True))
    wrapped = Budgeted(UntilDone(policy, [task]), Budget(tokens=1))
    assert innermost(wrapped) is policy
    assert (wrapped.name, wrapped.settings) == ("replay:x", policy.settings)
    assert (await wrapped.decide(session(), PAGE)).reasoning == "Nothing for me."
    await wrapped.decide(session(), PAGE)  # still this session's recording
    await wrapped.forget("s")
    with pytest.raises(PolicyError, match="all are taken"):
        await wrapped.decide(session(), PAGE)
