"""Virtual customers that shop in a real browser: the library. docs/python.md shows how it is used.

Everything named here is imported when it is first used, so that ``import shopper`` is quick and
loads neither a browser nor a model.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from shopper.own_packages import check_packages

if TYPE_CHECKING:
    from agent import __version__ as __version__
    from agent.personas.personas import Customer as Customer
    from agent.policies.options import Options as Options
    from agent.policies.policy import Decision as Decision
    from agent.policies.policy import Policy as Policy
    from agent.policies.policy import PolicyError as PolicyError
    from agent.policies.policy import RunOver as RunOver
    from agent.sessions.dataset import read_sessions as read_sessions
    from agent.sessions.session import Persona as Persona
    from agent.sessions.session import Session as Session
    from agent.sessions.session import Step as Step
    from envs.actions import Action as Action
    from envs.actions import ActionError as ActionError
    from envs.actions import Click as Click
    from envs.actions import Input as Input
    from envs.actions import Terminate as Terminate
    from envs.actions import TypeAndSubmit as TypeAndSubmit
    from envs.environment import Environment as Environment
    from envs.errors import EnvError as EnvError
    from envs.observation import Element as Element
    from envs.observation import Observation as Observation
    from envs.outcome import Outcome as Outcome
    from shopper.access import AccessAsked as AccessAsked
    from shopper.api.benchmarks import bench as bench
    from shopper.api.runs import Run as Run
    from shopper.api.runs import open_run as open_run
    from shopper.api.runs import run as run
    from shopper.api.studies import StudyRun as StudyRun
    from shopper.api.studies import study as study
    from shopper.api.visits import load_policy as load_policy
    from shopper.api.visits import observe as observe
    from shopper.api.visits import open_environment as open_environment
    from shopper.api.visits import visit as visit

_HOMES = {
    "agent": ("__version__",),
    "agent.personas.personas": ("Customer",),
    "agent.policies.options": ("Options",),
    "agent.policies.policy": ("Decision", "Policy", "PolicyError", "RunOver"),
    "agent.sessions.dataset": ("read_sessions",),
    "agent.sessions.session": ("Persona", "Session", "Step"),
    "envs.actions": ("Action", "ActionError", "Click", "Input", "Terminate", "TypeAndSubmit"),
    "envs.environment": ("Environment",),
    "envs.errors": ("EnvError",),
    "envs.observation": ("Element", "Observation"),
    "envs.outcome": ("Outcome",),
    "shopper.access": ("AccessAsked",),
    "shopper.api.benchmarks": ("bench",),
    "shopper.api.runs": ("Run", "open_run", "run"),
    "shopper.api.studies": ("StudyRun", "study"),
    "shopper.api.visits": ("load_policy", "observe", "open_environment", "visit"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    check_packages()  # here and not above, so that the command line can say it in a sentence
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
