"""A draft as the files and the command line that do the same."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec

from agent.policies.registry import DEFAULT
from agent.runs.crowd import default_folder
from shopper.app.new.draft import Draft, TaskDraft


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is the run's, `arguments` are those of ``shopper``, `study` is the study's file, ''
    for a run; `people` is where who is sent goes, None for the samples that ship."""

    name: str
    arguments: tuple[str, ...]
    study: str = ""
    people: Path | None = None

    @property
    def command(self) -> str:
        return shlex.join(("shopper", *self.arguments))


def written(draft: Draft, root: Path, files: Path) -> Written:
    """`root` is the folder of runs, `files` where a study's file and people go."""
    name = free_name(root, files)
    people = files / f"{name}.people.jsonl" if draft.people == "drawn" else None
    out = ("--out", str(root / name))
    if draft.kind == "study":
        file = files / f"{name}.study.toml"
        toml = study_toml(draft, people.name if people else None)
        return Written(name=name, arguments=("study", str(file), *out), study=toml, people=people)
    arguments = ("run", *_run_arguments(draft, people), *out)
    return Written(name=name, arguments=arguments, people=people)


def _run_arguments(draft: Draft, people: Path | None) -> Iterator[str]:
    if not draft.embedded:
        yield draft.site
    yield from ("--customers", str(draft.customers), "--seed", str(draft.seed))
    yield from ("--policy", draft.policy)
    if draft.embedded and draft.variant != "default":
        yield from ("--variant", draft.variant)
    if people is not None:
        yield from ("--personas", str(people))
    if draft.intent:
        yield from ("--intent", draft.intent)
    if draft.device != "desktop":
        yield from ("--device", draft.device)
    if draft.locale:
        yield from ("--locale", draft.locale)
    for host in draft.allow:
        yield from ("--allow", host)
    if draft.robots:
        yield "--respect-robots"


def study_toml(draft: Draft, people: str | None) -> str:
    """The study's file; `people` is a personas file beside it."""
    lines = [
        f"title = {_text(draft.title or 'A study')}",
        f"site = {_text(draft.site)}",
        f"policy = {_text(draft.policy or DEFAULT)}",
        f"seed = {draft.seed}",
    ]
    if draft.embedded and draft.variant != "default":
        lines.append(f"variant = {_text(draft.variant)}")
    if draft.allow:
        lines.append(f"allow = [{', '.join(map(_text, draft.allow))}]")
    lines += ["", "[population]", f"customers = {draft.customers}"]
    lines.append(f"device = {_text(draft.device)}")
    if people is not None:
        lines.append(f"personas = {_text(people)}")
    if draft.locale:
        lines.append(f"locale = {_text(draft.locale)}")
    for number, task in enumerate(draft.tasks, 1):
        lines += _task(number, task)
    asked = str(draft.questions).lower()
    lines += ["", "[questions]", f"seq = {asked}", f"sus = {asked}"]
    return "\n".join(lines) + "\n"


def _task(number: int, task: TaskDraft) -> list[str]:
    lines = ["", "[[tasks]]", f'id = "task-{number}"', f"text = {_text(task.text)}"]
    lines += [f"max_steps = {task.steps}", "[tasks.success]"]
    if task.done == "order":
        return [*lines, "order = true"]
    seen = (("url", task.url), ("element", task.element), ("text", task.words))
    return [*lines, *(f"{name} = {_text(value)}" for name, value in seen if value)]


def _text(value: str) -> str:
    """A string of TOML: JSON's escapes are among its own."""
    shown = "".join(" " if ch == "\x7f" else ch for ch in value)
    return json.dumps(shown.encode("utf-8", "replace").decode(), ensure_ascii=False)


def free_name(root: Path, files: Path) -> str:
    """A name after this moment that nothing has."""
    name = default_folder(root).name
    found, again = name, 2
    while (root / found).exists() or (files / f"{found}.json").exists():
        found, again = f"{name}-{again}", again + 1
    return found
