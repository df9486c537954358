"""What a step of GitHub Actions is told: annotations, and where its page is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from shopper.ci.account import Account, Case

MOST = 10
"""Annotations of a kind that GitHub keeps of one step."""


def step_summary(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file that the page of the build shows, where there is one."""
    name = environment.get("GITHUB_STEP_SUMMARY")
    return Path(name) if name else None


def commands(account: Account) -> list[str]:
    """The commands: what fails the build as errors, grave remarks as warnings, others as notices.
    They point to the file that said what to do, where there is one."""
    errors = [_command("error", account, _title(case), case.said) for case in account.bad]
    remarks = [
        (one.grave, _command("warning" if one.grave else "notice", account, one.title, one.text))
        for one in account.remarks
    ]
    warnings = [text for grave, text in remarks if grave]
    notices = [text for grave, text in remarks if not grave]
    return [*errors[:MOST], *warnings[:MOST], *notices[:MOST]]


def _title(case: Case) -> str:
    return f"{case.name} ({case.about})" if case.about else case.name


def _command(kind: str, account: Account, title: str, text: str) -> str:
    properties = {"title": f"{account.command}: {title}"}
    if account.file is not None:
        properties["file"] = str(account.file)
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{kind} {told}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
