"""The findings of a run or a study as they lie in its folder, each with its fingerprint."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.parsing import from_json
from eval.usability.recurring import fingerprint
from eval.usability.schema import FILE, Finding


class _Findings(msgspec.Struct, frozen=True):
    """Of ``study.json`` or ``report.json`` what is wanted here."""

    findings: tuple[Finding, ...] = ()


def findings(folder: Path) -> list[Finding]:
    """Those that were found, the gravest first; none where nothing has been looked into yet."""
    for name in (FILE, "report.json"):
        path = folder / name
        if path.is_file():
            try:
                told = from_json(path.read_bytes(), _Findings)
            except (OSError, msgspec.MsgspecError, UnicodeError):
                return []
            return [msgspec.structs.replace(f, fingerprint=fingerprint(f)) for f in told.findings]
    return []
