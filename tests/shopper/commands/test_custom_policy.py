"""`--policy MODULE:CLASS` as a person types it: the example of the docs, and what goes wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agent.runs.card import RunFolder
from agent.runs.folder import finished_sessions, read_card
from envs.actions import Click, Terminate, TypeAndSubmit

ROOT = Path(__file__).parents[3]


def shopper(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """As the console command, which finds nothing in the current folder by itself (``-P``)."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return subprocess.run(
        [sys.executable, "-P", "-m", "shopper", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )


@pytest.fixture
def one_look(tmp_path: Path) -> Path:
    """A folder with the policy of docs/policy.md, word for word."""
    text = (ROOT / "docs" / "policy.md").read_text("utf-8")
    found = re.search(r"## A policy of your own.*?```python\n(.*?)```", text, re.S)
    assert found is not None
    assert len(found.group(1).splitlines()) <= 22
    (tmp_path / "one_look.py").write_text(found.group(1))
    return tmp_path


@pytest.mark.browser
def test_the_example_of_the_docs_shops(one_look: Path) -> None:
    done = shopper(one_look, "run", "--customers", 2, "--policy", "one_look:OneLook",
                   "--no-screenshots", "--out", "out")  # fmt: skip
    assert done.returncode == 0, done.stderr
    folder = RunFolder(one_look / "out")
    card = read_card(folder)
    assert card.policy == "one_look:OneLook"
    assert card.policy_settings["policy"] == "one_look:OneLook"
    assert len(str(card.policy_settings["source"])) == 16
    sessions = finished_sessions(folder).values()
    assert len(sessions) == 2
    for session in sessions:
        assert [type(step.action) for step in session.steps] == [TypeAndSubmit, Click, Terminate]
        assert session.steps[0].reasoning in {f"I search for {session.steps[0].action.text}."}


@pytest.mark.browser
def test_both_sides_of_a_comparison_have_a_policy_that_remembers(one_look: Path) -> None:
    (one_look / "counting.py").write_text(
        "from agent.policies.policy import Decision\n"
        "from envs.actions import Terminate\n"
        "class Counting:\n"
        "    def __init__(self): self.asked = {}\n"
        "    def decide(self, session, observation):\n"
        "        count = self.asked[session.session_id] = self.asked.get(session.session_id, 0) + 1\n"
        "        return Decision(reasoning=f'{count}', action=Terminate())\n"
    )
    done = shopper(one_look, "run", "--variant", "default,default", "--customers", 2, "--policy",
                   "counting:Counting", "--no-screenshots", "--out", "out")  # fmt: skip
    assert done.returncode == 0, done.stderr
    for side in "ab":
        sessions = finished_sessions(RunFolder(one_look / "out" / side)).values()
        assert [step.reasoning for s in sessions for step in s.steps] == ["1", "1"]


@pytest.mark.browser
def test_a_mistake_in_it_ends_the_visit_with_its_place(one_look: Path) -> None:
    (one_look / "broken.py").write_text(
        "class Broken:\n    def decide(self, session, observation):\n        return self.gone\n"
    )
    words = ("run", "--customers", 2, "--policy", "broken:Broken", "--no-screenshots", "--out")
    done = shopper(one_look, *words, "out")
    assert done.returncode == 1
    assert "broken:Broken.decide failed: AttributeError" in done.stderr
    assert "(broken.py, line 3)" in done.stderr
    assert "Traceback" not in done.stderr
    shown = shopper(one_look, *words, "again", "--debug")
    assert shown.returncode == 1
    assert shown.stderr.count('broken.py", line 3, in decide\n    return self.gone') == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class Mine: pass", "Error: mine:Mine is not a policy: it has no method decide("),
        ("import nowhere", "Error: mine:Mine cannot be imported: ModuleNotFoundError: No module"),
        ("class Mine(", "Error: mine:Mine cannot be imported: SyntaxError"),
    ],
)
def test_what_is_no_policy_is_one_sentence_and_2(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mine.py").write_text(text)
    words = ("run", "--customers", 1, "--policy", "mine:Mine")
    done = shopper(tmp_path, *words)
    assert done.returncode == 2
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == 1
    shown = shopper(tmp_path, *words, "--debug")
    assert shown.returncode == 2
    assert "Traceback (most recent call last)" in shown.stderr
    assert said in shown.stderr
    assert ("mine.py" in shown.stderr) == ("cannot be imported" in said)
