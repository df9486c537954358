"""What an old file says when a version of Shopper reads it: figures and structure, no prose.

Each fact is had by the command line alone, so that the same code asks the old version and the
new. Sentences, labels and titles are left out: they may be put better without anything that was
found being another.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

Shopper = Callable[..., str]
"""Runs ``shopper WORDS`` in the folder of the files and returns what it printed."""

PROSE = frozenset(
    {
        *("label", "title", "titles", "definition", "source", "rule", "detail", "suggestion"),
        *("why", "note", "notes", "warnings", "about", "folders", "facts", "limits"),
        "fingerprint",
    }
)
MACHINE = frozenset({"context_tokens", "tokenizer"})
"""Depend on whether the embedded model is on this machine."""
DIGITS = 9


def plain(value: Any, leave_out: frozenset[str] = PROSE) -> Any:
    """`value` without prose, its numbers rounded, its measures by name."""
    if isinstance(value, dict):
        kept = ((key, one) for key, one in value.items() if key not in leave_out)
        return {key: plain(one, leave_out) for key, one in kept}
    if isinstance(value, list):
        items = [plain(one, leave_out) for one in value]
        named = bool(items) and all(isinstance(one, dict) and "key" in one for one in items)
        return {_name(one): one for one in items} if named else items
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def _name(measure: dict[str, Any]) -> str:
    return " ".join(filter(None, (measure.pop("key"), measure.pop("task", None))))


def checked(shopper: Shopper, file: str) -> Any:
    """`data check`: what is in a data set, a run's folder or a log."""
    return plain(json.loads(shopper("data", "check", file, "--json")), MACHINE)


def converted(shopper: Shopper, folder: Path, file: str) -> list[str]:
    """`data convert`: a digest of every session, byte for byte as it is written now."""
    out = folder / "converted.jsonl"
    out.unlink(missing_ok=True)
    shopper("data", "convert", file, "--out", out.name)
    return [digest(line) for line in out.read_text("utf-8").splitlines()]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def reported(shopper: Shopper, folder: Path, run: str) -> list[str]:
    """`report`: how each visit ended, in the order of the page."""
    page = folder / run / "report.html"
    page.unlink(missing_ok=True)
    shopper("report", run)
    return re.findall(
        r'<details class="visit[^>]* data-outcome="([a-z]+)"', page.read_text("utf-8")
    )


def studied(shopper: Shopper, folder: Path, study: str) -> Any:
    """`study DIR`: measures, findings and outcomes worked out again from the logs."""
    (folder / study / "study.json").unlink()
    shopper("study", study)
    return study_facts(folder / study / "study.json")


def study_facts(file: Path) -> Any:
    found = plain(json.loads(file.read_text("utf-8")))
    parts = ("measures", "findings", "results", "participants", "answers")
    return {part: found[part] for part in parts}


def scored(shopper: Shopper, folder: Path, bench: str, *words: str) -> Any:
    """`bench`: the results of predictions that are there."""
    if "--resume" not in words:
        shutil.rmtree(folder / bench)
    shopper("bench", *words, "--out", bench)
    found = plain(json.loads((folder / bench / "results.json").read_text("utf-8")))
    found.pop("step_kinds", None)  # told since pages can be lines, as is how the rule does
    found["baselines"].pop("rule", None)
    return found


def compared(shopper: Shopper, *paths: str) -> Any:
    """`compare`: two benchmarks, two studies, or a run and a data set; without what the old version
    did not look at, which is whole visits."""
    told = json.loads(shopper("compare", *paths, "--json"))
    told.pop("fidelities", None)
    return plain(told)


def sides(shopper: Shopper, folder: Path, run: str) -> Any:
    """`report` of a run with two sides: the comparison."""
    file = folder / run / "comparison.json"
    file.unlink(missing_ok=True)
    shopper("report", run)
    return plain(json.loads(file.read_text("utf-8")))


def visits(lines: list[str]) -> list[Any]:
    """What customers did and why, of sessions as JSON. Not what the page looked like to them: that
    may be seen better without anybody acting otherwise."""
    return [_visit(json.loads(line)) for line in lines]


def _visit(session: dict[str, Any]) -> Any:
    steps = [
        [step.get("kind", "other"), step["action"], step.get("reasoning")]
        for step in session["steps"]
    ]
    return [session["session_id"], session.get("intent"), session.get("end"), steps]
