"""A new kind of action is found everywhere: by mypy in every `match`, here in what mypy cannot see.

Lists of kinds in prompts, schemas, grammars and scripts are written by hand. Each is held to
`ACTION_TYPES`.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from agent.policies.remote.chat_messages import answer_schema, shown_pages
from agent.policies.script_file import ScriptStep
from agent.prompts.grammar import grammar, legal_actions
from agent.prompts.prompt import PromptSettings, system_text
from envs.actions import ACTION_TYPES, Action, action_name, action_text, action_type, parse_action
from envs.observation import Element, Observation
from tests.agent.runs.sessions import session_of

ROOT = Path(__file__).parents[2]
CLASSES = {kind.__name__ for kind in get_args(Action)} | {"Typing", "ElementAction"}

PAGE = Observation("http://shop.test/", "", "", (Element("search", "searchbox", "search"),))
SETTINGS = PromptSettings(window=4000, actions="full")


def test_a_prompt_names_every_action() -> None:
    said = re.findall(r'\{"type":"(\w+)"', system_text(None, SETTINGS))
    assert set(said) == set(ACTION_TYPES)


@pytest.mark.parametrize("listed", [True, False])
def test_an_answer_may_be_every_action(listed: bool) -> None:
    page = shown_pages(SETTINGS).page(session_of([]), 0, PAGE)
    schema = answer_schema(PAGE, SETTINGS, page, enumerate_names=listed)
    kinds = schema["properties"]["action"]["anyOf"]
    assert {kind["properties"]["type"]["enum"][0] for kind in kinds} == set(ACTION_TYPES)


@pytest.mark.parametrize("dialect", ["xgrammar", "llguidance"])
def test_a_grammar_writes_every_action(dialect: str) -> None:
    written = grammar(
        legal_actions(PAGE, None, input_action=True, actions="full"),
        dialect,  # type: ignore[arg-type]
    )
    assert set(re.findall(r'\("(\w+)\\"', written)) == set(ACTION_TYPES)


def test_a_script_can_take_every_action() -> None:
    assert set(get_args(get_type_hints(ScriptStep)["type"])) == set(ACTION_TYPES)


def test_the_documentation_of_the_format_shows_every_action() -> None:
    shown = re.findall(
        r'^\{"type":.*\}$', (ROOT / "docs" / "data.md").read_text("utf-8"), re.MULTILINE
    )
    actions = [parse_action(line) for line in shown]
    assert {action_type(action) for action in actions} == set(ACTION_TYPES)
    for action in actions:
        told = {"name": action_name(action), "text": action_text(action)}
        assert told == {key: getattr(action, key, None) for key in told}


def matched(node: ast.Match) -> bool:
    """Whether it tells actions apart."""
    classes = (
        one.cls for case in node.cases for one in ast.walk(case) if isinstance(one, ast.MatchClass)
    )
    return any(isinstance(cls, ast.Name) and cls.id in CLASSES for cls in classes)


def ends_in_never(node: ast.Match) -> bool:
    last = node.cases[-1]
    return (
        ast.unparse(last.pattern) == "_"
        and len(last.body) == 1
        and ast.unparse(last.body[0]).startswith("assert_never(")
    )


def tells_apart(test: ast.expr) -> str | None:
    """What an `if` asks for its kind of action: the expression, None when it asks nothing so."""
    if not (isinstance(test, ast.Call) and ast.unparse(test.func) == "isinstance"):
        return None
    of, kinds = test.args
    names = {one.id for one in ast.walk(kinds) if isinstance(one, ast.Name)}
    return ast.unparse(of) if names & CLASSES else None


def chains(body: list[ast.stmt]) -> list[int]:
    """Lines at which a second `if` of a block, or an `elif`, asks for the kind of an action that an
    earlier one asked for: a `match` would end in `assert_never`."""
    found: list[int] = []
    asked: set[str] = set()
    for node in body:
        branch: ast.stmt | None = node
        while isinstance(branch, ast.If):
            of = tells_apart(branch.test)
            if of is not None and of in asked:
                found.append(branch.lineno)
            asked |= {of} if of is not None else set()
            branch = branch.orelse[0] if len(branch.orelse) == 1 else None
    return found


def test_whoever_tells_actions_apart_would_notice_a_new_one() -> None:
    matches, faults = 0, []
    for package in ("agent", "envs", "eval", "trainer", "shopper"):
        for path in (ROOT / package).rglob("*.py"):
            where = path.relative_to(ROOT)
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Match) and matched(node):
                    matches += 1
                    if not ends_in_never(node):
                        faults.append(f"{where}:{node.lineno} has no assert_never")
                body = getattr(node, "body", None)
                if isinstance(body, list):
                    faults += [f"{where}:{line} should be a match" for line in chains(body)]
    assert not faults
    assert matches >= 15


def test_a_chain_of_ifs_is_found() -> None:
    code = "if isinstance(a, Click):\n    x\nif isinstance(a, Input | Typing):\n    y\n"
    assert chains(ast.parse(code).body) == [3]
    code = "if isinstance(a, Click):\n    x\nelif isinstance(a, Terminate):\n    y\n"
    assert chains(ast.parse(code).body) == [3]
    assert chains(ast.parse("if isinstance(a, Click):\n    x\n").body) == []
