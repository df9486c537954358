"""Carrying out a script that logs in, before a visit begins.

Its actions are those of the scripted policy, found by their names; none of them is a step of the
visit, nothing of them is kept. What they type are placeholders, which the environment fills in.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from playwright.async_api import Error

from agent.policies.policy import PolicyChoiceError
from agent.policies.script_file import LoginSteps, ScriptStep, read_login_steps
from agent.policies.scripted import action_of, matching_names, no_match
from envs.access import Access, AccessError, LoginScript, LoginState
from envs.environment import Environment
from envs.errors import EnvError, NotLetIn
from envs.options import Secret

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")


class LoginScriptFailed(NotLetIn):
    """The script did not log in; `picture` is a JPEG of what the window showed, if it could be
    taken."""

    def __init__(self, url: str, message: str, picture: bytes | None) -> None:
        super().__init__(url, message)
        self.picture = picture


def read_login_script(path: Path, secrets: Sequence[Secret]) -> LoginScript:
    """The script in a file, whose placeholders are all among `secrets`.

    Raises:
        AccessError: it cannot be read, is no script, or types what nobody gave.
    """
    try:
        script = read_login_steps(path)
    except PolicyChoiceError as error:
        raise AccessError(f"--setup: {error}") from error
    known = {secret.name for secret in secrets}
    for number, step in enumerate(script.steps, 1):
        for name in _PLACEHOLDER.findall(step.text or ""):
            if name not in known:
                raise AccessError(_not_given(path, number, name))
    return LoginScript(path.name, msgspec.json.encode(script))


def _not_given(path: Path, number: int, name: str) -> str:
    usual = {"user": "SHOPPER_USER", "password": "SHOPPER_PASSWORD", "totp": "SHOPPER_TOTP_SECRET"}
    variable = f"set {usual[name]}, or " if name in usual else ""
    return (
        f"{path}: action {number} types {{{{{name}}}}}, and there is none: {variable}"
        f"give --secret {name}=env:VARIABLE"
    )


async def log_in(environment: Environment, url: str, script: LoginScript) -> None:
    """Carry out the script in the environment, at its own address or at `url`.

    Raises:
        LoginScriptFailed: an action could not be taken, or the site asks to log in after the last.
        EnvError: the page could not be opened.
    """
    steps = msgspec.json.decode(script.steps, type=LoginSteps)
    at = steps.url or url
    await environment.prepare(at)
    for number, step in enumerate(steps.steps, 1):
        if step.type == "terminate":
            break
        place = f"action {number} of {len(steps.steps)}"
        try:
            why = await _take(environment, number, step)
        except EnvError as error:
            why = str(error)
        if why:
            told = environment.discreet(f"--setup {script.file} failed at {place} ({why})")
            raise LoginScriptFailed(at, told, await environment.picture())
    await environment.observe()
    if await environment.asks_to_log_in():
        raise LoginScriptFailed(
            at,
            f"--setup {script.file} did not log in: after its last action the site still asks to, "
            "so the user name or the password may be wrong",
            await environment.picture(),
        )


async def _take(environment: Environment, number: int, step: ScriptStep) -> str:
    """Take one action; returns why that did not work, nothing where it did."""
    seen = await environment.observe()
    matches = matching_names(step, seen)
    if step.names and not matches:
        return "" if step.optional else no_match("script", number - 1, step, seen)
    outcome = await environment.act(action_of(step, matches, str(number)))
    if outcome.held is not None or outcome.purchase:
        return f"{step.type} {matches[0]!r}: it was held back, since it may place an order"
    if outcome.error:
        return f"{step.type} {step.name or ''!r}: {outcome.error}"
    return ""


async def kept_login(environment: Environment, script: LoginScript) -> LoginState:
    """The state that a script has left, so that others can start from it.

    Raises:
        EnvError: the browser is gone.
    """
    try:
        state = await environment.page.context.storage_state(indexed_db=True)
    except Error as error:
        raise EnvError("the login could not be kept: the browser is gone") from error
    return LoginState(script.file, time.time(), msgspec.json.encode(state))


def after_script(access: Access, state: LoginState) -> Access:
    """`access` for visits that start from the `state` which its script has left."""
    return msgspec.structs.replace(access, state=state, script=None)


async def log_in_or_show(environment: Environment, url: str, script: LoginScript) -> None:
    """As `log_in`, where there is no folder that could keep the picture of a failure.

    Raises:
        EnvError: it failed; says where the picture is.
    """
    try:
        await log_in(environment, url, script)
    except LoginScriptFailed as error:
        if error.picture is None:
            raise
        raise EnvError(f"{error}; {keep_picture(error.picture)} shows the page") from error


def keep_picture(image: bytes) -> str:
    """Write a picture where temporary files go; returns its path."""
    handle, path = tempfile.mkstemp(prefix="shopper-login-failed-", suffix=".jpg")
    with os.fdopen(handle, "wb") as file:
        file.write(image)
    return path
